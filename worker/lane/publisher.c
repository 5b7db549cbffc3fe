#include "worker/lane/publisher.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/service/metrics.h"
#include "common/base/watchdog.h"
#include "worker/figures.h"

#define WAITING_MAX (ANSWERER_BATCHES - ANSWERER_LENT)
#define LOOK_MS 1000 /* a sign of life at least as often */
/*
 * Between two transactions: the broker still writes the markers of the last one, and a client that
 * begins earlier is told to come again, which takes longer than this.
 */
#define PAUSE_MS 3

enum state { PARKED, WORKING, FAILED, STOPPING };

struct answerer {
	const struct answer_settings *settings;
	const struct kafka_membership *membership;
	int32_t partition;
	pthread_t thread;
	struct watchdog watchdog;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum state state;            /* these under the lock */
	bool is_busy;                /* a transaction is under way */
	struct kafka_txn *txn;
	struct batch *waiting[WAITING_MAX]; /* the oldest first */
	size_t waiting_count;
	struct batch *spare[ANSWERER_BATCHES];
	size_t spare_count;
	struct answerer_end end;     /* rc RC_OK but after a failure */

	struct batch batches[ANSWERER_BATCHES];
	int64_t committed_ms; /* the thread's own: when the last transaction ended */
};

/* Wait for a change, LOOK_MS at the longest. Under the lock. */
static void await_change(struct answerer *a)
{
	int64_t until_ms = clock_monotonic_ms() + LOOK_MS;
	struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
	                         .tv_nsec = (long)(until_ms % 1000) * 1000000};

	watchdog_beat();
	pthread_cond_timedwait(&a->changed, &a->lock, &until);
}

/* The oldest `count` are answered. Under the lock. */
static void drop_oldest(struct answerer *a, size_t count)
{
	for (size_t i = 0; i < count; i++)
		a->spare[a->spare_count++] = a->waiting[i];
	for (size_t i = count; i < a->waiting_count; i++)
		a->waiting[i - count] = a->waiting[i];
	a->waiting_count -= count;
}

static void count_up(const struct answer_part *parts, size_t count, int64_t took_us)
{
	for (size_t i = 0; i < count; i++)
		figures_answered(parts[i].batch, 0, parts[i].batch->count, 0);
	figures_published(took_us);
}

/* One transaction for the oldest `count`, without the lock. */
static void answer(struct answerer *a, size_t count)
{
	struct answer_part parts[WAITING_MAX];
	struct answerer_end end = {0};
	const struct batch *last;
	int64_t from_us, next_offset;

	for (size_t i = 0; i < count; i++)
		parts[i] = (struct answer_part){.batch = a->waiting[i]};
	last = parts[count - 1].batch;
	next_offset = last->entries[last->count - 1].record.offset + 1;
	pthread_mutex_unlock(&a->lock);
	while (clock_monotonic_ms() - a->committed_ms < PAUSE_MS)
		clock_sleep_ms(1);
	from_us = clock_monotonic_us();
	end.rc = answer_parts(a->settings, a->txn, a->membership, parts, count, a->partition, &end.why);
	end.is_tainted = end.rc == RC_OK && kafka_txn_is_tainted(a->txn);
	a->committed_ms = clock_monotonic_ms();
	if (end.rc == RC_OK && !end.is_tainted) {
		count_up(parts, count, clock_monotonic_us() - from_us);
		metrics_set_offset(a->partition, OFFSET_REPLIED, next_offset);
		for (size_t i = 0; i < count; i++)
			batch_clear(a->waiting[i]);
	}
	pthread_mutex_lock(&a->lock);
	if (end.rc == RC_OK && !end.is_tainted) {
		drop_oldest(a, count);
		a->end.answered = next_offset;
	} else {
		end.answered = a->end.answered;
		a->end = end;
		if (a->state != STOPPING)
			a->state = FAILED;
	}
}

static void *run(void *argument)
{
	struct answerer *a = argument;
	char name[WATCHDOG_NAME_BYTES];

	snprintf(name, sizeof name, "the answers of partition %d", (int)a->partition);
	watchdog_enter(&a->watchdog, name);
	pthread_mutex_lock(&a->lock);
	while (a->state != STOPPING) {
		if (a->state != WORKING || !a->waiting_count) {
			await_change(a);
			continue;
		}
		a->is_busy = true;
		answer(a, a->waiting_count);
		a->is_busy = false;
		pthread_cond_broadcast(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	watchdog_leave(&a->watchdog);
	return NULL;
}

static void release(struct answerer *a)
{
	for (size_t i = 0; i < ANSWERER_BATCHES; i++)
		batch_release(&a->batches[i]);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

struct answerer *answerer_start(const struct answer_settings *settings,
                                const struct kafka_membership *membership, int32_t partition,
                                size_t batch_max)
{
	struct answerer *a = calloc(1, sizeof *a);
	pthread_condattr_t attributes;
	bool is_whole = true;

	if (!a)
		return NULL;
	a->settings = settings;
	a->membership = membership;
	a->partition = partition;
	pthread_mutex_init(&a->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&a->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	for (size_t i = 0; i < ANSWERER_BATCHES; i++) {
		a->batches[i].entries = calloc(batch_max, sizeof a->batches[i].entries[0]);
		is_whole = is_whole && a->batches[i].entries;
		a->spare[a->spare_count++] = &a->batches[i];
	}
	if (!is_whole || pthread_create(&a->thread, NULL, run, a)) {
		release(a);
		return NULL;
	}
	return a;
}

void answerer_stop(struct answerer *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->state = STOPPING;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	release(a);
}

struct batch *answerer_take_batch(struct answerer *a)
{
	assert(a->state == PARKED && a->spare_count > ANSWERER_BATCHES - ANSWERER_LENT);
	return a->spare[--a->spare_count];
}

void answerer_go_on(struct answerer *a, struct kafka_txn *txn, int64_t answered)
{
	pthread_mutex_lock(&a->lock);
	assert(a->state == PARKED && a->waiting_count == 0);
	a->txn = txn;
	a->end = (struct answerer_end){.rc = RC_OK, .answered = answered};
	a->state = WORKING;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

bool answerer_give(struct answerer *a, struct batch **batch)
{
	bool is_given = false;

	assert((*batch)->count > 0);
	pthread_mutex_lock(&a->lock);
	while (a->state == WORKING && !a->spare_count)
		await_change(a);
	if (a->state == WORKING) {
		a->waiting[a->waiting_count++] = *batch;
		*batch = a->spare[--a->spare_count];
		is_given = true;
		pthread_cond_broadcast(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return is_given;
}

bool answerer_is_done(struct answerer *a)
{
	bool is_done;

	pthread_mutex_lock(&a->lock);
	is_done = a->waiting_count == 0;
	pthread_mutex_unlock(&a->lock);
	return is_done;
}

bool answerer_has_failed(struct answerer *a)
{
	bool has_failed;

	pthread_mutex_lock(&a->lock);
	has_failed = a->state == FAILED;
	pthread_mutex_unlock(&a->lock);
	return has_failed;
}

struct answerer_end answerer_park(struct answerer *a)
{
	struct answerer_end end;

	pthread_mutex_lock(&a->lock);
	while (a->is_busy || (a->state == WORKING && a->waiting_count))
		await_change(a);
	end = a->end;
	a->state = PARKED;
	a->txn = NULL;
	pthread_mutex_unlock(&a->lock);
	return end;
}

struct batch *answerer_unanswered(struct answerer *a)
{
	assert(a->state == PARKED);
	return a->waiting_count ? a->waiting[0] : NULL;
}

void answerer_settle(struct answerer *a)
{
	assert(a->state == PARKED && a->waiting_count);
	batch_clear(a->waiting[0]);
	drop_oldest(a, 1);
}
