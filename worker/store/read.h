/*
 * read.h - fills a view from the cache and the rows, as the source that view.h speaks of.
 *
 * Knows: the statements that read what is wanted, and the cache in front of them. Doesn't know: who
 * wants it, transactions.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_H
#define HOLDFAST_WORKER_STORE_READ_H

#include "common/db/db.h"
#include "worker/store/cache.h"
#include "worker/plan/view.h"

/* What is to be filled, and from where. */
struct reading {
	struct db *db;
	struct view *view;
	struct cache *cache; /* NULL: read everything */
	int64_t until_ms;    /* latest t of the batch */
	bool is_locked;      /* lock the seats */
};

/*
 * Fill in what the cache knows and read the rest of what is wanted, in one round trip; that may
 * make more wanted.
 *
 * leading  statements to run before the reads; borrowed
 */
enum rc store_read_wave(const struct reading *reading, struct db_call *leading, int leading_count,
                        struct err *e) NODISCARD;

/* Until nothing is wanted. */
enum rc store_read(const struct reading *reading, struct err *e) NODISCARD;

#endif
