#include "worker/reach.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/service/health.h"

struct reached {
	struct db *db;            /* NULL: no session */
	char why[ERR_TEXT_BYTES]; /* it did not answer; "": it did, or was not asked yet */
};

enum rc reach_open(struct reach *reach, const struct database_map *databases, struct err *e)
{
	*reach = (struct reach){.databases = databases, .kafka_ms = clock_monotonic_ms()};
	reach->list = calloc(databases->count, sizeof reach->list[0]);
	return reach->list ? RC_OK : err_out_of_memory(e);
}

void reach_close(struct reach *reach)
{
	for (size_t i = 0; reach->list && i < reach->databases->count; i++)
		db_close(reach->list[i].db);
	free(reach->list);
	reach->list = NULL;
}

static void ping(const struct database *database, struct reached *reached)
{
	struct db_call call = {.query = QUERY_WORKER_PING};
	struct db_settings settings = database->settings;
	enum rc rc = RC_OK;
	struct err e;

	settings.connect_ms = settings.answer_ms = REACH_DATABASE_MS;
	if (!reached->db)
		rc = db_open(&reached->db, &settings, &e);
	if (!rc)
		rc = db_run(reached->db, &call, 1, &e);
	db_rows_release(&call.rows);
	snprintf(reached->why, sizeof reached->why, "%s", rc ? e.text : "");
	if (!rc)
		return;
	db_close(reached->db);
	reached->db = NULL;
}

static void say_databases(const struct reach *reach)
{
	struct buf lines = {0};

	for (size_t i = 0; i < reach->databases->count; i++) {
		const char *name = reach->databases->list[i].name;

		if (reach->list[i].why[0])
			buf_print(&lines, "%s: %s\n", name[0] ? name : "database", reach->list[i].why);
	}
	health_say(HEALTH_DATABASE, lines.failed  ? "out of memory\n"
	                            : lines.bytes ? lines.data
	                                          : "");
	buf_release(&lines);
}

static void say_kafka(const char *why)
{
	struct buf line = {0};

	if (why)
		buf_print(&line, "Kafka: %s\n", why);
	health_say(HEALTH_KAFKA, why ? buf_text(&line).data : "");
	buf_release(&line);
}

void reach_look(struct reach *reach, struct kafka_group *group)
{
	int64_t pause_ms = REACH_EVERY_MS / (int64_t)reach->databases->count;
	struct err e;

	if (clock_monotonic_ms() < reach->next_ms)
		return;
	ping(&reach->databases->list[reach->turn], &reach->list[reach->turn]);
	reach->turn = (reach->turn + 1) % reach->databases->count;
	say_databases(reach);
	if (!kafka_group_reach(group, REACH_KAFKA_MS, &e)) {
		reach->kafka_ms = clock_monotonic_ms();
		say_kafka(NULL);
	} else if (clock_monotonic_ms() - reach->kafka_ms > REACH_KAFKA_SILENT_MS) {
		say_kafka(e.text);
	}
	reach->next_ms =
	    clock_monotonic_ms() + (pause_ms > REACH_PAUSE_MS ? pause_ms : REACH_PAUSE_MS);
}
