#include "worker/reach.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
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
	if (rc && !reached->why[0])
		log_err(LOG_WARNING, "the database does not answer", &e);
	else if (!rc && reached->why[0])
		log_info("the database answers again", F_STR("name", database->name));
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

/* The ends of partitions whose lanes did not hear of one lately. */
static enum rc ask_ends(struct kafka_group *group, struct lane *const *lanes, size_t count,
                        struct err *e)
{
	int32_t *partitions = calloc(count ? count : 1, sizeof *partitions);
	int64_t *ends = calloc(count ? count : 1, sizeof *ends);
	int64_t since_ms = clock_monotonic_ms() - REACH_QUIET_MS;
	enum rc rc = partitions && ends ? RC_OK : err_out_of_memory(e);
	size_t asked = 0, told = 0;

	for (size_t i = 0; !rc && i < count; i++)
		if (lane_heard_ms(lanes[i]) < since_ms)
			partitions[asked++] = lane_partition(lanes[i]);
	if (!rc && asked)
		rc = kafka_group_ask_ends(group, partitions, ends, asked, REACH_KAFKA_MS, e);
	for (size_t i = 0; i < count && told < asked; i++)
		if (lane_partition(lanes[i]) == partitions[told])
			lane_set_end(lanes[i], ends[told++]);
	free(partitions);
	free(ends);
	return rc;
}

static void look_at_kafka(struct reach *reach, struct kafka_group *group,
                          struct lane *const *lanes, size_t count)
{
	struct err e;
	enum rc rc = kafka_group_reach(group, REACH_KAFKA_MS, &e);

	if (!rc)
		rc = ask_ends(group, lanes, count, &e);
	if (!rc) {
		reach->kafka_ms = clock_monotonic_ms();
		if (reach->is_kafka_away)
			log_info("Kafka answers again");
		reach->is_kafka_away = false;
		say_kafka(NULL);
	} else if (clock_monotonic_ms() - reach->kafka_ms > REACH_KAFKA_SILENT_MS) {
		if (!reach->is_kafka_away)
			log_err(LOG_WARNING, "Kafka does not answer", &e);
		reach->is_kafka_away = true;
		say_kafka(e.text);
	}
}

void reach_look(struct reach *reach, struct kafka_group *group, struct lane *const *lanes,
                size_t count)
{
	int64_t pause_ms = REACH_EVERY_MS / (int64_t)reach->databases->count;

	if (clock_monotonic_ms() < reach->next_ms)
		return;
	ping(&reach->databases->list[reach->turn], &reach->list[reach->turn]);
	reach->turn = (reach->turn + 1) % reach->databases->count;
	say_databases(reach);
	look_at_kafka(reach, group, lanes, count);
	reach->next_ms =
	    clock_monotonic_ms() + (pause_ms > REACH_PAUSE_MS ? pause_ms : REACH_PAUSE_MS);
}
