/*
 * write_faults.h - what a build with FAULTS=1 does otherwise between store and database.
 *
 * An ordinary build sends the writes of a batch and COMMIT in one round trip, by db_run itself. A
 * build with fault places sends each statement apart, and stops between them where it is told to.
 */
#ifndef HOLDFAST_WORKER_STORE_WRITE_FAULTS_H
#define HOLDFAST_WORKER_STORE_WRITE_FAULTS_H

#include "common/db/db.h"
#include "common/base/fault.h"

#ifdef FAULTS
/* db_run of a batch's writes, the last of them COMMIT. */
enum rc store_run_writes(struct db *db, struct db_call *calls, int count, struct err *e) NODISCARD;

/*
 * Before a batch: what broken rules do at its beginning.
 *
 * next_offset, owner_epoch  what the compare-and-set compares with; read anew where it is broken
 */
enum rc store_begin_broken(struct db *db, int32_t partition, int64_t *next_offset,
                           int64_t *owner_epoch, struct err *e) NODISCARD;
#else
#define store_run_writes(db, calls, count, e) db_run((db), (calls), (count), (e))
#define store_begin_broken(db, partition, next_offset, owner_epoch, e) \
	((void)(next_offset), (void)(owner_epoch), (void)(e), (enum rc)RC_OK)
#endif

#endif
