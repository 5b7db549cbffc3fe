#include "worker/lane/answer.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "common/base/big_endian.h"
#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/kafka/reason.h"
#include "common/message/packed.h"
#include "worker/figures/figures.h"
#include "worker/lane/dead_letter.h"
#include "worker/plan/plan.h"

#define HEADERS_MAX 12
#define NAME_BYTES 400
#define LATE_MS_MAX 1800000
#define TELL_MS 60000 /* between two warnings of one kind */

static const char *const copied_headers[] = {"kafka_correlationId", "traceparent", "tracestate"};

enum { TOPIC_REPLIES, TOPIC_EVENTS, TOPIC_DEAD_LETTERS, TOPIC_FIRST_LISTED };

/* One message's way: the lane's things and the buffers that every message uses again. */
struct answering {
	const struct pipeline *pipeline;
	struct kafka_txn *txn;
	const struct entry *entry;
	int32_t partition;
	struct reply reply;   /* the entry's */
	struct arena expanded; /* what it and its events point to */
	struct buf body, value;
	struct record_header headers[HEADERS_MAX];
	size_t header_count;
	char request_id[UUID_TEXT_CHARS + 1], code[12], time[INSTANT_TEXT_BYTES];
	char id[NAME_BYTES], source[NAME_BYTES], type[80];
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

static void add_header(struct answering *a, const char *name, const char *value)
{
	a->headers[a->header_count++] = (struct record_header){text_of(name), text_of(value)};
}

/* Headers of a reply (event_number -1) or of an event; `kind` is a reason or an event's name. */
static void make_headers(struct answering *a, struct text kind, int event_number)
{
	const struct record *record = &a->entry->record;
	const struct decision *d = &a->entry->decision;
	bool is_event = event_number >= 0;
	int prefix;

	a->header_count = 0;
	if (d->has_request_id) {
		uuid_encode(&d->request_id, a->request_id);
		add_header(a, "request_id", a->request_id);
	}
	snprintf(a->code, sizeof a->code, "%d", outcome_code(d->outcome));
	prefix = snprintf(a->id, sizeof a->id, "%s/%d/%" PRId64, a->pipeline->topics.requests,
	                  (int)record->partition, record->offset);
	if (is_event && prefix > 0)
		snprintf(a->id + prefix, sizeof a->id - (size_t)prefix, "#%d", event_number);
	snprintf(a->source, sizeof a->source, "holdfast/%s/%s", a->pipeline->cluster_id,
	         a->pipeline->topics.requests);
	prefix = snprintf(a->type, sizeof a->type, "holdfast.%s.", is_event ? "event" : "reply");
	snprintf(a->type + prefix, sizeof a->type - (size_t)prefix, "%.*s", TEXT_ARGS(kind));
	for (char *c = a->type; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	instant_print(d->decided_at_ms, a->time);
	add_header(a, "code", a->code);
	add_header(a, "content-type", "application/json");
	add_header(a, "ce_specversion", "1.0");
	add_header(a, "ce_id", a->id);
	add_header(a, "ce_source", a->source);
	add_header(a, "ce_type", a->type);
	add_header(a, "ce_time", a->time);
	for (size_t i = 0; i < sizeof copied_headers / sizeof copied_headers[0]; i++) {
		const struct record_header *h = record_header_last(record, copied_headers[i]);

		if (h && h->value.bytes <= COPIED_HEADER_BYTES_MAX)
			a->headers[a->header_count++] = *h;
	}
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

/* Where the reply goes: the default topic, or a listed one that the request names and that may be
 * written to. */
static size_t route(const struct answering *a, int32_t *partition)
{
	const struct record *record = &a->entry->record;
	const struct record_header *topic = record_header_last(record, "kafka_replyTopic");
	const struct record_header *chosen = record_header_last(record, "kafka_replyPartition");

	*partition = a->partition;
	for (size_t i = 0; topic && i < a->pipeline->reply_topics.count; i++) {
		if (!text_same(topic->value, text_of(a->pipeline->reply_topics.names[i])))
			continue;
		/* Halted for it once; one topic's rights are not to stop a partition for all shows on it. */
		if (reason_is_refused(a->pipeline->reply_topics.names[i], clock_monotonic_ms()))
			break;
		if (chosen && chosen->value.bytes == 4) {
			uint32_t wanted = (uint32_t)big_endian_read(chosen->value.data, 4);

			if (wanted < (uint32_t)a->pipeline->partition_count)
				*partition = (int32_t)wanted;
		}
		return TOPIC_FIRST_LISTED + i;
	}
	if (topic && !text_same(topic->value, text_of(a->pipeline->topics.replies)))
		tell_unlisted(a);
	return TOPIC_REPLIES;
}

/* A key that fills its record would not fit the reply's. */
static struct text reply_key(const struct entry *entry)
{
	struct text key = entry->decision.show_id.data ? entry->decision.show_id : entry->record.key;

	if (key.bytes > COPIED_KEY_BYTES_MAX)
		key.bytes = COPIED_KEY_BYTES_MAX;
	return key;
}

static struct record_place place_of(const struct answering *a)
{
	return (struct record_place){a->pipeline->topics.requests, a->entry->record.partition,
	                             a->entry->record.offset};
}

static enum rc cannot_expand(const struct answering *a, struct err *e)
{
	if (a->expanded.failed || a->body.failed)
		return err_out_of_memory(e);
	return err_set(e, RC_FATAL, FROM_PIPELINE, "the decision of offset %lld cannot be read",
	               (long long)a->entry->record.offset);
}

static enum rc send_reply(struct answering *a, struct err *e)
{
	const struct decision *d = &a->entry->decision;
	struct record_place place = place_of(a);
	int32_t partition;
	size_t topic = route(a, &partition);

	arena_clear(&a->expanded);
	buf_clear(&a->body);
	buf_clear(&a->value);
	a->reply = decision_head(d);
	if (!packed_expand_reply(&a->body, d->reply, &a->reply, &a->expanded))
		return cannot_expand(a, e);
	reply_encode_whole(&a->value, buf_text(&a->body), d->duplicate_of, &place);
	if (a->body.failed || a->value.failed)
		return err_out_of_memory(e);
	make_headers(a, text_of(outcome_reason(d->outcome)), -1);
	return kafka_txn_send(a->txn, topic, partition, reply_key(a->entry), buf_text(&a->value),
	                      a->headers, a->header_count, e);
}

/* An event's body starts with its kind: {"event":"sold",... */
static struct text kind_of(struct text body)
{
	static const size_t before_bytes = sizeof "{\"event\":\"" - 1;
	const char *end;

	if (body.bytes <= before_bytes)
		return (struct text){"", 0};
	end = memchr(body.data + before_bytes, '"', body.bytes - before_bytes);
	return (struct text){body.data + before_bytes,
	                     end ? (size_t)(end - body.data) - before_bytes : 0};
}

static enum rc send_events(struct answering *a, struct err *e)
{
	const struct decision *d = &a->entry->decision;
	struct record_place place = place_of(a);
	struct packed_events left = packed_open_events(d->events);

	for (int number = 0;; number++) {
		buf_clear(&a->body);
		buf_clear(&a->value);
		if (!packed_expand_event(&a->body, &left, &a->reply, &a->expanded))
			break;
		event_encode_whole(&a->value, buf_text(&a->body), &place);
		if (a->body.failed || a->value.failed)
			return err_out_of_memory(e);
		make_headers(a, kind_of(buf_text(&a->body)), number);
		if (kafka_txn_send(a->txn, TOPIC_EVENTS, a->partition, d->show_id, buf_text(&a->value),
		                   a->headers, a->header_count, e))
			return e->rc;
	}
	return left.failed ? cannot_expand(a, e) : RC_OK;
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

/* Does the request name a topic that is no reply topic of ours now, but may have been? */
static bool names_another_topic(const struct answering *a)
{
	const struct record_header *topic = record_header_last(&a->entry->record, "kafka_replyTopic");
	int32_t partition;

	return topic && route(a, &partition) == TOPIC_REPLIES &&
	       !text_same(topic->value, text_of(a->pipeline->topics.replies));
}

/* Where the offset was set by hand only the replies tell what is answered. */
static bool is_passed_over(const struct answering *a, const struct answer_doubt *doubt)
{
	int64_t offset = a->entry->record.offset;

	if (!doubt || offset >= doubt->below)
		return false;
	if (replied_has(&doubt->replied, offset))
		return true;
	if (!names_another_topic(a))
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
	struct answering a = {.pipeline = pipeline, .txn = txn, .partition = partition};
	enum rc rc = kafka_txn_begin(txn, e);

	for (size_t i = 0; !rc && i < count; i++)
		rc = send_part(&a, &parts[i], doubt, e);
	arena_release(&a.expanded);
	buf_release(&a.body);
	buf_release(&a.value);
	if (rc)
		return rc;
	commit.is_marked = !doubt || commit.offset >= doubt->below;
	return kafka_txn_commit(txn, membership, pipeline->topics.requests, partition, &commit, e);
}
