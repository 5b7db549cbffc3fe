/*
 * rules.h - the decision table: what each type of request comes to, in the present state.
 *
 * Row 6 of section 4 of docs/protocol.md; rules.c reads like that section. Rows 1 to 5 are in
 * plan.c.
 */
#ifndef HOLDFAST_WORKER_PLAN_RULES_H
#define HOLDFAST_WORKER_PLAN_RULES_H

#include "worker/plan/view.h"

/* An event, which lives in the view's arena with all that it points to. */
struct told {
	struct event event;
	struct told *next;
};

/* One request's turn: what the rules look at and what they leave behind. */
struct turn {
	/* given */
	struct view *view;
	const struct request *request;
	struct show *show;
	int64_t t_ms;
	int64_t offset;
	struct reservation *reservation; /* release, extend, confirm, cancel, expire */
	struct session *session;         /* reserve */
	struct seat **seats;             /* reserve, add_seats: in the order asked */
	uint8_t secret[SHA256_BYTES];    /* hash of session_id or owner_key, where there is one */
	/* left behind */
	struct reply reply;
	struct told *events, *last_event; /* in the order in which they happened */
	size_t holds_expired;
};

/* Run the table of the request's type. False: out of memory. */
bool rules_decide(struct turn *turn) NODISCARD;

#endif
