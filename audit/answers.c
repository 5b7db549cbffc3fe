#include "audit/answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/headers.h"
#include "audit/stream.h"
#include "common/msg_same.h"

#define LETTER_VALUE_BYTES_MAX 65536
#define SOURCE_BYTES 320

enum kind { REPLIES, EVENTS, LETTERS, KINDS };

static const char *const kind_names[KINDS] = {"reply", "event", "dead letter"};

struct answers {
	const struct audit_settings *settings;
	struct report *report;
	int32_t partition;
	char source[SOURCE_BYTES];
	struct stream *streams[KINDS];
	int64_t from[KINDS];         /* first request whose messages are all kept */
	struct buf body, value;
	struct headers headers;
	struct message_difference difference;
};

static bool place_of_message(const struct record *record, int32_t *partition, int64_t *offset)
{
	return record->value.data && message_find_place(record->value, partition, offset);
}

static uint64_t read_big_endian(struct text bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes.bytes; i++)
		value = value << 8 | (unsigned char)bytes.data[i];
	return value;
}

static bool place_of_letter(const struct record *record, int32_t *partition, int64_t *offset)
{
	const struct record_header *p = record_header_last(record, "kafka_dlt-original-partition");
	const struct record_header *o = record_header_last(record, "kafka_dlt-original-offset");

	if (!p || !o || p->value.bytes != 4 || o->value.bytes != 8)
		return false;
	*partition = (int32_t)read_big_endian(p->value);
	*offset = (int64_t)read_big_endian(o->value);
	return true;
}

static enum rc open_streams(struct answers *a, struct err *e)
{
	const struct audit_settings *s = a->settings;

	const char *names[KINDS][1 + REPLY_TOPICS_MAX] = {
	    [REPLIES] = {s->topics.replies},
	    [EVENTS] = {s->topics.events},
	    [LETTERS] = {s->topics.dead_letters},
	};

	for (size_t i = 0; i < s->reply_topics.count; i++)
		names[REPLIES][1 + i] = s->reply_topics.names[i];
	for (int k = 0; k < KINDS; k++) {
		size_t count = k == REPLIES ? 1 + s->reply_topics.count : 1;

		if (stream_open(&a->streams[k], &s->kafka, names[k], count, a->partition,
		                s->partition_count, k == LETTERS ? place_of_letter : place_of_message, e) ||
		    stream_kept_from(a->streams[k], &a->from[k], e))
			return e->rc;
		if (a->from[k] == INT64_MAX)
			report_note(a->report, a->partition, "no %s is kept any more; none is compared",
			            kind_names[k]);
		else if (a->from[k])
			report_note(a->report, a->partition,
			            "the beginning of the topic is not kept; compared from offset %" PRId64
			            " on: %s", a->from[k], kind_names[k]);
	}
	return RC_OK;
}

enum rc answers_open(struct answers **out, const struct audit_settings *settings, int32_t partition,
                     struct report *report, struct err *e)
{
	struct answers *a = calloc(1, sizeof *a);

	*out = a;
	if (!a)
		return err_out_of_memory(e);
	a->settings = settings;
	a->partition = partition;
	a->report = report;
	snprintf(a->source, sizeof a->source, "holdfast/%s/%s", settings->cluster_id,
	         settings->topics.requests);
	return open_streams(a, e);
}

void answers_close(struct answers *a)
{
	if (!a)
		return;
	for (int k = 0; k < KINDS; k++)
		stream_close(a->streams[k]);
	buf_release(&a->body);
	buf_release(&a->value);
	message_difference_release(&a->difference);
	free(a);
}

/* A message that comes too late, a second time, or for nothing. */
static void report_stray(struct answers *a, enum kind kind, const struct record *found,
                         int64_t place)
{
	char what[300];

	if (place < 0)
		snprintf(what, sizeof what, "%s at %s/%d/%" PRId64 ": that belongs to no request of here",
		         kind_names[kind], found->topic, (int)found->partition, found->offset);
	else
		snprintf(what, sizeof what, "%s at %s/%d/%" PRId64 ": one too many, or out of order",
		         kind_names[kind], found->topic, (int)found->partition, found->offset);
	report_difference(a->report, a->partition, place < 0 ? NO_OFFSET : place, text_of(what),
	                  (struct text){NULL, 0}, found->value.data ? found->value : text_of("null"));
}

/* The next message of the request at hand; NULL: there is none. Earlier ones are reported. */
static enum rc next_of(struct answers *a, enum kind kind, int64_t offset, struct text expected,
                       const struct record **found, bool *is_end, struct err *e)
{
	enum stream_head head;
	int64_t place;

	*found = NULL;
	for (;;) {
		const struct record *record;

		if (stream_look(a->streams[kind], offset, expected, &head, &record, &place, e))
			return e->rc;
		*is_end = head == STREAM_ENDED;
		if (head == STREAM_HERE)
			*found = record;
		if (head != STREAM_BEFORE)
			return RC_OK;
		if (place < 0 || place >= a->from[kind])
			report_stray(a, kind, record, place);
		stream_take(a->streams[kind]);
	}
}

static void compare_value(struct answers *a, const struct record *request, const char *what,
                          struct text expected, struct text found)
{
	char line[200];

	if (text_same(expected, found))
		return;
	if (!found.data) {
		report_differs(a->report, a->partition, request->offset, "a value", "null", "%s", what);
		return;
	}
	if (message_is_same_but(expected, found, "message", &a->difference))
		return;
	snprintf(line, sizeof line, "%s: %.150s", what, a->difference.path.data);
	report_difference(a->report, a->partition, request->offset, text_of(line),
	                  buf_text(&a->difference.expected), buf_text(&a->difference.found));
}

static void compare_key(struct answers *a, const struct record *request, const char *what,
                        struct text expected, struct text found)
{
	if (!expected.data == !found.data && expected.bytes == found.bytes &&
	    (!found.bytes || !memcmp(expected.data, found.data, found.bytes)))
		return;
	report_difference(a->report, a->partition, request->offset, text_of(what), expected, found);
}

/* A reply beside the default topic must have been asked for there. */
static void compare_route(struct answers *a, const struct record *request,
                          const struct record *found)
{
	const struct record_header *topic = record_header_last(request, "kafka_replyTopic");
	const struct record_header *chosen = record_header_last(request, "kafka_replyPartition");
	int32_t partition = a->partition;
	char expected[24], counted[24];

	if (!strcmp(found->topic, a->settings->topics.replies))
		return;
	if (!topic || !text_same(topic->value, text_of(found->topic)))
		report_difference(a->report, a->partition, request->offset, text_of("reply: topic"),
		                  text_of(a->settings->topics.replies), text_of(found->topic));
	if (chosen && chosen->value.bytes == 4 &&
	    read_big_endian(chosen->value) < (uint64_t)a->settings->partition_count)
		partition = (int32_t)read_big_endian(chosen->value);
	snprintf(expected, sizeof expected, "%d", (int)partition);
	snprintf(counted, sizeof counted, "%d", (int)found->partition);
	if (partition != found->partition)
		report_differs(a->report, a->partition, request->offset, expected, counted,
		               "reply: partition");
}

static enum rc compare_reply(struct answers *a, const struct fold *fold,
                             const struct record *request, bool is_answered, bool *is_end,
                             struct certificate *certificate, struct err *e)
{
	const struct verdict *v = &fold->verdict;
	const struct record_place place = {request->topic, request->partition, request->offset};
	const struct record *found;
	bool is_ended;

	buf_clear(&a->body);
	buf_clear(&a->value);
	verdict_write_reply(v, &a->body);
	reply_encode_whole(&a->value, buf_text(&a->body), v->duplicate_of, &place);
	if (a->body.failed || a->value.failed)
		return err_out_of_memory(e);
	if (next_of(a, REPLIES, request->offset, buf_text(&a->value), &found, &is_ended, e))
		return e->rc;
	*is_end = !found && is_ended && !is_answered;
	if (*is_end || request->offset < a->from[REPLIES])
		return RC_OK;
	if (!found) {
		report_difference(a->report, a->partition, request->offset, text_of("reply"),
		                  buf_text(&a->value), (struct text){NULL, 0});
		return RC_OK;
	}
	compare_value(a, request, "reply", buf_text(&a->value), found->value);
	compare_key(a, request, "reply: key", v->show_id.data ? v->show_id : request->key, found->key);
	headers_expect(&a->headers, v, request, a->source, outcome_reason(v->outcome), -1);
	headers_compare(&a->headers, found, a->report, request, "reply");
	compare_route(a, request, found);
	if (!certificate_add(certificate, request, found))
		return err_out_of_memory(e);
	stream_take(a->streams[REPLIES]);
	return RC_OK;
}

static enum rc compare_event(struct answers *a, const struct fold *fold,
                             const struct record *request, size_t number, struct err *e)
{
	const struct verdict *v = &fold->verdict;
	const struct change *change = &fold->changes[number];
	const struct record_place place = {request->topic, request->partition, request->offset};
	const char *kind = event_kind_name(change->kind);
	const struct record *found;
	char what[40];
	bool is_end;

	snprintf(what, sizeof what, "event %zu", number);
	buf_clear(&a->body);
	buf_clear(&a->value);
	verdict_write_event(v, fold->show, change, &a->body);
	event_encode_whole(&a->value, buf_text(&a->body), &place);
	if (a->body.failed || a->value.failed)
		return err_out_of_memory(e);
	if (next_of(a, EVENTS, request->offset, buf_text(&a->value), &found, &is_end, e))
		return e->rc;
	if (request->offset < a->from[EVENTS])
		return RC_OK;
	if (!found) {
		report_difference(a->report, a->partition, request->offset, text_of(what),
		                  buf_text(&a->value), (struct text){NULL, 0});
		return RC_OK;
	}
	compare_value(a, request, what, buf_text(&a->value), found->value);
	compare_key(a, request, "event: key", v->show_id, found->key);
	headers_expect(&a->headers, v, request, a->source, kind, (int)number);
	headers_compare(&a->headers, found, a->report, request, what);
	stream_take(a->streams[EVENTS]);
	return RC_OK;
}

static enum rc compare_letter(struct answers *a, const struct record *request, struct err *e)
{
	static const struct text none = {NULL, 0};
	struct text value = request->value;
	const struct record *found;
	bool is_end;

	if (next_of(a, LETTERS, request->offset, none, &found, &is_end, e))
		return e->rc;
	if (request->offset < a->from[LETTERS])
		return RC_OK;
	if (!found) {
		report_differs(a->report, a->partition, request->offset, "a copy of the request", NULL,
		               "dead letter");
		return RC_OK;
	}
	if (value.bytes > LETTER_VALUE_BYTES_MAX)
		value.bytes = LETTER_VALUE_BYTES_MAX;
	compare_key(a, request, "dead letter: value", value, found->value);
	compare_key(a, request, "dead letter: key", request->key, found->key);
	headers_compare_letter(request, found, a->settings->group_id, a->report);
	stream_take(a->streams[LETTERS]);
	return RC_OK;
}

enum rc answers_compare(struct answers *a, const struct fold *fold, const struct record *request,
                        bool is_answered, bool *is_end, struct certificate *certificate,
                        struct err *e)
{
	if (compare_reply(a, fold, request, is_answered, is_end, certificate, e) || *is_end)
		return *is_end ? RC_OK : e->rc;
	for (size_t n = 0; n < fold->change_count; n++)
		if (compare_event(a, fold, request, n, e))
			return e->rc;
	/* What is more than there should be shows when the next one is looked for. */
	return fold->verdict.dead_letter ? compare_letter(a, request, e) : RC_OK;
}

enum rc answers_finish(struct answers *a, int64_t next, int64_t *last, struct err *e)
{
	static const struct text none = {NULL, 0};

	*last = -1;
	for (int k = 0; k < KINDS; k++) {
		const struct record *found;
		int64_t here;
		bool is_end;

		/* Whatever belongs before `next` was compared, or stands here for nothing. */
		if (next_of(a, (enum kind)k, next, none, &found, &is_end, e) ||
		    stream_drain(a->streams[k], &here, e))
			return e->rc;
		*last = here > *last ? here : *last;
	}
	return RC_OK;
}
