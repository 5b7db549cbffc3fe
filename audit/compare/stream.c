#include "audit/compare/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/stop.h"

#define TAKE_MAX 512
#define WAIT_MS 500
#define SILENCE_MAX 60 /* waits in a row that brought nothing */
#define HIDDEN_MAX 30  /* the same where an open transaction hides the rest: workers' take 10 s */

#define NOT_KNOWN (-1)

enum whose { NOT_READ, OURS, NOBODYS, OF_OTHERS };

struct waiting {
	struct record record;
	enum whose whose;
	bool has_place;
	struct message_place place;
	struct waiting *next;
};

/* One partition of one topic. */
struct way {
	const char *topic;
	int32_t partition;
	bool is_listed;
	int64_t first, end;      /* as they were when it was opened */
	int64_t kept_from;       /* NOT_KNOWN until it was asked for */
	bool is_ended;
	bool is_hidden;          /* a transaction was open when the reader came there */
	bool was_hidden_too_long;
	struct waiting *head, **tail;
	size_t waiting;
};

struct stream {
	struct stream_settings settings;
	struct kafka_reader *reader;
	struct way *ways;
	size_t way_count;
	struct way *looked_at;
	enum rc failed; /* the reader; RC_OK: it has not */
	struct record taken[TAKE_MAX];
};

static void drop_head(struct way *way)
{
	struct waiting *head = way->head;

	assert(head);
	way->head = head->next;
	if (!way->head)
		way->tail = &way->head;
	way->waiting--;
	record_give(&head->record);
	free(head);
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->way_count; i++)
		while (s->ways[i].head)
			drop_head(&s->ways[i]);
	kafka_pool_give_reader(s->settings.pool, s->reader, s->failed);
	free(s->ways);
	free(s);
}

static void add_way(struct stream *s, const char *topic, int32_t partition, bool is_listed)
{
	struct way *way = &s->ways[s->way_count++];

	*way = (struct way){
	    .topic = topic, .partition = partition, .is_listed = is_listed, .kept_from = NOT_KNOWN};
}

/* All bounds before the first start: the client would fetch in between. */
static enum rc start(struct stream *s, struct err *e)
{
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];

		way->tail = &way->head;
		if (kafka_reader_bounds(s->settings.uncommitted, way->topic, way->partition, &way->first,
		                        &way->end, e))
			return e->rc;
		way->is_ended = way->first == way->end;
	}
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];

		if (!way->is_ended &&
		    kafka_reader_start(s->reader, way->topic, way->partition, way->first, e))
			return e->rc;
	}
	return RC_OK;
}

enum rc stream_open(struct stream **out, const struct stream_settings *settings, struct err *e)
{
	struct stream *s = calloc(1, sizeof *s);

	*out = s;
	if (!s)
		return err_out_of_memory(e);
	s->settings = *settings;
	s->ways = calloc(1 + settings->listed_count * (size_t)settings->partition_count,
	                 sizeof *s->ways);
	if (!s->ways)
		return err_out_of_memory(e);
	add_way(s, settings->topic, settings->partition, false);
	for (size_t t = 0; t < settings->listed_count; t++)
		for (int32_t p = 0; p < settings->partition_count; p++)
			add_way(s, settings->listed[t], p, true);
	if (kafka_pool_take_reader(settings->pool, true, &s->reader, e))
		return e->rc;
	return start(s, e);
}

/* ---- reading ---- */

static struct way *find_way(const struct stream *s, const char *topic, int32_t partition)
{
	for (size_t i = 0; i < s->way_count; i++)
		if (s->ways[i].partition == partition && !strcmp(s->ways[i].topic, topic))
			return &s->ways[i];
	return NULL;
}

/*
 * The reader is at the end of what it may see. If that is the end as it was at the beginning, all
 * has been seen. If not, a transaction that is open hides the rest. A worker may be about to end
 * it, and the group's offset may show before its replies do: so the reader goes on.
 */
static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct way *way = find_way(context, topic, partition);

	if (way && next >= way->end)
		way->is_ended = true;
	else if (way)
		way->is_hidden = true;
}

/* Take what the reader has, up to the end as it was at the beginning. */
static enum rc pull(struct stream *s, size_t *count, struct err *e)
{
	enum rc rc = kafka_reader_take(s->reader, s->taken, TAKE_MAX, count, WAIT_MS, on_end, s, e);

	for (size_t i = 0; i < *count; i++) {
		struct way *way = find_way(s, s->taken[i].topic, s->taken[i].partition);
		bool is_wanted = way && s->taken[i].offset < way->end;
		struct waiting *w = is_wanted ? calloc(1, sizeof *w) : NULL;

		if (way) {
			way->is_hidden = false;
			way->is_ended = way->is_ended || s->taken[i].offset + 1 >= way->end;
		}
		if (!w) {
			record_give(&s->taken[i]);
			if (is_wanted)
				rc = err_out_of_memory(e);
			continue;
		}
		w->record = s->taken[i];
		*way->tail = w;
		way->tail = &w->next;
		way->waiting++;
	}
	if (rc)
		s->failed = rc;
	return rc == RC_RETRY ? RC_OK : rc; /* it goes on by itself; silence is counted */
}

/* Until that many messages wait on the way, or all there are. */
static enum rc fill(struct stream *s, struct way *way, size_t wanted, struct err *e)
{
	for (int silent = 0; way->waiting < wanted && !way->is_ended;) {
		size_t count;

		if (pull(s, &count, e))
			return e->rc;
		silent = count ? 0 : silent + 1;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, FROM_PROGRAM, "stopped before the end of the audit");
		if (way->is_hidden && silent == HIDDEN_MAX)
			way->is_ended = way->was_hidden_too_long = true;
		else if (silent == SILENCE_MAX)
			return err_set(e, RC_RETRY, FROM_KAFKA, "nothing came of %s/%d for %d s", way->topic,
			               (int)way->partition, SILENCE_MAX * WAIT_MS / 1000);
	}
	return RC_OK;
}

static void read_place(struct stream *s, const struct way *way, struct waiting *w)
{
	const struct stream_settings *settings = &s->settings;
	bool is_here = way->partition == settings->partition;

	if (w->whose != NOT_READ)
		return;
	w->has_place = settings->place(&w->record, settings->requests_topic, &w->place) &&
	               w->place.partition < settings->partition_count;
	if (w->has_place && way->is_listed && !w->place.is_of_topic)
		w->whose = OF_OTHERS; /* another pipeline's, which names the topic as well */
	else if (w->has_place && w->place.partition == settings->partition)
		w->whose = OURS;
	else if (!way->is_listed || (!w->has_place && is_here))
		w->whose = NOBODYS;
	else
		w->whose = OF_OTHERS; /* seen with the partition that it is of */
}

/* Let the head be one of ours or nobody's. */
static enum rc read_head(struct stream *s, struct way *way, struct err *e)
{
	for (;;) {
		if (fill(s, way, 1, e))
			return e->rc;
		if (!way->head)
			return RC_OK;
		read_place(s, way, way->head);
		if (way->head->whose != OF_OTHERS)
			return RC_OK;
		drop_head(way);
	}
}

/* Does a message of the request at hand follow one of a later request? */
static enum rc find_behind(struct stream *s, struct way *way, int64_t offset, bool *is_there,
                           struct err *e)
{
	*is_there = false;
	if (fill(s, way, STREAM_LOOK_AHEAD, e))
		return e->rc;
	for (struct waiting *w = way->head->next; w && !*is_there; w = w->next) {
		read_place(s, way, w);
		*is_there = w->whose == OURS && w->place.offset == offset;
	}
	return RC_OK;
}

static void give_out(struct stream *s, struct way *way, struct stream_message *message)
{
	s->looked_at = way;
	*message = (struct stream_message){&way->head->record, way->head->has_place, way->head->place};
}

/* The head of one way; STREAM_ENDED where it has none. */
static enum rc look_at_way(struct stream *s, struct way *way, int64_t offset, struct text expected,
                           enum stream_head *head, struct err *e)
{
	bool is_too_early;

	*head = STREAM_ENDED;
	if (fill(s, way, 1, e))
		return e->rc;
	if (way->head && way->head->whose == NOT_READ && expected.data &&
	    text_same(way->head->record.value, expected)) {
		way->head->whose = OURS; /* the value names it */
		way->head->has_place = true;
		way->head->place = (struct message_place){true, s->settings.partition, offset};
	}
	if (read_head(s, way, e))
		return e->rc;
	if (!way->head)
		return RC_OK;
	if (way->head->whose == NOBODYS || way->head->place.offset < offset) {
		*head = STREAM_STRAY;
		return RC_OK;
	}
	if (way->head->place.offset == offset) {
		*head = STREAM_HERE;
		return RC_OK;
	}
	if (find_behind(s, way, offset, &is_too_early, e))
		return e->rc;
	*head = is_too_early ? STREAM_STRAY : STREAM_BEYOND;
	return RC_OK;
}

enum rc stream_look(struct stream *s, int64_t offset, struct text expected, enum stream_head *head,
                    struct stream_message *message, struct err *e)
{
	*head = STREAM_ENDED;
	for (size_t i = 0; i < s->way_count; i++) {
		enum stream_head here;

		if (look_at_way(s, &s->ways[i], offset, expected, &here, e))
			return e->rc;
		if (here == STREAM_ENDED)
			continue;
		*head = here;
		if (here == STREAM_BEYOND)
			continue;
		give_out(s, &s->ways[i], message);
		return RC_OK;
	}
	return RC_OK;
}

enum rc stream_look_at_any(struct stream *s, struct stream_message *message, struct err *e)
{
	message->record = NULL;
	for (size_t i = 0; i < s->way_count && !message->record; i++) {
		if (read_head(s, &s->ways[i], e))
			return e->rc;
		if (s->ways[i].head)
			give_out(s, &s->ways[i], message);
	}
	return RC_OK;
}

void stream_take(struct stream *s)
{
	drop_head(s->looked_at);
}

enum rc stream_kept_from(struct stream *s, const char *topic, int32_t partition, int64_t *from,
                         struct err *e)
{
	struct way *way = find_way(s, topic, partition);

	*from = way && way->first > 0 ? way->kept_from : 0;
	if (*from != NOT_KNOWN)
		return RC_OK;
	*from = INT64_MAX;
	if (read_head(s, way, e) || fill(s, way, STREAM_LOOK_AHEAD, e))
		return e->rc;
	for (struct waiting *w = way->head; w && *from == INT64_MAX; w = w->next) {
		read_place(s, way, w);
		if (w->whose == OURS)
			*from = w->place.offset;
	}
	way->kept_from = *from;
	return RC_OK;
}

const char *stream_hidden(const struct stream *s, int32_t *partition)
{
	for (size_t i = 0; i < s->way_count; i++) {
		const struct way *way = &s->ways[i];

		*partition = way->partition;
		if (way->was_hidden_too_long)
			return way->topic;
	}
	return NULL;
}
