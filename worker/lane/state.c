#include "worker/lane/state.h"

#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"

#define PAUSE_STEP_MS 50

void state_open(struct state *state)
{
	*state = (struct state){.state = LANE_ACQUIRING, .heard_ms = clock_monotonic_ms()};
	wait_open(&state->wait);
}

void state_close(struct state *state)
{
	wait_close(&state->wait);
}

void state_pause(struct state *state, struct backoff *backoff, enum lane_need need)
{
	atomic_store(&state->needs, need);
	state_sleep(state, backoff_next_ms(backoff));
}

void state_sleep(struct state *state, int64_t wait_ms)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

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
	wait_lock(&state->wait);
	state->state = now;
	state->start_offset = start_offset;
	wait_wake(&state->wait);
	wait_unlock(&state->wait);
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

enum next state_end(struct state *state, int64_t offset, const struct err *why)
{
	(void)state_halt(state, offset, why);
	return why->rc == RC_USAGE || text_memory_ran_out() ? NEXT_LEAVE : NEXT_HALT;
}

void state_why(struct state *state, struct err *why)
{
	wait_lock(&state->wait);
	*why = state->halt.why;
	wait_unlock(&state->wait);
}

void state_explain_halt(struct state *state, const char *text, int64_t next_try_ms)
{
	wait_lock(&state->wait);
	snprintf(state->halt_text, sizeof state->halt_text, "%s", text);
	state->next_try_ms = next_try_ms;
	wait_wake(&state->wait);
	wait_unlock(&state->wait);
}

void state_is_deaf(struct state *state, const struct err *why)
{
	int64_t now_ms = clock_monotonic_ms();
	bool is_deaf, was_deaf = state->deaf_said_ms > 0;
	char text[ERR_TEXT_BYTES];

	wait_lock(&state->wait);
	if (why)
		snprintf(state->deaf_text, sizeof state->deaf_text, "%s", why->text);
	snprintf(text, sizeof text, "%s", state->deaf_text);
	wait_unlock(&state->wait);
	is_deaf = text[0];
	if (is_deaf && (!was_deaf || now_ms - state->deaf_said_ms >= STATE_DEAF_SAY_MS)) {
		state->deaf_said_ms = now_ms;
		log_warning("requests cannot be read", F_STR("error", text));
	} else if (!is_deaf && was_deaf) {
		state->deaf_said_ms = 0;
		log_info("requests can be read again");
	}
}

void state_could_hear(struct state *state)
{
	wait_lock(&state->wait);
	state->deaf_text[0] = '\0';
	wait_unlock(&state->wait);
}

void state_hears(struct state *state)
{
	wait_lock(&state->wait);
	state->deaf_text[0] = '\0';
	state->heard_ms = clock_monotonic_ms();
	wait_unlock(&state->wait);
	state_is_deaf(state, NULL);
}

bool state_cannot_hear(struct state *state)
{
	bool is_deaf;

	wait_lock(&state->wait);
	is_deaf = state->deaf_text[0];
	wait_unlock(&state->wait);
	return is_deaf;
}

int64_t state_heard_ms(struct state *state)
{
	int64_t heard_ms;

	wait_lock(&state->wait);
	heard_ms = state->heard_ms;
	wait_unlock(&state->wait);
	return heard_ms;
}

enum lane_state state_now(struct state *state)
{
	enum lane_state now;

	wait_lock(&state->wait);
	now = state->state;
	wait_unlock(&state->wait);
	return now;
}

enum lane_state state_wait(struct state *state, int64_t until_ms, int64_t *start_offset)
{
	enum lane_state now;

	wait_lock(&state->wait);
	while (state->state == LANE_ACQUIRING)
		if (!wait_until(&state->wait, until_ms))
			break;
	now = state->state;
	*start_offset = state->start_offset;
	wait_unlock(&state->wait);
	return now;
}

static bool goes_on(const struct state *state)
{
	return state->state == LANE_ACQUIRING || state->state == LANE_SERVING || state->next_try_ms;
}

bool state_has_ended(struct state *state, int64_t until_ms)
{
	bool has_ended;

	wait_lock(&state->wait);
	while (goes_on(state))
		if (!wait_until(&state->wait, until_ms))
			break;
	has_ended = !goes_on(state);
	wait_unlock(&state->wait);
	return has_ended;
}

void state_describe(struct state *state, int32_t partition, struct buf *lines)
{
	static const char *const needs[] = {
	    [NEEDS_DATABASE] = "waits for the database",
	    [NEEDS_KAFKA] = "waits for Kafka",
	    [NEEDS_PARTITION] = "was lost to another owner and is acquired again",
	};
	int need = atomic_load(&state->needs);
	char time[INSTANT_TEXT_BYTES];

	wait_lock(&state->wait);
	if (state->state == LANE_HALTED && state->next_try_ms) {
		instant_print(state->next_try_ms, time);
		buf_print(lines, "partition %d halted: %s; tried again at %s\n", (int)partition,
		          state->halt_text, time);
	} else if (state->state == LANE_HALTED)
		buf_print(lines, "partition %d halted: %s\n", (int)partition, state->halt_text);
	else if (state->state == LANE_SERVING && need)
		buf_print(lines, "partition %d %s\n", (int)partition, needs[need]);
	else if (state->state == LANE_SERVING && state->deaf_text[0])
		buf_print(lines, "partition %d waits for Kafka: %s\n", (int)partition, state->deaf_text);
	else if (state->state != LANE_SERVING)
		buf_print(lines, "partition %d is not acquired yet\n", (int)partition);
	wait_unlock(&state->wait);
}

void state_ask_to_stop(struct state *state)
{
	atomic_store(&state->is_asked_to_stop, true);
}

bool state_is_asked_to_stop(struct state *state)
{
	return atomic_load(&state->is_asked_to_stop);
}
