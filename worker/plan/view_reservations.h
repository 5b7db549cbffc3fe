/*
 * view_reservations.h - what a view knows of reservations, and of the rows that list what is in one.
 *
 * Everything lives in the view's arena.
 */
#ifndef HOLDFAST_WORKER_PLAN_VIEW_RESERVATIONS_H
#define HOLDFAST_WORKER_PLAN_VIEW_RESERVATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/status.h"
#include "worker/plan/view_areas.h"
#include "worker/plan/view_halls.h"

/* A row of reservation_areas. */
struct reserved_area {
	struct text area_id;
	struct area_row *area; /* NULL: the show has none of that id (a change by hand) */
	int32_t count;         /* 0: all of it was dropped; the row stays */
	int32_t place;         /* the order in which it came in, which it takes anew when it came again */
	bool existed;
	int32_t seen_count, seen_place; /* as read, where it existed */
	bool is_lapsed;        /* the planner's: counted among its area's lapsed places */
};

/*
 * A seat that came into a reservation that was there before, or left one, by a request of this
 * batch: what the row of reservation_seats is then. One for each seat, however often.
 */
struct moved_seat {
	struct text seat_id;
	struct seat *seat;
	struct reservation *reservation;
	bool was_in;      /* as read; false: whether there is a row is not known */
	bool is_in;       /* now */
	int64_t left_at;  /* offset, where it is not in */
	int32_t place;    /* in the order in which seats came in, the last time; -1: as its row has it */
	struct moved_seat *next;         /* of the reservation */
	struct moved_seat *next_of_seat;
};

struct reservation {
	struct uuid id;
	struct show *show;
	enum known known;
	bool exists, existed;
	bool is_changed, is_cached;
	enum reservation_status status, seen_status;
	int64_t reserved_until_ms, seen_reserved_until_ms;
	int64_t created_at_ms;
	int64_t ended_at_ms; /* where not held */
	int64_t request_offset;
	int64_t confirm_ms; /* t of the last confirm of the batch that asks for it; 0: none */
	bool is_added_to;   /* a change_hold of the batch would add to it */
	int32_t places, seen_places; /* all that is in it, or was when it ended */
	uint8_t session_hash[SHA256_BYTES];
	bool has_customer;
	uint8_t customer_hash[SHA256_BYTES];
	struct text channel; /* it was made with; data NULL: none */
	struct seat **seats; /* that are in it, or were when it ended; in the order they came in */
	struct text *seat_ids;
	size_t seat_count;
	int32_t next_place;       /* of the next seat that comes in: above all that ever did, or theirs */
	struct moved_seat *moved; /* in no order; of one that is new all, if any moved */
	struct reserved_area *areas; /* by place; those of count 0 among them */
	size_t area_count;
	struct reservation *next_wanted, *next_changed;
	struct reservation *next_of_customer; /* of a struct customer */
	UT_hash_handle hh;
};

#endif
