#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/service/metrics.h"
#include "worker/figures.h"
#include "worker/lane/lane_inside.h"

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
static enum step renew(struct lane *lane, enum metric_rebuild why)
{
	int64_t before = lane->answered;
	enum step step;

	metrics_add(METRIC_PRODUCER_REBUILDS, why, 1);
	step = lane_renew_producer(lane);
	if (step == STEP_ON && lane->answered < before) {
		lane->answered = before;
		return STEP_AGAIN;
	}
	return step;
}

/* What to do about answers that failed, or that a producer gave which is not to be trusted now. */
static enum step see_to(struct lane *lane, enum rc rc, const struct err *why, int64_t blamed)
{
	if (rc)
		log_at(LOG_WARNING, "answers not committed", F_INT("partition", lane->partition),
		       F_STR("error", why->text));
	if (rc == RC_REJECT) {
		metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
		return STEP_AGAIN;
	}
	if (rc == RC_FATAL)
		return lane_halt(lane, blamed, why);
	if (fault_breaks(FAULT_RULE_OUTCOME_READ))
		return STEP_ON;
	return renew(lane, rc ? REBUILT_NOT_COMMITTED : REBUILT_TRANSPORT_ERROR);
}

/* Answer the decided batch from `first` on, by this thread. */
static enum step answer(struct lane *lane, const struct batch *batch, size_t first)
{
	const struct answer_part part = {batch, first};
	struct backoff backoff = answer_backoff;
	int64_t before = lane->answered, end = end_of(batch);

	for (;;) {
		int64_t from_us = clock_monotonic_us();
		enum step step;
		struct err e;
		enum rc rc = answer_parts(&lane->settings->answer, lane->txn, lane->membership, &part, 1,
		                          lane->partition, &e);

		if (rc == RC_OK && !kafka_txn_is_tainted(lane->txn)) {
			figures_published(clock_monotonic_us() - from_us);
			lane->answered = end;
			return STEP_ON;
		}
		step = see_to(lane, rc, &e, batch->entries[first].record.offset);
		if (step != STEP_ON || lane->answered == end)
			return step;
		if (lane->answered != before)
			return STEP_AGAIN;
		lane_pause(lane, &backoff, NEEDS_KAFKA);
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
	}
}

static enum step out_of_memory(struct lane *lane)
{
	struct err e;

	(void)err_out_of_memory(&e);
	return lane_halt(lane, -1, &e);
}

/* One batch, by this thread: recall what is decided, decide the rest, answer it all. */
static enum step finish(struct lane *lane, struct batch *batch)
{
	const struct progress *progress = store_progress(lane->store);
	size_t first = count_before(batch, 0, lane->answered);
	size_t decided = count_before(batch, first, progress->next_offset);
	size_t count = batch->count - first;
	enum step step = STEP_ON;

	if (count == 0) {
		if (batch->is_decided)
			figures_answered(batch, 0, batch->count, 0); /* it was, and its producer did not know */
		lane->has_wrong_clock |= batch->has_wrong_clock;
		return STEP_ON;
	}
	/* The database may have lost what this lane decided: it is asked, not remembered. */
	if (!batch->is_decided || decided < count) {
		if (!batch_decode(batch, progress->decided_until_ms))
			return out_of_memory(lane);
		if (decided)
			step = lane_recall(lane, batch, first, decided);
		if (step == STEP_ON && count > decided)
			step = lane_decide(lane, batch, first + decided, count - decided);
	}
	if (step == STEP_ON)
		step = answer(lane, batch, first);
	if (step == STEP_ON) {
		figures_answered(batch, first, count, batch->is_decided ? 0 : decided);
		metrics_set_offset(lane->partition, OFFSET_REPLIED, lane->answered);
	}
	lane->has_wrong_clock |= batch->has_wrong_clock;
	return step;
}

void lane_start_answering(struct lane *lane)
{
	answerer_go_on(lane->answerer, lane->txn, lane->answered);
	lane->is_answering = true;
}

/*
 * Everything that is not answered, the oldest first, by this thread; then the answerer goes on. It
 * is parked until then, and stays so, its batches with it, where this does not come to its end.
 */
static enum step catch_up(struct lane *lane)
{
	struct batch *batch;
	enum step step = STEP_ON;

	while (step == STEP_ON && (batch = answerer_unanswered(lane->answerer))) {
		step = finish(lane, batch);
		if (step == STEP_ON)
			answerer_settle(lane->answerer);
	}
	if (step == STEP_ON && lane->batch->count)
		step = finish(lane, lane->batch);
	if (step != STEP_ON)
		return step;
	batch_clear(lane->batch);
	lane_start_answering(lane);
	return STEP_ON;
}

/* Take producer and batches back from the answerer. */
static struct answerer_end park(struct lane *lane)
{
	struct answerer_end end = answerer_park(lane->answerer);

	lane->is_answering = false;
	lane->answered = end.answered;
	return end;
}

/* The same, and see to how it ended. */
static enum step take_back(struct lane *lane)
{
	struct answerer_end end = park(lane);

	if (!end.rc && !end.is_tainted)
		return STEP_ON;
	return see_to(lane, end.rc, &end.why,
	              answerer_unanswered(lane->answerer)->entries[0].record.offset);
}

/* Acquire the partition again as often as it takes, within bounds, and catch up. */
static enum step regain(struct lane *lane)
{
	struct backoff backoff = lost_backoff;
	enum step step = STEP_AGAIN;
	int64_t before = lane->answered;

	for (int losses = 1; step == STEP_AGAIN; losses++) {
		if (lane->answered > before) /* and never less, whatever a failed try has read */
			before = lane->answered;
		log_warning("partition lost while still assigned", F_INT("partition", lane->partition),
		            F_INT("losses", losses));
		if (losses > LOST_MAX)
			return STEP_AGAIN;
		lane_pause(lane, &backoff, NEEDS_PARTITION);
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
		step = lane_acquire(lane, clock_monotonic_ms() + LANE_ACQUIRE_MS);
		if (step != STEP_ON)
			return step;
		if (lane->answered < before)
			return STEP_AGAIN; /* records that are needed again were given back: start afresh */
		step = catch_up(lane);
	}
	return step;
}

/* Decide the batch in hand and pass it on. `is_given` false: it is still in hand. */
static enum step pass_on(struct lane *lane, bool *is_given)
{
	struct batch *batch = lane->batch;
	enum step step;

	*is_given = false;
	if (!batch_decode(batch, store_progress(lane->store)->decided_until_ms))
		return out_of_memory(lane);
	step = lane_decide(lane, batch, 0, batch->count);
	batch->is_decided = step == STEP_ON;
	if (step == STEP_ON && !batch->has_wrong_clock)
		*is_given = answerer_give(lane->answerer, &lane->batch);
	return step;
}

/* Nothing of the batch in hand was decided before. */
static bool is_new(const struct lane *lane)
{
	return lane->batch->entries[0].record.offset >= store_progress(lane->store)->next_offset;
}

enum step lane_serve(struct lane *lane)
{
	bool is_given = false;
	enum step step = is_new(lane) ? pass_on(lane, &is_given) : STEP_ON;

	if (is_given)
		return STEP_ON;
	if (step == STEP_ON)
		step = take_back(lane);
	else if (step == STEP_AGAIN)
		(void)park(lane); /* what it failed with, if it did, is over: all begins anew */
	if (step == STEP_ON)
		step = catch_up(lane);
	return step == STEP_AGAIN ? regain(lane) : step;
}

enum step lane_tend(struct lane *lane)
{
	enum step step;

	if (!answerer_has_failed(lane->answerer))
		return STEP_ON;
	step = take_back(lane);
	if (step == STEP_ON)
		step = catch_up(lane);
	return step == STEP_AGAIN ? regain(lane) : step;
}

void lane_settle(struct lane *lane)
{
	struct answerer_end end;

	if (!lane->is_answering)
		return;
	end = park(lane);
	if (end.rc == RC_REJECT)
		metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
	if (end.rc)
		log_at(LOG_WARNING, "answers not committed; the next owner looks after them",
		       F_INT("partition", lane->partition), F_STR("error", end.why.text));
}
