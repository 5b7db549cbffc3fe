#include "worker/rebuild/partition.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "worker/lane/look_back.h"

#define TAKE_WAIT_MS 200

static const struct backoff offset_backoff = {.first_ms = 5, .limit_ms = 200};
static const struct backoff again_backoff = {.first_ms = 100, .limit_ms = 2000};

/* What was late and came after all is no reason to give up. */
static void step_forward(struct replayer *r)
{
	atomic_store(&r->give_up_ms, clock_monotonic_ms() + r->wait_ms);
	atomic_store(&r->lane.is_asked_to_stop, stop_is_asked());
}

static bool is_asked_to_stop(struct replayer *r)
{
	return atomic_load(&r->lane.is_asked_to_stop);
}

enum rc replayer_open(struct replayer *r, const struct lane_settings *settings, int64_t wait_ms,
                      struct err *e)
{
	*r = (struct replayer){.lane = {.settings = settings}, .wait_ms = wait_ms};
	step_forward(r);
	r->batch.entries = calloc(settings->batch_max, sizeof r->batch.entries[0]);
	r->lane.taken = calloc(settings->batch_max, sizeof r->lane.taken[0]);
	if (!r->batch.entries || !r->lane.taken)
		return err_out_of_memory(e);
	return kafka_topics_open(&r->topics, &settings->kafka, e);
}

static void let_go(struct lane *lane)
{
	kafka_txn_close(lane->txn);
	lane->txn = NULL;
	store_close(lane->store);
	lane->store = NULL;
}

void replayer_close(struct replayer *r)
{
	let_go(&r->lane);
	batch_release(&r->batch);
	free(r->lane.taken);
	kafka_topics_close(r->topics);
}

void replayer_watch(struct replayer *r)
{
	if (stop_is_asked() || clock_monotonic_ms() > atomic_load(&r->give_up_ms))
		lane_ask_to_stop(&r->lane);
}

/* Read behind the fence, as before it a former owner could still have moved the offset. */
static enum rc read_committed(struct replayer *r, struct err *e)
{
	const struct answer_settings *answer = &r->lane.settings->answer;
	struct backoff backoff = offset_backoff;

	for (;;) {
		enum rc rc = kafka_topics_committed(r->topics, answer->group_id, answer->topics.requests,
		                                    r->lane.partition, &r->lane.answered, e);

		if (rc != RC_RETRY || is_asked_to_stop(r))
			return rc;
		lane_pause(&r->lane, &backoff, NEEDS_KAFKA);
	}
}

static bool may_read_on(void *context)
{
	return !is_asked_to_stop(context);
}

/* A group that was idle for long is forgotten by the broker. The replies know. */
static enum rc find_answered(struct replayer *r, struct kafka_reader *reader, struct err *e)
{
	const struct answer_settings *answer = &r->lane.settings->answer;
	const struct look_back look = {reader, answer, r->lane.partition, may_read_on, r};
	int64_t last;

	if (look_back_for_reply(&look, &last, e))
		return e->rc;
	if (last < 0)
		return RC_OK;
	r->lane.answered = last + 1;
	log_warning("the group has no committed offset; the place is that of the last reply",
	            F_INT("partition", r->lane.partition), F_STR("group_id", answer->group_id),
	            F_INT("answered", r->lane.answered));
	return RC_OK;
}

/* The topic must hold what was decided last, and everything from there to the committed offset. */
static enum rc check(struct replayer *r, struct kafka_reader *reader, int64_t first, int64_t end,
                     struct err *e)
{
	const struct progress *progress = store_progress(r->lane.store);
	const char *topic = r->lane.settings->answer.topics.requests;

	if (progress->next_offset < first)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the requests are kept from offset %lld on only; those from %lld on are "
		               "needed to decide them again", (long long)first,
		               (long long)progress->next_offset);
	if (r->lane.answered > end || progress->next_offset > end)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the log ends at offset %lld: below what was answered, %lld, or decided, %lld",
		               (long long)end, (long long)r->lane.answered,
		               (long long)progress->next_offset);
	if (progress->last_offset < 0)
		return RC_OK;
	return look_back_at_record(reader, topic, r->lane.partition, progress->last_offset,
	                           progress->last_digest, e);
}

static void note_progress(struct replay *replay, const struct store *store)
{
	int64_t next_offset = store_progress(store)->next_offset;

	if (replay->from < 0)
		replay->from = next_offset;
	replay->next_offset = next_offset;
	atomic_store(&replay->reached, next_offset < replay->committed ? next_offset
	                                                                : replay->committed);
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	(void)topic, (void)partition, (void)next;
	*(bool *)context = true;
}

/* The next records below the committed offset, as many as are there, up to a batch. */
static enum rc take(struct replayer *r, struct kafka_reader *reader, bool *is_ended, struct err *e)
{
	struct lane *lane = &r->lane;
	struct batch *batch = &r->batch;
	size_t count;
	enum rc rc = kafka_reader_take(reader, lane->taken, lane->settings->batch_max, &count,
	                               TAKE_WAIT_MS, on_end, is_ended, e);

	for (size_t i = 0; i < count; i++) {
		if (lane->taken[i].offset < lane->answered)
			batch->entries[batch->count++] = (struct entry){.record = lane->taken[i]};
		else
			record_give(&lane->taken[i]);
		lane->taken[i] = (struct record){0};
	}
	return rc == RC_RETRY ? RC_OK : rc; /* it goes on by itself; silence is watched */
}

/* The batch in hand. What is committed is counted, whatever came of the rest. */
static enum rc decide(struct replayer *r, struct replay *replay, struct err *e)
{
	struct lane *lane = &r->lane;
	const struct progress *progress = store_progress(lane->store);
	enum step step;

	if (!batch_decode(&r->batch, progress->decided_until_ms))
		return err_out_of_memory(e);
	step = lane_decide(lane, &r->batch, 0, r->batch.count);
	for (size_t i = 0; i < r->batch.count; i++)
		replay->decided += r->batch.entries[i].record.offset < progress->next_offset;
	note_progress(replay, lane->store);
	switch (step) {
	case STEP_ON:
		step_forward(r);
		return RC_OK;
	case STEP_AGAIN:
		return err_set(e, RC_REJECT, EXIT_MISMATCH, "another owner took the rows over");
	case STEP_STOP:
		return err_set(e, RC_REOPEN, EXIT_DATABASE_LOST, "the database did not do it in time");
	case STEP_HALT:
		break;
	}
	return err_set(e, RC_FATAL, EXIT_MISMATCH, "a batch cannot be written; why was logged before");
}

static enum rc decide_rest(struct replayer *r, struct kafka_reader *reader, struct replay *replay,
                           struct err *e)
{
	const char *topic = r->lane.settings->answer.topics.requests;
	const struct progress *progress = store_progress(r->lane.store);
	bool is_ended = false;
	enum rc rc = kafka_reader_start(reader, topic, r->lane.partition, progress->next_offset, e);

	while (!rc && !is_ended && progress->next_offset < r->lane.answered) {
		if (is_asked_to_stop(r))
			return err_set(e, RC_RETRY, EXIT_KAFKA_LOST, "nothing came of %s in time", topic);
		rc = take(r, reader, &is_ended, e);
		if (!rc && r->batch.count)
			rc = decide(r, replay, e);
		batch_clear(&r->batch);
	}
	if (!rc && progress->next_offset != r->lane.answered)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH,
		             "the records below the committed offset %lld end at offset %lld: that offset "
		             "was set by hand, or the log has lost records",
		             (long long)r->lane.answered, (long long)progress->next_offset - 1);
	return rc;
}

/* A reader of its own, in which nothing is left of the look back. */
static enum rc catch_up(struct replayer *r, struct replay *replay, struct err *e)
{
	struct kafka_reader *reader = NULL;
	enum rc rc = kafka_reader_open(&reader, &r->lane.settings->kafka, true, e);

	if (!rc)
		rc = decide_rest(r, reader, replay, e);
	kafka_reader_close(reader);
	return rc;
}

static enum replay_state state_of(const struct replay *replay)
{
	if (replay->committed < 0)
		return REPLAY_UNANSWERED;
	if (replay->decided)
		return REPLAY_REBUILT;
	return replay->next_offset > replay->committed ? REPLAY_AHEAD : REPLAY_COMPLETE;
}

/* Take the partition as an owner does, in the order of acquire.c, and decide what is missing. */
static enum rc attempt(struct replayer *r, struct replay *replay, struct err *e)
{
	const char *topic = r->lane.settings->answer.topics.requests;
	struct kafka_reader *reader = NULL;
	int64_t first, end;
	enum rc rc = lane_open_producer(&r->lane, e);

	if (!rc)
		rc = read_committed(r, e);
	if (!rc)
		rc = kafka_reader_open(&reader, &r->lane.settings->kafka, true, e);
	if (!rc)
		rc = kafka_reader_bounds(reader, topic, r->lane.partition, &first, &end, e);
	if (!rc && r->lane.answered < 0)
		rc = find_answered(r, reader, e);
	if (!rc)
		replay->committed = r->lane.answered;
	if (!rc && replay->committed >= 0) {
		/* The first of all: rows of a history whose beginning is gone would be wrong. */
		rc = lane_open_store(&r->lane, 0, e);
		if (!rc)
			note_progress(replay, r->lane.store);
		if (!rc)
			rc = check(r, reader, first, end, e);
	}
	kafka_reader_close(reader);
	if (!rc)
		step_forward(r);
	if (!rc && replay->next_offset < replay->committed)
		rc = catch_up(r, replay, e);
	return rc;
}

static enum rc attempt_until_done(struct replayer *r, struct replay *replay, struct err *e)
{
	struct backoff backoff = again_backoff;
	int losses = 0;

	for (;;) {
		uint64_t before = replay->decided;
		enum rc rc = attempt(r, replay, e);

		if (rc == RC_OK || rc == RC_FATAL)
			return rc;
		if (replay->decided > before) {
			losses = 0;
			backoff_reset(&backoff);
		}
		losses += rc == RC_REJECT;
		if (losses == REPLAY_LOSSES_MAX)
			return err_set(e, RC_FATAL, EXIT_MISMATCH,
			               "another owner takes the rows over again and again: stop the workers and "
			               "every other rebuild, then repeat");
		if (is_asked_to_stop(r))
			return rc;
		log_at(LOG_WARNING, "partition not rebuilt yet", F_INT("partition", replay->partition),
		       F_STR("error", e->text));
		lane_pause(&r->lane, &backoff, NEEDS_PARTITION);
	}
}

enum rc replay_partition(struct replayer *r, struct replay *replay, struct err *e)
{
	enum rc rc;

	r->lane.partition = replay->partition;
	step_forward(r);
	rc = attempt_until_done(r, replay, e);
	let_go(&r->lane);
	if (rc == RC_OK)
		replay->state = state_of(replay);
	else if (rc == RC_FATAL && e->exit_code == EXIT_MISMATCH)
		replay->state = REPLAY_REFUSED;
	else if (rc != RC_FATAL && stop_is_asked())
		rc = err_set(e, RC_RETRY, EXIT_INTERNAL, "stopped before the end");
	replay->exit_code = rc ? e->exit_code : EXIT_DONE;
	return rc;
}
