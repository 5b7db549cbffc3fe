/*
 * view.h - what a batch needs to know of the present state, and what it changes of it.
 *
 * Whoever asks for a thing that is not known yet puts it on the list of wanted ones; a source (the
 * store, or a model in tests) fills those in, which may make more wanted, until nothing is. The
 * planner then reads and changes the view in memory; `seen` keeps what was read, as the guard of
 * the conditional UPDATE.
 *
 * Everything lives in the arena given to view_open, the hash tables in view_close's care.
 */
#ifndef HOLDFAST_WORKER_PLAN_VIEW_H
#define HOLDFAST_WORKER_PLAN_VIEW_H

#include "common/base/arena.h"
#include "worker/plan/view_rows.h"

struct view {
	struct arena *arena; /* borrowed */
	struct show *shows;
	struct show *wanted_shows; /* what a source has to fill in; each list is emptied by it */
	struct seat *wanted_seats;
	struct reservation *wanted_reservations;
	struct session *wanted_sessions;
	struct customer *wanted_customers; /* view_take_customers */
	struct claim *wanted_claims;
	struct place_row *wanted_places;
	struct slot *wanted_slots;
	struct show *wanted_whole; /* by next_whole */
	struct area_row *wanted_lapsing; /* view_want_lapsing, by next_wanted */
	int64_t until_ms; /* the latest t of the batch; plan_want's */
	/*
	 * While the planner runs: fills in what is wanted of shows that are known whole, from memory
	 * alone. A reservation that it does not know is not held, and counts as not there; a seat is
	 * not there. NULL: no show is.
	 */
	void (*fill)(void *context, struct view *view);
	void *fill_context;
	/* What the plan changed, in no order. */
	struct show *changed_shows; /* the row or its channels */
	struct seat *changed_seats;
	struct area_row *changed_areas;
	struct place_row *changed_places;
	struct reservation *changed_reservations;
	bool failed; /* out of memory: nothing in it may be used */
	bool is_torn; /* a row became another while it was filled: likewise, it must be made anew */
};

void view_open(struct view *view, struct arena *arena);
void view_close(struct view *view); /* the arena is left to its owner */

/* Find, or put on the list of wanted ones. Never NULL unless view->failed. */
struct show *view_show(struct view *view, struct text show_id);
struct seat *view_seat(struct view *view, struct show *show, struct text seat_id);
struct reservation *view_reservation(struct view *view, struct show *show, const struct uuid *id);
struct session *view_session(struct view *view, struct show *show,
                             const uint8_t hash[SHA256_BYTES]);
struct claim *view_claim(struct view *view, struct show *show, const struct uuid *request_id);
/* Of a show without limits, which it may turn out to be, nothing comes of it. */
struct customer *view_customer(struct view *view, struct show *show,
                               const uint8_t hash[SHA256_BYTES]);
/* Where a seat is; and which seat is there: section.data NULL is one section, too. */
struct place_row *view_place(struct view *view, struct seat *seat);
struct slot *view_slot(struct view *view, struct show *show, const struct place *place);
/*
 * Want all seats, places and held reservations of a show, and its layout. is_for_singles: only
 * where it turns out to refuse singles; else nothing comes of it.
 */
void view_want_whole(struct view *view, struct show *show, bool is_for_singles);
/* A seat of a show that has a layout, while the planner runs. NULL: out of memory. */
struct seat *view_seat_now(struct view *view, struct show *show, struct text seat_id);
/* Only find: NULL where nobody asked for it. */
struct reservation *view_find_reservation(const struct show *show, const struct uuid *id);
struct customer *view_find_customer(const struct show *show, const uint8_t hash[SHA256_BYTES]);
/* Find, or make one that is known not to exist. NULL: out of memory. */
struct reservation *view_new_reservation(struct view *view, struct show *show,
                                         const struct uuid *id);
/* Likewise, of a seat that was not there before. */
struct place_row *view_new_place(struct view *view, struct seat *seat);
/* Only find. NULL: nobody asked for the slot; the show has no such channel. */
struct slot *view_find_slot(const struct show *show, const struct place *place);
struct channel_row *view_find_channel(const struct show *show, struct text name);
/* Add one, by that name and nothing else. NULL: out of memory. */
struct channel_row *view_new_channel(struct view *view, struct show *show, struct text name);

/*
 * What a source calls for each wanted thing, after setting its columns, `exists` among them.
 *
 * seat_ids  of a reservation that exists, by place; borrowed. next_place and the ids, counts and
 *           places of its areas are set before
 * until_ms  the latest t of the batch: the holder of a seat that lapses by then becomes wanted
 */
void view_learn_show(struct view *view, struct show *show);
void view_learn_seat(struct view *view, struct seat *seat, int64_t until_ms);
void view_learn_reservation(struct view *view, struct reservation *reservation,
                            struct text *seat_ids, size_t seat_count);
void view_learn_session(struct view *view, struct session *session, const struct uuid *held);
void view_learn_claim(struct claim *claim);
/* Each held reservation of a customer, then the places of those that are confirmed. */
void view_add_hold(struct view *view, struct customer *customer, const struct uuid *id);
void view_learn_customer(struct customer *customer, int64_t sold);
/*
 * Take those off the list that are to be looked up. Of a show that is not known yet they stay on
 * it; of one without limits they are taken off for good.
 */
struct customer *view_take_customers(struct view *view);
void view_learn_place(struct place_row *place);
void view_learn_slot(struct slot *slot, struct seat *seat); /* NULL: nobody is there */
/* Before view_learn_show, one that is there, by view_new_channel. */
void view_learn_channel(struct channel_row *channel);

bool view_is_complete(const struct view *view); /* nothing is wanted */

/* Before the planner changes a thing, one that is new included. */
void view_touch_show(struct view *view, struct show *show); /* its own row */
void view_touch_channel(struct view *view, struct show *show, struct channel_row *channel);
void view_touch_place(struct view *view, struct place_row *place);
void view_touch_seat(struct view *view, struct seat *seat);
void view_touch_reservation(struct view *view, struct reservation *reservation);

#endif
