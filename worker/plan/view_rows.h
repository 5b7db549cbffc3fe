/*
 * view_rows.h - what a view is made of: shows with their seats, reservations, sessions and claims,
 * each as it was read and as the planner has changed it.
 *
 * Everything lives in the view's arena. Found by hash: a show in its view, the others in their show.
 */
#ifndef HOLDFAST_WORKER_PLAN_VIEW_ROWS_H
#define HOLDFAST_WORKER_PLAN_VIEW_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/text.h"
#include "common/message/outcome.h"
#include "common/message/policy.h"
#include "common/message/status.h"
#include "worker/plan/view_areas.h"
#include "worker/plan/view_askers.h"
#include "worker/plan/view_halls.h"
#include "worker/plan/view_reservations.h"

/* The columns of a row of show_seats that change. */
struct seat_row {
	enum seat_status status;
	struct text channel; /* data NULL: public */
	bool has_reserved_until;
	int64_t reserved_until_ms;
	bool has_reserved_by;
	struct uuid reserved_by;
	bool has_taken_at;
	int64_t taken_at_offset;
	int64_t version;
};

struct seat {
	struct text seat_id;
	struct show *show;
	enum known known;
	bool exists, existed; /* now; as read */
	bool is_changed;
	bool is_cached; /* as read: the cache has it, too */
	uint32_t number; /* in its show's layout, where that is known and the seat exists */
	struct seat_row row, seen;
	struct place_row *place; /* NULL: nobody asked for it (view_place) */
	struct moved_seat *moved; /* that it came into a reservation or left one, by next_of_seat */
	struct seat *next_wanted, *next_changed;
	UT_hash_handle hh;
};

/* A request id that was used on the show. */
struct claim {
	struct uuid request_id;
	struct show *show;
	enum known known;
	bool exists;
	int64_t offset;
	int64_t decided_at_ms;
	uint8_t content[16];
	enum outcome outcome;
	struct text reply; /* as common/message/packed.h says */
	struct claim *next_wanted;
	UT_hash_handle hh;
};

struct show {
	struct text show_id;
	enum known known;
	bool exists, existed;
	bool is_changed, is_on_the_list; /* policy or owner_hash; of changed ones */
	int32_t rules;
	struct policy policy; /* title and lists live in the arena */
	bool has_owner;
	uint8_t owner_hash[SHA256_BYTES];
	int64_t created_at_ms, created_offset, version;
	const struct show_seen *seen; /* as read, where is_changed */
	struct channel_row *channels; /* all that it has, known with the show; in no order */
	struct area_row *areas;       /* all that it has, known with the show */
	struct area_want *area_wants; /* until it is known: view_want_places */
	struct slot *slots;
	struct seat *seats;
	struct reservation *reservations;
	struct session *sessions;
	struct customers customers;
	struct claim *claims;
	struct cached_show *cached; /* the cache's; NULL: it does not have the show */
	enum known whole;      /* view_want_whole */
	bool is_for_singles;   /* it is wanted only where the show refuses singles */
	struct layout *layout; /* the cache's, over all seats, where whole is KNOWN and it exists */
	struct show *next_wanted, *next_changed, *next_whole;
	UT_hash_handle hh;
};

#endif
