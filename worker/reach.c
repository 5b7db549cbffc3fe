#include "worker/reach.h"

#include "common/clock.h"
#include "common/health.h"

void reach_open(struct reach *reach, const struct db_settings *database)
{
	*reach = (struct reach){.database = *database, .kafka_ms = clock_monotonic_ms()};
	reach->database.connect_ms = reach->database.answer_ms = REACH_DATABASE_MS;
}

void reach_close(struct reach *reach)
{
	db_close(reach->db);
	reach->db = NULL;
}

static void say(enum health_part part, const char *who, const char *why)
{
	struct buf line = {0};

	if (why)
		buf_print(&line, "%s: %s\n", who, why);
	health_say(part, why ? buf_text(&line).data : "");
	buf_release(&line);
}

static enum rc ping(struct reach *reach, struct err *e)
{
	struct db_call call = {.query = QUERY_WORKER_PING};
	enum rc rc = RC_OK;

	if (!reach->db)
		rc = db_open(&reach->db, &reach->database, e);
	if (!rc)
		rc = db_run(reach->db, &call, 1, NULL, e);
	db_rows_release(&call.rows);
	return rc;
}

void reach_look(struct reach *reach, struct kafka_group *group)
{
	struct err e;

	if (clock_monotonic_ms() < reach->next_ms)
		return;
	if (ping(reach, &e)) {
		say(HEALTH_DATABASE, "database", e.text);
		reach_close(reach);
	} else {
		say(HEALTH_DATABASE, "database", NULL);
	}
	if (!kafka_group_reach(group, REACH_KAFKA_MS, &e)) {
		reach->kafka_ms = clock_monotonic_ms();
		say(HEALTH_KAFKA, "Kafka", NULL);
	} else if (clock_monotonic_ms() - reach->kafka_ms > REACH_KAFKA_SILENT_MS) {
		say(HEALTH_KAFKA, "Kafka", e.text);
	}
	reach->next_ms = clock_monotonic_ms() + REACH_EVERY_MS;
}
