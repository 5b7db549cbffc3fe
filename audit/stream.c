#include "audit/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/stop.h"

#define TAKE_MAX 512
#define WAIT_MS 500
#define SILENCE_MAX 60 /* waits in a row that brought nothing */

#define NOT_READ (-2)
#define NO_PLACE (-1)

struct waiting {
	struct record record;
	struct waiting *next;
};

/* One partition of one topic. */
struct way {
	const char *topic;
	int32_t partition;
	bool is_first_topic;
	bool has_lost_messages;  /* its beginning is not kept any more */
	bool is_ended;
	struct waiting *head, **tail;
	int64_t head_place;      /* NOT_READ, NO_PLACE, or an offset */
};

struct stream {
	struct kafka_reader *reader;
	stream_place *place;
	int32_t partition;
	struct way *ways;
	size_t way_count;
	struct way *looked_at;
	int64_t last;
	struct record taken[TAKE_MAX];
};

static void drop_head(struct way *way)
{
	struct waiting *head = way->head;

	assert(head);
	way->head = head->next;
	if (!way->head)
		way->tail = &way->head;
	way->head_place = NOT_READ;
	kafka_record_give(&head->record);
	free(head);
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->way_count; i++)
		while (s->ways[i].head)
			drop_head(&s->ways[i]);
	kafka_reader_close(s->reader);
	free(s->ways);
	free(s);
}

static void add_way(struct stream *s, const char *topic, int32_t partition, bool is_first_topic)
{
	struct way *way = &s->ways[s->way_count++];

	*way = (struct way){.topic = topic, .partition = partition, .is_first_topic = is_first_topic};
	way->head_place = NOT_READ;
}

/* All bounds before the first start: the client would fetch in between. */
static enum rc start(struct stream *s, struct err *e)
{
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];
		int64_t first, end;

		way->tail = &way->head;
		if (kafka_reader_bounds(s->reader, way->topic, way->partition, &first, &end, e))
			return e->rc;
		way->has_lost_messages = first > 0;
		way->is_ended = first == end;
		way->head_place = first; /* until it is started */
	}
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];
		int64_t first = way->head_place;

		way->head_place = NOT_READ;
		if (!way->is_ended && kafka_reader_start(s->reader, way->topic, way->partition, first, e))
			return e->rc;
	}
	return RC_OK;
}

enum rc stream_open(struct stream **out, const struct kafka_settings *kafka,
                    const char *const *topics, size_t topic_count, int32_t partition,
                    int32_t partition_count, stream_place *place, struct err *e)
{
	struct stream *s = calloc(1, sizeof *s);

	*out = s;
	if (!s)
		return err_out_of_memory(e);
	s->place = place;
	s->partition = partition;
	s->last = NO_PLACE;
	s->ways = calloc(1 + (topic_count - 1) * (size_t)partition_count, sizeof *s->ways);
	if (!s->ways)
		return err_out_of_memory(e);
	add_way(s, topics[0], partition, true);
	for (size_t t = 1; t < topic_count; t++)
		for (int32_t p = 0; p < partition_count; p++)
			add_way(s, topics[t], p, false);
	if (kafka_reader_open(&s->reader, kafka, true, e))
		return e->rc;
	return start(s, e);
}

static struct way *find_way(struct stream *s, const char *topic, int32_t partition)
{
	for (size_t i = 0; i < s->way_count; i++)
		if (s->ways[i].partition == partition && !strcmp(s->ways[i].topic, topic))
			return &s->ways[i];
	return NULL;
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct way *way = find_way(context, topic, partition);

	(void)next;
	if (way)
		way->is_ended = true;
}

/* Take what the reader has. Records of a way that ended came later than we look. */
static enum rc pull(struct stream *s, size_t *count, struct err *e)
{
	enum rc rc = kafka_reader_take(s->reader, s->taken, TAKE_MAX, count, WAIT_MS, on_end, s, e);

	for (size_t i = 0; i < *count; i++) {
		struct way *way = find_way(s, s->taken[i].topic, s->taken[i].partition);
		struct waiting *w = way ? malloc(sizeof *w) : NULL;

		if (!w) {
			kafka_record_give(&s->taken[i]);
			if (way)
				rc = err_out_of_memory(e);
			continue;
		}
		*w = (struct waiting){.record = s->taken[i]};
		*way->tail = w;
		way->tail = &w->next;
	}
	return rc == RC_RETRY ? RC_OK : rc; /* it goes on by itself; silence is counted */
}

static enum rc fill(struct stream *s, struct way *way, struct err *e)
{
	for (int silent = 0; !way->head && !way->is_ended;) {
		size_t count;

		if (pull(s, &count, e))
			return e->rc;
		silent = count ? 0 : silent + 1;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, EXIT_INTERNAL, "stopped before the end of the audit");
		if (silent == SILENCE_MAX)
			return err_set(e, RC_RETRY, EXIT_KAFKA_LOST, "nothing came of %s/%d for %d s", way->topic,
			               (int)way->partition, SILENCE_MAX * WAIT_MS / 1000);
	}
	return RC_OK;
}

/* The offset that the head belongs to; other partitions' messages on listed topics are dropped. */
static enum rc read_head(struct stream *s, struct way *way, struct err *e)
{
	while (!fill(s, way, e) && way->head && way->head_place == NOT_READ) {
		int32_t partition = 0;
		int64_t offset = NO_PLACE;
		bool is_ours = s->place(&way->head->record, &partition, &offset);

		if (is_ours && partition == s->partition) {
			way->head_place = offset;
			if (offset > s->last)
				s->last = offset;
		} else if (way->is_first_topic || (!is_ours && way->partition == s->partition)) {
			way->head_place = NO_PLACE;
		} else {
			drop_head(way);
		}
	}
	return way->head || way->is_ended ? RC_OK : e->rc;
}

enum rc stream_look(struct stream *s, int64_t offset, struct text expected, enum stream_head *head,
                    const struct record **record, int64_t *place, struct err *e)
{
	*head = STREAM_ENDED;
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];

		if (fill(s, way, e))
			return e->rc;
		if (way->head && way->head_place == NOT_READ && expected.data &&
		    text_same(way->head->record.value, expected)) {
			way->head_place = offset; /* the value names it */
			if (offset > s->last)
				s->last = offset;
		}
		if (read_head(s, way, e))
			return e->rc;
		if (!way->head)
			continue;
		if (way->head_place > offset) {
			*head = STREAM_BEYOND;
			continue;
		}
		*head = way->head_place == offset ? STREAM_HERE : STREAM_BEFORE;
		*record = &way->head->record;
		*place = way->head_place;
		s->looked_at = way;
		return RC_OK;
	}
	return RC_OK;
}

void stream_take(struct stream *s)
{
	drop_head(s->looked_at);
}

enum rc stream_drain(struct stream *s, int64_t *last, struct err *e)
{
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];

		for (;;) {
			if (read_head(s, way, e))
				return e->rc;
			if (!way->head)
				break;
			drop_head(way);
		}
	}
	*last = s->last;
	return RC_OK;
}

enum rc stream_kept_from(struct stream *s, int64_t *from, struct err *e)
{
	*from = 0;
	for (size_t i = 0; i < s->way_count; i++) {
		struct way *way = &s->ways[i];
		int64_t here;

		if (!way->has_lost_messages)
			continue;
		if (read_head(s, way, e))
			return e->rc;
		here = way->head ? way->head_place : INT64_MAX;
		/* Of the first message's request others may be lost. */
		here = here < 0 || here == INT64_MAX ? here : here + 1;
		*from = here > *from ? here : *from;
	}
	return RC_OK;
}
