#include "worker/lane/lane.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"
#include "worker/figures/gauges.h"
#include "worker/lane/acquire.h"
#include "worker/lane/halt.h"
#include "worker/lane/intake.h"
#include "worker/lane/owner.h"
#include "worker/lane/publisher.h"
#include "worker/lane/serve.h"

#define TAKE_WAIT_MS 1000 /* for a record, while no answers are under way; a stop ends it */
#define TEND_WAIT_MS 50   /* while they are: then their failure is looked for */

static const struct backoff halt_backoff = {.first_ms = 1000, .limit_ms = 60000};

struct lane {
	struct owner owner;
	struct state state;
	struct intake intake;
	struct publisher *publisher;
	struct serving serving; /* joins the four above */
	struct watchdog watchdog;
	pthread_t thread;
	int64_t asked_end; /* the main thread's own: the log's end as Kafka was asked; -1: not yet */
};

/* The next batch into hand. */
static enum next take_batch(struct lane *lane)
{
	int64_t wait_ms = publisher_is_done(lane->publisher) ? TAKE_WAIT_MS : TEND_WAIT_MS;
	struct err e;
	enum rc rc = intake_take(&lane->intake, &lane->serving.batch, wait_ms, &e);

	if (rc && rc != RC_RETRY)
		return state_halt(&lane->state, -1, &e);
	if (rc)
		atomic_store(&lane->state.is_caught_up, false);
	else if (intake_has_heard(&lane->intake))
		state_hears(&lane->state);
	state_is_deaf(&lane->state, rc ? &e : NULL);
	if (!lane->serving.batch->count)
		return NEXT_ON;
	atomic_store(&lane->state.is_caught_up, false);
	return fault_at(FAULT_POLLED, &e) ? NEXT_AGAIN : NEXT_ON;
}

/*
 * Stand still, say so and wait: a right is given back, a server mended. False: asked to stop, or it
 * is for an operator to decide.
 */
static bool wait_for_try(struct lane *lane, struct backoff *backoff)
{
	bool may_pass = halt_may_pass(&lane->state.halt);
	int64_t wait_ms = may_pass ? backoff_next_ms(backoff) : 0;

	halt_partition(&lane->owner, &lane->state, may_pass ? clock_wall_ms() + wait_ms : 0);
	state_set(&lane->state, LANE_HALTED, lane->owner.answered);
	if (may_pass)
		state_sleep(&lane->state, wait_ms);
	return may_pass && !state_is_asked_to_stop(&lane->state);
}

/* A halt while it serves: the queue stays as it is, other partitions are not disturbed. */
static enum next halt_while_serving(struct lane *lane)
{
	struct backoff backoff = halt_backoff;
	enum next next = NEXT_HALT;

	while (next == NEXT_HALT) {
		if (!wait_for_try(lane, &backoff))
			return state_is_asked_to_stop(&lane->state) ? NEXT_STOP : NEXT_HALT;
		next = serve_again(&lane->serving);
	}
	if (next == NEXT_ON) {
		log_info("partition goes on", F_INT("answered", lane->owner.answered));
		gauges_set_halted(lane->owner.partition, false);
		state_explain_halt(&lane->state, "", 0);
		state_set(&lane->state, LANE_SERVING, lane->owner.answered);
	}
	return next;
}

/*
 * A halt while it is acquired: it has no place in the assignment. Once it could be acquired the
 * group is asked again.
 */
static enum next halt_while_acquired(struct lane *lane)
{
	struct backoff backoff = halt_backoff;
	enum next next = NEXT_HALT;

	while (next == NEXT_HALT && wait_for_try(lane, &backoff))
		next = acquire_partition(&lane->owner, &lane->state,
		                         clock_monotonic_ms() + LANE_ACQUIRE_MS);
	if (next == NEXT_HALT && state_is_asked_to_stop(&lane->state))
		return NEXT_STOP;
	return next == NEXT_ON ? NEXT_AGAIN : next;
}

/* How the lane ends. Why it halts was said at once. */
static enum lane_state end_of(enum next next)
{
	switch (next) {
	case NEXT_HALT:
		return LANE_HALTED;
	case NEXT_LEAVE:
		return LANE_UNFIT;
	case NEXT_AGAIN:
		return LANE_LOST;
	case NEXT_ON:
	case NEXT_STOP:
		break;
	}
	return LANE_STOPPED;
}

/* Serve until told to stop, or until it cannot go on. */
static enum lane_state loop(struct lane *lane)
{
	struct serving *serving = &lane->serving;

	while (!state_is_asked_to_stop(&lane->state)) {
		enum next next = take_batch(lane);

		if (next == NEXT_ON)
			next = serving->batch->count ? serve_batch(serving) : serve_tend(serving);
		if (next == NEXT_HALT)
			next = halt_while_serving(lane);
		if (next != NEXT_ON)
			return end_of(next);
		state_goes_on(&lane->state);
		if (serving->has_wrong_clock) {
			log_error("a record is not on LogAppendTime; stopping behind its batch",
			          F_INT("answered", lane->owner.answered));
			return LANE_WRONG_CLOCK;
		}
		if (intake_is_at_end(&lane->intake) && publisher_is_done(lane->publisher))
			atomic_store(&lane->state.is_caught_up, true);
	}
	return LANE_STOPPED;
}

static enum lane_state acquire_and_serve(struct lane *lane)
{
	struct owner *owner = &lane->owner;
	enum lane_state end;
	enum next next =
	    acquire_partition(owner, &lane->state, clock_monotonic_ms() + LANE_ACQUIRE_MS);

	/* The assignment did not wait for it, and what is open now begins before its queue does. */
	if (next == NEXT_ON && owner->answered < lane->state.start_offset)
		next = NEXT_AGAIN;
	if (next == NEXT_HALT)
		next = halt_while_acquired(lane);
	if (next != NEXT_ON)
		return end_of(next);
	state_set(&lane->state, LANE_SERVING, owner->answered);
	serve_start(&lane->serving);
	end = loop(lane);
	serve_settle(&lane->serving);
	return end;
}

static void *run(void *argument)
{
	struct lane *lane = argument;
	char name[WATCHDOG_NAME_BYTES];
	enum lane_state end;

	snprintf(name, sizeof name, "the lane of partition %d", (int)lane->owner.partition);
	watchdog_enter(&lane->watchdog, name);
	log_context("partition", lane->owner.partition);
	end = acquire_and_serve(lane);
	watchdog_leave(&lane->watchdog);
	if (end != LANE_HALTED)
		state_explain_halt(&lane->state, "", 0);
	state_set(&lane->state, end, lane->owner.answered);
	return NULL;
}

static void release(struct lane *lane)
{
	publisher_stop(lane->publisher);
	owner_release(&lane->owner);
	intake_close(&lane->intake);
	state_close(&lane->state);
	free(lane);
}

/* Publisher and intake, and what joins them. */
static bool prepare(struct lane *lane)
{
	const struct owner *owner = &lane->owner;
	size_t batch_max = owner->settings->batch_max;

	lane->publisher = publisher_start(owner->settings->pipeline, owner->membership,
	                                  owner->partition, batch_max);
	if (!lane->publisher)
		return false;
	lane->serving = (struct serving){
	    .owner = &lane->owner,
	    .state = &lane->state,
	    .intake = &lane->intake,
	    .publisher = lane->publisher,
	    .batch = publisher_take_batch(lane->publisher),
	};
	return intake_open(&lane->intake, owner->group, owner->partition, batch_max,
	                   publisher_take_batch(lane->publisher));
}

struct lane *lane_start(const struct lane_settings *settings, struct kafka_group *group,
                        const struct kafka_membership *membership, int32_t partition)
{
	struct lane *lane = calloc(1, sizeof *lane);

	if (!lane)
		return NULL;
	lane->asked_end = -1;
	lane->owner = (struct owner){
	    .settings = settings,
	    .partition = partition,
	    .group = group,
	    .membership = membership,
	};
	state_open(&lane->state);
	gauges_set_halted(partition, false);
	if (!prepare(lane) || pthread_create(&lane->thread, NULL, run, lane)) {
		gauges_forget(partition);
		release(lane);
		return NULL;
	}
	return lane;
}

enum lane_state lane_wait(struct lane *lane, int64_t until_ms, int64_t *start_offset)
{
	return state_wait(&lane->state, until_ms, start_offset);
}

bool lane_has_ended(struct lane *lane, int64_t until_ms)
{
	return state_has_ended(&lane->state, until_ms);
}

enum lane_state lane_state_of(struct lane *lane)
{
	return state_now(&lane->state);
}

void lane_why(struct lane *lane, struct err *why)
{
	state_why(&lane->state, why);
}

bool lane_is_caught_up(struct lane *lane)
{
	return atomic_load(&lane->state.is_caught_up);
}

int32_t lane_partition(const struct lane *lane)
{
	return lane->owner.partition;
}

bool lane_is_deaf(struct lane *lane)
{
	return state_cannot_hear(&lane->state);
}

void lane_could_hear(struct lane *lane)
{
	state_could_hear(&lane->state);
}

int64_t lane_heard_ms(struct lane *lane)
{
	return state_heard_ms(&lane->state);
}

void lane_set_end(struct lane *lane, int64_t end)
{
	lane->asked_end = end;
}

void lane_look(struct lane *lane, struct buf *lines)
{
	int64_t end = kafka_group_end(lane->owner.group, lane->owner.partition);

	if (end < lane->asked_end)
		end = lane->asked_end;
	if (end >= 0)
		gauges_set_offset(lane->owner.partition, OFFSET_END, end);
	gauges_look(lane->owner.partition, clock_monotonic_ms(), lane_is_caught_up(lane));
	state_describe(&lane->state, lane->owner.partition, lines);
}

void lane_ask_to_stop(struct lane *lane)
{
	state_ask_to_stop(&lane->state);
	intake_wake(&lane->intake);
}

void lane_stop(struct lane *lane)
{
	if (!lane)
		return;
	lane_ask_to_stop(lane);
	pthread_join(lane->thread, NULL);
	gauges_forget(lane->owner.partition);
	release(lane);
}
