/*
 * tables.h - holds shows, seats and reservations against the fold, once it is done.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_TABLES_H
#define HOLDFAST_AUDIT_COMPARE_TABLES_H

#include "audit/compare/snapshot.h"
#include "audit/fold/fold.h"

/*
 * Compare every table but decisions and partition_progress.
 *
 * folds  one for each partition, also of those that are served elsewhere; what has a row is marked
 */
enum rc tables_compare(struct snapshot *snapshot, struct fold *folds, struct report *report,
                       struct err *e) NODISCARD;

#endif
