/*
 * write.h - turns a planned batch into statements, set-wise, each with its verification.
 *
 * Knows: what the plan changed in the view, the decisions of the batch. Doesn't know: the session;
 * nothing is sent here.
 */
#ifndef HOLDFAST_WORKER_STORE_WRITE_H
#define HOLDFAST_WORKER_STORE_WRITE_H

#include "common/db/db.h"
#include "worker/plan/batch.h"
#include "worker/plan/view.h"

/* Shows, seats and reservations added and changed, their seats, decisions. */
#define STORE_WRITES_MAX 7

struct store_writes {
	struct db_call calls[STORE_WRITES_MAX + 1]; /* room for COMMIT */
	struct db_args args[STORE_WRITES_MAX];
	int count;
};

/* Release with store_writes_release. False: out of memory. */
bool store_writes_make(struct store_writes *writes, struct view *view, int32_t partition,
                       const struct batch *batch, size_t first, size_t count) NODISCARD;
void store_writes_release(struct store_writes *writes);

#endif
