#include "worker/lane/publisher.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/wait.h"
#include "common/base/watchdog.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"

#define WAITING_MAX (PUBLISHER_BATCHES - PUBLISHER_LENT)
#define LOOK_MS 1000 /* a sign of life at least as often */
/*
 * Between two transactions: the broker still writes the markers of the last one, and a client that
 * begins earlier is told to come again, which takes longer than this.
 */
#define PAUSE_MS 3

enum publisher_state { PARKED, WORKING, FAILED, STOPPING };

struct publisher {
	const struct pipeline *pipeline;
	const struct kafka_membership *membership;
	int32_t partition;
	pthread_t thread;
	struct watchdog watchdog;

	struct wait wait;
	enum publisher_state state;         /* these under its lock */
	bool is_busy;                       /* a transaction is under way */
	struct kafka_txn *txn;
	struct batch *waiting[WAITING_MAX]; /* the oldest first */
	size_t waiting_count;
	struct batch *spare[PUBLISHER_BATCHES];
	size_t spare_count;
	struct publisher_end end;           /* rc RC_OK but after a failure */

	struct batch batches[PUBLISHER_BATCHES];
	int64_t committed_ms; /* the thread's own: when the last transaction ended */
};

/* Wait for a change, LOOK_MS at the longest. Under the lock. */
static void await_change(struct publisher *p)
{
	watchdog_beat();
	(void)wait_until(&p->wait, clock_monotonic_ms() + LOOK_MS);
}

/* The oldest `count` are answered. Under the lock. */
static void drop_oldest(struct publisher *p, size_t count)
{
	for (size_t i = 0; i < count; i++)
		p->spare[p->spare_count++] = p->waiting[i];
	for (size_t i = count; i < p->waiting_count; i++)
		p->waiting[i - count] = p->waiting[i];
	p->waiting_count -= count;
}

static void count_up(const struct answer_part *parts, size_t count, int64_t took_us)
{
	for (size_t i = 0; i < count; i++)
		figures_answered(parts[i].batch, 0, parts[i].batch->count, 0);
	figures_published(took_us);
}

/* One transaction for the oldest `count`, without the lock. */
static void answer(struct publisher *p, size_t count)
{
	struct answer_part parts[WAITING_MAX];
	struct publisher_end end = {0};
	const struct batch *last;
	int64_t from_us, next_offset;

	for (size_t i = 0; i < count; i++)
		parts[i] = (struct answer_part){.batch = p->waiting[i]};
	last = parts[count - 1].batch;
	next_offset = last->entries[last->count - 1].record.offset + 1;
	wait_unlock(&p->wait);
	while (clock_monotonic_ms() - p->committed_ms < PAUSE_MS)
		clock_sleep_ms(1);
	from_us = clock_monotonic_us();
	/* What it is given was decided by this owner, so that nothing of it is in doubt. */
	end.rc = answer_parts(p->pipeline, p->txn, p->membership, parts, count, p->partition, NULL,
	                      &end.why);
	end.is_tainted = end.rc == RC_OK && kafka_txn_is_tainted(p->txn);
	p->committed_ms = clock_monotonic_ms();
	if (end.rc == RC_OK && !end.is_tainted) {
		count_up(parts, count, clock_monotonic_us() - from_us);
		gauges_set_offset(p->partition, OFFSET_REPLIED, next_offset);
		for (size_t i = 0; i < count; i++)
			batch_clear(p->waiting[i]);
	}
	wait_lock(&p->wait);
	if (end.rc == RC_OK && !end.is_tainted) {
		drop_oldest(p, count);
		p->end.answered = next_offset;
	} else {
		end.answered = p->end.answered;
		p->end = end;
		if (p->state != STOPPING)
			p->state = FAILED;
	}
}

static void *run(void *argument)
{
	struct publisher *p = argument;
	char name[WATCHDOG_NAME_BYTES];

	snprintf(name, sizeof name, "the answers of partition %d", (int)p->partition);
	watchdog_enter(&p->watchdog, name);
	log_context("partition", p->partition);
	wait_lock(&p->wait);
	while (p->state != STOPPING) {
		if (p->state != WORKING || !p->waiting_count) {
			await_change(p);
			continue;
		}
		p->is_busy = true;
		answer(p, p->waiting_count);
		p->is_busy = false;
		wait_wake(&p->wait);
	}
	wait_unlock(&p->wait);
	watchdog_leave(&p->watchdog);
	return NULL;
}

static void release(struct publisher *p)
{
	for (size_t i = 0; i < PUBLISHER_BATCHES; i++)
		batch_release(&p->batches[i]);
	wait_close(&p->wait);
	free(p);
}

struct publisher *publisher_start(const struct pipeline *pipeline,
                                const struct kafka_membership *membership, int32_t partition,
                                size_t batch_max)
{
	struct publisher *p = calloc(1, sizeof *p);
	bool is_whole = true;

	if (!p)
		return NULL;
	p->pipeline = pipeline;
	p->membership = membership;
	p->partition = partition;
	wait_open(&p->wait);
	for (size_t i = 0; i < PUBLISHER_BATCHES; i++) {
		p->batches[i].entries = calloc(batch_max, sizeof p->batches[i].entries[0]);
		is_whole = is_whole && p->batches[i].entries;
		p->spare[p->spare_count++] = &p->batches[i];
	}
	if (!is_whole || pthread_create(&p->thread, NULL, run, p)) {
		release(p);
		return NULL;
	}
	return p;
}

void publisher_stop(struct publisher *p)
{
	if (!p)
		return;
	wait_lock(&p->wait);
	p->state = STOPPING;
	wait_wake(&p->wait);
	wait_unlock(&p->wait);
	pthread_join(p->thread, NULL);
	release(p);
}

struct batch *publisher_take_batch(struct publisher *p)
{
	assert(p->state == PARKED && p->spare_count > PUBLISHER_BATCHES - PUBLISHER_LENT);
	return p->spare[--p->spare_count];
}

void publisher_go_on(struct publisher *p, struct kafka_txn *txn, int64_t answered)
{
	wait_lock(&p->wait);
	assert(p->state == PARKED && p->waiting_count == 0);
	p->txn = txn;
	p->end = (struct publisher_end){.rc = RC_OK, .answered = answered};
	p->state = WORKING;
	wait_wake(&p->wait);
	wait_unlock(&p->wait);
}

bool publisher_give(struct publisher *p, struct batch **batch)
{
	bool is_given = false;

	assert((*batch)->count > 0);
	wait_lock(&p->wait);
	while (p->state == WORKING && !p->spare_count)
		await_change(p);
	if (p->state == WORKING) {
		p->waiting[p->waiting_count++] = *batch;
		*batch = p->spare[--p->spare_count];
		is_given = true;
		wait_wake(&p->wait);
	}
	wait_unlock(&p->wait);
	return is_given;
}

bool publisher_is_done(struct publisher *p)
{
	bool is_done;

	wait_lock(&p->wait);
	is_done = p->waiting_count == 0;
	wait_unlock(&p->wait);
	return is_done;
}

bool publisher_has_failed(struct publisher *p)
{
	bool has_failed;

	wait_lock(&p->wait);
	has_failed = p->state == FAILED;
	wait_unlock(&p->wait);
	return has_failed;
}

struct publisher_end publisher_park(struct publisher *p)
{
	struct publisher_end end;

	wait_lock(&p->wait);
	while (p->is_busy || (p->state == WORKING && p->waiting_count))
		await_change(p);
	end = p->end;
	p->state = PARKED;
	p->txn = NULL;
	wait_unlock(&p->wait);
	return end;
}

struct batch *publisher_unanswered(struct publisher *p)
{
	assert(p->state == PARKED);
	return p->waiting_count ? p->waiting[0] : NULL;
}

void publisher_settle(struct publisher *p)
{
	assert(p->state == PARKED && p->waiting_count);
	batch_clear(p->waiting[0]);
	drop_oldest(p, 1);
}
