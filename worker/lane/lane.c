#include "worker/lane/lane.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/service/metrics.h"
#include "worker/figures.h"
#include "worker/lane/lane_inside.h"

#define TAKE_WAIT_MS 1000 /* where nothing else is to be looked after; a stop wakes it */
#define TEND_WAIT_MS 50   /* while answers are under way */
#define DECODE_STEP 64 /* requests, between two looks at what is to be sent */
#define PAUSE_STEP_MS 50

void lane_pause(struct lane *lane, struct backoff *backoff, enum lane_need need)
{
	int64_t until_ms = clock_monotonic_ms() + backoff_next_ms(backoff);

	atomic_store(&lane->needs, need);
	while (!atomic_load(&lane->is_asked_to_stop)) {
		int64_t left_ms = until_ms - clock_monotonic_ms();

		watchdog_beat();
		if (left_ms <= 0)
			break;
		clock_sleep_ms(left_ms < PAUSE_STEP_MS ? left_ms : PAUSE_STEP_MS);
	}
}

void lane_goes_on(struct lane *lane)
{
	atomic_store(&lane->needs, NEEDS_NOTHING);
}

static void set_state(struct lane *lane, enum lane_state state)
{
	pthread_mutex_lock(&lane->lock);
	lane->state = state;
	lane->start_offset = lane->answered;
	pthread_cond_broadcast(&lane->changed);
	pthread_mutex_unlock(&lane->lock);
}

void lane_leaves_assignment(struct lane *lane, enum lane_need need)
{
	atomic_store(&lane->needs, need);
	if (lane_state_of(lane) == LANE_ACQUIRING)
		set_state(lane, LANE_SERVING);
}

/* Add what is queued, or comes within wait_ms. */
static enum rc take(struct lane *lane, struct batch *batch, int64_t wait_ms, struct err *e)
{
	size_t count, room = lane->settings->batch_max - batch->count;
	bool is_ended;
	enum rc rc;

	if (!room)
		return RC_OK;
	rc = kafka_queue_take(lane->queue, lane->taken, room, &count, wait_ms, &is_ended, e);
	for (size_t i = 0; i < count; i++) {
		batch->entries[batch->count++] = (struct entry){.record = lane->taken[i]};
		lane->taken[i] = (struct record){0};
	}
	if (count)
		atomic_store(&lane->is_caught_up, lane->is_at_end = false);
	lane->is_at_end = lane->is_at_end || is_ended;
	return rc;
}

bool lane_look_ahead(void *context)
{
	struct lane *lane = context;
	const struct batch *batch = lane->batch;

	if (!lane->ahead->count && !lane->ahead_err.rc)
		(void)take(lane, lane->ahead, 0, &lane->ahead_err);
	return batch_decode_some(lane->ahead, batch->entries[batch->count - 1].t_ms, DECODE_STEP) &&
	       lane->ahead->decoded < lane->ahead->count;
}

/* The batch in hand: what was taken ahead, and what has come since. */
static enum step take_batch(struct lane *lane)
{
	struct batch *empty = lane->batch;
	struct err e = lane->ahead_err;
	int64_t wait_ms = answerer_is_done(lane->answerer) ? TAKE_WAIT_MS : TEND_WAIT_MS;

	assert(empty->count == 0);
	lane->batch = lane->ahead;
	lane->ahead = empty;
	if (!e.rc)
		e.rc = take(lane, lane->batch, lane->batch->count ? 0 : wait_ms, &e);
	if (e.rc)
		return lane_halt(lane, -1, &e);
	return lane->batch->count && fault_at(FAULT_POLLED, &e) ? STEP_AGAIN : STEP_ON;
}

static enum lane_state state_after(enum step step)
{
	switch (step) {
	case STEP_HALT:
		return LANE_HALTED;
	case STEP_AGAIN:
		return LANE_LOST;
	case STEP_ON:
	case STEP_STOP:
		break;
	}
	return LANE_STOPPED;
}

/* Serve until told to stop, or until it cannot go on. */
static enum lane_state loop(struct lane *lane)
{
	while (!atomic_load(&lane->is_asked_to_stop)) {
		enum step step = take_batch(lane);

		if (step == STEP_ON)
			step = lane->batch->count ? lane_serve(lane) : lane_tend(lane);
		if (step != STEP_ON)
			return state_after(step);
		lane_goes_on(lane);
		if (lane->has_wrong_clock) {
			log_error("a record is not on LogAppendTime; stopping behind its batch",
			          F_INT("partition", lane->partition), F_INT("answered", lane->answered));
			return LANE_WRONG_CLOCK;
		}
		if (lane->is_at_end && !lane->ahead->count && answerer_is_done(lane->answerer))
			atomic_store(&lane->is_caught_up, true);
	}
	return LANE_STOPPED;
}

static void *run(void *argument)
{
	struct lane *lane = argument;
	char name[WATCHDOG_NAME_BYTES];
	enum lane_state state;
	enum step step;

	snprintf(name, sizeof name, "the lane of partition %d", (int)lane->partition);
	watchdog_enter(&lane->watchdog, name);
	step = lane_acquire(lane, clock_monotonic_ms() + LANE_ACQUIRE_MS);
	/* It waited for the database, and the queue begins where the answers ended before. */
	if (step == STEP_ON && lane->answered < lane->start_offset)
		step = STEP_AGAIN;
	state = state_after(step);
	if (step == STEP_ON) {
		set_state(lane, LANE_SERVING);
		lane_start_answering(lane);
		state = loop(lane);
		lane_settle(lane);
	}
	watchdog_leave(&lane->watchdog);
	set_state(lane, state);
	return NULL;
}

static void release(struct lane *lane)
{
	answerer_stop(lane->answerer);
	kafka_txn_close(lane->txn);
	store_close(lane->store);
	kafka_queue_close(lane->queue);
	pthread_cond_destroy(&lane->changed);
	pthread_mutex_destroy(&lane->lock);
	free(lane->taken);
	free(lane);
}

struct lane *lane_start(const struct lane_settings *settings, struct kafka_group *group,
                        const struct kafka_membership *membership, int32_t partition)
{
	struct lane *lane = calloc(1, sizeof *lane);
	pthread_condattr_t attributes;

	if (!lane)
		return NULL;
	lane->settings = settings;
	lane->group = group;
	lane->membership = membership;
	lane->partition = partition;
	pthread_mutex_init(&lane->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&lane->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	lane->answerer =
	    answerer_start(&settings->answer, membership, partition, settings->batch_max);
	lane->taken = calloc(settings->batch_max, sizeof lane->taken[0]);
	lane->queue = kafka_queue_open(group, partition);
	metrics_set_halted(partition, false);
	if (lane->answerer) {
		lane->batch = answerer_take_batch(lane->answerer);
		lane->ahead = answerer_take_batch(lane->answerer);
	}
	if (!lane->answerer || !lane->taken || !lane->queue ||
	    pthread_create(&lane->thread, NULL, run, lane)) {
		metrics_forget_partition(partition);
		release(lane);
		return NULL;
	}
	return lane;
}

/* Wait while the state is one of the two; until_ms (monotonic) at the longest. */
static enum lane_state wait_while(struct lane *lane, enum lane_state one, enum lane_state other,
                                  int64_t until_ms, int64_t *start_offset)
{
	struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
	                         .tv_nsec = (long)(until_ms % 1000) * 1000000};
	enum lane_state state;

	pthread_mutex_lock(&lane->lock);
	while (lane->state == one || lane->state == other)
		if (pthread_cond_timedwait(&lane->changed, &lane->lock, &until) == ETIMEDOUT)
			break;
	state = lane->state;
	*start_offset = lane->start_offset;
	pthread_mutex_unlock(&lane->lock);
	return state;
}

enum lane_state lane_wait(struct lane *lane, int64_t until_ms, int64_t *start_offset)
{
	return wait_while(lane, LANE_ACQUIRING, LANE_ACQUIRING, until_ms, start_offset);
}

bool lane_has_ended(struct lane *lane, int64_t until_ms)
{
	int64_t unused;
	enum lane_state state =
	    wait_while(lane, LANE_ACQUIRING, LANE_SERVING, until_ms, &unused);

	return state != LANE_ACQUIRING && state != LANE_SERVING;
}

enum lane_state lane_state_of(struct lane *lane)
{
	enum lane_state state;

	pthread_mutex_lock(&lane->lock);
	state = lane->state;
	pthread_mutex_unlock(&lane->lock);
	return state;
}

bool lane_is_caught_up(struct lane *lane)
{
	return atomic_load(&lane->is_caught_up);
}

void lane_look(struct lane *lane, struct buf *lines)
{
	static const char *const needs[] = {
	    [NEEDS_DATABASE] = "waits for the database",
	    [NEEDS_KAFKA] = "waits for Kafka",
	    [NEEDS_PARTITION] = "was lost to another owner and is acquired again",
	};
	int64_t end = kafka_group_end(lane->group, lane->partition);
	int need = atomic_load(&lane->needs);

	if (end >= 0)
		metrics_set_offset(lane->partition, OFFSET_END, end);
	pthread_mutex_lock(&lane->lock);
	if (lane->state == LANE_HALTED)
		buf_print(lines, "partition %d halted: %s\n", (int)lane->partition, lane->halt_text);
	else if (lane->state == LANE_SERVING && need)
		buf_print(lines, "partition %d %s\n", (int)lane->partition, needs[need]);
	else if (lane->state != LANE_SERVING)
		buf_print(lines, "partition %d is not acquired yet\n", (int)lane->partition);
	pthread_mutex_unlock(&lane->lock);
}

void lane_ask_to_stop(struct lane *lane)
{
	atomic_store(&lane->is_asked_to_stop, true);
	if (lane->queue) /* a rebuild's has none */
		kafka_queue_wake(lane->queue);
}

void lane_stop(struct lane *lane)
{
	if (!lane)
		return;
	lane_ask_to_stop(lane);
	pthread_join(lane->thread, NULL);
	metrics_forget_partition(lane->partition);
	release(lane);
}
