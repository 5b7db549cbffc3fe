#include "worker/rebuild/partition.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "worker/lane/decide.h"
#include "worker/lane/gap.h"
#include "worker/lane/halt.h"
#include "worker/lane/look_back.h"
#include "worker/rebuild/answered.h"

#define TAKE_WAIT_MS 200

static const struct backoff offset_backoff = {.first_ms = 5, .limit_ms = 200};
static const struct backoff again_backoff = {.first_ms = 100, .limit_ms = 2000};

/*
 * Something was done: the time to give up at is wait_ms from now. If partition_rebuild_watch has
 * asked to stop only because that time was over, this takes it back.
 */
static void step_forward(struct partition_rebuild *r)
{
	atomic_store(&r->give_up_ms, clock_monotonic_ms() + r->wait_ms);
	atomic_store(&r->state.is_asked_to_stop, stop_is_asked());
}

static bool is_asked_to_stop(struct partition_rebuild *r)
{
	return state_is_asked_to_stop(&r->state);
}

enum rc partition_rebuild_open(struct partition_rebuild *r, const struct lane_settings *settings,
                               int64_t wait_ms, struct err *e)
{
	*r = (struct partition_rebuild){.owner = {.settings = settings}, .wait_ms = wait_ms};
	state_open(&r->state);
	step_forward(r);
	r->batch.entries = calloc(settings->batch_max, sizeof r->batch.entries[0]);
	r->taken = calloc(settings->batch_max, sizeof r->taken[0]);
	if (!r->batch.entries || !r->taken)
		return err_out_of_memory(e);
	return kafka_pool_take_topics(settings->pipeline->pool, &r->topics, e);
}

void partition_rebuild_close(struct partition_rebuild *r)
{
	owner_release(&r->owner);
	batch_release(&r->batch);
	free(r->taken);
	kafka_pool_give_topics(r->owner.settings->pipeline->pool, r->topics, RC_OK);
	state_close(&r->state);
}

void partition_rebuild_watch(struct partition_rebuild *r)
{
	if (stop_is_asked() || clock_monotonic_ms() > atomic_load(&r->give_up_ms))
		state_ask_to_stop(&r->state);
}

/* To be called behind the fence: before it a former owner could still have moved the offset. */
static enum rc read_committed(struct partition_rebuild *r, struct err *e)
{
	const struct pipeline *pipeline = r->owner.settings->pipeline;
	struct backoff backoff = offset_backoff;

	for (;;) {
		enum rc rc = kafka_topics_commit(r->topics, pipeline->group_id, pipeline->topics.requests,
		                                 r->owner.partition, &r->owner.committed, e);

		r->owner.answered = r->owner.committed.offset;
		if (rc != RC_RETRY || is_asked_to_stop(r))
			return rc;
		state_pause(&r->state, &backoff, NEEDS_KAFKA);
	}
}

/* The topic must hold what was decided last, and everything from there to the committed offset. */
static enum rc check(struct partition_rebuild *r, struct kafka_reader *reader, int64_t first,
                     int64_t end, struct err *e)
{
	const struct progress *progress = store_progress(r->owner.store);
	const char *topic = r->owner.settings->pipeline->topics.requests;

	if (progress->next_offset < first && progress->next_offset < r->owner.answered)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the requests are kept from offset %lld on only; those from %lld on are "
		               "needed to decide them again", (long long)first,
		               (long long)progress->next_offset);
	if (r->owner.answered > end || progress->next_offset > end)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the log ends at offset %lld: below what was answered, %lld, or decided, %lld",
		               (long long)end, (long long)r->owner.answered,
		               (long long)progress->next_offset);
	if (gap_check(&r->owner, first, e))
		return e->rc;
	if (progress->last_offset < first)
		return RC_OK;
	return look_back_at_record(reader, topic, r->owner.partition, progress->last_offset,
	                           progress->last_digest, e);
}

static void note_progress(struct partition_rebuild *r)
{
	struct partition_result *result = r->result;
	int64_t next_offset = store_progress(r->owner.store)->next_offset;

	if (result->from < 0)
		result->from = next_offset;
	result->next_offset = next_offset;
	atomic_store(&result->reached,
	             next_offset < result->committed ? next_offset : result->committed);
}

static void on_read(void *context)
{
	step_forward(context);
}

static void look_from(struct looking *looking, struct partition_rebuild *r,
                      struct kafka_reader *reader)
{
	*looking = (struct looking){
	    .owner = &r->owner, .state = &r->state, .step = on_read, .context = r};
	answered_look_from(looking, reader);
}

static enum rc find_answered(struct partition_rebuild *r, struct kafka_reader *reader,
                             struct err *e)
{
	struct looking looking;

	look_from(&looking, r, reader);
	return answered_find(&looking, e);
}

/* With the rows taken over: up to where to decide, and whether that may be done. */
static enum rc hear(struct partition_rebuild *r, struct kafka_reader *reader, int64_t first,
                    int64_t end, struct err *e)
{
	struct replied replied = {0};
	struct looking looking;
	enum rc rc;

	look_from(&looking, r, reader);
	rc = answered_weigh(&looking, &replied, first, end, e);
	if (!rc) {
		r->result->committed = r->owner.answered;
		note_progress(r);
		rc = check(r, reader, first, end, e);
	}
	if (!rc)
		rc = answered_refuse_gaps(&looking, e);
	replied_release(&replied);
	return rc;
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	(void)topic, (void)partition, (void)next;
	*(bool *)context = true;
}

/* The next records below the committed offset, as many as are there, up to a batch. */
static enum rc take(struct partition_rebuild *r, struct kafka_reader *reader, bool *is_ended,
                    struct err *e)
{
	struct batch *batch = &r->batch;
	size_t count;
	enum rc rc = kafka_reader_take(reader, r->taken, r->owner.settings->batch_max, &count,
	                               TAKE_WAIT_MS, on_end, is_ended, e);

	for (size_t i = 0; i < count; i++) {
		if (r->taken[i].offset < r->owner.answered)
			batch->entries[batch->count++] = (struct entry){.record = r->taken[i]};
		else
			record_give(&r->taken[i]);
		r->taken[i] = (struct record){0};
	}
	return rc == RC_RETRY ? RC_OK : rc; /* it goes on by itself; silence is watched */
}

/* The batch in hand. What is committed is counted, whatever came of the rest. */
static enum rc decide(struct partition_rebuild *r, struct err *e)
{
	const struct progress *progress = store_progress(r->owner.store);
	enum next next;

	if (!batch_decode(&r->batch, progress->decided_until_ms))
		return err_out_of_memory(e);
	next = decide_batch(&r->owner, &r->state, &r->batch, 0, r->batch.count, NULL);
	if (next == NEXT_HALT || next == NEXT_LEAVE)
		halt_log(&r->state.halt);
	for (size_t i = 0; i < r->batch.count; i++)
		r->result->decided += r->batch.entries[i].record.offset < progress->next_offset;
	note_progress(r);
	switch (next) {
	case NEXT_ON:
		step_forward(r);
		return RC_OK;
	case NEXT_AGAIN:
		return err_set(e, RC_FENCED, FROM_PIPELINE, "another owner took the rows over");
	case NEXT_STOP:
		return err_set(e, RC_REOPEN, FROM_DATABASE, "the database did not do it in time");
	case NEXT_LEAVE:
		*e = r->state.halt.why;
		return e->rc;
	case NEXT_HALT:
		break;
	}
	return err_set(e, RC_FATAL, FROM_PIPELINE, "a batch cannot be written; why was logged before");
}

static enum rc decide_rest(struct partition_rebuild *r, struct kafka_reader *reader, struct err *e)
{
	const char *topic = r->owner.settings->pipeline->topics.requests;
	const struct progress *progress = store_progress(r->owner.store);
	bool is_ended = false;
	enum rc rc = kafka_reader_start(reader, topic, r->owner.partition, progress->next_offset, e);

	while (!rc && !is_ended && progress->next_offset < r->owner.answered) {
		if (is_asked_to_stop(r))
			return err_set(e, RC_RETRY, FROM_KAFKA, "nothing came of %s in time", topic);
		rc = take(r, reader, &is_ended, e);
		if (!rc && r->batch.count)
			rc = decide(r, e);
		batch_clear(&r->batch);
	}
	if (!rc && progress->next_offset != r->owner.answered)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the records below the committed offset %lld end at offset %lld: that offset "
		             "was set by hand, or the log has lost records",
		             (long long)r->owner.answered, (long long)progress->next_offset - 1);
	return rc;
}

static enum rc catch_up(struct partition_rebuild *r, struct err *e)
{
	struct kafka_reader *reader = NULL;
	struct kafka_pool *pool = r->owner.settings->pipeline->pool;
	enum rc rc = kafka_pool_take_reader(pool, true, &reader, e);

	if (!rc)
		rc = decide_rest(r, reader, e);
	kafka_pool_give_reader(pool, reader, rc);
	return rc;
}

static enum partition_state came_to(const struct partition_result *result)
{
	if (result->committed < 0)
		return PARTITION_UNANSWERED;
	if (result->decided)
		return PARTITION_REBUILT;
	return result->next_offset > result->committed ? PARTITION_AHEAD : PARTITION_COMPLETE;
}

/* Take the partition as an owner does, in the order of acquire.c, and decide what is missing. */
static enum rc attempt(struct partition_rebuild *r, struct err *e)
{
	const struct pipeline *pipeline = r->owner.settings->pipeline;
	struct kafka_reader *reader = NULL;
	int64_t first, end;
	enum rc rc = owner_open_producer(&r->owner, e);

	if (!rc)
		rc = read_committed(r, e);
	if (!rc)
		rc = kafka_pool_take_reader(pipeline->pool, true, &reader, e);
	if (!rc)
		rc = kafka_reader_bounds(reader, pipeline->topics.requests, r->owner.partition, &first,
		                         &end, e);
	if (!rc && r->owner.answered < 0)
		rc = find_answered(r, reader, e);
	if (!rc)
		r->result->committed = r->owner.answered;
	/* It begins at offset 0: without the beginning of the history the rows would be wrong. */
	if (!rc && r->result->committed >= 0)
		rc = owner_open_store(&r->owner, 0, e);
	if (!rc && r->result->committed >= 0)
		rc = store_draw_epoch(r->owner.store, e);
	if (!rc && r->result->committed >= 0)
		rc = hear(r, reader, first, end, e);
	kafka_pool_give_reader(pipeline->pool, reader, rc);
	if (!rc)
		step_forward(r);
	if (!rc && r->result->next_offset < r->result->committed)
		rc = catch_up(r, e);
	return rc;
}

static enum rc attempt_until_done(struct partition_rebuild *r, struct err *e)
{
	struct backoff backoff = again_backoff;
	int losses = 0;

	for (;;) {
		uint64_t before = r->result->decided;
		enum rc rc = attempt(r, e);

		if (rc == RC_OK || rc == RC_FATAL)
			return rc;
		if (r->result->decided > before) {
			losses = 0;
			backoff_reset(&backoff);
		}
		losses += rc == RC_FENCED;
		if (losses == REBUILD_LOSSES_MAX)
			return err_set(e, RC_FATAL, FROM_PIPELINE,
			               "another owner takes the rows over again and again: stop the workers and "
			               "every other rebuild, then repeat");
		if (is_asked_to_stop(r))
			return rc;
		log_warning("partition not rebuilt yet", F_STR("error", e->text));
		state_pause(&r->state, &backoff, NEEDS_PARTITION);
	}
}

enum rc partition_rebuild_run(struct partition_rebuild *r, struct partition_result *result,
                              struct err *e)
{
	enum rc rc;

	r->owner.partition = result->partition;
	r->result = result;
	step_forward(r);
	rc = attempt_until_done(r, e);
	owner_release(&r->owner);
	if (rc == RC_OK)
		result->state = came_to(result);
	else if (rc == RC_FATAL && e->origin == FROM_PIPELINE)
		result->state = PARTITION_REFUSED;
	else if (rc != RC_FATAL && stop_is_asked())
		rc = err_set(e, RC_RETRY, FROM_PROGRAM, "stopped before the end");
	if (rc)
		result->end = *e;
	return rc;
}
