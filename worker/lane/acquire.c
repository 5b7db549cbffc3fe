#include "worker/lane/acquire.h"

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/kafka/reader.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/lane/look_back.h"

#define COMMITTED_WAIT_MS 3000
#define FENCES_MAX 2 /* in one acquisition, before the group is asked again who has the partition */

static const struct backoff acquire_backoff = {.first_ms = 100, .limit_ms = 2000};

static enum rc read_answered(struct owner *owner, struct err *e)
{
	return kafka_group_committed(owner->group, owner->partition, COMMITTED_WAIT_MS,
	                             &owner->answered, e);
}

/* Called between two steps, as each may wait long for a server. */
static enum rc unless_stopped(struct state *state, struct err *e)
{
	if (state_is_asked_to_stop(state))
		return err_set(e, RC_RETRY, FROM_KAFKA, "asked to stop");
	return RC_OK;
}

/* The fence comes first: before it a former owner could still have moved the committed offset. */
static enum rc fence_and_read(struct owner *owner, struct state *state, struct err *e)
{
	bool is_fence_first = !fault_breaks(FAULT_RULE_FENCE_FIRST);
	enum rc rc = is_fence_first ? owner_open_producer(owner, e) : read_answered(owner, e);

	if (!rc)
		rc = fault_at(FAULT_FENCED, e);
	if (!rc)
		rc = unless_stopped(state, e);
	if (!rc)
		rc = is_fence_first ? read_answered(owner, e) : owner_open_producer(owner, e);
	return rc;
}

static enum rc commit_only(struct owner *owner, int64_t offset, struct err *e)
{
	enum rc rc = kafka_txn_begin(owner->txn, e);

	if (!rc)
		rc = kafka_txn_commit(owner->txn, owner->membership,
		                      owner->settings->pipeline->topics.requests, owner->partition, offset,
		                      e);
	/*
	 * An EndTxn of it that is still under way could end the next transaction, which has answers:
	 * the caller tries again with another producer.
	 */
	if (!rc && kafka_txn_is_tainted(owner->txn))
		rc = err_set(e, RC_RETRY, FROM_KAFKA, "a transport error while offset %lld was committed",
		             (long long)offset);
	return rc;
}

/* How long an assignment waits for a lane that has much to read back. */
struct patience {
	const struct owner *owner;
	struct state *state;
	int64_t until_ms; /* from then on the assignment goes on without it */
};

static bool may_read_on(void *context)
{
	struct patience *patience = context;

	if (patience->owner->answered >= 0 && clock_monotonic_ms() >= patience->until_ms)
		state_leaves_assignment(patience->state, NEEDS_KAFKA, patience->owner->answered);
	return !state_is_asked_to_stop(patience->state);
}

static void look_from(struct look_back *look, struct patience *patience,
                      struct kafka_reader *reader)
{
	const struct owner *owner = patience->owner;

	patience->until_ms = clock_monotonic_ms() + LANE_ACQUIRE_MS / 4;
	*look = (struct look_back){
	    .reader = reader,
	    .pipeline = owner->settings->pipeline,
	    .partition = owner->partition,
	    .goes_on = may_read_on,
	    .context = patience,
	};
}

/*
 * There is no committed offset: the partition was never served, or the broker forgot it. The
 * replies tell up to where it is answered.
 */
static enum rc find_answered(struct owner *owner, struct state *state,
                             struct kafka_reader *reader, int64_t first, struct err *e)
{
	struct patience patience = {.owner = owner, .state = state};
	struct look_back look;
	int64_t last_answered;

	look_from(&look, &patience, reader);
	if (look_back_for_reply(&look, &last_answered, e))
		return e->rc;
	owner->answered = last_answered >= 0 ? last_answered + 1 : first;
	return commit_only(owner, owner->answered, e);
}

/*
 * What is decided and lies behind the committed offset is answered now. But if there are replies to
 * it, they count and the offset does not: the group's coordinator may have lost it, or somebody may
 * have set it back. Behind the fence no transaction is open, so all replies can be read.
 */
static enum rc believe_replies(struct owner *owner, struct state *state,
                               struct kafka_reader *reader, struct err *e)
{
	struct patience patience = {.owner = owner, .state = state};
	struct look_back look;
	int64_t last;

	if (owner->answered >= store_progress(owner->store)->next_offset ||
	    fault_breaks(FAULT_RULE_REPLIES_READ))
		return RC_OK;
	look_from(&look, &patience, reader);
	if (look_back_for_reply_since(&look, owner->answered, &last, e))
		return e->rc;
	if (last >= owner->answered)
		owner->answered = last + 1;
	return RC_OK;
}

/* Commit what believe_replies found beyond the committed offset. */
static enum rc commit_believed(struct owner *owner, int64_t committed, struct err *e)
{
	if (owner->answered == committed)
		return RC_OK;
	if (commit_only(owner, owner->answered, e))
		return e->rc; /* RC_FENCED: the replies were those of a rival */
	log_warning("there are replies beyond the committed offset; they count",
	            F_INT("committed", committed), F_INT("answered", owner->answered));
	return RC_OK;
}

static enum rc check(struct owner *owner, struct kafka_reader *reader, int64_t first, int64_t end,
                     struct err *e)
{
	const struct progress *progress = store_progress(owner->store);
	long long answered = owner->answered, decided = progress->next_offset;

	if (answered > decided)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database lost commits: answered below offset %lld, decided below %lld",
		               answered, decided);
	if (answered < first || answered > end || decided > end)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the log (offsets %lld to %lld) does not hold the position: answered below "
		               "%lld, decided below %lld",
		               (long long)first, (long long)end, answered, decided);
	if (progress->last_offset < 0)
		return RC_OK;
	return look_back_at_record(reader, owner->settings->pipeline->topics.requests, owner->partition,
	                           progress->last_offset, progress->last_digest, e);
}

static void show_offsets(const struct owner *owner, int64_t end)
{
	gauges_set_offset(owner->partition, OFFSET_DECIDED, store_progress(owner->store)->next_offset);
	gauges_set_offset(owner->partition, OFFSET_REPLIED, owner->answered);
	gauges_set_offset(owner->partition, OFFSET_END, end);
}

/*
 * The steps of "Acquire" in docs/architecture.md; the first, to keep the membership, and the sixth,
 * to assign the start offsets, are worker/lanes.c's.
 */
static enum rc attempt(struct owner *owner, struct state *state, struct err *e)
{
	const char *topic = owner->settings->pipeline->topics.requests;
	struct kafka_reader *reader = NULL;
	int64_t first, end, committed;
	/* 2. Fence. 3. Read the committed offset. */
	enum rc rc = fence_and_read(owner, state, e);

	if (!rc)
		rc = unless_stopped(state, e);
	if (!rc)
		rc = kafka_reader_open(&reader, &owner->settings->pipeline->kafka, true, e);
	if (!rc)
		rc = kafka_reader_bounds(reader, topic, owner->partition, &first, &end, e);
	/* 5, where there is none. It is committed before the rows are touched. */
	if (!rc && owner->answered < 0)
		rc = find_answered(owner, state, reader, first, e);
	if (!rc)
		rc = unless_stopped(state, e);
	/* 4. Take the rows over. */
	if (!rc)
		rc = owner_open_store(owner, first, e);
	committed = owner->answered;
	/* 5. Compare. The end is read anew, as a former owner could decide more until step 4. */
	if (!rc)
		rc = kafka_reader_bounds(reader, topic, owner->partition, &first, &end, e);
	if (!rc)
		rc = believe_replies(owner, state, reader, e);
	if (!rc && fault_breaks(FAULT_RULE_ANSWER_ALL))
		owner->answered = store_progress(owner->store)->next_offset;
	if (!rc)
		rc = check(owner, reader, first, end, e);
	if (!rc && !fault_breaks(FAULT_RULE_ANSWER_ALL))
		rc = commit_believed(owner, committed, e);
	kafka_reader_close(reader);
	if (!rc)
		show_offsets(owner, end);
	return rc;
}

/* Where it fails, because the role may not write there, the partition is served all the same. */
static void forget_halt(struct owner *owner)
{
	struct err e;

	if (store_forget_halt(owner->store, &e))
		log_err(LOG_WARNING, "a former halt stays recorded in the database", &e);
}

static void count_fence(enum rc rc)
{
	if (rc == RC_FENCED)
		metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
}

enum next acquire_partition(struct owner *owner, struct state *state, int64_t until_ms)
{
	struct backoff backoff = acquire_backoff;
	int fences = 0;

	for (;;) {
		struct err e;
		enum rc rc = attempt(owner, state, &e);

		if (rc == RC_OK) {
			state_goes_on(state);
			forget_halt(owner);
			log_info("partition acquired", F_INT("answered", owner->answered),
			         F_INT("decided", store_progress(owner->store)->next_offset),
			         F_INT("epoch", store_progress(owner->store)->owner_epoch));
			return NEXT_ON;
		}
		if (rc == RC_FATAL || rc == RC_USAGE)
			return state_end(state, -1, &e);
		count_fence(rc);
		log_warning("partition not acquired yet", F_STR("error", e.text));
		if (state_is_asked_to_stop(state))
			return NEXT_STOP;
		/* A rival has a newer assignment. To fence him over and over would serve nobody. */
		if (rc == RC_FENCED && ++fences == FENCES_MAX)
			return NEXT_AGAIN;
		if (e.origin == FROM_DATABASE) {
			/* Joining the group again does not help, and would stop the other partitions. */
			state_leaves_assignment(state, NEEDS_DATABASE, owner->answered);
			until_ms = clock_monotonic_ms() + LANE_ACQUIRE_MS;
		}
		if (clock_monotonic_ms() >= until_ms)
			return NEXT_AGAIN;
		state_pause(state, &backoff,
		            e.origin == FROM_DATABASE ? NEEDS_DATABASE : NEEDS_KAFKA);
	}
}

static enum rc renew(struct owner *owner, struct state *state, struct err *e)
{
	int64_t next_offset = store_progress(owner->store)->next_offset, committed;
	struct kafka_reader *reader = NULL;
	enum rc rc = fence_and_read(owner, state, e);

	/* The group's offset is gone: the partition is acquired from the beginning. */
	if (!rc && owner->answered < 0)
		return err_set(e, RC_REJECT, FROM_KAFKA, "the group's committed offset is gone");
	if (rc || owner->answered >= next_offset)
		return rc;
	committed = owner->answered;
	rc = kafka_reader_open(&reader, &owner->settings->pipeline->kafka, true, e);
	if (!rc)
		rc = believe_replies(owner, state, reader, e);
	kafka_reader_close(reader);
	if (!rc && owner->answered > next_offset)
		rc = err_set(e, RC_FENCED, FROM_KAFKA, "another owner has answered on");
	return rc ? rc : commit_believed(owner, committed, e);
}

enum next acquire_producer(struct owner *owner, struct state *state)
{
	struct backoff backoff = acquire_backoff;

	for (;;) {
		int64_t before = owner->answered;
		struct err e;
		enum rc rc = renew(owner, state, &e);

		if (rc == RC_OK)
			return NEXT_ON;
		owner->answered = before; /* the next try reads it again */
		count_fence(rc);
		if (rc == RC_FENCED || rc == RC_REJECT)
			return NEXT_AGAIN;
		if (rc == RC_FATAL || rc == RC_USAGE)
			return state_end(state, -1, &e);
		log_warning("producer not renewed yet", F_STR("error", e.text));
		if (state_is_asked_to_stop(state))
			return NEXT_STOP;
		state_pause(state, &backoff, NEEDS_KAFKA);
	}
}
