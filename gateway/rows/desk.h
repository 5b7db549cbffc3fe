/*
 * desk.h - jobs that read rows, done on threads of its own, so that no connection waits with them.
 *
 * Each database has its sessions and its queue: one that is lost holds up no other. What cannot be
 * asked is told at once; who asks tries again.
 * Threads: any may give; a job is done on the desk's.
 */
#ifndef HOLDFAST_GATEWAY_ROWS_DESK_H
#define HOLDFAST_GATEWAY_ROWS_DESK_H

#include "common/db/db.h"
#include "common/pipeline/pipeline.h"

#define DESK_SESSIONS 2    /* of each database */
#define DESK_WAITING_MAX 1024

struct desk_job {
	/* Read with statements of one's own. After RC_REOPEN it is called once more, with a new session. */
	enum rc (*read)(struct desk_job *job, struct db *db, struct err *e);
	/* Once, behind it. The job is no more the desk's. e: where rc says so */
	void (*done)(struct desk_job *job, enum rc rc, const struct err *e);
	struct desk_job *next;
};

struct desk;

/* pipeline: verified; borrowed */
enum rc desk_open(struct desk **desk, const struct pipeline *pipeline, struct err *e) NODISCARD;
void desk_close(struct desk *desk); /* what waits is done with RC_RETRY; takes NULL */

/* Of the database that has the partition. false: too many wait there; nothing is done. */
bool desk_give(struct desk *desk, int32_t partition, struct desk_job *job);
/* Is a database lost, that of the partition? */
bool desk_is_lost(struct desk *desk, int32_t partition);

#endif
