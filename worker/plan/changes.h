/*
 * changes.h - what an accepted request changes of the view, and the events that tell of it.
 *
 * Each function changes seats, areas and reservations together, so that a reserved seat's holder is
 * always a held reservation that lists it, and back; areas.h does it for areas.
 */
#ifndef HOLDFAST_WORKER_PLAN_CHANGES_H
#define HOLDFAST_WORKER_PLAN_CHANGES_H

#include "worker/plan/turn.h"

/* ---- what an organiser sets up: changes_show.c ---- */

void change_create_show(struct turn *turn);
void change_show(struct turn *turn);
void change_add_seats(struct turn *turn); /* with the places of those that have one */
void change_places(struct turn *turn);
void change_channels(struct turn *turn);  /* by turn->key_hashes */
void change_channel_of_seats(struct turn *turn, struct text channel); /* data NULL: public */
void change_areas(struct turn *turn); /* changes_areas.c */

/* ---- what a customer takes and gives back: changes.c ---- */

/* Ends what has lapsed on the way; NULL: out of memory. */
struct reservation *change_reserve(struct turn *turn, int64_t reserved_until_ms);
/*
 * For each of the areas in that order, end the lapsed holds with places in it that stand in the way
 * of its count, and no more; changes_areas.c.
 */
void change_end_lapsed_of_areas(struct turn *turn, const struct area_count *areas, size_t count);
/* status: RELEASED or EXPIRED; all its places become available. */
void change_end_hold(struct turn *turn, struct reservation *r, enum reservation_status status);
void change_extend(struct turn *turn, struct reservation *r, int64_t reserved_until_ms);
/* Sell the places of a held reservation, which may have lapsed: they have been its own all along. */
void change_sell(struct turn *turn, struct reservation *r);
/*
 * Sell the places of an expired one, all of which are free: they are taken again, at this request,
 * and lapsed holds of others that had one of them end on the way.
 */
void change_sell_again(struct turn *turn, struct reservation *r);
void change_cancel(struct turn *turn, struct reservation *r);

/* ---- what is changed of a reservation that stays: changes_hold.c ---- */

/*
 * What turn->leaving lists leaves a live hold, then turn->seats come in. Ends what has lapsed on the
 * way.
 */
void change_hold(struct turn *turn, struct reservation *r, int64_t reserved_until_ms);
/* What turn->leaving lists is given back of a confirmed one; something stays. */
void change_cancel_part(struct turn *turn, struct reservation *r);

/* ---- what these are made of: changes.c ---- */

/* Make it this row, at this request. */
void change_seat(struct turn *turn, struct seat *seat, struct seat_row row);
void change_free_seat(struct turn *turn, struct seat *seat);
void change_take_seat(struct turn *turn, struct seat *seat, const struct reservation *r);
/*
 * End every lapsed hold that owns one of the seats, and `also` (may be NULL), in the order of
 * their reservations' offsets; `spared` keeps its seats (may be NULL). false: out of memory.
 */
bool change_end_lapsed(struct turn *turn, struct seat *const *seats, size_t count,
                       struct reservation *also, const struct reservation *spared);
/* Of all that is in it. */
struct event change_event(struct turn *turn, enum event_kind kind, const struct reservation *r);

#endif
