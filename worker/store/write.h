/*
 * write.h - turns a planned batch into statements, set-wise, each with its verification.
 *
 * Knows: what the plan changed in the view, the decisions of the batch. Doesn't know: the session;
 * nothing is sent here.
 */
#ifndef HOLDFAST_WORKER_STORE_WRITE_H
#define HOLDFAST_WORKER_STORE_WRITE_H

#include "worker/plan/batch.h"
#include "worker/plan/view.h"
#include "worker/store/write_columns.h"

/* Release with store_writes_release. False: out of memory. */
bool store_writes_make(struct store_writes *writes, struct view *view, int32_t partition,
                       const struct batch *batch, size_t first, size_t count) NODISCARD;
void store_writes_release(struct store_writes *writes);

#endif
