#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "worker/figures.h"
#include "worker/lane/lane_inside.h"
#include "worker/lane/look_back.h"
#include "worker/startup.h"

#define PRODUCER_WAIT_MS 8000
#define COMMITTED_WAIT_MS 3000
#define TRANSACTIONAL_ID_BYTES 600
#define FENCES_MAX 2 /* in one acquisition, before the group is asked again who has the partition */

static const struct backoff acquire_backoff = {.first_ms = 100, .limit_ms = 2000};

enum rc lane_open_producer(struct lane *lane, struct err *e)
{
	const struct answer_settings *answer = &lane->settings->answer;
	char id[TRANSACTIONAL_ID_BYTES];
	const char *topics[ANSWER_TOPICS_MAX];
	size_t count = answer_topics(answer, topics);

	kafka_txn_close(lane->txn);
	lane->txn = NULL;
	snprintf(id, sizeof id, "%s.%s.%d", answer->group_id, answer->topics.requests,
	         (int)lane->partition);
	if (kafka_txn_open(&lane->txn, &lane->settings->kafka, id, topics, count, PRODUCER_WAIT_MS, e))
		return e->rc;
	return look_back_for_hanging(&lane->settings->kafka, &answer->topics, lane->partition, e);
}

static enum rc read_answered(struct lane *lane, struct err *e)
{
	return kafka_group_committed(lane->group, lane->partition, COMMITTED_WAIT_MS, &lane->answered, e);
}

/* Between two steps, each of which may wait for a server: not one more for a lane that must stop. */
static enum rc unless_stopped(struct lane *lane, struct err *e)
{
	if (atomic_load(&lane->is_asked_to_stop))
		return err_set(e, RC_RETRY, EXIT_KAFKA_LOST, "asked to stop");
	return RC_OK;
}

/* Only now, as before the fence a former owner could still have moved the committed offset. */
static enum rc fence_and_read(struct lane *lane, struct err *e)
{
	bool is_fence_first = !fault_breaks(FAULT_RULE_FENCE_FIRST);
	enum rc rc = is_fence_first ? lane_open_producer(lane, e) : read_answered(lane, e);

	if (!rc)
		rc = fault_at(FAULT_FENCED, e);
	if (!rc)
		rc = unless_stopped(lane, e);
	if (!rc)
		rc = is_fence_first ? read_answered(lane, e) : lane_open_producer(lane, e);
	return rc;
}

static enum rc commit_only(struct lane *lane, int64_t offset, struct err *e)
{
	enum rc rc = kafka_txn_begin(lane->txn, e);

	if (!rc)
		rc = kafka_txn_commit(lane->txn, lane->membership,
		                      lane->settings->answer.topics.requests, lane->partition, offset, e);
	/* Its delayed end could end the first transaction with answers: another producer, then. */
	if (!rc && kafka_txn_is_tainted(lane->txn))
		rc = err_set(e, RC_RETRY, EXIT_KAFKA_LOST, "a transport error while offset %lld was committed",
		             (long long)offset);
	return rc;
}

/* A lane that reads back for long, as there is much to read: is it to go on? */
struct patience {
	struct lane *lane;
	int64_t until_ms; /* then the assignment goes on without it */
};

static bool may_read_on(void *context)
{
	struct patience *patience = context;

	if (patience->lane->answered >= 0 && clock_monotonic_ms() >= patience->until_ms)
		lane_leaves_assignment(patience->lane, NEEDS_KAFKA);
	return !atomic_load(&patience->lane->is_asked_to_stop);
}

static struct look_back look_from(struct patience *patience, struct kafka_reader *reader)
{
	struct lane *lane = patience->lane;

	patience->until_ms = clock_monotonic_ms() + LANE_ACQUIRE_MS / 4;
	return (struct look_back){reader, &lane->settings->answer, lane->partition, may_read_on, patience};
}

/* No committed offset: never served, or forgotten by the broker. The replies know. */
static enum rc find_answered(struct lane *lane, struct kafka_reader *reader, int64_t first,
                             struct err *e)
{
	struct patience patience = {.lane = lane};
	const struct look_back look = look_from(&patience, reader);
	int64_t last_answered;
	enum rc rc = look_back_for_reply(&look, &last_answered, e);

	if (rc)
		return rc;
	lane->answered = last_answered >= 0 ? last_answered + 1 : first;
	return commit_only(lane, lane->answered, e);
}

/*
 * What is decided and, by the committed offset, not answered yet would be answered again. Not where
 * its replies are there: the group's coordinator may have lost what it knew, or a hand have moved
 * the offset. Behind the fence nothing is open any more, so that what can be read is all there is.
 */
static enum rc believe_replies(struct lane *lane, struct kafka_reader *reader, struct err *e)
{
	struct patience patience = {.lane = lane};
	const struct look_back look = look_from(&patience, reader);
	int64_t last;

	if (lane->answered >= store_progress(lane->store)->next_offset ||
	    fault_breaks(FAULT_RULE_REPLIES_READ))
		return RC_OK;
	if (look_back_for_reply_since(&look, lane->answered, &last, e))
		return e->rc;
	if (last >= lane->answered)
		lane->answered = last + 1;
	return RC_OK;
}

/* What believe_replies found, beyond what is committed. */
static enum rc commit_believed(struct lane *lane, int64_t committed, struct err *e)
{
	if (lane->answered == committed)
		return RC_OK;
	if (commit_only(lane, lane->answered, e))
		return e->rc; /* they may be those of a rival, who has fenced this producer since */
	log_warning("there are replies beyond the committed offset; they count",
	            F_INT("partition", lane->partition), F_INT("committed", committed),
	            F_INT("answered", lane->answered));
	return RC_OK;
}

static enum rc check(struct lane *lane, struct kafka_reader *reader, int64_t first, int64_t end,
                     struct err *e)
{
	const struct progress *progress = store_progress(lane->store);
	long long answered = lane->answered, decided = progress->next_offset;

	if (answered > decided)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the database lost commits: answered below offset %lld, decided below %lld",
		               answered, decided);
	if (answered < first || answered > end || decided > end)
		return err_set(e, RC_FATAL, EXIT_MISMATCH,
		               "the log (offsets %lld to %lld) does not hold the position: answered below "
		               "%lld, decided below %lld",
		               (long long)first, (long long)end, answered, decided);
	if (progress->last_offset < 0)
		return RC_OK;
	return look_back_at_record(reader, lane->settings->answer.topics.requests, lane->partition,
	                           progress->last_offset, progress->last_digest, e);
}

enum rc lane_open_store(struct lane *lane, int64_t first, struct err *e)
{
	const struct plan_place place = {lane->partition, lane->settings->answer.partition_count};
	const struct database *database = database_of(&lane->settings->databases, lane->partition);

	store_close(lane->store);
	lane->store = NULL;
	if (database->is_unverified && startup_verify_database(lane->settings, database, e))
		return e->rc;
	if (store_open(&lane->store, &database->settings, &place, lane->settings->cached_seats, e))
		return e->rc;
	return store_take_over(lane->store, first, e);
}

static enum rc attempt(struct lane *lane, struct err *e)
{
	const char *topic = lane->settings->answer.topics.requests;
	struct kafka_reader *reader = NULL;
	int64_t first, end, committed;
	enum rc rc = fence_and_read(lane, e);

	if (!rc)
		rc = unless_stopped(lane, e);
	if (!rc)
		rc = kafka_reader_open(&reader, &lane->settings->kafka, true, e);
	if (!rc)
		rc = kafka_reader_bounds(reader, topic, lane->partition, &first, &end, e);
	if (!rc && lane->answered < 0)
		rc = find_answered(lane, reader, first, e);
	if (!rc)
		rc = unless_stopped(lane, e);
	if (!rc)
		rc = lane_open_store(lane, first, e);
	committed = lane->answered;
	/* Only now: until then a former owner could decide records that came since. */
	if (!rc)
		rc = kafka_reader_bounds(reader, topic, lane->partition, &first, &end, e);
	if (!rc)
		rc = believe_replies(lane, reader, e);
	if (!rc && fault_breaks(FAULT_RULE_ANSWER_ALL))
		lane->answered = store_progress(lane->store)->next_offset;
	if (!rc)
		rc = check(lane, reader, first, end, e);
	if (!rc && !fault_breaks(FAULT_RULE_ANSWER_ALL))
		rc = commit_believed(lane, committed, e);
	kafka_reader_close(reader);
	if (rc == RC_OK) {
		metrics_set_offset(lane->partition, OFFSET_DECIDED,
		                   store_progress(lane->store)->next_offset);
		metrics_set_offset(lane->partition, OFFSET_REPLIED, lane->answered);
		metrics_set_offset(lane->partition, OFFSET_END, end);
	}
	return rc;
}

/* Best effort: a role that may not write there does its work all the same. */
static void forget_halt(struct lane *lane)
{
	struct err e;

	if (store_forget_halt(lane->store, &e))
		log_err(LOG_WARNING, "a former halt stays recorded in the database", &e);
}

static void count_fence(enum rc rc)
{
	if (rc == RC_REJECT)
		metrics_add(METRIC_FENCED, FENCED_BY_KAFKA, 1);
}

enum step lane_acquire(struct lane *lane, int64_t until_ms)
{
	struct backoff backoff = acquire_backoff;
	int fences = 0;

	for (;;) {
		struct err e;
		enum rc rc = attempt(lane, &e);

		if (rc == RC_OK) {
			lane_goes_on(lane);
			forget_halt(lane);
			log_info("partition acquired", F_INT("partition", lane->partition),
			         F_INT("answered", lane->answered),
			         F_INT("decided", store_progress(lane->store)->next_offset),
			         F_INT("epoch", store_progress(lane->store)->owner_epoch));
			return STEP_ON;
		}
		if (rc == RC_FATAL)
			return lane_halt(lane, -1, &e);
		count_fence(rc);
		log_at(LOG_WARNING, "partition not acquired yet", F_INT("partition", lane->partition),
		       F_STR("error", e.text));
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
		/* A rival with a newer assignment: whoever goes on fencing him serves nobody. */
		if (rc == RC_REJECT && ++fences == FENCES_MAX)
			return STEP_AGAIN;
		if (e.exit_code == EXIT_DATABASE_LOST) {
			/* To join the group again would bring no database, and stop the other partitions. */
			lane_leaves_assignment(lane, NEEDS_DATABASE);
			until_ms = clock_monotonic_ms() + LANE_ACQUIRE_MS;
		}
		if (clock_monotonic_ms() >= until_ms)
			return STEP_AGAIN;
		lane_pause(lane, &backoff,
		           e.exit_code == EXIT_DATABASE_LOST ? NEEDS_DATABASE : NEEDS_KAFKA);
	}
}

static enum rc renew(struct lane *lane, struct err *e)
{
	int64_t next_offset = store_progress(lane->store)->next_offset, committed;
	struct kafka_reader *reader = NULL;
	enum rc rc = fence_and_read(lane, e);

	/* No offset of the group any more: all is looked at anew. */
	if (!rc && lane->answered < 0)
		return err_set(e, RC_REJECT, EXIT_KAFKA_LOST, "the group's committed offset is gone");
	if (rc || lane->answered >= next_offset)
		return rc;
	committed = lane->answered;
	rc = kafka_reader_open(&reader, &lane->settings->kafka, true, e);
	if (!rc)
		rc = believe_replies(lane, reader, e);
	kafka_reader_close(reader);
	if (!rc && lane->answered > next_offset)
		rc = err_set(e, RC_REJECT, EXIT_KAFKA_LOST, "another owner has answered on");
	return rc ? rc : commit_believed(lane, committed, e);
}

enum step lane_renew_producer(struct lane *lane)
{
	struct backoff backoff = acquire_backoff;

	for (;;) {
		int64_t before = lane->answered;
		struct err e;
		enum rc rc = renew(lane, &e);

		if (rc == RC_OK)
			return STEP_ON;
		lane->answered = before; /* what was read on the way is read again */
		count_fence(rc);
		if (rc == RC_REJECT)
			return STEP_AGAIN;
		if (rc == RC_FATAL)
			return lane_halt(lane, -1, &e);
		log_at(LOG_WARNING, "producer not renewed yet", F_INT("partition", lane->partition),
		       F_STR("error", e.text));
		if (atomic_load(&lane->is_asked_to_stop))
			return STEP_STOP;
		lane_pause(lane, &backoff, NEEDS_KAFKA);
	}
}
