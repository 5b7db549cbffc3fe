/*
 * startup.h - what is verified before the first partition is served.
 */
#ifndef HOLDFAST_WORKER_STARTUP_H
#define HOLDFAST_WORKER_STARTUP_H

#include "common/pipeline/setup.h"
#include "worker/lane/settings.h"

struct startup {
	struct setup setup; /* what lane_settings borrows */
};

/* What for. */
enum startup_aim {
	STARTUP_CHECK,   /* only to look */
	STARTUP_REBUILD, /* the group becomes that of a database which has none yet */
	STARTUP_SERVE,   /* that, too; a database that is not there is left is_unverified, but not all */
};

/*
 * Verify topics, schema and that databases, cluster, topic and group belong together; fill in the
 * cluster id and the number of partitions. Waits for the servers up to wait_ms.
 *
 * RC_FATAL  exit code 3: mismatch
 * RC_RETRY, RC_REOPEN  exit code 4 or 5: a server was not there in time
 */
enum rc startup_verify(struct startup *startup, struct lane_settings *settings, int64_t wait_ms,
                       enum startup_aim aim, struct err *e) NODISCARD;

/* The same for one database that was not there then. Threads: any. */
enum rc startup_verify_database(const struct lane_settings *settings,
                                const struct database *database, struct err *e) NODISCARD;

/* The reply topics and the map of databases of the settings, too. */
void startup_release(struct startup *startup, struct lane_settings *settings);

#endif
