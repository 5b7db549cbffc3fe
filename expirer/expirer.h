/*
 * expirer.h - announces lapsed holds: a session that is leader or standby, and a look at what is
 * due. Only reads the database.
 */
#ifndef HOLDFAST_EXPIRER_EXPIRER_H
#define HOLDFAST_EXPIRER_EXPIRER_H

#include "common/db.h"
#include "common/kafka_sender.h"

#define EXPIRER_HEARTBEAT_MS 500     /* the session queries at least this often */
#define EXPIRER_IDLE_SESSION_MS 2000 /* the server ends one that is silent for longer */

struct expirer_settings {
	struct kafka_settings kafka;
	struct db_settings database;
	const char *requests_topic;
	int64_t interval_ms;
	int64_t batch_max;
	size_t remember_max;
};

/* Run until a stop is asked for, or with is_once for one look. Returns an exit code. */
enum exit_code expirer_run(const struct expirer_settings *settings, bool is_once);

#endif
