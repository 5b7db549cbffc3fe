#include <stdio.h>

#include "common/base/log.h"
#include "worker/figures.h"
#include "worker/lane/lane_inside.h"

#define RECORD_WAIT_MS 2000
#define EPOCH_NOT_KNOWN INT64_MAX /* never taken over: no other owner's row is spared */

/* A database that nobody verified may be another pipeline's. */
static bool is_ours(const struct lane *lane)
{
	return lane->store || !database_of(&lane->settings->databases, lane->partition)->is_unverified;
}

/* For holdfast-admin status, in a session of its own: the lane's may be why it halts. */
static enum rc record(struct lane *lane, int64_t offset, const struct err *why, struct err *e)
{
	struct db_settings settings =
	    database_of(&lane->settings->databases, lane->partition)->settings;
	int64_t epoch = lane->store ? store_progress(lane->store)->owner_epoch : 0;
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_WORKER_INSERT_HALT, .args = &args};
	struct db *db = NULL;
	enum rc rc;

	settings.connect_ms = settings.answer_ms = RECORD_WAIT_MS;
	db_arg_int4(&args, lane->partition);
	if (offset >= 0)
		db_arg_int8(&args, offset);
	else
		db_arg_null(&args, DB_INT8);
	db_arg_text(&args, why->code[0] ? text_of(why->code) : (struct text){NULL, 0});
	db_arg_text(&args, text_of(why->text));
	db_arg_int8(&args, epoch ? epoch : EPOCH_NOT_KNOWN);
	rc = db_open(&db, &settings, e);
	if (!rc)
		rc = db_run(db, &call, 1, NULL, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_close(db);
	return rc;
}

enum step lane_halt(struct lane *lane, int64_t offset, const struct err *why)
{
	struct err e;

	log_at(LOG_ERROR, "partition halted", F_INT("partition", lane->partition),
	       {.name = offset >= 0 ? "offset" : NULL, .integer = offset},
	       {.name = why->code[0] ? "sqlstate" : NULL, .string = why->code,
	        .string_bytes = SIZE_MAX},
	       F_STR("error", why->text), F_STR("func", why->func), F_INT("line", why->line));
	if (!lane->group)
		return STEP_HALT; /* whoever rebuilds is told, and no partition stands still */
	pthread_mutex_lock(&lane->lock);
	snprintf(lane->halt_text, sizeof lane->halt_text, "%s", why->text);
	pthread_mutex_unlock(&lane->lock);
	metrics_set_halted(lane->partition, true);
	if (is_ours(lane) && record(lane, offset, why, &e))
		log_err(LOG_WARNING, "the halt is not recorded in the database", &e);
	return STEP_HALT;
}
