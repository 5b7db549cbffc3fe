#include "audit/letter/find_reply.h"

#include <stdio.h>
#include <string.h>

#include "common/base/stop.h"
#include "common/kafka/reader.h"
#include "common/message/same.h"

#define TAKE_MAX 512
#define WAIT_MS 500
#define SILENCE_MAX 60  /* waits in a row that brought nothing */
#define MARGIN_MS 60000 /* clocks of workers and brokers differ by less */

struct search {
	const struct dispute *one;
	const struct pipeline *pipeline;
	struct kafka_reader *reader; /* of the stretch at hand */
	struct answer *answer;
	bool is_ended;
};

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct search *s = context;

	(void)topic, (void)partition, (void)next;
	s->is_ended = true;
}

/* Is it as it must be? Its texts for people may be others: another version's. */
static void judge(struct search *s, const struct record *reply)
{
	struct answer *a = s->answer;
	struct message_difference difference = {0};
	struct arena arena = {0};
	struct reply_view view;
	struct err e;

	*a = (struct answer){
	    .answered = ANSWERED,
	    .partition = reply->partition,
	    .offset = reply->offset,
	    .published_ms = reply->timestamp_ms,
	};
	snprintf(a->topic, sizeof a->topic, "%s", reply->topic);
	a->is_other = !message_is_same_but(buf_text(&s->one->reply), reply->value, "message",
	                                   &difference);
	if (a->is_other && !reply_decode(reply->value, &arena, &view, &e)) {
		a->code = view.code;
		snprintf(a->reason, sizeof a->reason, "%.*s", TEXT_ARGS(view.reason));
	}
	message_difference_release(&difference);
	arena_release(&arena);
}

/* The reply itself, or one to a later request of the partition, which ends the search. */
static void look_at(struct search *s, const struct record *reply)
{
	struct message_place place;

	if (!reply->value.data || !message_find_place(reply->value, s->pipeline->topics.requests, &place) ||
	    !place.is_of_topic || place.partition != s->one->partition)
		return;
	if (place.offset == s->one->offset)
		judge(s, reply);
	s->is_ended = s->is_ended || place.offset >= s->one->offset;
}

static enum rc read_on(struct search *s, int64_t end, struct err *e)
{
	struct record taken[TAKE_MAX];
	int silent = 0;

	while (!s->is_ended) {
		size_t count;
		enum rc rc = kafka_reader_take(s->reader, taken, TAKE_MAX, &count, WAIT_MS, on_end, s, e);

		for (size_t i = 0; i < count; i++) {
			if (!s->is_ended && taken[i].offset < end)
				look_at(s, &taken[i]);
			s->is_ended = s->is_ended || taken[i].offset + 1 >= end;
			record_give(&taken[i]);
		}
		if (rc && rc != RC_RETRY) /* that goes on by itself; silence is counted */
			return rc;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, FROM_PROGRAM, "stopped before the end of the replies");
		silent = count ? 0 : silent + 1;
		if (silent == SILENCE_MAX)
			return err_set(e, RC_RETRY, FROM_KAFKA, "nothing came of the replies for %d s",
			               SILENCE_MAX * WAIT_MS / 1000);
	}
	return RC_OK;
}

/* From `from` up to `end`, with a reader of its own: none has records of the stretch before. */
static enum rc read_stretch(struct search *s, const char *topic, int32_t partition, int64_t from,
                            int64_t end, struct err *e)
{
	enum rc rc;

	s->is_ended = from >= end;
	if (s->is_ended)
		return RC_OK;
	rc = kafka_reader_open(&s->reader, &s->pipeline->kafka, true, e);
	if (!rc)
		rc = kafka_reader_start(s->reader, topic, partition, from, e);
	if (!rc)
		rc = read_on(s, end, e);
	kafka_reader_close(s->reader);
	return rc;
}

/* What is kept, and where it was when the request came. */
static enum rc find_bounds(const struct search *s, const char *topic, int32_t partition,
                           int64_t *first, int64_t *near, int64_t *end, struct err *e)
{
	struct kafka_reader *reader = NULL;
	enum rc rc = kafka_reader_open(&reader, &s->pipeline->kafka, true, e);

	if (!rc)
		rc = kafka_reader_bounds(reader, topic, partition, first, end, e);
	if (!rc)
		rc = kafka_reader_offset_at(reader, topic, partition,
		                            s->one->verdict.decided_ms - MARGIN_MS, near, e);
	kafka_reader_close(reader);
	if (!rc && *near < *first)
		*near = *near < 0 ? *end : *first;
	return rc;
}

static enum rc search_topic(struct search *s, const char *topic, int32_t partition, struct err *e)
{
	int64_t first, near, end;

	if (find_bounds(s, topic, partition, &first, &near, &end, e) ||
	    read_stretch(s, topic, partition, near, end, e))
		return e->rc;
	if (s->answer->answered == ANSWERED)
		return RC_OK;
	return read_stretch(s, topic, partition, first, near, e);
}

enum rc find_reply(const struct audit_settings *settings, const struct dispute *one,
                   int64_t committed, struct answer *answer, struct err *e)
{
	struct search s = {.one = one, .pipeline = settings->pipeline, .answer = answer};
	enum rc rc = RC_OK;

	*answer = (struct answer){
	    .answered = committed == INT64_MAX        ? ANSWERED_UNKNOWN
	                : committed <= one->offset ? ANSWERED_NOT_YET
	                                              : ANSWERED_GONE,
	};
	if (one->reply_topic)
		rc = search_topic(&s, one->reply_topic, one->reply_partition, e);
	if (!rc && answer->answered != ANSWERED)
		rc = search_topic(&s, settings->pipeline->topics.replies, one->partition, e);
	return rc;
}
