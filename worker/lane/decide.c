#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/service/metrics.h"
#include "worker/figures.h"
#include "worker/lane/lane_inside.h"

static const struct backoff database_backoff = {.first_ms = 50, .limit_ms = 5000};

static void log_decision(const struct lane *lane, const struct entry *entry)
{
	const struct decision *d = &entry->decision;
	char id[UUID_TEXT_CHARS + 1], line[160];

	if (d->outcome == OUTCOME_RESERVED && d->is_claim) {
		uuid_encode(&d->request_id, id);
		snprintf(line, sizeof line, "Successfully reserved %zu seats atomically for reservation %s",
		         d->seats_asked, id);
		log_debug(line, F_INT("partition", lane->partition), F_INT("offset", entry->record.offset));
	} else if (d->outcome == OUTCOME_SEATS_TAKEN && d->is_claim) {
		snprintf(line, sizeof line,
		         "Race condition detected: Requested %zu seats, but only %zu were available.",
		         d->seats_asked, d->seats_asked - d->seats_refused);
		log_debug(line, F_INT("partition", lane->partition), F_INT("offset", entry->record.offset));
		log_debug("Rolled back 0 partially reserved seats", F_INT("partition", lane->partition),
		          F_INT("offset", entry->record.offset));
	} else {
		log_debug("Decided", F_INT("partition", lane->partition),
		          F_INT("offset", entry->record.offset), F_INT("code", outcome_code(d->outcome)),
		          F_STR("reason", outcome_reason(d->outcome)));
	}
}

/* Another owner moved the progress row. */
static enum step lose(void)
{
	metrics_add(METRIC_FENCED, FENCED_BY_DATABASE, 1);
	return STEP_AGAIN;
}

/* Wait for the database; STEP_ON with is_done telling whether the last transaction counts. */
static enum step reopen(struct lane *lane, const struct err *why, bool *is_done)
{
	struct backoff backoff = database_backoff;
	struct err e = *why;

	log_err(LOG_WARNING, "database session lost; opening another", &e);
	for (;;) {
		switch (store_reopen(lane->store, is_done, &e)) {
		case RC_OK:
			log_info("database session open again", F_INT("partition", lane->partition));
			return STEP_ON;
		case RC_FATAL:
			if (store_is_lost(lane->store))
				return lose();
			if (e.exit_code != EXIT_DATABASE_LOST)
				return lane_halt(lane, -1, &e);
			break;
		default:
			break;
		}
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
		lane_pause(lane, &backoff, NEEDS_DATABASE);
	}
}

/* Entries [first, first + count) are committed. */
static enum step finish_slice(struct lane *lane, const struct batch *batch, size_t first,
                              size_t count, int64_t from_us)
{
	figures_decided(batch, first, count, clock_monotonic_us() - from_us);
	metrics_set_offset(lane->partition, OFFSET_DECIDED, store_progress(lane->store)->next_offset);
	return STEP_ON;
}

/* One transaction until its outcome is known. `is_refused`: rows were not as planned. */
static enum step decide_slice(struct lane *lane, struct batch *batch, size_t first, size_t count,
                              bool is_locked, bool *is_refused, struct err *e)
{
	const struct arena_mark before = arena_mark(&batch->plan);
	struct backoff backoff = database_backoff;
	bool is_done;
	enum step step;

	*is_refused = false;
	store_meanwhile(lane->store, batch == lane->batch && first + count == batch->count
	                                 ? lane_look_ahead : NULL, lane);
	for (;;) {
		int64_t from_us = clock_monotonic_us();

		arena_rewind(&batch->plan, before); /* however often the database refuses */
		switch (store_decide(lane->store, batch, first, count, is_locked, e)) {
		case RC_OK:
			return finish_slice(lane, batch, first, count, from_us);
		case RC_REJECT:
			metrics_add(METRIC_PARTIAL_ROLLBACKS, 0, 1);
			*is_refused = true;
			return STEP_ON;
		case RC_REOPEN:
			step = reopen(lane, e, &is_done);
			if (step != STEP_ON)
				return step;
			if (is_done)
				return finish_slice(lane, batch, first, count, from_us);
			break;
		case RC_RETRY:
			log_err(LOG_WARNING, "database asks to try again", e);
			if (atomic_load(&lane->is_asked_to_stop))
				return STEP_STOP;
			lane_pause(lane, &backoff, NEEDS_DATABASE);
			break;
		case RC_FATAL:
			if (store_is_lost(lane->store))
				return lose();
			return lane_halt(lane, batch->entries[first].record.offset, e);
		}
	}
}

#define SINGLE_TRIES 3

/* Someone changes rows by hand right now: record by record, rows locked before they are read. */
static enum step decide_singly(struct lane *lane, struct batch *batch, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		bool is_refused = true;
		struct err e;

		for (int tries = 0; is_refused && tries < SINGLE_TRIES; tries++) {
			enum step step = decide_slice(lane, batch, i, 1, true, &is_refused, &e);

			if (step != STEP_ON)
				return step;
		}
		if (is_refused)
			return lane_halt(lane, batch->entries[i].record.offset, &e);
	}
	return STEP_ON;
}

enum step lane_decide(struct lane *lane, struct batch *batch, size_t first, size_t count)
{
	bool is_refused = true;
	enum step step = STEP_ON;

	for (int tries = 0; is_refused && tries < 2; tries++) {
		struct err e;

		step = decide_slice(lane, batch, first, count, false, &is_refused, &e);
		if (step != STEP_ON)
			return step;
		if (is_refused)
			log_at(LOG_WARNING, "rows are not as read; the batch was rolled back and is planned again",
			       F_INT("partition", lane->partition),
			       F_INT("offset", batch->entries[first].record.offset),
			       F_STR("sqlstate", e.code), F_STR("error", e.text));
	}
	if (is_refused)
		step = decide_singly(lane, batch, first, count);
	if (step == STEP_ON && log_is_on(LOG_DEBUG))
		for (size_t i = first; i < first + count; i++)
			log_decision(lane, &batch->entries[i]);
	return step;
}

enum step lane_recall(struct lane *lane, struct batch *batch, size_t first, size_t count)
{
	const struct arena_mark before = arena_mark(&batch->plan);
	struct backoff backoff = database_backoff;
	bool is_done;
	struct err e;

	log_info("answering again from decisions", F_INT("partition", lane->partition),
	         F_INT("offset", batch->entries[first].record.offset), F_INT("count", count));
	for (;;) {
		enum rc rc;
		enum step step;

		arena_rewind(&batch->plan, before);
		rc = store_recall(lane->store, batch, first, count, &e);
		if (rc == RC_OK)
			return STEP_ON;
		if (rc == RC_FATAL || rc == RC_REJECT)
			return lane_halt(lane, batch->entries[first].record.offset, &e);
		step = rc == RC_REOPEN ? reopen(lane, &e, &is_done) : STEP_ON;
		if (step != STEP_ON)
			return step;
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
		lane_pause(lane, &backoff, NEEDS_DATABASE);
	}
}
