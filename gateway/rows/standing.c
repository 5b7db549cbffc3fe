#include "gateway/rows/standing.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/wait.h"
#include "common/base/watchdog.h"
#include "common/db/db.h"
#include "common/kafka/members.h"
#include "common/kafka/pool.h"

#define ROWS_MS 2000
#define OWNERS_MS 10000
#define LOOKED_AT_MS 30000 /* so long after the last look nothing more is read */
#define GROUP_BYTES 256

struct standing {
	const struct pipeline *pipeline;
	struct wait lock; /* of what follows */
	bool is_asked_to_stop, has_read;
	int64_t looked_ms;
	struct standing_row *rows;
	/* the thread's own */
	pthread_t thread;
	bool is_running;
	struct standing_row *fresh;
	struct db **sessions;
	int64_t owners_ms;
	char group[GROUP_BYTES];
};

/* ---- reading ---- */

static void keep_text(char *to, size_t bytes, struct text t)
{
	snprintf(to, bytes, "%.*s", (int)t.bytes, t.data ? t.data : "");
}

static void keep_row(struct standing_row *to, const struct db_rows *rows, int row)
{
	to->is_known = true;
	to->next_offset = db_is_null(rows, row, 1) ? 0 : db_int8(rows, row, 1);
	to->epoch = db_is_null(rows, row, 2) ? 0 : db_int8(rows, row, 2);
	to->is_halted = !db_is_null(rows, row, 3);
	to->halted_ms = to->is_halted ? db_time_ms(rows, row, 3) : 0;
	to->halted_offset = db_is_null(rows, row, 4) ? -1 : db_int8(rows, row, 4);
	keep_text(to->reason, sizeof to->reason, db_text(rows, row, 5));
}

static void read_rows(struct standing *s, size_t i)
{
	const struct database_map *map = &s->pipeline->databases;
	struct db_call call = {.query = QUERY_GATEWAY_READ_STANDING};
	struct err e;

	for (int32_t p = 0; p < s->pipeline->partition_count; p++)
		if (database_of(map, p) == &map->list[i])
			s->fresh[p].is_known = false;
	if (!s->sessions[i] && db_open(&s->sessions[i], &map->list[i].settings, &e))
		return;
	if (db_run(s->sessions[i], &call, 1, &e)) {
		db_close(s->sessions[i]);
		s->sessions[i] = NULL;
		return;
	}
	for (int row = 0; row < call.rows.count; row++) {
		int32_t partition = db_int4(&call.rows, row, 0);

		keep_text(s->group, sizeof s->group, db_text(&call.rows, row, 6));
		if (partition >= 0 && partition < s->pipeline->partition_count &&
		    database_of(map, partition) == &map->list[i])
			keep_row(&s->fresh[partition], &call.rows, row);
	}
	db_rows_release(&call.rows);
}

/* Without the right to describe the group, or an answer, nobody is named. */
static void read_owners(struct standing *s)
{
	int32_t count = s->pipeline->partition_count;
	struct kafka_owner *owners = calloc((size_t)count, sizeof *owners);
	struct kafka_topics *topics = NULL;
	struct err e;
	enum rc rc;

	s->owners_ms = clock_monotonic_ms();
	for (int32_t i = 0; i < count; i++)
		s->fresh[i].owner[0] = '\0';
	rc = owners && s->group[0] ? kafka_pool_take_topics(s->pipeline->pool, &topics, &e) : RC_RETRY;
	if (!rc)
		rc = kafka_members_read(topics, s->group, s->pipeline->topics.requests, owners, count, &e);
	kafka_pool_give_topics(s->pipeline->pool, topics, rc);
	for (int32_t i = 0; !rc && i < count; i++)
		if (owners[i].member_id)
			snprintf(s->fresh[i].owner, sizeof s->fresh[i].owner, "%s %s", owners[i].client_id,
			         owners[i].host);
	kafka_owners_release(owners, count);
}

static void look(struct standing *s)
{
	for (size_t i = 0; i < s->pipeline->databases.count; i++)
		read_rows(s, i);
	if (!s->owners_ms || clock_monotonic_ms() - s->owners_ms >= OWNERS_MS)
		read_owners(s);
	wait_lock(&s->lock);
	for (int32_t i = 0; i < s->pipeline->partition_count; i++)
		s->rows[i] = s->fresh[i];
	s->has_read = true;
	wait_unlock(&s->lock);
}

static void *look_again_and_again(void *context)
{
	struct standing *s = context;
	struct watchdog watchdog;

	watchdog_enter(&watchdog, "standing");
	wait_lock(&s->lock);
	while (!s->is_asked_to_stop) {
		bool is_looked_at = s->looked_ms && clock_monotonic_ms() - s->looked_ms < LOOKED_AT_MS;

		if (is_looked_at) {
			wait_unlock(&s->lock);
			look(s);
			wait_lock(&s->lock);
		}
		watchdog_beat();
		kafka_pool_tend(s->pipeline->pool, clock_monotonic_ms());
		if (!s->is_asked_to_stop)
			wait_until(&s->lock, clock_monotonic_ms() + ROWS_MS);
	}
	wait_unlock(&s->lock);
	watchdog_leave(&watchdog);
	return NULL;
}

/* ---- telling ---- */

bool standing_read(struct standing *s, struct standing_row *rows)
{
	bool has_read;

	wait_lock(&s->lock);
	s->looked_ms = clock_monotonic_ms();
	has_read = s->has_read;
	for (int32_t i = 0; has_read && i < s->pipeline->partition_count; i++)
		rows[i] = s->rows[i];
	if (!has_read)
		wait_wake(&s->lock);
	wait_unlock(&s->lock);
	return has_read;
}

/* ---- all of it ---- */

enum rc standing_open(struct standing **out, const struct pipeline *pipeline, struct err *e)
{
	size_t count = (size_t)pipeline->partition_count;
	struct standing *s = calloc(1, sizeof *s);

	*out = NULL;
	if (!s)
		return err_out_of_memory(e);
	s->pipeline = pipeline;
	wait_open(&s->lock);
	s->rows = calloc(count, sizeof *s->rows);
	s->fresh = calloc(count, sizeof *s->fresh);
	s->sessions = calloc(pipeline->databases.count, sizeof(struct db *));
	if (s->rows && s->fresh && s->sessions)
		s->is_running = !pthread_create(&s->thread, NULL, look_again_and_again, s);
	if (!s->is_running) {
		standing_close(s);
		return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread or memory can be had");
	}
	*out = s;
	return RC_OK;
}

void standing_close(struct standing *s)
{
	if (!s)
		return;
	wait_lock(&s->lock);
	s->is_asked_to_stop = true;
	wait_wake(&s->lock);
	wait_unlock(&s->lock);
	if (s->is_running)
		pthread_join(s->thread, NULL);
	for (size_t i = 0; s->sessions && i < s->pipeline->databases.count; i++)
		db_close(s->sessions[i]);
	free(s->sessions);
	free(s->rows);
	free(s->fresh);
	wait_close(&s->lock);
	free(s);
}
