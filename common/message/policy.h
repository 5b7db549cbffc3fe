/*
 * policy.h - what an organiser says of a show beside its seats: sections 3, 4.1 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_POLICY_H
#define HOLDFAST_MESSAGE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

#define RULES_KNOWN 1 /* the only value of `rules` so far */

/* When something may be sold: from_ms <= t < until_ms; milliseconds of the epoch. */
struct sale_window {
	bool has_from, has_until; /* false: no bound */
	int64_t from_ms, until_ms;
};

enum singles { SINGLES_ALLOW, SINGLES_REFUSE };
const char *singles_name(enum singles singles); /* "allow" or "refuse" */

/* A show's policy; in a request what is given of it, and `given` says what. */
struct policy {
	unsigned given;        /* POLICY_* bits; of a show's row it says nothing */
	struct text title;     /* data NULL: none; borrowed */
	int32_t hold_seconds, max_hold_seconds, max_seats;
	struct sale_window on_sale;
	bool closed;
	enum singles singles;
	/* Places in live holds and confirmed reservations, and live holds; 0: no limit. */
	int32_t max_customer_seats, max_customer_holds;
};

/* Is there a limit of what a customer may have? */
static inline bool policy_limits_customers(const struct policy *policy)
{
	return policy->max_customer_seats || policy->max_customer_holds;
}

/* A limit as flags give it, in digits alone: 0 to max. false: malformed. */
bool policy_read_limit(const char *text, int32_t max, int32_t *limit);

/* Bits of `given`. */
enum {
	POLICY_TITLE = 1 << 0,
	POLICY_HOLD_SECONDS = 1 << 1,
	POLICY_MAX_HOLD_SECONDS = 1 << 2,
	POLICY_MAX_SEATS = 1 << 3,
	POLICY_ON_SALE_FROM = 1 << 4,
	POLICY_ON_SALE_UNTIL = 1 << 5,
	POLICY_CLOSED = 1 << 6,
	POLICY_SINGLES = 1 << 7,
	POLICY_MAX_CUSTOMER_SEATS = 1 << 8,
	POLICY_MAX_CUSTOMER_HOLDS = 1 << 9,
	POLICY_KNOWN = (1 << 10) - 1,
};

#endif
