/*
 * recall.h - decisions that were made before, out of their rows.
 *
 * For store.c alone.
 */
#ifndef HOLDFAST_WORKER_STORE_RECALL_H
#define HOLDFAST_WORKER_STORE_RECALL_H

#include "common/db/db.h"
#include "worker/plan/batch.h"

/* As store_recall says. */
enum rc recall_decisions(struct db *db, int32_t partition, struct batch *batch, size_t first,
                         size_t count, struct err *e) NODISCARD;

#endif
