/*
 * view_askers.h - who asks of a show: sessions, and the customers behind them, where it matters.
 *
 * Everything lives in the view's arena.
 */
#ifndef HOLDFAST_WORKER_PLAN_VIEW_ASKERS_H
#define HOLDFAST_WORKER_PLAN_VIEW_ASKERS_H

#include <stdint.h>
#include <string.h>
#include <uthash.h>

#include "common/base/digest.h"
#include "worker/plan/view_halls.h"

/* For tables by digests, in a view as in a cache: it is mixed already, and a part of it will do. */
static inline unsigned digest_hash(const uint8_t digest[SHA256_BYTES])
{
	unsigned hash;

	memcpy(&hash, digest, sizeof hash);
	return hash;
}

/* A session on a show: at most one held reservation. */
struct session {
	uint8_t hash[SHA256_BYTES];
	struct show *show;
	enum known known;
	struct reservation *held; /* NULL: none in the rows */
	struct session *next_wanted;
	UT_hash_handle hh;
};

/* What a customer has of a show. Wanted only where the show has a limit. */
struct customer {
	uint8_t hash[SHA256_BYTES];
	struct show *show;
	enum known known;
	int64_t sold; /* places of confirmed reservations, now */
	struct reservation *held; /* those that are, or were when it was read, by next_of_customer */
	struct customer *next_wanted, *next_of_show;
};

/*
 * The customers of a show by digest: nearly every request of an on-sale brings one, and another. So
 * the table touches none but the one that is sought: open addressing, in the arena.
 */
struct customers {
	struct customer_slot {
		struct customer *customer; /* NULL: nobody */
		unsigned hash;
	} *slots;
	uint32_t room, count;  /* slots, a power of two or 0; those that are taken, at most half */
	struct customer *all;  /* by next_of_show */
};

struct view;

/* A reservation of a customer is added to, or confirmed when its time is up: what else has he? */
void view_want_limit(struct view *view, const struct reservation *reservation);

#endif
