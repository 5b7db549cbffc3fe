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
};

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
	POLICY_KNOWN = (1 << 8) - 1,
};

#endif
