#include "tests/integration/schedule.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "tests/integration/own_database.h"

#define LOOK_AFTER_MS 2    /* a step that takes longer may be waiting for a lock */
#define FINISH_MS 15000    /* every lock is free by then, or there is a deadlock */

struct session {
	char name[32];         /* application_name */
	struct db *db;
	pthread_t thread;
	const struct schedule_part *part;
	int due, done;         /* turns that came, and that are over */
	bool is_running;       /* the thread has a turn in hand */
	bool is_ended;
	bool is_blocked;       /* by the other, when that had done so many turns */
	int blocked_at;
	bool has_failed, is_rolled_back;
	struct err e;
};

static struct session sessions[2];
static struct db *monitor;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static int blocked_orders;

/* ---- on the sessions' threads ----------------------------------------------------------------- */

static schedule_step *step_of(const struct session *s)
{
	return s->done < SCHEDULE_STEPS_MAX ? s->part->steps[s->done] : NULL;
}

static void take_turn(struct session *s)
{
	schedule_step *step = step_of(s);
	struct err ignored;

	if (s->has_failed && !s->is_rolled_back)
		s->is_rolled_back = db_rollback(s->db, &ignored) == RC_OK;
	else if (!s->has_failed && step)
		s->has_failed = step(s->db, s->part->actor, &s->e) != RC_OK;
}

static void *run(void *argument)
{
	struct session *s = argument;

	pthread_mutex_lock(&lock);
	while (!s->is_ended) {
		if (!s->is_running) {
			pthread_cond_wait(&changed, &lock);
			continue;
		}
		pthread_mutex_unlock(&lock);
		take_turn(s);
		pthread_mutex_lock(&lock);
		s->is_running = false;
		s->done++;
		pthread_cond_broadcast(&changed);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* ---- the order -------------------------------------------------------------------------------- */

static bool waits_for_a_lock(const struct session *s)
{
	char sql[300];
	struct err e;

	snprintf(sql, sizeof sql,
	         "DO $$ BEGIN ASSERT (SELECT cardinality(pg_blocking_pids(pid)) > 0 FROM pg_stat_activity "
	         "WHERE application_name = '%s' AND datname = current_database()); END $$", s->name);
	if (db_run_script(monitor, sql, &e) == RC_OK)
		return true;
	if (strcmp(e.code, "P0004") != 0) /* assert_failure */
		fail_msg("%s", e.text);
	return false;
}

/* True: idle by then. */
static bool await_idle(struct session *s, int64_t ms)
{
	int64_t until_ms = clock_monotonic_ms() + ms;
	struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
	                         .tv_nsec = (long)(until_ms % 1000) * 1000000};
	bool is_idle;

	pthread_mutex_lock(&lock);
	while (s->is_running && !pthread_cond_timedwait(&changed, &lock, &until))
		continue;
	is_idle = !s->is_running;
	pthread_mutex_unlock(&lock);
	return is_idle;
}

static int turns_of(const struct session *s)
{
	int done;

	pthread_mutex_lock(&lock);
	done = s->done;
	pthread_mutex_unlock(&lock);
	return done;
}

/* Until it is done, or waits for the other; true: done. */
static bool settle(struct session *s)
{
	const struct session *other = &sessions[s == sessions];
	int64_t until_ms = clock_monotonic_ms() + FINISH_MS;

	while (!await_idle(s, s->is_blocked ? 0 : LOOK_AFTER_MS)) {
		if (s->is_blocked && s->blocked_at == turns_of(other))
			return false; /* nothing has happened since */
		s->blocked_at = turns_of(other);
		s->is_blocked = waits_for_a_lock(s);
		if (s->is_blocked)
			return false;
		assert_true(clock_monotonic_ms() < until_ms);
	}
	s->is_blocked = false;
	return true;
}

static void give_turn(struct session *s)
{
	pthread_mutex_lock(&lock);
	s->is_running = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

/* Everything that can be done by now is done when this returns; true: nobody is blocked. */
static bool catch_up(void)
{
	bool is_all_done;

	for (bool has_moved = true; has_moved;) {
		has_moved = false;
		is_all_done = true;
		for (int i = 0; i < 2; i++) {
			struct session *s = &sessions[i];

			while (settle(s) && s->done < s->due) {
				give_turn(s);
				has_moved = true;
			}
			is_all_done = is_all_done && s->done == s->due;
		}
	}
	return is_all_done;
}

/* Also rolls back what failed in its last step. */
static void finish(void)
{
	int64_t until_ms = clock_monotonic_ms() + FINISH_MS;

	for (int i = 0; i < 2; i++)
		sessions[i].due++;
	while (!catch_up())
		assert_true(clock_monotonic_ms() < until_ms);
}

static void run_order(const char *order)
{
	bool was_blocked = false;

	for (int i = 0; i < 2; i++) {
		sessions[i].due = sessions[i].done = 0;
		sessions[i].has_failed = sessions[i].is_rolled_back = sessions[i].is_blocked = false;
	}
	for (; *order; order++) {
		sessions[*order - 'A'].due++;
		was_blocked |= !catch_up();
	}
	finish();
	blocked_orders += was_blocked;
}

/* The orders that go on from `order`, whose first `length` turns are set. */
static int run_orders(char *order, int length, const int left[2], schedule_begin *begin,
                      schedule_end *end)
{
	int count = 0;

	for (int i = 0; i < 2; i++) {
		int then[2] = {left[0] - (i == 0), left[1] - (i == 1)};

		if (!left[i])
			continue;
		order[length] = (char)('A' + i);
		count += run_orders(order, length + 1, then, begin, end);
	}
	if (left[0] || left[1])
		return count;
	order[length] = '\0';
	begin(order);
	run_order(order);
	const struct err *const failed[2] = {sessions[0].has_failed ? &sessions[0].e : NULL,
	                                     sessions[1].has_failed ? &sessions[1].e : NULL};

	end(order, failed);
	return 1;
}

int schedule_run(const struct schedule_part parts[2], schedule_begin *begin, schedule_end *end)
{
	char order[SCHEDULE_ORDER_BYTES];
	int left[2] = {0};

	for (int i = 0; i < 2; i++) {
		sessions[i].part = &parts[i];
		while (left[i] < SCHEDULE_STEPS_MAX && parts[i].steps[left[i]])
			left[i]++;
	}
	return run_orders(order, 0, left, begin, end);
}

int schedule_blocked(void)
{
	return blocked_orders;
}

/* ---- sessions --------------------------------------------------------------------------------- */

static struct db *open_as(const char *name)
{
	const struct db_settings settings = {.url = own_url.data, .program = name,
	                                     .connect_ms = OWN_WAIT_MS, .answer_ms = OWN_WAIT_MS,
	                                     .has_pinned_plans = true};
	struct db *db;
	struct err e;

	if (db_open(&db, &settings, &e))
		fail_msg("%s", e.text);
	return db;
}

void schedule_open(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attributes);
	pthread_condattr_destroy(&attributes);
	monitor = own_open();
	for (int i = 0; i < 2; i++) {
		struct session *s = &sessions[i];

		*s = (struct session){0};
		snprintf(s->name, sizeof s->name, "schedule-%c", 'A' + i);
		s->db = open_as(s->name);
		assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
	}
}

void schedule_close(void)
{
	pthread_mutex_lock(&lock);
	sessions[0].is_ended = sessions[1].is_ended = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 2; i++) {
		pthread_join(sessions[i].thread, NULL);
		db_close(sessions[i].db);
	}
	db_close(monitor);
	pthread_cond_destroy(&changed);
}
