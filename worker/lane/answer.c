#include "worker/lane/answer.h"

#include <stdatomic.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "worker/figures/figures.h"
#include "worker/lane/dead_letter.h"
#include "worker/lane/messages.h"
#include "worker/plan/plan.h"

#define LATE_MS_MAX 1800000
#define TELL_MS 60000 /* between two warnings of one kind */

/* One message's way: the lane's things, and what makes messages. */
struct answering {
	struct messages messages;
	const struct pipeline *pipeline;
	struct kafka_txn *txn;
	const struct entry *entry;
	int32_t partition;
};

size_t answer_topics(const struct pipeline *pipeline, const char *list[ANSWER_TOPICS_MAX])
{
	list[TOPIC_REPLIES] = pipeline->topics.replies;
	list[TOPIC_EVENTS] = pipeline->topics.events;
	list[TOPIC_DEAD_LETTERS] = pipeline->topics.dead_letters;
	for (size_t i = 0; i < pipeline->reply_topics.count; i++)
		list[TOPIC_FIRST_LISTED + i] = pipeline->reply_topics.names[i];
	return TOPIC_FIRST_LISTED + pipeline->reply_topics.count;
}

/* Once a minute for all lanes: whoever sends such a header does so in every request. */
static void tell_unlisted(const struct answering *a)
{
	static _Atomic int64_t next_ms;
	int64_t now_ms = clock_monotonic_ms(), due_ms = next_ms;

	metrics_add(METRIC_UNLISTED_REPLY_TOPICS, 0, 1);
	if (now_ms >= due_ms && atomic_compare_exchange_strong(&next_ms, &due_ms, now_ms + TELL_MS))
		log_warning("a request names a reply topic that is not on --reply-topics, does not fit, or "
		            "may not be written to; the default topic answers",
		            F_INT("partition", a->partition), F_INT("offset", a->entry->record.offset));
}

static enum rc publish(struct answering *a, const struct message *m, struct err *e)
{
	return kafka_txn_send(a->txn, m->route.topic, m->route.partition, m->key, m->value, m->headers,
	                      m->header_count, e);
}

static enum rc send_reply(struct answering *a, struct err *e)
{
	struct message made;

	if (messages_make_reply(&a->messages, a->entry, &made, e))
		return e->rc;
	if (made.route.is_elsewhere)
		tell_unlisted(a);
	return publish(a, &made, e);
}

static enum rc send_events(struct answering *a, struct err *e)
{
	struct message made;
	bool is_there;

	for (;;) {
		if (messages_make_event(&a->messages, &made, &is_there, e))
			return e->rc;
		if (!is_there)
			return RC_OK;
		if (publish(a, &made, e))
			return e->rc;
	}
}

static enum rc send_dead_letter(struct answering *a, struct err *e)
{
	const char *why = plan_dead_letter_reason(a->entry);
	struct dead_letter letter = {0};
	enum rc rc;

	if (!why)
		return RC_OK;
	if (!dead_letter_make(&letter, &a->entry->record, a->pipeline->topics.requests,
	                      a->pipeline->group_id, why)) {
		dead_letter_release(&letter);
		return err_out_of_memory(e);
	}
	rc = kafka_txn_send(a->txn, TOPIC_DEAD_LETTERS, a->partition, letter.key, letter.value,
	                    letter.headers, letter.header_count, e);
	dead_letter_release(&letter);
	return rc;
}

/*
 * The time of publishing by this machine's clock where it can be right: not before the request's
 * append time, nor more than LATE_MS_MAX after it. Else the append time. Brokers refuse a record
 * that is further ahead of their own clock than message.timestamp.after.max.ms, an hour, and the
 * partition would stand still.
 */
static int64_t time_of(const struct entry *entry)
{
	int64_t now_ms = clock_wall_ms(), from_ms = entry->record.timestamp_ms;

	if (!entry->record.is_append_time)
		return now_ms;
	return now_ms < from_ms || now_ms > from_ms + LATE_MS_MAX ? from_ms : now_ms;
}

/* Where the offset was set by hand only the replies tell what is answered. */
static bool is_passed_over(const struct answering *a, const struct answer_doubt *doubt)
{
	int64_t offset = a->entry->record.offset;

	if (!doubt || offset >= doubt->below)
		return false;
	if (replied_has(&doubt->replied, offset))
		return true;
	/* It may have been a reply topic of ours. */
	if (!messages_route(&a->messages, a->entry).is_elsewhere)
		return false;
	log_warning("not answered: its reply may be on a topic that --reply-topics does not name",
	            F_INT("offset", offset));
	return true;
}

static enum rc send_part(struct answering *a, const struct answer_part *part,
                         const struct answer_doubt *doubt, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = part->first; !rc && i < part->batch->count; i++) {
		a->entry = &part->batch->entries[i];
		if (is_passed_over(a, doubt))
			continue;
		kafka_txn_set_time(a->txn, time_of(a->entry));
		rc = send_reply(a, e);
		if (!rc)
			rc = send_events(a, e);
		if (!rc)
			rc = send_dead_letter(a, e);
	}
	return rc;
}

enum rc answer_parts(const struct pipeline *pipeline, struct kafka_txn *txn,
                     const struct kafka_membership *membership, const struct answer_part *parts,
                     size_t count, int32_t partition, const struct answer_doubt *doubt,
                     struct err *e)
{
	const struct batch *last = parts[count - 1].batch;
	struct kafka_commit commit = {.offset = last->entries[last->count - 1].record.offset + 1};
	struct answering a = {.messages = {.pipeline = pipeline, .partition = partition},
	                      .pipeline = pipeline, .txn = txn, .partition = partition};
	enum rc rc = kafka_txn_begin(txn, e);

	for (size_t i = 0; !rc && i < count; i++)
		rc = send_part(&a, &parts[i], doubt, e);
	messages_release(&a.messages);
	if (rc)
		return rc;
	commit.is_marked = !doubt || commit.offset >= doubt->below;
	return kafka_txn_commit(txn, membership, pipeline->topics.requests, partition, &commit, e);
}
