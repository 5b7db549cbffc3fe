#include "gateway/rows/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <utlist.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/wait.h"
#include "common/base/watchdog.h"

#define IDLE_MS 1000
#define REOPEN_MS 500 /* at most so often a session is tried that could not be opened */

/* One database: its queue, and who works on it. */
struct counter {
	const struct database *database;
	struct wait lock;
	struct desk_job *waiting;
	size_t count;
	bool is_asked_to_stop;
	atomic_bool is_lost;
	pthread_t threads[DESK_SESSIONS];
	int thread_count;
};

struct desk {
	const struct pipeline *pipeline;
	size_t count;
	struct counter counters[];
};

/* ---- a session ---- */

struct clerk {
	struct counter *counter;
	struct db *db;
	int64_t tried_ms;
	struct err why; /* the last time that it could not be opened */
};

static enum rc connect(struct clerk *clerk, struct err *e)
{
	struct counter *counter = clerk->counter;
	int64_t now_ms = clock_monotonic_ms();
	enum rc rc;

	if (clerk->db)
		return RC_OK;
	if (clerk->tried_ms && now_ms - clerk->tried_ms < REOPEN_MS) {
		*e = clerk->why;
		return e->rc;
	}
	rc = db_open(&clerk->db, &counter->database->settings, e);
	clerk->tried_ms = clock_monotonic_ms();
	if (rc) {
		database_blame(counter->database, e);
		clerk->why = *e;
	}
	if (rc && !counter->is_lost)
		log_err(LOG_WARNING, "rows cannot be read", e);
	if (!rc && counter->is_lost)
		log_info("rows can be read again");
	counter->is_lost = rc != RC_OK;
	return rc;
}

static enum rc work(struct clerk *clerk, struct desk_job *job, struct err *e)
{
	enum rc rc = RC_OK;

	for (int tries = 0; tries < 2; tries++) {
		rc = connect(clerk, e);
		if (rc)
			return rc;
		rc = job->read(job, clerk->db, e);
		if (rc != RC_REOPEN)
			return rc;
		db_close(clerk->db);
		clerk->db = NULL;
	}
	return rc;
}

/* The next job; NULL: none for a while, or the end. */
static struct desk_job *take(struct counter *counter, bool *is_over)
{
	struct desk_job *job;

	wait_lock(&counter->lock);
	if (!counter->waiting && !counter->is_asked_to_stop)
		wait_until(&counter->lock, clock_monotonic_ms() + IDLE_MS);
	job = counter->waiting;
	if (job) {
		LL_DELETE(counter->waiting, job);
		counter->count--;
	}
	*is_over = counter->is_asked_to_stop;
	wait_unlock(&counter->lock);
	return job;
}

static void *serve(void *context)
{
	struct clerk clerk = {.counter = context};
	struct watchdog watchdog;
	bool is_over = false;

	watchdog_enter(&watchdog, "rows");
	while (!is_over) {
		struct desk_job *job = take(clerk.counter, &is_over);
		struct err e = {.rc = RC_OK};

		watchdog_beat();
		if (job && is_over)
			job->done(job, err_set(&e, RC_RETRY, FROM_PROGRAM, "the program ends"), &e);
		else if (job)
			job->done(job, work(&clerk, job, &e), &e);
		is_over = is_over && !job;
	}
	db_close(clerk.db);
	watchdog_leave(&watchdog);
	return NULL;
}

/* ---- the desk ---- */

static bool start(struct counter *counter, const struct database *database)
{
	counter->database = database;
	wait_open(&counter->lock);
	while (counter->thread_count < DESK_SESSIONS &&
	       !pthread_create(&counter->threads[counter->thread_count], NULL, serve, counter))
		counter->thread_count++;
	return counter->thread_count == DESK_SESSIONS;
}

enum rc desk_open(struct desk **desk, const struct pipeline *pipeline, struct err *e)
{
	const struct database_map *map = &pipeline->databases;
	struct desk *d = calloc(1, sizeof *d + map->count * sizeof d->counters[0]);

	*desk = NULL;
	if (!d)
		return err_out_of_memory(e);
	d->pipeline = pipeline;
	for (; d->count < map->count; d->count++)
		if (!start(&d->counters[d->count], &map->list[d->count])) {
			d->count++;
			desk_close(d);
			return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
		}
	*desk = d;
	return RC_OK;
}

void desk_close(struct desk *desk)
{
	for (size_t i = 0; desk && i < desk->count; i++) {
		struct counter *counter = &desk->counters[i];

		wait_lock(&counter->lock);
		counter->is_asked_to_stop = true;
		wait_wake(&counter->lock);
		wait_unlock(&counter->lock);
		for (int k = 0; k < counter->thread_count; k++)
			pthread_join(counter->threads[k], NULL);
		wait_close(&counter->lock);
	}
	free(desk);
}

static struct counter *counter_of(struct desk *desk, int32_t partition)
{
	const struct database_map *map = &desk->pipeline->databases;

	return &desk->counters[database_of(map, partition) - map->list];
}

bool desk_give(struct desk *desk, int32_t partition, struct desk_job *job)
{
	struct counter *counter = counter_of(desk, partition);
	bool is_taken;

	wait_lock(&counter->lock);
	is_taken = counter->count < DESK_WAITING_MAX && !counter->is_asked_to_stop;
	if (is_taken) {
		LL_APPEND(counter->waiting, job);
		counter->count++;
		wait_wake(&counter->lock);
	}
	wait_unlock(&counter->lock);
	return is_taken;
}

bool desk_is_lost(struct desk *desk, int32_t partition)
{
	return counter_of(desk, partition)->is_lost;
}
