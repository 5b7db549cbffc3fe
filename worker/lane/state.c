#include "worker/lane/state.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/watchdog.h"

#define PAUSE_STEP_MS 50

void state_open(struct state *state)
{
	pthread_condattr_t attributes;

	*state = (struct state){.state = LANE_ACQUIRING};
	pthread_mutex_init(&state->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&state->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

void state_close(struct state *state)
{
	pthread_cond_destroy(&state->changed);
	pthread_mutex_destroy(&state->lock);
}

void state_pause(struct state *state, struct backoff *backoff, enum lane_need need)
{
	int64_t until_ms = clock_monotonic_ms() + backoff_next_ms(backoff);

	atomic_store(&state->needs, need);
	while (!state_is_asked_to_stop(state)) {
		int64_t left_ms = until_ms - clock_monotonic_ms();

		watchdog_beat();
		if (left_ms <= 0)
			break;
		clock_sleep_ms(left_ms < PAUSE_STEP_MS ? left_ms : PAUSE_STEP_MS);
	}
}

void state_goes_on(struct state *state)
{
	atomic_store(&state->needs, NEEDS_NOTHING);
}

void state_set(struct state *state, enum lane_state now, int64_t start_offset)
{
	pthread_mutex_lock(&state->lock);
	state->state = now;
	state->start_offset = start_offset;
	pthread_cond_broadcast(&state->changed);
	pthread_mutex_unlock(&state->lock);
}

void state_leaves_assignment(struct state *state, enum lane_need need, int64_t start_offset)
{
	atomic_store(&state->needs, need);
	if (state_now(state) == LANE_ACQUIRING)
		state_set(state, LANE_SERVING, start_offset);
}

enum next state_halt(struct state *state, int64_t offset, const struct err *why)
{
	state->halt = (struct halt){offset, *why};
	return NEXT_HALT;
}

void state_explain_halt(struct state *state, const char *text)
{
	pthread_mutex_lock(&state->lock);
	snprintf(state->halt_text, sizeof state->halt_text, "%s", text);
	pthread_mutex_unlock(&state->lock);
}

enum lane_state state_now(struct state *state)
{
	enum lane_state now;

	pthread_mutex_lock(&state->lock);
	now = state->state;
	pthread_mutex_unlock(&state->lock);
	return now;
}

/* Wait while it is one of the two; until_ms (monotonic) at the longest. */
static enum lane_state wait_while(struct state *state, enum lane_state one, enum lane_state other,
                                  int64_t until_ms, int64_t *start_offset)
{
	struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
	                         .tv_nsec = (long)(until_ms % 1000) * 1000000};
	enum lane_state now;

	pthread_mutex_lock(&state->lock);
	while (state->state == one || state->state == other)
		if (pthread_cond_timedwait(&state->changed, &state->lock, &until) == ETIMEDOUT)
			break;
	now = state->state;
	*start_offset = state->start_offset;
	pthread_mutex_unlock(&state->lock);
	return now;
}

enum lane_state state_wait(struct state *state, int64_t until_ms, int64_t *start_offset)
{
	return wait_while(state, LANE_ACQUIRING, LANE_ACQUIRING, until_ms, start_offset);
}

bool state_has_ended(struct state *state, int64_t until_ms)
{
	int64_t unused;
	enum lane_state now = wait_while(state, LANE_ACQUIRING, LANE_SERVING, until_ms, &unused);

	return now != LANE_ACQUIRING && now != LANE_SERVING;
}

void state_describe(struct state *state, int32_t partition, struct buf *lines)
{
	static const char *const needs[] = {
	    [NEEDS_DATABASE] = "waits for the database",
	    [NEEDS_KAFKA] = "waits for Kafka",
	    [NEEDS_PARTITION] = "was lost to another owner and is acquired again",
	};
	int need = atomic_load(&state->needs);

	pthread_mutex_lock(&state->lock);
	if (state->state == LANE_HALTED)
		buf_print(lines, "partition %d halted: %s\n", (int)partition, state->halt_text);
	else if (state->state == LANE_SERVING && need)
		buf_print(lines, "partition %d %s\n", (int)partition, needs[need]);
	else if (state->state != LANE_SERVING)
		buf_print(lines, "partition %d is not acquired yet\n", (int)partition);
	pthread_mutex_unlock(&state->lock);
}

void state_ask_to_stop(struct state *state)
{
	atomic_store(&state->is_asked_to_stop, true);
}

bool state_is_asked_to_stop(struct state *state)
{
	return atomic_load(&state->is_asked_to_stop);
}
