/*
 * store_read.h - fills a view from the rows, as the source that view.h speaks of.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_H
#define HOLDFAST_WORKER_STORE_READ_H

#include "common/db.h"
#include "worker/view.h"

/*
 * Read until nothing is wanted, a round trip a wave.
 *
 * leading      statements to run in the first round trip, before the reads; borrowed
 * until_ms     latest t of the batch
 * is_locked    lock the seats
 */
enum rc store_read(struct db *db, struct view *view, struct db_call *leading, int leading_count,
                   int64_t until_ms, bool is_locked, struct err *e) NODISCARD;

#endif
