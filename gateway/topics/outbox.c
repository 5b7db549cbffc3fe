#include "gateway/topics/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "common/base/pool.h"

#define USUAL_BYTES 2048 /* what most records and their texts have room in */
#define RECORDS_KEPT 512 /* pieces of memory, for the next ones */
#define RECORD_BYTES 100 /* that a record takes of a batch besides its texts, about */

struct lane {
	struct outbox_record *first, **last;
	size_t under_way;
	size_t burst_bytes; /* of those that went together last */
};

struct outbox {
	struct pool records;
	int32_t partition_count;
	struct lane lanes[];
};

struct outbox *outbox_open(int32_t partition_count)
{
	struct outbox *o = calloc(1, sizeof *o + (size_t)partition_count * sizeof o->lanes[0]);

	if (!o)
		return NULL;
	pool_open(&o->records, USUAL_BYTES, RECORDS_KEPT);
	o->partition_count = partition_count;
	for (int32_t i = 0; i < partition_count; i++)
		o->lanes[i].last = &o->lanes[i].first;
	return o;
}

static struct outbox_record *take_first(struct lane *lane)
{
	struct outbox_record *record = lane->first;

	lane->first = record->next;
	if (!lane->first)
		lane->last = &lane->first;
	return record;
}

void outbox_close(struct outbox *o)
{
	if (!o)
		return;
	for (int32_t i = 0; i < o->partition_count; i++)
		while (o->lanes[i].first)
			outbox_release(o, take_first(&o->lanes[i]));
	pool_close(&o->records);
	free(o);
}

bool outbox_is_clear(const struct outbox *o, int32_t partition)
{
	return !o->lanes[partition].under_way && !o->lanes[partition].first;
}

static struct text copy(char **to, struct text text)
{
	struct text copied = {*to, text.bytes};

	if (text.bytes)
		memcpy(*to, text.data, text.bytes);
	*to += text.bytes;
	return text.data ? copied : text;
}

static size_t bytes_of(const struct outbox_record *record)
{
	size_t bytes = record->key.bytes + record->value.bytes;

	for (size_t i = 0; i < record->header_count; i++)
		bytes += record->headers[i].name.bytes + record->headers[i].value.bytes;
	return bytes;
}

bool outbox_put(struct outbox *o, const struct outbox_record *record)
{
	struct lane *lane = &o->lanes[record->partition];
	size_t bytes = bytes_of(record);
	struct outbox_record *kept = pool_take(&o->records, sizeof *kept + bytes);
	char *to;

	assert(record->header_count <= OUTBOX_HEADERS_MAX);
	if (!kept)
		return false;
	*kept = *record;
	kept->all_bytes = bytes;
	to = kept->bytes;
	kept->next = NULL;
	kept->key = copy(&to, record->key);
	kept->value = copy(&to, record->value);
	for (size_t i = 0; i < record->header_count; i++) {
		kept->headers[i].name = copy(&to, record->headers[i].name);
		kept->headers[i].value = copy(&to, record->headers[i].value);
	}
	*lane->last = kept;
	lane->last = &kept->next;
	return true;
}

/* Once nothing is under way others may go, as many as fit beside each other. */
struct outbox_record *outbox_take(struct outbox *o, int32_t partition)
{
	struct lane *lane = &o->lanes[partition];
	size_t bytes;

	if (!lane->first || (lane->under_way && !lane->burst_bytes))
		return NULL;
	bytes = bytes_of(lane->first) + RECORD_BYTES;
	if (lane->under_way && lane->burst_bytes + bytes > OUTBOX_BURST_BYTES) {
		lane->burst_bytes = 0;
		return NULL;
	}
	lane->burst_bytes = lane->under_way ? lane->burst_bytes + bytes : bytes;
	return take_first(lane);
}

struct outbox_record *outbox_take_old(struct outbox *o, int64_t before_ms)
{
	for (int32_t i = 0; i < o->partition_count; i++)
		if (o->lanes[i].first && o->lanes[i].first->since_ms <= before_ms)
			return take_first(&o->lanes[i]);
	return NULL;
}

void outbox_release(struct outbox *o, struct outbox_record *record)
{
	if (record)
		pool_give(&o->records, record, sizeof *record + record->all_bytes);
}

void outbox_gave(struct outbox *o, int32_t partition)
{
	o->lanes[partition].under_way++;
}

void outbox_arrived(struct outbox *o, int32_t partition)
{
	struct lane *lane = &o->lanes[partition];

	if (lane->under_way)
		lane->under_way--;
	lane->burst_bytes = 0;
}

void outbox_forget(struct outbox *o)
{
	for (int32_t i = 0; i < o->partition_count; i++)
		o->lanes[i].under_way = o->lanes[i].burst_bytes = 0;
}
