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

#define AREA_ROWS_ALL SIZE_MAX

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
	 * As read, no held reservation with places in it has a reserved_until before this; INT64_MIN:
	 * not known. A bound that the cache keeps, so that most batches need not ask.
	 */
	int64_t lapses_from_ms;
	/* Behind view->until_ms no held reservation as read has one before this; 0: not known. */
	int64_t lapses_behind_ms;
	int64_t taken_until_ms; /* least reserved_until of what took places in it since; INT64_MAX: none */
	int64_t places_wanted;  /* that the batch may take: view_want_places */
	/* What view_learn_lapsing gave. */
	struct reservation **lapsing;
	size_t lapsing_count;
	size_t rows_wanted; /* 0: what has lapsed does not matter to the batch */
	size_t rows_known;  /* AREA_ROWS_ALL: all that there are */
	bool is_wanted;     /* on the view's list */
	struct area_lapses *lapses; /* the planner's: worker/plan/areas.c */
	struct area_row *next_wanted, *next_changed;
	UT_hash_handle hh;              /* of show->areas, by area_id */
};

/* Places that a batch may take in an area of a show that is not known yet. */
struct area_want {
	struct text area_id;
	int64_t places;
	UT_hash_handle hh; /* of show->area_wants, by area_id */
};

/*
 * Find, or add one to the show. All are known with it: what is not found is not there. NULL: out of
 * memory.
 */
struct area_row *view_find_area(const struct show *show, struct text area_id);
struct area_row *view_new_area(struct view *view, struct show *show, struct text area_id);
/*
 * The batch may take so many places, besides what it was said to take before. Where that is more
 * than are free without ending a hold, lapsing holds become wanted, as many rows as places: each
 * has one at least, so either all are known then that lapse by the batch's end, or more than it
 * can use, even where it confirms some of them. What a hold of the batch takes again, when it has
 * ended, it gave back before, so that counts once.
 */
void view_want_places(struct view *view, struct show *show, struct text area_id, int64_t places);
/*
 * Want the first held reservations with places in it, by (reserved_until, offset), whose
 * reserved_until is at most view->until_ms: as many as rows, or all. Nothing comes of it where as
 * many are known already, or the area's bound says that there is none.
 */
void view_want_lapsing(struct view *view, struct area_row *area, size_t rows);

/*
 * What a source calls: before view_learn_show, of one that is there, by view_new_area, with its row
 * and bound set; and of what is on the list of wanted_lapsing, in that order, the first
 * area->rows_wanted as that was when it took the area off the list. What it knows of those behind
 * is set before.
 *
 * is_all  there are no more than these, none included
 */
void view_learn_area(struct area_row *area);
void view_learn_lapsing(struct view *view, struct area_row *area, const struct uuid *ids,
                        size_t count, bool is_all);
/* The bound as it is when the batch is planned, for the cache to keep. */
int64_t view_lapses_from(const struct view *view, const struct area_row *area);

/* Before the planner changes one, one that is new included. */
void view_touch_area(struct view *view, struct area_row *area);

/* ---- the view's own ---- */

void view_learn_area_wants(struct view *view, struct show *show);
/* Its areas, as its source set them: find their rows, and want what a confirm may take again. */
void view_learn_reserved_areas(struct view *view, struct reservation *r);

#endif
