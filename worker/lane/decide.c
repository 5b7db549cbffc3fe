#include "worker/lane/decide.h"

#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"

static const struct backoff database_backoff = {.first_ms = 50, .limit_ms = 5000};
static const struct backoff lost_backoff = {.first_ms = 50, .limit_ms = 1000};

static void log_decision(const struct entry *entry)
{
	const struct decision *d = &entry->decision;
	char id[UUID_TEXT_CHARS + 1], line[160];

	if (d->outcome == OUTCOME_RESERVED && d->is_claim) {
		uuid_encode(&d->request_id, id);
		snprintf(line, sizeof line, "Successfully reserved %zu seats atomically for reservation %s",
		         d->seats_asked, id);
		log_debug(line, F_INT("offset", entry->record.offset));
	} else if (d->outcome == OUTCOME_SEATS_TAKEN && d->is_claim) {
		snprintf(line, sizeof line,
		         "Race condition detected: Requested %zu seats, but only %zu were available.",
		         d->seats_asked, d->seats_asked - d->seats_refused);
		log_debug(line, F_INT("offset", entry->record.offset));
		log_debug("Rolled back 0 partially reserved seats", F_INT("offset", entry->record.offset));
	} else {
		log_debug("Decided", F_INT("offset", entry->record.offset),
		          F_INT("code", outcome_code(d->outcome)),
		          F_STR("reason", outcome_reason(d->outcome)));
	}
}

/* Another owner moved the progress row. */
static enum next lose(void)
{
	metrics_add(METRIC_FENCED, FENCED_BY_DATABASE, 1);
	return NEXT_AGAIN;
}

/*
 * Sessions open, and yet no COMMIT is known to have happened (each may come with a warning): from the
 * second loss in a row on a pause comes before the next session.
 */
static void pause_between_losses(struct owner *owner, struct state *state)
{
	if (owner->lost.first_ms)
		state_pause(state, &owner->lost, NEEDS_DATABASE);
	else
		owner->lost = lost_backoff;
}

/* Wait for the database; NEXT_ON with is_done telling whether the last transaction counts. */
static enum next reopen(struct owner *owner, struct state *state, const struct err *why,
                        bool *is_done)
{
	struct backoff backoff = database_backoff;
	struct err e = *why;

	log_err(LOG_WARNING, "database session lost; opening another", &e);
	pause_between_losses(owner, state);
	for (;;) {
		switch (store_reopen(owner->store, is_done, &e)) {
		case RC_OK:
			log_info("database session open again");
			return NEXT_ON;
		case RC_FENCED:
			return lose();
		case RC_USAGE:
		case RC_FATAL:
			if (e.origin != FROM_DATABASE)
				return state_end(state, -1, &e);
			break;
		default:
			break;
		}
		if (state_is_asked_to_stop(state))
			return NEXT_STOP;
		state_pause(state, &backoff, NEEDS_DATABASE);
	}
}

/* Entries of a batch that one transaction decides. */
struct slice {
	struct owner *owner;
	struct state *state;
	struct batch *batch;
	size_t first, count;
	bool is_locked;
	const struct meanwhile *meanwhile;
};

static enum next finish(const struct slice *s, int64_t from_us)
{
	figures_decided(s->batch, s->first, s->count, clock_monotonic_us() - from_us);
	gauges_set_offset(s->owner->partition, OFFSET_DECIDED,
	                   store_progress(s->owner->store)->next_offset);
	return NEXT_ON;
}

/* One transaction until its outcome is known. `is_refused`: rows were not as planned. */
static enum next decide_slice(const struct slice *s, bool *is_refused, struct err *e)
{
	const struct arena_mark before = arena_mark(&s->batch->plan);
	struct backoff backoff = database_backoff;
	struct store *store = s->owner->store;
	bool is_done;
	enum next next;

	*is_refused = false;
	store_meanwhile(store, s->meanwhile);
	for (;;) {
		int64_t from_us = clock_monotonic_us();

		arena_rewind(&s->batch->plan, before); /* however often the database refuses */
		switch (store_decide(store, s->batch, s->first, s->count, s->is_locked, e)) {
		case RC_OK:
			s->owner->lost = (struct backoff){0};
			return finish(s, from_us);
		case RC_REJECT:
			metrics_add(METRIC_PARTIAL_ROLLBACKS, 0, 1);
			*is_refused = true;
			return NEXT_ON;
		case RC_REOPEN:
			next = reopen(s->owner, s->state, e, &is_done);
			if (next != NEXT_ON)
				return next;
			if (is_done)
				return finish(s, from_us);
			break;
		case RC_RETRY:
			log_err(LOG_WARNING, "database asks to try again", e);
			if (state_is_asked_to_stop(s->state))
				return NEXT_STOP;
			state_pause(s->state, &backoff, NEEDS_DATABASE);
			break;
		case RC_FENCED:
			return lose();
		case RC_USAGE:
		case RC_FATAL:
			return state_end(s->state, s->batch->entries[s->first].record.offset, e);
		}
	}
}

#define SINGLE_TRIES 3

/* Someone changes rows by hand right now: record by record, rows locked before they are read. */
static enum next decide_singly(const struct slice *whole)
{
	size_t end = whole->first + whole->count;

	for (size_t i = whole->first; i < end; i++) {
		struct slice one = *whole;
		bool is_refused = true;
		struct err e;

		one.first = i;
		one.count = 1;
		one.is_locked = true;
		if (i + 1 < end)
			one.meanwhile = NULL;
		for (int tries = 0; is_refused && tries < SINGLE_TRIES; tries++) {
			enum next next = decide_slice(&one, &is_refused, &e);

			if (next != NEXT_ON)
				return next;
		}
		if (is_refused)
			return state_halt(whole->state, whole->batch->entries[i].record.offset, &e);
	}
	return NEXT_ON;
}

/* Entries that may be decided together. */
static enum next decide_together(const struct slice *whole)
{
	bool is_refused = true;

	for (int tries = 0; is_refused && tries < 2; tries++) {
		struct err e;
		enum next next = decide_slice(whole, &is_refused, &e);

		if (next != NEXT_ON)
			return next;
		if (is_refused)
			log_at(LOG_WARNING, "rows are not as read; the batch was rolled back and is planned again",
			       F_INT("offset", whole->batch->entries[whole->first].record.offset),
			       F_STR("sqlstate", e.code), F_STR("error", e.text));
	}
	return is_refused ? decide_singly(whole) : NEXT_ON;
}

enum next decide_batch(struct owner *owner, struct state *state, struct batch *batch, size_t first,
                       size_t count, const struct meanwhile *meanwhile)
{
	struct slice slice = {owner, state, batch, first, 0, false, NULL};
	size_t end = first + count;
	enum next next = NEXT_ON;

	for (; next == NEXT_ON && slice.first < end; slice.first += slice.count) {
		slice.count = batch_together(batch, slice.first, end - slice.first);
		slice.meanwhile = slice.first + slice.count == end ? meanwhile : NULL;
		next = decide_together(&slice);
	}
	if (next == NEXT_ON && log_is_on(LOG_DEBUG))
		for (size_t i = first; i < first + count; i++)
			log_decision(&batch->entries[i]);
	return next;
}

enum next decide_recall(struct owner *owner, struct state *state, struct batch *batch, size_t first,
                        size_t count)
{
	const struct arena_mark before = arena_mark(&batch->plan);
	struct backoff backoff = database_backoff;
	bool is_done;
	struct err e;

	for (;;) {
		enum rc rc;
		enum next next;

		arena_rewind(&batch->plan, before);
		rc = store_recall(owner->store, batch, first, count, &e);
		if (rc == RC_OK)
			return NEXT_ON;
		if (rc == RC_FATAL || rc == RC_REJECT || rc == RC_USAGE)
			return state_end(state, batch->entries[first].record.offset, &e);
		next = rc == RC_REOPEN ? reopen(owner, state, &e, &is_done) : NEXT_ON;
		if (next != NEXT_ON)
			return next;
		if (state_is_asked_to_stop(state))
			return NEXT_STOP;
		state_pause(state, &backoff, NEEDS_DATABASE);
	}
}
