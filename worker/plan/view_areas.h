/*
 * view_areas.h - what a view knows of a show's areas, and of the places that reservations have there.
 *
 * All areas of a show are known with the show, as its channels are. Which lapsed holds stand in an
 * area's way is asked for only where a batch may want more places than are free without ending one.
 *
 * Everything lives in the view's arena.
 */
#ifndef HOLDFAST_WORKER_PLAN_VIEW_AREAS_H
#define HOLDFAST_WORKER_PLAN_VIEW_AREAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "common/base/ids.h"
#include "common/base/text.h"

struct reservation;
struct show;
struct view;

/* The columns of a row of show_areas that change. */
struct area_columns {
	int32_t capacity, held, sold; /* held: by lapsed holds, too */
	struct text channel;          /* data NULL: public */
	struct text category;         /* data NULL: none */
	int64_t version;
};

struct area_row {
	struct text area_id;
	struct show *show;
	struct area_columns row, seen; /* now; as read, where it existed */
	bool existed, is_changed;
	/*
	 * No held reservation with places in it has a reserved_until before this; INT64_MIN: not known.
	 * A bound that the cache keeps, so that most batches need not ask.
	 */
	int64_t lapses_from_ms;
	/*
	 * Held reservations whose reserved_until is at most that of view_open's asker and that have
	 * places in it, by (reserved_until, offset); those are what view_learn_lapsed gave.
	 */
	struct reservation **lapsing;
	size_t lapsing_count;
	size_t rows_wanted, rows_known; /* view_want_lapsing; rows_known 0: never asked */
	struct area_lapses *lapses;     /* the planner's: worker/plan/areas.c */
	struct area_row *next_wanted, *next_changed;
	UT_hash_handle hh;              /* of show->areas, by area_id */
};

/* Find, or add one to the show. It is known: what is not found is not there. NULL: out of memory. */
struct area_row *view_find_area(const struct show *show, struct text area_id);
struct area_row *view_new_area(struct view *view, struct show *show, struct text area_id);
/*
 * Want the first held reservations with places in it, by (reserved_until, offset), whose
 * reserved_until is at most until_ms of view_learn_seat: as many as rows, or all. Nothing comes of
 * it where as many are known already, or the area's bound says that there is none.
 */
void view_want_lapsing(struct view *view, struct area_row *area, size_t rows);

/*
 * What a source calls: before view_learn_show, of one that is there, by view_new_area, with its row
 * and bound set; and of what view_want_lapsing asked for, in that order, also where there are none.
 */
void view_learn_area(struct area_row *area);
void view_learn_lapsing(struct view *view, struct area_row *area, const struct uuid *ids,
                        size_t count, int64_t until_ms);

/* Before the planner changes one, one that is new included. */
void view_touch_area(struct view *view, struct area_row *area);

#endif
