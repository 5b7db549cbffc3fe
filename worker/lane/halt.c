#include "worker/lane/halt.h"

#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/base/log.h"
#include "worker/figures/gauges.h"

#define RECORD_WAIT_MS 2000
#define NO_RIGHT "42501" /* SQLSTATE */
#define EPOCH_NOT_KNOWN INT64_MAX /* the rows were never taken over: write whoever has them */

/* Nothing is written into a database that nobody verified: it may be another pipeline's. */
static bool is_ours(const struct owner *owner)
{
	const struct pipeline *pipeline = owner->settings->pipeline;

	return owner->store ||
	       pipeline_has_verified(pipeline, database_of(&pipeline->databases, owner->partition));
}

/* In a session of its own, as the owner's session may be why the partition halts. */
static enum rc record(const struct owner *owner, const struct halt *halt, struct err *e)
{
	struct db_settings settings =
	    database_of(&owner->settings->pipeline->databases, owner->partition)->settings;
	const struct err *why = &halt->why;
	int64_t epoch = owner->store ? store_progress(owner->store)->owner_epoch : 0;
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_WORKER_INSERT_HALT, .args = &args};
	struct db *db = NULL;
	enum rc rc;

	settings.connect_ms = settings.answer_ms = RECORD_WAIT_MS;
	db_arg_int4(&args, owner->partition);
	if (halt->offset >= 0)
		db_arg_int8(&args, halt->offset);
	else
		db_arg_null(&args, DB_INT8);
	db_arg_text(&args, why->code[0] ? text_of(why->code) : (struct text){NULL, 0});
	db_arg_text(&args, text_of(why->text));
	db_arg_int8(&args, epoch ? epoch : EPOCH_NOT_KNOWN);
	rc = db_open(&db, &settings, e);
	if (!rc)
		rc = db_run(db, &call, 1, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_close(db);
	return rc;
}

void halt_log(const struct halt *halt)
{
	const struct err *why = &halt->why;

	log_at(LOG_ERROR, "partition halted",
	       {.name = halt->offset >= 0 ? "offset" : NULL, .integer = halt->offset},
	       {.name = why->code[0] ? "sqlstate" : NULL, .string = why->code,
	        .string_bytes = SIZE_MAX},
	       F_STR("error", why->text), F_STR("func", why->func), F_INT("line", why->line));
}

bool halt_may_pass(const struct halt *halt)
{
	const struct err *why = &halt->why;

	if (why->rc == RC_REJECT) /* the rows are not as they must be */
		return false;
	return why->origin == FROM_RIGHTS || why->origin == FROM_KAFKA ||
	       why->origin == FROM_DATABASE || !strcmp(why->code, NO_RIGHT);
}

/* The reason as the database keeps it, with when it is tried again. */
static struct halt with_next_try(const struct halt *halt, int64_t next_try_ms)
{
	char time[INSTANT_TEXT_BYTES];
	struct halt told = *halt;

	instant_print(next_try_ms, time);
	snprintf(told.why.text, sizeof told.why.text, "%.*s; tried again at %s",
	         (int)(sizeof told.why.text - sizeof time - sizeof "; tried again at "),
	         halt->why.text, time);
	return told;
}

void halt_partition(struct owner *owner, struct state *state, int64_t next_try_ms)
{
	const struct halt *halt = &state->halt;
	struct halt told = next_try_ms ? with_next_try(halt, next_try_ms) : *halt;
	bool is_new = strcmp(state->halt_text, halt->why.text) != 0;
	struct err e;

	if (is_new)
		halt_log(halt);
	state_explain_halt(state, halt->why.text, next_try_ms);
	gauges_set_halted(owner->partition, true);
	if (is_ours(owner) && record(owner, &told, &e) && is_new)
		log_err(LOG_WARNING, "the halt is not recorded in the database", &e);
}
