#include "worker/lane.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/clock.h"
#include "common/fault.h"
#include "common/log.h"
#include "common/metrics.h"
#include "worker/figures.h"
#include "worker/lane_inside.h"

#define TAKE_WAIT_MS 50
#define PAUSE_STEP_MS 50
#define LOST_MAX 3 /* losses in a row before the group is joined again */

static const struct backoff lost_backoff = {.first_ms = 500, .limit_ms = 4000};

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

void lane_awaits_database(struct lane *lane)
{
	atomic_store(&lane->needs, NEEDS_DATABASE);
	if (lane_state_of(lane) == LANE_ACQUIRING)
		set_state(lane, LANE_SERVING);
}

/* Give the producer up for a new one, and look what became of its last transaction. */
static enum step answer_anew(struct lane *lane, enum metric_rebuild why)
{
	metrics_add(METRIC_PRODUCER_REBUILDS, why, 1);
	return lane_renew_producer(lane);
}

/* Publish what is decided of [first, count). The outcome is known when this returns STEP_ON. */
static enum step answer(struct lane *lane, size_t first)
{
	const struct batch *batch = &lane->batch;
	int64_t before = lane->answered;
	int64_t end = batch->entries[batch->count - 1].record.offset + 1;

	for (;;) {
		struct err e;
		enum step step;
		enum rc rc = answer_batch(&lane->settings->answer, lane->txn, lane->membership, batch,
		                          first, batch->count - first, lane->partition, &e);

		if (rc == RC_OK && !kafka_txn_is_tainted(lane->txn)) {
			lane->answered = end;
			return STEP_ON;
		}
		if (rc)
			log_at(LOG_WARNING, "answers not committed", F_INT("partition", lane->partition),
			       F_STR("error", e.text));
		if (rc == RC_REJECT) {
			metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
			return STEP_AGAIN;
		}
		if (rc == RC_FATAL)
			return lane_halt(lane, batch->entries[first].record.offset, &e);
		if (fault_breaks(FAULT_RULE_OUTCOME_READ))
			continue;
		/* An outcome that is unknown, or a producer not to be trusted: fence it, then read. */
		step = answer_anew(lane, rc ? REBUILT_NOT_COMMITTED : REBUILT_TRANSPORT_ERROR);
		if (step != STEP_ON)
			return step;
		if (lane->answered == end)
			return STEP_ON;
		if (lane->answered != before)
			return STEP_AGAIN;
	}
}

/* The entries before `offset`, from `first` on. */
static size_t count_before(const struct batch *batch, size_t first, int64_t offset)
{
	size_t count = 0;

	while (first + count < batch->count && batch->entries[first + count].record.offset < offset)
		count++;
	return count;
}

/* One round over the batch in hand: recall what is decided, decide the rest, answer it all. */
static enum step serve_once(struct lane *lane)
{
	const struct progress *progress = store_progress(lane->store);
	size_t first = count_before(&lane->batch, 0, lane->answered);
	size_t decided = count_before(&lane->batch, first, progress->next_offset);
	size_t count = lane->batch.count - first;
	enum step step = STEP_ON;
	int64_t from_us;
	struct err e;

	if (count == 0)
		return STEP_ON;
	if (!batch_decode(&lane->batch, progress->decided_until_ms)) {
		(void)err_out_of_memory(&e);
		return lane_halt(lane, -1, &e);
	}
	if (decided)
		step = lane_recall(lane, first, decided);
	if (step == STEP_ON && count > decided)
		step = lane_decide(lane, first + decided, count - decided);
	from_us = clock_monotonic_us();
	if (step == STEP_ON)
		step = answer(lane, first);
	if (step == STEP_ON) {
		figures_answered(&lane->batch, first, count, decided, clock_monotonic_us() - from_us);
		metrics_set_offset(lane->partition, OFFSET_REPLIED, lane->answered);
	}
	return step;
}

/* Serve the batch in hand, acquiring the partition again as often as it takes, within bounds. */
static enum step serve(struct lane *lane)
{
	struct backoff backoff = lost_backoff;

	for (int losses = 0;; losses++) {
		int64_t before = lane->answered;
		enum step step = serve_once(lane);

		if (step != STEP_AGAIN)
			return step;
		log_warning("partition lost while still assigned", F_INT("partition", lane->partition),
		            F_INT("losses", losses + 1));
		if (losses == LOST_MAX)
			return STEP_AGAIN;
		lane_pause(lane, &backoff, NEEDS_PARTITION);
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
		step = lane_acquire(lane, clock_monotonic_ms() + LANE_ACQUIRE_MS);
		if (step != STEP_ON)
			return step;
		if (lane->answered < before)
			return STEP_AGAIN; /* records that are needed again were given back: start afresh */
	}
}

static enum step take(struct lane *lane, bool *is_ended)
{
	struct batch *batch = &lane->batch;
	struct err e;
	enum rc rc = kafka_queue_take(lane->queue, lane->taken, lane->settings->batch_max,
	                              &batch->count, TAKE_WAIT_MS, is_ended, &e);

	for (size_t i = 0; i < batch->count; i++) {
		batch->entries[i] = (struct entry){.record = lane->taken[i]};
		lane->taken[i] = (struct record){0};
	}
	if (rc)
		return lane_halt(lane, -1, &e);
	return batch->count && fault_at(FAULT_POLLED, &e) ? STEP_AGAIN : STEP_ON;
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

static enum lane_state loop(struct lane *lane)
{
	while (!atomic_load(&lane->is_asked_to_stop)) {
		bool is_ended = false, has_wrong_clock;
		enum step step = take(lane, &is_ended);

		if (lane->batch.count)
			atomic_store(&lane->is_caught_up, false);
		if (step == STEP_ON && lane->batch.count)
			step = serve(lane);
		has_wrong_clock = lane->batch.count && lane->batch.has_wrong_clock;
		batch_clear(&lane->batch);
		if (step != STEP_ON)
			return state_after(step);
		lane_goes_on(lane);
		if (has_wrong_clock) {
			log_error("a record is not on LogAppendTime; stopping behind its batch",
			          F_INT("partition", lane->partition), F_INT("answered", lane->answered));
			return LANE_WRONG_CLOCK;
		}
		if (is_ended)
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
		state = loop(lane);
	}
	watchdog_leave(&lane->watchdog);
	set_state(lane, state);
	return NULL;
}

static void release(struct lane *lane)
{
	batch_release(&lane->batch);
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
	lane->batch.entries = calloc(settings->batch_max, sizeof lane->batch.entries[0]);
	lane->taken = calloc(settings->batch_max, sizeof lane->taken[0]);
	lane->queue = kafka_queue_open(group, partition);
	metrics_set_halted(partition, false);
	if (!lane->batch.entries || !lane->taken || !lane->queue ||
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
