/*
 * read.h - fills a view from the cache and the rows, as the source that view.h speaks of.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_H
#define HOLDFAST_WORKER_STORE_READ_H

#include "common/db/db.h"
#include "worker/store/cache.h"
#include "worker/plan/view.h"

/*
 * Fill in what the cache knows and read the rest of what is wanted, in one round trip; that may
 * make more wanted.
 *
 * cache        NULL: read everything
 * leading      statements to run before the reads; borrowed
 * until_ms     latest t of the batch
 * is_locked    lock the seats
 */
enum rc store_read_wave(struct db *db, struct view *view, struct cache *cache,
                        struct db_call *leading, int leading_count, int64_t until_ms,
                        bool is_locked, struct err *e) NODISCARD;

/* Until nothing is wanted. */
enum rc store_read(struct db *db, struct view *view, struct cache *cache, int64_t until_ms,
                   bool is_locked, struct err *e) NODISCARD;

#endif
