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

struct turn {
	/* given */
	struct view *view;
	const struct request *request;
	struct show *show;
	int64_t t_ms;
	int64_t offset;
	struct reservation *reservation; /* release, extend, confirm, cancel, expire */
	struct session *session;         /* reserve */
	struct seat **seats;             /* those of seat_ids, in the order asked */
	uint8_t secret[SHA256_BYTES];    /* hash of session_id or owner_key, where there is one */
	/* left behind */
	struct reply reply;
	struct told *events, *last_event; /* in the order in which they happened */
	size_t holds_expired;
};

bool turn_answer(struct turn *turn, enum outcome outcome); /* true */

/*
 * The seats that a condition holds for become the reply's `unavailable`.
 *
 * has_status  with what is the matter with each
 * true: there is one
 */
bool turn_list_seats(struct turn *turn, struct seat *const *seats, size_t count,
                     bool condition(const struct turn *, const struct seat *), bool has_status);

/* What the reply says of a reservation: its id, and all that is in it. */
void turn_add_reservation(struct turn *turn, const struct reservation *r);

/* Of turn->reservation. */
bool turn_is_lapsed(const struct turn *turn); /* its time is up, whatever its status */

#endif
