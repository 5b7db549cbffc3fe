#include "worker/lane/acquire.h"

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/lane/gap.h"
#include "worker/lane/look_back.h"
#include "worker/lane/witness.h"

#define COMMITTED_WAIT_MS 3000
#define FENCES_MAX 2 /* in one acquisition, before the group is asked again who has the partition */

static const struct backoff acquire_backoff = {.first_ms = 100, .limit_ms = 2000};

static enum rc read_answered(struct owner *owner, struct err *e)
{
	enum rc rc = kafka_group_committed(owner->group, owner->partition, COMMITTED_WAIT_MS,
	                                   &owner->committed, e);

	if (!rc)
		owner->answered = owner->committed.offset;
	return rc;
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

static enum rc check(const struct hearing *hearing, struct err *e)
{
	const struct owner *owner = hearing->owner;
	const struct progress *progress = store_progress(owner->store);
	long long answered = owner->answered, decided = progress->next_offset;

	if (answered > decided)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database lost commits: answered below offset %lld, decided below %lld",
		               answered, decided);
	if (answered > hearing->end || decided > hearing->end)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the log (offsets %lld to %lld) does not hold the position: answered below "
		               "%lld, decided below %lld",
		               (long long)hearing->first, (long long)hearing->end, answered, decided);
	if (gap_check(owner, hearing->first, e))
		return e->rc;
	if (progress->last_offset < hearing->first) /* nothing was decided, or a gap is accepted */
		return RC_OK;
	return look_back_at_record(hearing->reader, owner->settings->pipeline->topics.requests,
	                           owner->partition, progress->last_offset, progress->last_digest, e);
}

static void show_offsets(const struct owner *owner, int64_t end)
{
	int64_t decided = store_progress(owner->store)->next_offset;

	gauges_set_offset(owner->partition, OFFSET_DECIDED, decided);
	gauges_set_offset(owner->partition, OFFSET_REPLIED,
	                  owner->answered < decided ? owner->answered : decided);
	gauges_set_offset(owner->partition, OFFSET_END, end);
}

static enum rc look_at_bounds(struct hearing *hearing, struct err *e)
{
	struct owner *owner = hearing->owner;
	enum rc rc = kafka_reader_bounds(hearing->reader, owner->settings->pipeline->topics.requests,
	                                 owner->partition, &hearing->first, &hearing->end, e);

	if (!rc)
		owner->kept_from = hearing->first;
	return rc;
}

/*
 * The steps of "Acquire" in docs/architecture.md; the first, to keep the membership, and the sixth,
 * to assign the start offsets, are worker/lanes.c's.
 */
static enum rc attempt(struct owner *owner, struct state *state, struct err *e)
{
	struct hearing hearing = {.owner = owner, .state = state};
	struct kafka_pool *pool = owner->settings->pipeline->pool;
	/* 2. Fence. 3. Read the committed offset. */
	enum rc rc = fence_and_read(owner, state, e);

	if (!rc)
		rc = unless_stopped(state, e);
	if (!rc)
		rc = kafka_pool_take_reader(pool, true, &hearing.reader, e);
	if (!rc)
		rc = look_at_bounds(&hearing, e);
	/* 5, where there is none. It is committed before the rows are touched. */
	if (!rc && owner->answered < 0)
		rc = witness_replace_offset(&hearing, e);
	if (!rc)
		rc = unless_stopped(state, e);
	/* 4. Take the rows over. */
	if (!rc)
		rc = owner_open_store(owner, hearing.first, e);
	/* 5. Compare. The end is read anew, as a former owner could decide more until step 4. */
	if (!rc)
		rc = look_at_bounds(&hearing, e);
	if (!rc)
		rc = witness_hear(&hearing, e);
	if (!rc && fault_breaks(FAULT_RULE_ANSWER_ALL))
		owner->answered = store_progress(owner->store)->next_offset;
	if (!rc)
		rc = check(&hearing, e);
	if (!rc && !fault_breaks(FAULT_RULE_ANSWER_ALL))
		rc = witness_commit(owner, e);
	kafka_pool_give_reader(pool, hearing.reader, rc);
	if (rc)
		return rc;
	/* Up to where the log begins there is nothing to read. It is no answer, and not committed. */
	owner->answered = owner_start(owner);
	show_offsets(owner, hearing.end);
	return RC_OK;
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
			state_leaves_assignment(state, NEEDS_DATABASE, owner_start(owner));
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
	int64_t next_offset = store_progress(owner->store)->next_offset;
	struct hearing hearing = {.owner = owner, .state = state};
	struct kafka_pool *pool = owner->settings->pipeline->pool;
	enum rc rc = fence_and_read(owner, state, e);

	/* The group's offset is gone: the partition is acquired from the beginning. */
	if (!rc && owner->answered < 0)
		return err_set(e, RC_REJECT, FROM_KAFKA, "the group's committed offset is gone");
	if (rc || owner->answered >= next_offset)
		return rc;
	rc = kafka_pool_take_reader(pool, true, &hearing.reader, e);
	if (!rc)
		rc = look_at_bounds(&hearing, e);
	if (!rc)
		rc = witness_hear_again(&hearing, e);
	kafka_pool_give_reader(pool, hearing.reader, rc);
	if (!rc && owner->answered > next_offset)
		rc = err_set(e, RC_FENCED, FROM_KAFKA, "another owner has answered on");
	return rc ? rc : witness_commit(owner, e);
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
		if (rc == RC_FATAL || rc == RC_USAGE)
			return state_end(state, -1, &e);
		log_warning("producer not renewed yet", F_STR("error", e.text));
		if (rc == RC_FENCED || rc == RC_REJECT)
			return NEXT_AGAIN;
		if (state_is_asked_to_stop(state))
			return NEXT_STOP;
		state_pause(state, &backoff, NEEDS_KAFKA);
	}
}
