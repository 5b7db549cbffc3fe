#include "worker/lane/messages.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/big_endian.h"
#include "common/base/clock.h"
#include "common/kafka/reason.h"

static const char *const copied_headers[] = {"kafka_correlationId", "traceparent", "tracestate"};

static void add_header(struct messages *m, const char *name, const char *value)
{
	m->headers[m->header_count++] = (struct record_header){text_of(name), text_of(value)};
}

/* Headers of a reply (event_number -1) or of an event; `kind` is a reason or an event's name. */
static void make_headers(struct messages *m, struct text kind, int event_number)
{
	const struct record *record = &m->entry->record;
	const struct decision *d = &m->entry->decision;
	bool is_event = event_number >= 0;
	int prefix;

	m->header_count = 0;
	if (d->has_request_id) {
		uuid_encode(&d->request_id, m->request_id);
		add_header(m, "request_id", m->request_id);
	}
	snprintf(m->code, sizeof m->code, "%d", outcome_code(d->outcome));
	prefix = snprintf(m->id, sizeof m->id, "%s/%d/%" PRId64, m->pipeline->topics.requests,
	                  (int)record->partition, record->offset);
	if (is_event && prefix > 0)
		snprintf(m->id + prefix, sizeof m->id - (size_t)prefix, "#%d", event_number);
	snprintf(m->source, sizeof m->source, "holdfast/%s/%s", m->pipeline->cluster_id,
	         m->pipeline->topics.requests);
	prefix = snprintf(m->type, sizeof m->type, "holdfast.%s.", is_event ? "event" : "reply");
	snprintf(m->type + prefix, sizeof m->type - (size_t)prefix, "%.*s", TEXT_ARGS(kind));
	for (char *c = m->type; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	instant_print(d->decided_at_ms, m->time);
	add_header(m, "code", m->code);
	add_header(m, "content-type", "application/json");
	add_header(m, "ce_specversion", "1.0");
	add_header(m, "ce_id", m->id);
	add_header(m, "ce_source", m->source);
	add_header(m, "ce_type", m->type);
	add_header(m, "ce_time", m->time);
	for (size_t i = 0; i < sizeof copied_headers / sizeof copied_headers[0]; i++) {
		const struct record_header *h = record_header_last(record, copied_headers[i]);

		if (h && h->value.bytes <= COPIED_HEADER_BYTES_MAX)
			m->headers[m->header_count++] = *h;
	}
}

struct message_route messages_route(const struct messages *m, const struct entry *entry)
{
	const struct record_header *topic = record_header_last(&entry->record, "kafka_replyTopic");
	const struct record_header *chosen =
	    record_header_last(&entry->record, "kafka_replyPartition");
	struct message_route route = {TOPIC_REPLIES, m->partition, false};

	for (size_t i = 0; topic && i < m->pipeline->reply_topics.count; i++) {
		if (!text_same(topic->value, text_of(m->pipeline->reply_topics.names[i])))
			continue;
		/* Halted for it once; one topic's rights are not to stop a partition for all shows on it. */
		if (reason_is_refused(m->pipeline->reply_topics.names[i], clock_monotonic_ms()))
			break;
		if (chosen && chosen->value.bytes == 4) {
			uint32_t wanted = (uint32_t)big_endian_read(chosen->value.data, 4);

			if (wanted < (uint32_t)m->pipeline->partition_count)
				route.partition = (int32_t)wanted;
		}
		route.topic = TOPIC_FIRST_LISTED + i;
		return route;
	}
	route.is_elsewhere = topic && !text_same(topic->value, text_of(m->pipeline->topics.replies));
	return route;
}

/* A key that fills its record would not fit the reply's. */
static struct text reply_key(const struct entry *entry)
{
	struct text key = entry->decision.show_id.data ? entry->decision.show_id : entry->record.key;

	if (key.bytes > COPIED_KEY_BYTES_MAX)
		key.bytes = COPIED_KEY_BYTES_MAX;
	return key;
}

static struct record_place place_of(const struct messages *m)
{
	return (struct record_place){m->pipeline->topics.requests, m->entry->record.partition,
	                             m->entry->record.offset};
}

static enum rc cannot_expand(const struct messages *m, struct err *e)
{
	if (m->expanded.failed || m->body.failed)
		return err_out_of_memory(e);
	return err_set(e, RC_FATAL, FROM_PIPELINE, "the decision of offset %lld cannot be read",
	               (long long)m->entry->record.offset);
}

static void hand_out(const struct messages *m, struct message *made)
{
	made->value = buf_text(&m->value);
	made->headers = m->headers;
	made->header_count = m->header_count;
}

enum rc messages_make_reply(struct messages *m, const struct entry *entry, struct message *made,
                            struct err *e)
{
	const struct decision *d = &entry->decision;
	struct record_place place;

	m->entry = entry;
	m->left = packed_open_events(d->events);
	m->event_number = 0;
	place = place_of(m);
	arena_clear(&m->expanded);
	buf_clear(&m->body);
	buf_clear(&m->value);
	m->reply = decision_head(d);
	if (!packed_expand_reply(&m->body, d->reply, &m->reply, &m->expanded))
		return cannot_expand(m, e);
	reply_encode_whole(&m->value, buf_text(&m->body), d->duplicate_of, &place);
	if (m->body.failed || m->value.failed)
		return err_out_of_memory(e);
	make_headers(m, text_of(outcome_reason(d->outcome)), -1);
	*made = (struct message){.route = messages_route(m, entry), .key = reply_key(entry)};
	hand_out(m, made);
	return RC_OK;
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

enum rc messages_make_event(struct messages *m, struct message *made, bool *is_there,
                            struct err *e)
{
	struct record_place place = place_of(m);

	buf_clear(&m->body);
	buf_clear(&m->value);
	*is_there = packed_expand_event(&m->body, &m->left, &m->reply, &m->expanded);
	if (!*is_there)
		return m->left.failed ? cannot_expand(m, e) : RC_OK;
	event_encode_whole(&m->value, buf_text(&m->body), &place);
	if (m->body.failed || m->value.failed)
		return err_out_of_memory(e);
	make_headers(m, kind_of(buf_text(&m->body)), m->event_number++);
	*made = (struct message){.route = {TOPIC_EVENTS, m->partition, false},
	                         .key = m->entry->decision.show_id};
	hand_out(m, made);
	return RC_OK;
}

void messages_release(struct messages *m)
{
	arena_release(&m->expanded);
	buf_release(&m->body);
	buf_release(&m->value);
}
