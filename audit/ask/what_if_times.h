/*
 * what_if_times.h - when holds were given, requests refused and places sold, under both policies.
 *
 * Memory: grows with the seconds in which something happened.
 */
#ifndef HOLDFAST_AUDIT_ASK_WHAT_IF_TIMES_H
#define HOLDFAST_AUDIT_ASK_WHAT_IF_TIMES_H

#include "audit/fold/fold.h"

enum side { SIDE_REAL, SIDE_WHAT_IF, SIDES };

/* Of a second, or of a minute. */
struct time_row {
	int64_t start_ms;
	int64_t asked;          /* reserves, repeated ones too */
	int64_t given[SIDES];   /* holds */
	int64_t refused[SIDES]; /* requests */
	int64_t sold[SIDES];    /* seats and places of areas: how many more; listed: in all, behind it */
	UT_hash_handle hh;
};

struct what_if_times {
	struct time_row *seconds;
	/* The beginning of the sale, where the show has one; else NO_OPENING. */
	int64_t on_sale_from_ms;
};

#define NO_OPENING INT64_MIN

/* What the fold of that side decided last came to. false: out of memory */
bool what_if_times_add(struct what_if_times *times, enum side side, const struct fold *fold,
                       int64_t given, int64_t refused) NODISCARD;
void what_if_times_release(struct what_if_times *times);

/* Rows in order. */
struct time_list {
	struct time_row *rows;  /* free(3) */
	size_t count;
};

/*
 * By minute, and by second from a minute before the opening to ten behind it; rows in which nothing
 * happened are left out.
 *
 * opening_ms  returned: the beginning of the sale, or of the minute in which most was asked for
 *
 * false: out of memory
 */
bool what_if_times_list(const struct what_if_times *times, struct time_list *minutes,
                        struct time_list *seconds, int64_t *opening_ms) NODISCARD;

#endif
