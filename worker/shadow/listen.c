#include "worker/shadow/listen.h"

#include <stdlib.h>
#include <string.h>

#include "common/message/same.h"

enum { PLACE_REPLIES, PLACE_EVENTS, PLACE_FIRST_LISTED };

struct kept {
	struct record record;
	bool is_read;   /* the next is known */
	int64_t offset; /* of its request */
	struct kept *next;
};

struct spot {
	const struct listen *listen;
	const char *topic;
	int32_t partition;
	int64_t end;        /* as of listen_open */
	bool is_met;        /* position is known */
	bool is_started;
	bool is_heard;      /* the broker has let it be read */
	int64_t position;
	int64_t ended_at;   /* all below it was taken that can be seen; -1: not known */
	bool is_cut;        /* it begins where the log does, and that has lost its head */
	int64_t first_ours; /* request of the first message of the partition; -1: none yet */
	struct kept *head, **tail;
	size_t kept;
};

struct listen {
	const struct pipeline *pipeline;
	int32_t partition;
	int64_t from;
	struct kafka_reader *reader;
	struct spot *places;
	size_t place_count;
	struct record taken[LISTEN_TAKE];
};

static void drop_head(struct spot *place)
{
	struct kept *head = place->head;

	place->head = head->next;
	if (!place->head)
		place->tail = &place->head;
	place->kept--;
	record_give(&head->record);
	free(head);
}

void listen_close(struct listen *l)
{
	if (!l)
		return;
	for (size_t i = 0; l->places && i < l->place_count; i++)
		while (l->places[i].head)
			drop_head(&l->places[i]);
	kafka_reader_close(l->reader);
	free(l->places);
	free(l);
}

static void name_place(struct listen *l, size_t number, const char *topic, int32_t partition)
{
	struct spot *place = &l->places[number];

	*place = (struct spot){
	    .listen = l, .topic = topic, .partition = partition, .end = -1,
	    .ended_at = -1, .first_ours = -1};
	place->tail = &place->head;
}

enum rc listen_open(struct listen **out, const struct pipeline *pipeline, int32_t partition,
                    int64_t from, struct err *e)
{
	struct listen *l = calloc(1, sizeof *l);
	int32_t partitions = pipeline->partition_count;
	int64_t first;

	*out = l;
	if (!l)
		return err_out_of_memory(e);
	l->pipeline = pipeline;
	l->partition = partition;
	l->from = from;
	l->place_count = PLACE_FIRST_LISTED + pipeline->reply_topics.count * (size_t)partitions;
	l->places = calloc(l->place_count, sizeof l->places[0]);
	if (!l->places)
		return err_out_of_memory(e);
	name_place(l, PLACE_REPLIES, pipeline->topics.replies, partition);
	name_place(l, PLACE_EVENTS, pipeline->topics.events, partition);
	for (size_t i = PLACE_FIRST_LISTED; i < l->place_count; i++)
		name_place(l, i,
		           pipeline->reply_topics.names[(i - PLACE_FIRST_LISTED) / (size_t)partitions],
		           (int32_t)((i - PLACE_FIRST_LISTED) % (size_t)partitions));
	if (kafka_reader_open(&l->reader, &pipeline->kafka, true, e))
		return e->rc;
	for (size_t i = 0; i < PLACE_FIRST_LISTED; i++)
		if (kafka_reader_bounds(l->reader, l->places[i].topic, l->places[i].partition, &first,
		                        &l->places[i].end, e))
			return e->rc;
	return RC_OK;
}

/* ---- reading ---- */

static enum rc start(struct listen *l, struct spot *place, struct err *e)
{
	if (kafka_reader_start(l->reader, place->topic, place->partition, place->position, e))
		return e->rc;
	place->is_started = true;
	place->ended_at = -1;
	return RC_OK;
}

/* A reply is never published with an earlier time than its request's. */
static enum rc meet(struct listen *l, struct spot *place, int64_t since_ms, struct err *e)
{
	int64_t first, end, since = -1;

	/* The end first: what is appended meanwhile may be what is looked for. */
	if (kafka_reader_bounds(l->reader, place->topic, place->partition, &first, &end, e))
		return e->rc;
	if (since_ms != INT64_MAX && kafka_reader_offset_at(l->reader, place->topic, place->partition,
	                                                    since_ms, &since, e))
		return e->rc;
	place->position = since >= 0 ? since : since_ms == INT64_MAX && place->end >= 0 ? place->end : end;
	if (place->position < first)
		place->position = first;
	place->is_cut = first > 0 && place->position == first;
	place->is_met = true;
	return start(l, place, e);
}

enum rc listen_start(struct listen *l, int64_t since_ms, struct err *e)
{
	for (size_t i = 0; i < PLACE_FIRST_LISTED; i++)
		if (meet(l, &l->places[i], since_ms, e))
			return e->rc;
	return RC_OK;
}

static struct spot *find_place(struct listen *l, const char *topic, int32_t partition)
{
	for (size_t i = 0; i < l->place_count; i++)
		if (l->places[i].partition == partition && !strcmp(l->places[i].topic, topic))
			return &l->places[i];
	return NULL;
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct spot *place = find_place(context, topic, partition);

	/* It may come with the last records, before these are kept. */
	if (!place || !place->is_started)
		return;
	place->is_heard = true;
	if (next > place->ended_at)
		place->ended_at = next;
}

/* The record is taken over, or given back: a reader that was stopped may still bring some. */
static bool keep(struct spot *place, struct record *record)
{
	struct kept *kept;

	if (!place || !place->is_started || record->offset < place->position) {
		record_give(record);
		return true;
	}
	kept = calloc(1, sizeof *kept);
	if (!kept) {
		record_give(record);
		return false;
	}
	place->position = record->offset + 1;
	place->is_heard = true;
	kept->record = *record;
	*record = (struct record){0};
	*place->tail = kept;
	place->tail = &kept->next;
	place->kept++;
	return true;
}

/* What is full is not read, what has room is. */
static enum rc look_after(struct listen *l, struct err *e)
{
	for (size_t i = 0; i < l->place_count; i++) {
		struct spot *place = &l->places[i];

		if (!place->is_met)
			continue;
		if (place->is_started && place->kept >= LISTEN_KEPT_MAX) {
			place->is_started = false;
			if (kafka_reader_stop(l->reader, place->topic, place->partition, e))
				return e->rc;
		} else if (!place->is_started && place->kept <= LISTEN_KEPT_MAX / 2 && start(l, place, e)) {
			return e->rc;
		}
	}
	return RC_OK;
}

enum rc listen_take(struct listen *l, int64_t wait_ms, struct err *e)
{
	bool has_memory = true;
	size_t count = 0;
	enum rc rc = look_after(l, e);

	if (rc)
		return rc;
	rc = kafka_reader_take(l->reader, l->taken, LISTEN_TAKE, &count, wait_ms, on_end, l, e);
	for (size_t i = 0; i < count; i++)
		has_memory &= keep(find_place(l, l->taken[i].topic, l->taken[i].partition), &l->taken[i]);
	/* Where it ran out while a message was read, that counts as nobody's. */
	if (!has_memory || text_memory_ran_out())
		return err_out_of_memory(e);
	return rc;
}

/* ---- what stands there ---- */

/* Of which request it is; false: of none that is of interest here. */
static bool read_kept(struct spot *place, struct kept *kept)
{
	const struct listen *l = place->listen;
	struct message_place found;

	if (kept->is_read)
		return kept->offset >= l->from;
	if (!message_find_place(kept->record.value, l->pipeline->topics.requests, &found) ||
	    !found.is_of_topic || found.partition != l->partition)
		return false;
	if (place->first_ours < 0)
		place->first_ours = found.offset;
	kept->is_read = true;
	kept->offset = found.offset;
	return found.offset >= l->from;
}

static struct kept *head_of(struct spot *place)
{
	while (place->head && !read_kept(place, place->head))
		drop_head(place);
	return place->head;
}

enum spot_state spot_look(struct spot *place, int64_t offset, struct text expected)
{
	struct kept *head = place->head;

	if (head && !head->is_read && expected.data && text_same(head->record.value, expected)) {
		head->is_read = true; /* the value names it */
		head->offset = offset;
		if (place->first_ours < 0)
			place->first_ours = offset;
	}
	head = head_of(place);
	if (!head)
		return SPOT_EMPTY;
	if (head->offset == offset)
		return SPOT_HERE;
	if (head->offset < offset)
		return SPOT_STRAY;
	return place->is_cut && place->first_ours > offset ? SPOT_GONE : SPOT_BEYOND;
}

size_t spot_count(struct spot *place, int64_t offset, bool *is_all)
{
	size_t count = 0;

	*is_all = false;
	for (struct kept *kept = head_of(place); kept; kept = kept->next) {
		if (!read_kept(place, kept))
			continue; /* none is passed over here but what is nobody's */
		*is_all = kept->offset > offset;
		if (*is_all)
			break;
		count += kept->offset == offset;
	}
	return count;
}

bool spot_is_cut_at(struct spot *place, int64_t offset)
{
	return place->is_cut && place->first_ours >= offset;
}

const struct record *spot_record(const struct spot *place)
{
	return &place->head->record;
}

int64_t spot_offset(const struct spot *place)
{
	return place->head->offset;
}

void spot_take(struct spot *place)
{
	drop_head(place);
}

bool spot_has_ended(struct spot *place)
{
	(void)head_of(place); /* what is nobody's makes room */
	return place->is_started && place->ended_at >= place->position;
}

bool listen_has_heard(const struct listen *l)
{
	for (size_t i = 0; i < l->place_count; i++)
		if (l->places[i].is_met && !l->places[i].is_heard)
			return false;
	return true;
}

bool listen_has_ended(struct listen *l)
{
	for (size_t i = 0; i < l->place_count; i++)
		if (l->places[i].is_met && !spot_has_ended(&l->places[i]))
			return false;
	return true;
}

struct spot *listen_events(struct listen *l)
{
	return &l->places[PLACE_EVENTS];
}

enum rc listen_place(struct listen *l, const struct message_route *route, int64_t since_ms,
                     struct spot **out, struct err *e)
{
	size_t number = PLACE_REPLIES;
	struct spot *place;

	if (route->topic >= TOPIC_FIRST_LISTED)
		number = PLACE_FIRST_LISTED +
		         (route->topic - TOPIC_FIRST_LISTED) * (size_t)l->pipeline->partition_count +
		         (size_t)route->partition;
	place = &l->places[number];
	*out = place;
	return place->is_met ? RC_OK : meet(l, place, since_ms, e);
}
