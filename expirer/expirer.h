/*
 * expirer.h - announces the lapsed holds of one database while it is the leader there, and waits to
 * be it while it is not.
 *
 * Threads: everything runs on the thread of its own that expirers.h gives each database.
 */
#ifndef HOLDFAST_EXPIRER_EXPIRER_H
#define HOLDFAST_EXPIRER_EXPIRER_H

#include <pthread.h>

#include "common/base/wait.h"
#include "common/pipeline/pipeline.h"
#include "expirer/due.h"

#define EXPIRER_FIGURES_MS 60000

/* Shared by all, never changed after the start. */
struct expirer_settings {
	const struct pipeline *pipeline;
	struct due_settings due;
	int64_t interval_ms;
	bool is_once;
};

struct expirer {
	const struct expirer_settings *settings;
	const struct database *database;
	bool is_first;      /* it asks for a broker, for all of them */
	struct leader leader;
	struct due due;
	bool is_in_trouble; /* the last turn failed, and that was said */
	int64_t figures_at_ms;
	int64_t reach_at_ms, reached_ms; /* the next look for a broker, the last that was found */
	pthread_t thread;
	int64_t announced;  /* and delivered since the last figures; with is_once in all */

	/* What the main thread tells, under the lock; it is woken where something changes. */
	struct wait *wait;
	bool is_running, has_turned, is_leader;
	char why[ERR_TEXT_BYTES]; /* the last turn failed; "": it did not */
	struct err end;       /* how it ended; RC_OK: as it was asked to */
};

/* Go on until a stop is asked for, or with is_once for one round. What ends it earlier is logged. */
enum rc expirer_serve(struct expirer *x, struct err *e) NODISCARD;

#endif
