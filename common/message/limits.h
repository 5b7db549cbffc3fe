/*
 * limits.h - limits and defaults of requests: sections 3 and 4 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_LIMITS_H
#define HOLDFAST_MESSAGE_LIMITS_H

#include <stdint.h>

#define REQUEST_BYTES_MAX 16384
#define REQUEST_ADD_SEATS_BYTES_MAX 65536
#define SHOW_ID_BYTES_MAX 64
#define SEAT_ID_BYTES_MAX 64
#define SECRET_BYTES_MAX 128 /* session_id, owner_key */
#define TITLE_POINTS_MAX 200 /* Unicode code points */
#define TITLE_BYTES_MAX (4 * TITLE_POINTS_MAX)
#define RESERVE_SEATS_MAX 50
#define ADD_SEATS_MAX 1000
#define HOLD_SECONDS_MAX 86400
#define HOLD_SECONDS_DEFAULT 600
#define MAX_HOLD_SECONDS_DEFAULT 1800
#define MAX_SEATS_DEFAULT 10
#define CLAIM_MS INT64_C(2592000000) /* 30 days: how long a request_id stays claimed */

#endif
