/*
 * expirer.h - announces lapsed holds while it is the leader, and waits to be it while it is not.
 */
#ifndef HOLDFAST_EXPIRER_EXPIRER_H
#define HOLDFAST_EXPIRER_EXPIRER_H

#include "expirer/due.h"

struct expirer_settings {
	struct kafka_settings kafka;
	struct db_settings database;
	struct due_settings due;
	int64_t interval_ms;
	bool is_once;
};

/* Run until a stop is asked for, or with is_once for one round. Returns an exit code. */
enum exit_code expirer_run(const struct expirer_settings *settings);

#endif
