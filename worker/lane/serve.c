#include "worker/lane/serve.h"

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/lane/acquire.h"
#include "worker/lane/decide.h"

#define LOST_MAX 3 /* losses in a row before the group is joined again */

static const struct backoff answer_backoff = {.first_ms = 20, .limit_ms = 2000};
static const struct backoff lost_backoff = {.first_ms = 500, .limit_ms = 4000};

static int64_t end_of(const struct batch *batch)
{
	return batch->entries[batch->count - 1].record.offset + 1;
}

/* The entries before `offset`, from `first` on. */
static size_t count_before(const struct batch *batch, size_t first, int64_t offset)
{
	size_t count = 0;

	while (first + count < batch->count && batch->entries[first + count].record.offset < offset)
		count++;
	return count;
}

/* Find out what became of the last transaction: fence, then read the committed offset. */
static enum next renew(struct serving *s, enum metric_rebuild why)
{
	int64_t before = s->owner->answered;
	enum next next;

	metrics_add(METRIC_PRODUCER_REBUILDS, why, 1);
	next = acquire_producer(s->owner, s->state);
	if (next == NEXT_ON && s->owner->answered < before) {
		s->owner->answered = before;
		return NEXT_AGAIN;
	}
	return next;
}

/* Answers failed, or (rc RC_OK) were given by a producer that is tainted since. */
static enum next see_to(struct serving *s, enum rc rc, const struct err *why, int64_t blamed)
{
	if (rc)
		log_warning("answers not committed", F_STR("error", why->text));
	if (rc == RC_FENCED) {
		metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
		return NEXT_AGAIN;
	}
	if (rc == RC_FATAL)
		return state_halt(s->state, blamed, why);
	if (fault_breaks(FAULT_RULE_OUTCOME_READ))
		return NEXT_ON;
	return renew(s, rc ? REBUILT_NOT_COMMITTED : REBUILT_TRANSPORT_ERROR);
}

/* Answer the decided batch from `first` on, by this thread. */
static enum next answer(struct serving *s, const struct batch *batch, size_t first)
{
	const struct answer_part part = {batch, first};
	struct backoff backoff = answer_backoff;
	struct owner *owner = s->owner;
	int64_t before = owner->answered, end = end_of(batch);

	for (;;) {
		int64_t from_us = clock_monotonic_us();
		enum next next;
		struct err e;
		enum rc rc = answer_parts(owner->settings->pipeline, owner->txn, owner->membership, &part, 1,
		                          owner->partition, &owner->doubt, &e);

		if (rc == RC_OK && !kafka_txn_is_tainted(owner->txn)) {
			figures_published(clock_monotonic_us() - from_us);
			owner->answered = end;
			return NEXT_ON;
		}
		next = see_to(s, rc, &e, batch->entries[first].record.offset);
		if (next != NEXT_ON || owner->answered == end)
			return next;
		if (owner->answered != before)
			return NEXT_AGAIN;
		state_pause(s->state, &backoff, NEEDS_KAFKA);
		if (state_is_asked_to_stop(s->state))
			return NEXT_STOP;
	}
}

static enum next out_of_memory(struct serving *s)
{
	struct err e;

	(void)err_out_of_memory(&e);
	return state_halt(s->state, -1, &e);
}

static bool look_ahead(void *context)
{
	const struct serving *s = context;

	return intake_look_ahead(s->intake, s->batch->entries[s->batch->count - 1].t_ms);
}

/* While the database works on the batch in hand, the one behind it is begun. */
static enum next decide(struct serving *s, struct batch *batch, size_t first, size_t count)
{
	const struct meanwhile meanwhile = {look_ahead, s};

	return decide_batch(s->owner, s->state, batch, first, count,
	                    batch == s->batch ? &meanwhile : NULL);
}

/* One batch, by this thread: recall what is decided, decide the rest, answer it all. */
static enum next finish(struct serving *s, struct batch *batch)
{
	const struct progress *progress = store_progress(s->owner->store);
	size_t first = count_before(batch, 0, s->owner->answered);
	size_t decided = count_before(batch, first, progress->next_offset);
	size_t count = batch->count - first;
	enum next next = NEXT_ON;

	if (count == 0) {
		if (batch->is_decided)
			figures_answered(batch, 0, batch->count, 0); /* the commit had succeeded after all */
		s->has_wrong_clock |= batch->has_wrong_clock;
		return NEXT_ON;
	}
	/* Whether it is decided is asked of the database, which may have lost what this lane knows. */
	if (!batch->is_decided || decided < count) {
		if (!batch_decode(batch, progress->decided_until_ms))
			return out_of_memory(s);
		if (decided)
			log_info("answering again from decisions",
			         F_INT("offset", batch->entries[first].record.offset), F_INT("count", decided));
		if (decided)
			next = decide_recall(s->owner, s->state, batch, first, decided);
		if (next == NEXT_ON && count > decided)
			next = decide(s, batch, first + decided, count - decided);
	}
	if (next == NEXT_ON)
		next = answer(s, batch, first);
	if (next == NEXT_ON) {
		figures_answered(batch, first, count, batch->is_decided ? 0 : decided);
		gauges_set_offset(s->owner->partition, OFFSET_REPLIED, s->owner->answered);
	}
	s->has_wrong_clock |= batch->has_wrong_clock;
	return next;
}

void serve_start(struct serving *s)
{
	publisher_go_on(s->publisher, s->owner->txn, s->owner->answered);
	s->is_answering = true;
}

/*
 * Answer everything that is open, the oldest first, by this thread; then let the publisher go on.
 * If that fails, the publisher stays parked and keeps the batches that are not answered.
 */
static enum next catch_up(struct serving *s)
{
	struct batch *oldest = publisher_unanswered(s->publisher);
	enum next next = NEXT_ON;

	while (next == NEXT_ON && oldest) {
		next = finish(s, oldest);
		if (next == NEXT_ON) {
			publisher_settle(s->publisher);
			oldest = publisher_unanswered(s->publisher);
		}
	}
	if (next == NEXT_ON && s->batch->count)
		next = finish(s, s->batch);
	if (next != NEXT_ON)
		return next;
	batch_clear(s->batch);
	serve_start(s);
	return NEXT_ON;
}

/* Take producer and batches back from the publisher. */
static struct publisher_end park(struct serving *s)
{
	struct publisher_end end = publisher_park(s->publisher);

	s->is_answering = false;
	s->owner->answered = end.answered;
	return end;
}

/* Park it, and see to a failure if there was one. */
static enum next take_back(struct serving *s)
{
	struct publisher_end end = park(s);

	if (!end.rc && !end.is_tainted)
		return NEXT_ON;
	return see_to(s, end.rc, &end.why,
	              publisher_unanswered(s->publisher)->entries[0].record.offset);
}

/* Acquire the partition again as often as it takes, within bounds, and catch up. */
static enum next regain(struct serving *s)
{
	struct backoff backoff = lost_backoff;
	enum next next = NEXT_AGAIN;
	int64_t before = s->owner->answered;

	for (int losses = 1; next == NEXT_AGAIN; losses++) {
		if (s->owner->answered > before) /* a failed try may have read less: the most counts */
			before = s->owner->answered;
		log_warning("partition lost while still assigned", F_INT("losses", losses));
		if (losses > LOST_MAX)
			return NEXT_AGAIN;
		state_pause(s->state, &backoff, NEEDS_PARTITION);
		if (state_is_asked_to_stop(s->state))
			return NEXT_STOP;
		next = acquire_partition(s->owner, s->state, clock_monotonic_ms() + LANE_ACQUIRE_MS);
		if (next != NEXT_ON)
			return next;
		if (s->owner->answered < before)
			return NEXT_AGAIN; /* what comes then was given back: the queue must begin anew */
		next = catch_up(s);
	}
	return next;
}

enum next serve_again(struct serving *s)
{
	int64_t before;
	enum next next;

	if (s->is_answering)
		(void)park(s); /* how it ended does not matter */
	before = s->owner->answered;
	next = acquire_partition(s->owner, s->state, clock_monotonic_ms() + LANE_ACQUIRE_MS);
	if (next == NEXT_ON && s->owner->answered < before)
		return NEXT_AGAIN; /* as in regain */
	return next == NEXT_ON ? catch_up(s) : next;
}

/* Decide the batch in hand and give it to the publisher. `is_given` false: still in hand. */
static enum next pass_on(struct serving *s, bool *is_given)
{
	struct batch *batch = s->batch;
	enum next next;

	*is_given = false;
	if (!batch_decode(batch, store_progress(s->owner->store)->decided_until_ms))
		return out_of_memory(s);
	next = decide(s, batch, 0, batch->count);
	batch->is_decided = next == NEXT_ON;
	if (next == NEXT_ON && !batch->has_wrong_clock)
		*is_given = publisher_give(s->publisher, &s->batch);
	return next;
}

/* Was nothing of the batch in hand decided before? */
static bool is_new(const struct serving *s)
{
	return s->batch->entries[0].record.offset >= store_progress(s->owner->store)->next_offset;
}

enum next serve_batch(struct serving *s)
{
	bool is_given = false;
	enum next next = is_new(s) ? pass_on(s, &is_given) : NEXT_ON;

	if (is_given)
		return NEXT_ON;
	if (next == NEXT_ON)
		next = take_back(s);
	else if (next == NEXT_AGAIN)
		(void)park(s); /* how it ended does not matter: the partition is acquired again */
	if (next == NEXT_ON)
		next = catch_up(s);
	return next == NEXT_AGAIN ? regain(s) : next;
}

enum next serve_tend(struct serving *s)
{
	enum next next;

	if (!publisher_has_failed(s->publisher))
		return NEXT_ON;
	next = take_back(s);
	if (next == NEXT_ON)
		next = catch_up(s);
	return next == NEXT_AGAIN ? regain(s) : next;
}

void serve_settle(struct serving *s)
{
	struct publisher_end end;

	if (!s->is_answering)
		return;
	end = park(s);
	if (end.rc == RC_FENCED)
		metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
	if (end.rc)
		log_warning("answers not committed; the next owner looks after them",
		            F_STR("error", end.why.text));
}
