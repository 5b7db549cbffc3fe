/*
 * fold.h - section 4 of docs/protocol.md once more: each record decided from the ones before it.
 *
 * Knows: the decision table. Doesn't know: the worker, which decides by code of its own; what was
 * really answered.
 * Threads: a fold belongs to one thread.
 */
#ifndef HOLDFAST_AUDIT_FOLD_FOLD_H
#define HOLDFAST_AUDIT_FOLD_FOLD_H

#include "audit/fold/fold_state.h"
#include "common/base/err.h"

/* Zeroed but partition and partition_count is a fold at the beginning. */
void fold_release(struct fold *fold);

/* Decide the next record of the partition. false: out of memory, the fold cannot be used on. */
bool fold_decide(struct fold *fold, const struct record *record) NODISCARD;

/* t that the next record of the partition has. */
int64_t fold_time_of(const struct fold *fold, const struct record *record);

/*
 * Pass over the next record: it tells the time and nothing else. For records whose key is another
 * show's than the one looked at, as a show is changed by records of its own key alone.
 */
void fold_pass(struct fold *fold, const struct record *record);

#endif
