/*
 * areas.h - what a request makes of areas: room at its t, places that are taken and given back, and
 * the lapsed holds that stand in its way.
 *
 * An area's row and the reservations that have places in it are changed together, so that held and
 * sold are the sums over held and confirmed reservations. r->places follows what is taken and
 * dropped. Statuses, seats and events are changes.h's.
 *
 * As t goes on each area counts the places of the held reservations whose time is up; these end one
 * by one, by (reserved_until, offset), and only where their places are needed.
 */
#ifndef HOLDFAST_WORKER_PLAN_AREAS_H
#define HOLDFAST_WORKER_PLAN_AREAS_H

#include "worker/plan/turn.h"

/* ---- looking ---- */

/*
 * Capacity less what is sold and what live holds have. Where fewer places than it are free without
 * ending a hold it is exact; else it may be too low, and is as much as the batch can ask for.
 */
int64_t area_room_now(struct turn *turn, struct area_row *area);
/* The same for a reservation that is not live, whose own places are its own all the same. */
int64_t area_room_for(struct turn *turn, struct area_row *area, const struct reservation *r);
/* What is in it of an area, or was when it ended; 0: none. */
int32_t area_count_in(const struct reservation *r, struct text area_id);
/* Its row of an area, which may have a count of 0. NULL: it never had a place there. */
struct reserved_area *area_find_in(const struct reservation *r, struct text area_id);

/*
 * The next hold that must end before `count` places are free in it; that hold is for
 * change_end_hold. NULL: so many are free, or none is left that has lapsed.
 */
struct reservation *area_next_lapsed(struct turn *turn, struct area_row *area, int32_t count);

/* ---- changing ---- */

/*
 * More places for a held reservation, one that is new included, whose reserved_until is set. There
 * is room, and what stood in the way has ended. An area of which it has none now comes in last.
 */
void areas_take(struct turn *turn, struct reservation *r, const struct area_count *areas,
                size_t count);
/* A part of a held or confirmed one is given back; so much is in it. */
void areas_drop(struct turn *turn, struct reservation *r, const struct area_count *areas,
                size_t count);
/*
 * Its status is about to change: where that is held or confirmed until now, all is given back. What
 * is in it stays as it is.
 */
void areas_give_back(struct turn *turn, const struct reservation *r);
/* All that is in it is sold. It was given back or has ended before, and there is room. */
void areas_sell(struct turn *turn, const struct reservation *r);
/* Its reserved_until is another one now. */
void areas_extend(struct turn *turn, struct reservation *r);

#endif
