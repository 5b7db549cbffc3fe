/*
 * model_reservation.h - what customers have: a reservation with its seats, and its shares of areas.
 * What becomes of it: reservations.h.
 *
 * Its lists are never changed: what comes in or leaves makes new ones, so that what was answered
 * before stays as it was. Everything lives in the model's memory.
 */
#ifndef HOLDFAST_AUDIT_FOLD_MODEL_RESERVATION_H
#define HOLDFAST_AUDIT_FOLD_MODEL_RESERVATION_H

#include <stddef.h>

#include "audit/fold/model_askers.h"
#include "audit/fold/model_setting.h"
#include "common/base/ids.h"
#include "common/message/area.h"
#include "common/message/status.h"

struct reservation;
struct seat;
struct show;

/* What a reservation has of an area. */
struct share {
	struct reservation *reservation;
	struct show_area *area;
	int32_t count;        /* places; 0: it had some */
	bool is_seen;         /* audit/compare: there is a row */
	int32_t place_seen;   /* where it is */
	uint32_t weight;      /* lapses.c; never below that of a share below it */
	int64_t sum;          /* lapses.c: of its own places and those below it */
	struct share *sooner, *later;
	struct share *next;   /* of the reservation, in the order in which they came in */
};

/* A seat that left a reservation and did not come again. */
struct seat_left {
	const struct seat *seat;
	int64_t left_at;            /* offset of the request that dropped or gave it back */
	bool is_seen;               /* audit/compare: there is a row */
	struct seat_left *next;
};

struct reservation {
	struct show *show;
	struct uuid id;
	uint32_t number;            /* of the show's reservations, in their order, from 0 */
	uint8_t session_hash[SHA256_BYTES];
	enum reservation_status status;
	struct text channel;        /* it was made with; data NULL: none */
	struct buyer *buyer;        /* the customer it was made for; NULL: none was named */
	struct reservation *next_of_buyer; /* on his list */
	int64_t offset;             /* of its reserve */
	int64_t created_ms, until_ms;
	int64_t ended_ms;           /* of the last change of status; where it is not held */
	/* What is in it, or was when it ended, in the order in which it came in. */
	struct seat *const *seats;
	size_t seat_count;
	const struct area_count *areas;
	size_t area_count;
	int64_t places;             /* seats, and places in areas */
	struct share *shares;       /* in areas; those of 0 places, too */
	struct seat_left *left;
	size_t seats_seen;          /* audit/compare: rows of reservation_seats that are in it */
	bool is_seen;
	UT_hash_handle hh;          /* of show->reservations, in the order of offsets */
};

#endif
