#include "audit/compare/answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/compare/headers.h"
#include "audit/places.h"
#include "audit/compare/stream.h"
#include "audit/fold/body.h"
#include "audit/fold/limits.h"
#include "common/message/same.h"

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
	int64_t next;                /* behind the last request compared */
	int64_t replied_ms;          /* of the reply compared last; -1: there was none */
	struct buf body, value;
	struct headers headers;
	struct message_difference difference;
};

/* ---- what is kept ---- */

/* Say from where a topic can be compared; of a request's events the first ones may be gone. */
static enum rc tell_kept(struct answers *a, enum kind kind, const char *topic, int32_t partition,
                         int64_t *from, struct err *e)
{
	if (stream_kept_from(a->streams[kind], topic, partition, from, e))
		return e->rc;
	if (*from == INT64_MAX)
		report_note(a->report, a->partition, "%s/%d: no %s of this partition is kept any more; none "
		            "there is looked for", topic, (int)partition, kind_names[kind]);
	else if (*from)
		report_note(a->report, a->partition, "%s/%d: the beginning is not kept any more; the %s of "
		            "offset %" PRId64 " is the first", topic, (int)partition, kind_names[kind], *from);
	if (kind == EVENTS && *from && *from < INT64_MAX)
		++*from;
	return RC_OK;
}

static enum rc tell_kept_of_listed(struct answers *a, struct err *e)
{
	const struct reply_topics *listed = &a->settings->pipeline->reply_topics;
	int64_t ignored;

	for (size_t i = 0; i < listed->count; i++)
		for (int32_t p = 0; p < a->settings->pipeline->partition_count; p++)
			if (tell_kept(a, REPLIES, listed->names[i], p, &ignored, e))
				return e->rc;
	return RC_OK;
}

static enum rc open_streams(struct answers *a, const struct kafka_reader *uncommitted, struct err *e)
{
	const struct pipeline *p = a->settings->pipeline;
	const char *const topics[KINDS] = {p->topics.replies, p->topics.events, p->topics.dead_letters};

	for (int k = 0; k < KINDS; k++) {
		const struct stream_settings settings = {
		    .pool = p->pool,
		    .uncommitted = uncommitted,
		    .requests_topic = p->topics.requests,
		    .topic = topics[k],
		    .listed = p->reply_topics.names,
		    .listed_count = k == REPLIES ? p->reply_topics.count : 0,
		    .partition = a->partition,
		    .partition_count = p->partition_count,
		    .place = k == LETTERS ? place_of_letter : place_of_message,
		};

		if (stream_open(&a->streams[k], &settings, e) ||
		    tell_kept(a, (enum kind)k, topics[k], a->partition, &a->from[k], e))
			return e->rc;
	}
	return tell_kept_of_listed(a, e);
}

enum rc answers_open(struct answers **out, const struct audit_settings *settings, int32_t partition,
                     const struct kafka_reader *uncommitted, struct report *report, struct err *e)
{
	struct answers *a = calloc(1, sizeof *a);

	*out = a;
	if (!a)
		return err_out_of_memory(e);
	a->settings = settings;
	a->partition = partition;
	a->report = report;
	snprintf(a->source, sizeof a->source, "holdfast/%s/%s", settings->pipeline->cluster_id,
	         settings->pipeline->topics.requests);
	return open_streams(a, uncommitted, e);
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

/* ---- the next message ---- */

/* A message out of its order, a second one, or one for nothing. */
static void report_stray(struct answers *a, enum kind kind, const struct stream_message *found,
                         int64_t offset)
{
	const struct record *r = found->record;
	int32_t partition = found->has_place ? found->place.partition : a->partition;
	const char *why = !found->has_place            ? "names no request of this topic"
	                  : partition != a->partition  ? "stands on the wrong partition"
	                  : found->place.offset > offset ? "comes too early, before others"
	                                               : "one too many, or too late";
	char what[400];

	snprintf(what, sizeof what, "%s at %s/%d/%" PRId64 ": %s", kind_names[kind], r->topic,
	         (int)r->partition, r->offset, why);
	if (kind == LETTERS) /* its value may hold secrets */
		report_difference(a->report, partition, found->has_place ? found->place.offset : NO_OFFSET,
		                  text_of(what), (struct text){NULL, 0}, text_of("a dead letter"));
	else
		report_difference(a->report, partition, found->has_place ? found->place.offset : NO_OFFSET,
		                  text_of(what), (struct text){NULL, 0},
		                  r->value.data ? r->value : text_of("a null value"));
}

/* Is it one of what was deleted for the most part? */
static bool is_cut_off(const struct answers *a, enum kind kind, const struct stream_message *m)
{
	return m->has_place && m->place.partition == a->partition && m->place.offset < a->from[kind];
}

/* The next message of the request at hand; NULL: there is none. Strays are reported. */
static enum rc next_of(struct answers *a, enum kind kind, int64_t offset, struct text expected,
                       const struct record **found, bool *is_end, struct err *e)
{
	*found = NULL;
	for (;;) {
		struct stream_message message;
		enum stream_head head;

		if (stream_look(a->streams[kind], offset, expected, &head, &message, e))
			return e->rc;
		*is_end = head == STREAM_ENDED;
		if (head == STREAM_HERE)
			*found = message.record;
		if (head != STREAM_STRAY)
			return RC_OK;
		if (!is_cut_off(a, kind, &message))
			report_stray(a, kind, &message, offset);
		stream_take(a->streams[kind]);
	}
}

/* ---- comparing ---- */

static void compare_value(struct answers *a, const struct record *request, const char *what,
                          struct text expected, struct text found)
{
	char line[200];

	if (text_same(expected, found) ||
	    message_is_same_but(expected, found, "message", &a->difference))
		return;
	snprintf(line, sizeof line, "%s: %.150s", what, a->difference.path.data);
	report_difference(a->report, a->partition, request->offset, text_of(line),
	                  buf_text(&a->difference.expected), buf_text(&a->difference.found));
}

static void compare_key(struct answers *a, const struct record *request, const char *what,
                        struct text expected, struct text found)
{
	char line[60];

	if (expected.bytes > KEY_BYTES_MAX)
		expected.bytes = KEY_BYTES_MAX;
	if (text_identical(expected, found))
		return;
	snprintf(line, sizeof line, "%s: key", what);
	report_difference(a->report, a->partition, request->offset, text_of(line), expected, found);
}

/* A reply beside the default topic must have been asked for there. */
static void compare_route(struct answers *a, const struct record *request,
                          const struct record *found)
{
	int32_t partition;
	const char *topic = place_asked_for(a->settings, request, a->partition, &partition);
	char expected[24], counted[24];

	if (!strcmp(found->topic, a->settings->pipeline->topics.replies))
		return;
	if (!topic || strcmp(topic, found->topic) != 0) {
		report_differs(a->report, a->partition, request->offset, a->settings->pipeline->topics.replies,
		               found->topic, "reply: topic");
		return;
	}
	snprintf(expected, sizeof expected, "%d", (int)partition);
	snprintf(counted, sizeof counted, "%d", (int)found->partition);
	if (partition != found->partition)
		report_differs(a->report, a->partition, request->offset, expected, counted,
		               "reply: partition of %s", found->topic);
}

/* There is no reply. That is none the less fine where it may have been deleted. */
static enum rc report_no_reply(struct answers *a, const struct record *request, struct err *e)
{
	const struct record_header *asked = record_header_last(request, "kafka_replyTopic");
	int32_t partition;
	const char *listed = place_asked_for(a->settings, request, a->partition, &partition);
	char what[300] = "reply";
	int64_t from = 0;

	if (listed && stream_kept_from(a->streams[REPLIES], listed, partition, &from, e))
		return e->rc;
	if (request->offset < from || request->offset < a->from[REPLIES])
		return RC_OK;
	if (asked && asked->value.data && !listed &&
	    !text_same(asked->value, text_of(a->settings->pipeline->topics.replies)))
		snprintf(what, sizeof what, "reply (it was to be on %.*s, which --reply-topics does not name)",
		         asked->value.bytes < 200 ? (int)asked->value.bytes : 200, asked->value.data);
	report_difference(a->report, a->partition, request->offset, text_of(what), buf_text(&a->value),
	                  (struct text){NULL, 0});
	return RC_OK;
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
	body_write_reply(v, &a->body);
	reply_encode_whole(&a->value, buf_text(&a->body), v->duplicate_of, &place);
	if (a->body.failed || a->value.failed)
		return err_out_of_memory(e);
	if (next_of(a, REPLIES, request->offset, buf_text(&a->value), &found, &is_ended, e))
		return e->rc;
	*is_end = !found && is_ended && !is_answered;
	if (*is_end)
		return RC_OK;
	if (!found)
		return report_no_reply(a, request, e);
	compare_value(a, request, "reply", buf_text(&a->value), found->value);
	compare_key(a, request, "reply", v->show_id.data ? v->show_id : request->key, found->key);
	headers_expect(&a->headers, v, request, a->source, outcome_reason(v->outcome), -1);
	headers_compare(&a->headers, found, a->report, request, "reply");
	compare_route(a, request, found);
	if (!certificate_add(certificate, request, found))
		return err_out_of_memory(e);
	a->replied_ms = found->timestamp_ms;
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
	body_write_event(v, fold->show, change, &a->body);
	event_encode_whole(&a->value, buf_text(&a->body), &place);
	if (a->body.failed || a->value.failed)
		return err_out_of_memory(e);
	if (next_of(a, EVENTS, request->offset, buf_text(&a->value), &found, &is_end, e))
		return e->rc;
	if (request->offset < a->from[EVENTS])
		return RC_OK; /* not taken: it strays, and is_cut_off */
	if (!found) {
		report_difference(a->report, a->partition, request->offset, text_of(what),
		                  buf_text(&a->value), (struct text){NULL, 0});
		return RC_OK;
	}
	compare_value(a, request, what, buf_text(&a->value), found->value);
	compare_key(a, request, what, v->show_id, found->key);
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
	if (!found && request->offset < a->from[LETTERS])
		return RC_OK;
	if (!found) {
		report_differs(a->report, a->partition, request->offset, "a copy of the request", NULL,
		               "dead letter");
		return RC_OK;
	}
	if (value.bytes > LETTER_VALUE_BYTES_MAX)
		value.bytes = LETTER_VALUE_BYTES_MAX;
	if (!text_identical(value, found->value))
		report_secret_difference(a->report, a->partition, request->offset, "dead letter: value", value,
		                         found->value);
	compare_key(a, request, "dead letter", request->key, found->key);
	headers_compare_letter(request, found, a->settings->pipeline->group_id, a->report);
	stream_take(a->streams[LETTERS]);
	return RC_OK;
}

enum rc answers_compare(struct answers *a, const struct fold *fold, const struct record *request,
                        bool is_answered, bool *is_end, struct certificate *certificate,
                        struct err *e)
{
	a->replied_ms = -1;
	if (compare_reply(a, fold, request, is_answered, is_end, certificate, e) || *is_end)
		return *is_end ? RC_OK : e->rc;
	a->next = request->offset + 1;
	for (size_t n = 0; n < fold->change_count; n++)
		if (compare_event(a, fold, request, n, e))
			return e->rc;
	/* If there is one too many, it is met when the next request's are looked for. */
	return fold->verdict.dead_letter ? compare_letter(a, request, e) : RC_OK;
}

int64_t answers_replied_ms(const struct answers *a)
{
	return a->replied_ms;
}

/* What is left of one kind: strays, and what belongs to requests that were not compared. */
static enum rc finish_kind(struct answers *a, enum kind kind, struct latest *latest, struct err *e)
{
	struct stream_message m;
	int32_t partition;
	const char *hidden;

	for (;;) {
		if (stream_look_at_any(a->streams[kind], &m, e))
			return e->rc;
		if (!m.record)
			break;
		if (!m.has_place || m.place.partition != a->partition || m.place.offset < a->next) {
			if (!is_cut_off(a, kind, &m))
				report_stray(a, kind, &m, a->next);
		} else if (m.place.offset > latest->offset) {
			latest->offset = m.place.offset;
			snprintf(latest->what, sizeof latest->what, "%s at %s/%d/%" PRId64, kind_names[kind],
			         m.record->topic, (int)m.record->partition, m.record->offset);
		}
		stream_take(a->streams[kind]);
	}
	hidden = stream_hidden(a->streams[kind], &partition);
	if (hidden)
		report_note(a->report, a->partition, "%s/%d: a transaction that is open hides what was written "
		            "behind its begin", hidden, (int)partition);
	return RC_OK;
}

enum rc answers_finish(struct answers *a, struct latest *latest, struct err *e)
{
	latest->offset = -1;
	for (int k = 0; k < KINDS; k++)
		if (finish_kind(a, (enum kind)k, latest, e))
			return e->rc;
	return RC_OK;
}
