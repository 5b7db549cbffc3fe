/*
 * turn.h - one request's turn in the planner: what it may look at, and what it leaves behind.
 */
#ifndef HOLDFAST_WORKER_PLAN_TURN_H
#define HOLDFAST_WORKER_PLAN_TURN_H

#include "common/message/event.h"
#include "common/message/reply.h"
#include "worker/plan/view.h"

/* An event, which lives in the view's arena with all that it points to. */
struct told {
	struct event event;
	struct told *next;
};

/* What a request is about: things of the view, in whose arena it lives. */
struct subject {
	struct show *show;
	struct claim *claim;             /* of a type that claims its id */
	struct reservation *reservation; /* change_hold, release, extend, confirm, cancel, expire */
	struct session *session;         /* reserve */
	struct customer *customer;       /* likewise; NULL: of none, or the show has no limits */
	struct seat **seats;             /* those of seat_ids, in the order asked; not of cancel */
	struct slot **slots;             /* of each of request->places; NULL: it has no row */
	uint8_t secret[SHA256_BYTES];    /* hash of session_id or owner_key, where there is one */
};

/* What of a reservation is given back, in the reservation's order. */
struct part {
	struct seat **seats;
	struct text *seat_ids;
	size_t seat_count;
	struct area_count *areas;
	size_t area_count;
	int32_t places; /* all of it */
};

struct turn {
	/* given */
	struct view *view;
	const struct request *request;
	const struct subject *about;
	struct show *show;               /* as of `about`, and so the next ones */
	struct reservation *reservation;
	struct seat **seats;             /* those named; of change_hold without what it has already */
	struct text *seat_ids;           /* of these */
	size_t seat_count;
	int64_t t_ms;
	int64_t offset;
	/* found on the way */
	const struct channel_row *channel;   /* that is asked by; NULL: none */
	uint8_t (*key_hashes)[SHA256_BYTES]; /* set_channels: of each channel */
	struct part leaving;                 /* change_hold, cancel: of turn->reservation */
	/* left behind */
	struct reply reply;
	struct told *events, *last_event; /* in the order in which they happened */
	size_t holds_expired;
};

/* Available, or reserved by a hold that has lapsed. */
bool seat_is_free(const struct seat *seat, int64_t t_ms);
/* Reserved or sold, and by this reservation. */
bool seat_is_held_by(const struct seat *seat, const struct reservation *r);
/*
 * Its status. A held one counts as expired whose seats do not all carry it, or an area of which has
 * fewer places held than are in it (a change by hand), or that has nothing in it.
 */
enum reservation_status reservation_status_now(const struct reservation *r);

/* How many places are in it now: seats and places of areas. */
int32_t reservation_places(const struct reservation *r);

bool turn_answer(struct turn *turn, enum outcome outcome); /* true */

/*
 * The seats that a condition holds for become the reply's `unavailable`.
 *
 * has_status  with what is the matter with each; SEAT_AVAILABLE: it is free
 * true: there is one
 */
bool turn_list_seats(struct turn *turn, struct seat *const *seats, size_t count,
                     bool condition(const struct turn *, const struct seat *), bool has_status);

/* What is in it of areas, in the order in which it came in. NULL, of 0: nothing, or out of memory. */
const struct area_count *turn_list_areas(struct turn *turn, const struct reservation *r,
                                         size_t *count);
/* What the reply says of a reservation: its id, and all that is in it. */
void turn_add_reservation(struct turn *turn, const struct reservation *r);

void turn_tell(struct turn *turn, const struct event *event); /* copied, but what it points to */

/* Is what has this channel open to the one that is asked by, or without one? data NULL: public. */
bool turn_is_open(const struct turn *turn, struct text channel);
/* Asked by a channel that singles and limits of customers do not hold for. */
bool turn_is_exempt(const struct turn *turn);
/*
 * That the request asks for; in change_hold beside what the hold has. Before those for `best` are
 * chosen.
 */
size_t turn_places(const struct turn *turn);
/* A reservation's own channel as that is now; one that is there no more (by hand) opens nothing. */
void turn_take_channel(struct turn *turn, const struct reservation *r);

/* Of turn->reservation. */
bool turn_is_lapsed(const struct turn *turn); /* its time is up, whatever its status */
int64_t turn_extended_until(const struct turn *turn); /* reserved_until by the hold_seconds asked */

#endif
