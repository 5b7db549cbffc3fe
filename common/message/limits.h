/*
 * limits.h - limits and defaults of requests: sections 3 and 4 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_LIMITS_H
#define HOLDFAST_MESSAGE_LIMITS_H

#include <stdint.h>

#define REQUEST_BYTES_MAX 16384
#define REQUEST_ORGANISER_BYTES_MAX 65536 /* of create_show to unblock_seats */
#define SHOW_ID_BYTES_MAX 64
#define NAME_BYTES_MAX 64
#define SEAT_ID_BYTES_MAX NAME_BYTES_MAX
#define SECRET_BYTES_MAX 128 /* session_id, owner_key, channel_key, customer_id */
#define TITLE_POINTS_MAX 200 /* Unicode code points */
#define TITLE_BYTES_MAX (4 * TITLE_POINTS_MAX)
#define RESERVE_SEATS_MAX 50
#define CUSTOMER_SEATS_MAX 1000 /* the highest limits of a customer on a show; 0: none */
#define CUSTOMER_HOLDS_MAX 50
#define ADD_SEATS_MAX 1000 /* of every organiser's type that lists seats */
#define CHANNELS_MAX 50    /* of one request */
#define OPENS_MAX 20
#define REQUEST_AREAS_MAX 10 /* of one request of a customer, or cancel */
#define SET_AREAS_MAX 100  /* of one set_areas */
#define AREA_CAPACITY_MAX 1000000
#define WISH_NAMES_MAX 20  /* categories and sections, each */
#define INSTANT_CHARS 24
#define POS_MAX 32767      /* of a seat in its row, from 1 on */
#define COORDINATE_MAX 1000000 /* of x and y, from 0 on */
#define HOLD_SECONDS_MAX 86400
#define HOLD_SECONDS_DEFAULT 600
#define MAX_HOLD_SECONDS_DEFAULT 1800
#define MAX_SEATS_DEFAULT 10
#define CLAIM_MS INT64_C(2592000000) /* 30 days: how long a request_id stays claimed */

#endif
