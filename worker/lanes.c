#include "worker/lanes.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/service/health.h"
#include "common/base/log.h"
#include "common/service/notify.h"
#include "common/base/stop.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/probe.h"
#include "worker/reach.h"

#define POLL_MS 100
#define TELL_MS 250 /* how fresh is what health and metrics say */

struct lanes {
	const struct lane_settings *settings;
	struct kafka_group *group;
	struct kafka_membership *membership;
	struct lane **list;
	size_t count;
	bool is_assigned; /* an assignment was served, perhaps of nothing */
	bool must_rejoin;
	struct err end; /* why it ends, unless a stop is asked for; RC_OK: it does not */
	struct reach reach;
	struct probe probe;
	struct figures figures;
	int64_t tell_ms; /* when the next time is */
};

/* Say how things stand. In every round of whatever the main thread waits for. */
static void tell(struct lanes *lanes)
{
	int64_t now_ms = clock_monotonic_ms();
	const char *trouble = lanes->is_assigned ? NULL : kafka_group_trouble(lanes->group);
	struct buf why = {0};

	health_tend();
	kafka_pool_tend(lanes->settings->pipeline->pool, now_ms);
	if (now_ms < lanes->tell_ms)
		return;
	lanes->tell_ms = now_ms + TELL_MS;
	if (stop_is_asked())
		buf_add_string(&why, "stopping\n");
	if (!lanes->is_assigned)
		buf_print(&why, "no partitions are assigned yet%s%s\n", trouble ? "; " : "",
		          trouble ? trouble : "");
	for (size_t i = 0; i < lanes->count; i++)
		lane_look(lanes->list[i], &why);
	health_say(HEALTH_PROGRAM, why.failed ? "out of memory\n" : buf_text(&why).data);
	buf_release(&why);
	figures_say(&lanes->figures);
}

static void end_of_clock(struct lanes *lanes)
{
	(void)err_set(&lanes->end, RC_FATAL, FROM_PIPELINE, "a record is not on LogAppendTime");
}

/* Nothing is wrong with the partitions: other processes can go on with them. lane NULL: no memory */
static void end_unfit(struct lanes *lanes, struct lane *lane)
{
	if (lane)
		lane_why(lane, &lanes->end);
	else
		(void)err_set(&lanes->end, RC_FATAL, FROM_PROGRAM, "no memory or thread for a partition");
	log_err(LOG_ERROR, "this process cannot serve a partition; it leaves the group", &lanes->end);
}

static void on_revoked(void *context)
{
	struct lanes *lanes = context;
	struct err e;

	for (size_t i = 0; i < lanes->count; i++)
		lane_ask_to_stop(lanes->list[i]);
	if (lanes->count && fault_at(FAULT_REVOKING, &e))
		lanes->must_rejoin = true;
	for (size_t i = 0; i < lanes->count; i++)
		while (!lane_has_ended(lanes->list[i], clock_monotonic_ms() + POLL_MS))
			tell(lanes);
	for (size_t i = 0; i < lanes->count; i++) {
		if (lane_state_of(lanes->list[i]) == LANE_WRONG_CLOCK)
			end_of_clock(lanes);
		lane_stop(lanes->list[i]);
	}
	if (lanes->is_assigned)
		log_info("assignment revoked", F_INT("partitions", lanes->count));
	free(lanes->list);
	lanes->list = NULL;
	lanes->count = 0;
	lanes->is_assigned = false;
	kafka_membership_release(lanes->membership);
	lanes->membership = NULL;
}

static void tell_manager(const struct lanes *lanes)
{
	char status[60];

	snprintf(status, sizeof status, "%zu partitions assigned", lanes->count);
	notify_ready(status);
}

/* Wait for one lane, but not through a stop. */
static enum lane_state await(struct lanes *lanes, struct lane *lane, int64_t until_ms,
                             int64_t *start_offset)
{
	enum lane_state state;
	int64_t now_ms;

	do {
		tell(lanes);
		now_ms = clock_monotonic_ms();
		state = lane_wait(lane, now_ms + POLL_MS < until_ms ? now_ms + POLL_MS : until_ms,
		                  start_offset);
		for (size_t i = 0; stop_is_asked() && i < lanes->count; i++)
			lane_ask_to_stop(lanes->list[i]);
	} while (state == LANE_ACQUIRING && now_ms < until_ms && !stop_is_asked());
	return state;
}

/* Partitions that were added after the database was made come last; how many are left to serve. */
static size_t leave_surplus(const struct lanes *lanes, struct kafka_start *starts, size_t count)
{
	int32_t made_for = lanes->settings->pipeline->partition_count;

	for (size_t i = 0; i < count;) {
		struct kafka_start surplus = starts[i];

		if (surplus.partition < made_for) {
			i++;
			continue;
		}
		log_error("a partition was added to the topic of requests after the database was made for it; "
		          "nothing on it is decided or answered", F_INT("partition", surplus.partition),
		          F_INT("made_for", made_for));
		gauges_see_partition(surplus.partition);
		starts[i] = starts[--count];
		starts[count] = surplus;
	}
	return count;
}

static void on_assigned(void *context, struct kafka_start *starts, size_t count)
{
	struct lanes *lanes = context;
	int64_t until_ms = clock_monotonic_ms() + LANE_ACQUIRE_MS;

	on_revoked(lanes); /* normally nothing is there */
	count = leave_surplus(lanes, starts, count);
	lanes->is_assigned = true;
	lanes->membership = kafka_group_membership(lanes->group);
	lanes->list = calloc(count ? count : 1, sizeof lanes->list[0]);
	if (!lanes->membership || !lanes->list) {
		lanes->must_rejoin = true;
		return;
	}
	log_info("assigned", F_INT("partitions", count));
	for (size_t i = 0; i < count; i++) {
		struct lane *lane =
		    lane_start(lanes->settings, lanes->group, lanes->membership, starts[i].partition);

		if (!lane) {
			end_unfit(lanes, NULL);
			break;
		}
		lanes->list[lanes->count++] = lane;
	}
	for (size_t i = 0; i < lanes->count; i++) {
		int64_t start_offset;

		switch (await(lanes, lanes->list[i], until_ms, &start_offset)) {
		case LANE_SERVING:
			starts[i].offset = start_offset;
			break;
		case LANE_HALTED:
		case LANE_UNFIT:
			break;
		default:
			lanes->must_rejoin = true;
		}
	}
	if (!lanes->must_rejoin)
		tell_manager(lanes);
}

/* Look after the lanes; true: everything that can be answered is. */
static bool look_after(struct lanes *lanes)
{
	bool is_caught_up = lanes->is_assigned;

	for (size_t i = 0; i < lanes->count; i++) {
		switch (lane_state_of(lanes->list[i])) {
		case LANE_WRONG_CLOCK:
			end_of_clock(lanes);
			break;
		case LANE_LOST:
			lanes->must_rejoin = true;
			break;
		case LANE_UNFIT:
			if (lanes->end.rc == RC_OK)
				end_unfit(lanes, lanes->list[i]);
			break;
		case LANE_SERVING:
			is_caught_up = is_caught_up && lane_is_caught_up(lanes->list[i]);
			continue;
		case LANE_HALTED:
			if (!text_memory_ran_out())
				continue;
			/* Nothing is wrong with the partition: another process can go on with it. */
			(void)err_out_of_memory(&lanes->end);
			break;
		default:
			break;
		}
		is_caught_up = false;
	}
	return is_caught_up;
}

static bool has_halted(const struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		if (lane_state_of(lanes->list[i]) == LANE_HALTED)
			return true;
	return false;
}

static void serve(struct lanes *lanes, bool is_until_caught_up)
{
	struct backoff backoff = {.first_ms = 500, .limit_ms = 10000};

	while (!stop_is_asked() && lanes->end.rc == RC_OK) {
		if (kafka_group_poll(lanes->group, POLL_MS, &lanes->end)) {
			log_err(LOG_ERROR, "consumer cannot go on", &lanes->end);
			return;
		}
		tell(lanes);
		reach_look(&lanes->reach, lanes->group, lanes->list, lanes->count);
		probe_look(&lanes->probe, lanes->list, lanes->count);
		if (look_after(lanes) && is_until_caught_up) {
			if (has_halted(lanes))
				(void)err_set(&lanes->end, RC_FATAL, FROM_PIPELINE, "a partition has halted");
			return;
		}
		if (!lanes->must_rejoin)
			continue;
		lanes->must_rejoin = false;
		log_warning("joining the group again");
		if (stop_wait_ms(backoff_next_ms(&backoff)))
			return;
		if (kafka_group_rejoin(lanes->group, &lanes->end))
			log_err(LOG_ERROR, "cannot join the group", &lanes->end);
	}
}

enum rc lanes_run(const struct lane_settings *settings, bool is_until_caught_up, struct err *e)
{
	struct lanes lanes = {.settings = settings};
	const struct kafka_group_events events = {on_assigned, on_revoked, &lanes};

	if (reach_open(&lanes.reach, &settings->pipeline->databases, e) ||
	    probe_open(&lanes.probe, settings->pipeline, e)) {
		log_err(LOG_ERROR, "cannot start", e);
		reach_close(&lanes.reach);
		return e->rc;
	}
	if (kafka_group_open(&lanes.group, &settings->pipeline->kafka, settings->pipeline->group_id,
	                     settings->pipeline->topics.requests, &events, e)) {
		log_err(LOG_ERROR, "cannot join the group", e);
		probe_close(&lanes.probe);
		reach_close(&lanes.reach);
		return e->rc;
	}
	serve(&lanes, is_until_caught_up);
	notify_stopping();
	probe_close(&lanes.probe);
	reach_close(&lanes.reach);
	kafka_group_close(lanes.group);
	on_revoked(&lanes);
	*e = lanes.end;
	return e->rc;
}
