/*
 * startup.h - what is verified before the first partition is served.
 */
#ifndef HOLDFAST_WORKER_STARTUP_H
#define HOLDFAST_WORKER_STARTUP_H

#include "common/setup.h"
#include "worker/lane.h"

struct startup {
	struct setup setup; /* what lane_settings borrows */
};

/*
 * Verify topics, schema and that databases, cluster, topic and group belong together; fill in the
 * cluster id and the number of partitions. Waits for the servers up to wait_ms. With is_claiming
 * the group becomes that of a database which has none yet.
 *
 * RC_FATAL  exit code 3: mismatch
 * RC_RETRY, RC_REOPEN  exit code 4 or 5: a server was not there in time
 */
enum rc startup_verify(struct startup *startup, struct lane_settings *settings, int64_t wait_ms,
                       bool is_claiming, struct err *e) NODISCARD;

/* The reply topics and the map of databases of the settings, too. */
void startup_release(struct startup *startup, struct lane_settings *settings);

#endif
