#include "gateway/rows/positions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/pace.h"
#include "common/base/wait.h"
#include "common/base/watchdog.h"
#include "common/kafka/reader.h"

#define LOOK_MS 500
#define END_UNKNOWN (-1)
#define END_WAIT_MS 2000 /* for a broker to tell an end; the gateway may be ending meanwhile */
#define FRESH_END_WAIT_MS 300
#define SILENT_MS 5000 /* brokers that say nothing for longer do not answer */
#define SOCKET_TIMEOUT "socket.timeout.ms"

struct partition {
	struct pace pace;
	int64_t at_ms, next_offset, epoch; /* as of the last look; at_ms 0: there was none */
	int64_t end;             /* as of the look before this one; END_UNKNOWN */
	int64_t current_from_ms; /* 0: it is not */
};

struct positions {
	const struct pipeline *pipeline;
	struct wait lock; /* of partitions */
	struct kafka_reader *reader;
	struct db **sessions; /* of each database */
	pthread_t thread;
	bool is_running;
	atomic_bool is_asked_to_stop;
	_Atomic int64_t answered_ms; /* when the brokers had told every end */
	struct kafka_settings kafka;
	struct pairs properties;
	struct partition partitions[];
};

/* ---- looking ---- */

static void keep_progress(struct positions *p, int32_t partition, int64_t next_offset, int64_t epoch)
{
	struct partition *of = &p->partitions[partition];
	int64_t now_ms = clock_monotonic_ms();

	if (epoch != of->epoch) /* it has a new worker, and had none before, perhaps */
		of->pace = (struct pace){0};
	of->epoch = epoch;
	pace_look(&of->pace, now_ms, next_offset, of->end);
	of->at_ms = now_ms;
	of->next_offset = next_offset;
	/* What was there at the look before is decided: nothing waits for longer than a look. */
	if (of->end == END_UNKNOWN || next_offset < of->end)
		of->current_from_ms = 0;
	else if (!of->current_from_ms)
		of->current_from_ms = now_ms;
}

static void look_at_rows(struct positions *p, size_t i)
{
	const struct database *database = &p->pipeline->databases.list[i];
	struct db_call call = {.query = QUERY_GATEWAY_READ_PROGRESS};
	struct err e;

	if (!p->sessions[i] && db_open(&p->sessions[i], &database->settings, &e))
		return;
	if (db_run(p->sessions[i], &call, 1, &e)) {
		db_close(p->sessions[i]);
		p->sessions[i] = NULL;
		return;
	}
	wait_lock(&p->lock);
	for (int row = 0; row < call.rows.count; row++) {
		int32_t partition = db_int4(&call.rows, row, 0);

		if (partition >= 0 && partition < p->pipeline->partition_count &&
		    database_of(&p->pipeline->databases, partition) == database)
			keep_progress(p, partition, db_int8(&call.rows, row, 1), db_int8(&call.rows, row, 2));
	}
	wait_unlock(&p->lock);
	db_rows_release(&call.rows);
}

static void look_at_ends(struct positions *p)
{
	for (int32_t i = 0; i < p->pipeline->partition_count && !p->is_asked_to_stop; i++) {
		int64_t end;
		struct err e;

		watchdog_beat();
		if (kafka_reader_end(p->reader, p->pipeline->topics.requests, i, END_WAIT_MS, &end, &e))
			end = END_UNKNOWN;
		wait_lock(&p->lock);
		p->partitions[i].end = end;
		pace_see_end(&p->partitions[i].pace, end);
		wait_unlock(&p->lock);
		if (end == END_UNKNOWN)
			return; /* who does not answer one is not asked for all */
	}
	p->answered_ms = clock_monotonic_ms();
}

static void rest(struct positions *p)
{
	int64_t until_ms = clock_monotonic_ms() + LOOK_MS;

	wait_lock(&p->lock);
	while (!p->is_asked_to_stop && wait_until(&p->lock, until_ms))
		;
	wait_unlock(&p->lock);
}

static void *look(void *context)
{
	struct positions *p = context;
	struct watchdog watchdog;

	watchdog_enter(&watchdog, "positions");
	while (!p->is_asked_to_stop) {
		for (size_t i = 0; i < p->pipeline->databases.count; i++)
			look_at_rows(p, i);
		look_at_ends(p);
		watchdog_beat();
		rest(p);
	}
	watchdog_leave(&watchdog);
	return NULL;
}

/* ---- telling ---- */

const char *positions_trouble(struct positions *p)
{
	return clock_monotonic_ms() - p->answered_ms > SILENT_MS ? "brokers do not answer" : NULL;
}

struct position position_of(struct positions *p, int32_t partition)
{
	const struct partition *of = &p->partitions[partition];
	struct position position = {.is_known = false};
	int64_t now_ms = clock_monotonic_ms();

	wait_lock(&p->lock);
	position.end_offset = of->end;
	if (of->at_ms && now_ms - of->at_ms <= POSITION_FRESH_MS) {
		position.is_known = true;
		position.at_ms = of->at_ms;
		position.next_offset = of->next_offset;
		position.per_ms = pace_per_ms(&of->pace, now_ms);
		if (of->current_from_ms)
			position.current_ms = now_ms - of->current_from_ms + 1;
	}
	wait_unlock(&p->lock);
	return position;
}

bool positions_is_all_decided(struct positions *p, int32_t partition)
{
	struct position position;
	struct err e;
	int64_t end;

	if (kafka_reader_end(p->reader, p->pipeline->topics.requests, partition, FRESH_END_WAIT_MS,
	                     &end, &e))
		return false;
	position = position_of(p, partition);
	return position.is_known && position.next_offset >= end;
}

int64_t position_before(const struct position *position, int64_t offset)
{
	if (!position->is_known)
		return -1;
	return offset > position->next_offset ? offset - position->next_offset : 0;
}

int64_t position_eta_ms(const struct position *position, int64_t offset)
{
	if (!position->is_known)
		return -1;
	return pace_wait_ms(position->per_ms, position->at_ms, position->next_offset, offset,
	                    clock_monotonic_ms());
}

/* ---- all of it ---- */

/* The library asks again until this is over, whatever time the question was given. */
static enum rc open_reader(struct positions *p, struct err *e)
{
	const struct pairs *given = p->pipeline->kafka.properties;

	for (size_t i = 0; given && i < given->count; i++)
		if (pairs_set(&p->properties, given->names[i], strlen(given->names[i]), given->values[i],
		              strlen(given->values[i]), e))
			return e->rc;
	if (pairs_set(&p->properties, SOCKET_TIMEOUT, strlen(SOCKET_TIMEOUT), "3000", 4, e))
		return e->rc;
	p->kafka = p->pipeline->kafka;
	p->kafka.properties = &p->properties;
	return kafka_reader_open(&p->reader, &p->kafka, true, e);
}

enum rc positions_open(struct positions **positions, const struct pipeline *pipeline,
                       struct err *e)
{
	size_t count = (size_t)pipeline->partition_count;
	struct positions *p = calloc(1, sizeof *p + count * sizeof p->partitions[0]);
	enum rc rc = RC_OK;

	*positions = NULL;
	if (!p)
		return err_out_of_memory(e);
	p->pipeline = pipeline;
	wait_open(&p->lock);
	for (size_t i = 0; i < count; i++)
		p->partitions[i].end = END_UNKNOWN;
	p->sessions = calloc(pipeline->databases.count, sizeof(struct db *));
	if (!p->sessions)
		rc = err_out_of_memory(e);
	else
		rc = open_reader(p, e);
	p->answered_ms = clock_monotonic_ms();
	if (!rc) {
		p->is_running = !pthread_create(&p->thread, NULL, look, p);
		if (!p->is_running)
			rc = err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
	}
	if (rc)
		positions_close(p);
	else
		*positions = p;
	return rc;
}

void positions_close(struct positions *p)
{
	if (!p)
		return;
	p->is_asked_to_stop = true;
	wait_wake(&p->lock);
	if (p->is_running)
		pthread_join(p->thread, NULL);
	kafka_reader_close(p->reader);
	for (size_t i = 0; p->sessions && i < p->pipeline->databases.count; i++)
		db_close(p->sessions[i]);
	free(p->sessions);
	pairs_release(&p->properties);
	wait_close(&p->lock);
	free(p);
}
