#include "worker/plan/batch.h"

#include <stdlib.h>

#define SHOWS_SEEN_BITS 4096

bool batch_decode_some(struct batch *batch, int64_t before_ms, size_t max)
{
	size_t end;
	int64_t t_ms;

	if (batch->before_ms != before_ms)
		batch->decoded = 0;
	if (batch->decoded == 0)
		batch->has_wrong_clock = false;
	batch->before_ms = before_ms;
	t_ms = batch->decoded ? batch->entries[batch->decoded - 1].t_ms : before_ms;
	end = batch->count - batch->decoded < max ? batch->count : batch->decoded + max;
	for (size_t i = batch->decoded; i < end; i++) {
		struct entry *entry = &batch->entries[i];

		if (!entry->record.is_append_time)
			batch->has_wrong_clock = true;
		else if (entry->record.timestamp_ms > t_ms)
			t_ms = entry->record.timestamp_ms;
		entry->t_ms = t_ms;
		request_decode(entry->record.value, &batch->requests, &entry->request);
	}
	batch->decoded = end;
	return !batch->requests.failed;
}

bool batch_decode(struct batch *batch, int64_t before_ms)
{
	return batch_decode_some(batch, before_ms, SIZE_MAX);
}

/* Shows that a record sets up, by hash: most that are not among them are told without a look. */
struct shows_seen {
	size_t first_entry; /* of those that set a show up */
	uint64_t bits[SHOWS_SEEN_BITS / 64];
};

static unsigned bit_of_show(struct text show_id)
{
	uint32_t hash = UINT32_C(2166136261); /* FNV-1a */

	for (size_t i = 0; i < show_id.bytes; i++)
		hash = (hash ^ (unsigned char)show_id.data[i]) * UINT32_C(16777619);
	return hash % SHOWS_SEEN_BITS;
}

static bool sets_a_show_up(const struct request *request)
{
	return request_sender_of(request->type) == SENDER_ORGANISER && request->type != REQUEST_CANCEL;
}

static void note_show(struct shows_seen *seen, struct text show_id)
{
	unsigned bit = bit_of_show(show_id);

	seen->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

/* Does an entry before `end` set the show up? */
static bool is_set_up(const struct shows_seen *seen, const struct batch *batch, size_t end,
                      struct text show_id)
{
	unsigned bit = bit_of_show(show_id);

	if (!(seen->bits[bit / 64] >> bit % 64 & 1))
		return false;
	for (size_t i = end; i-- > seen->first_entry;) {
		const struct request *request = &batch->entries[i].request;

		if (request->fault == REQUEST_READABLE && sets_a_show_up(request) &&
		    text_same(request->show_id, show_id))
			return true;
	}
	return false;
}

/* Seats and places that it names, asks for or drops: what may have to be read for it. */
static size_t places_named(const struct request *request)
{
	size_t places = request->seat_count + request->drop_seat_count +
	                (request->best ? (size_t)request->best->count : 0);

	for (size_t i = 0; i < request->area_count; i++)
		places += (size_t)request->areas[i].count;
	return places;
}

size_t batch_together(const struct batch *batch, size_t first, size_t count)
{
	struct shows_seen seen = {0};
	bool has_seen = false;
	size_t places = 0;

	for (size_t i = first; i < first + count; i++) {
		const struct request *request = &batch->entries[i].request;

		if (request->fault != REQUEST_READABLE)
			continue;
		places += places_named(request);
		if (places > BATCH_PLACES_MAX && i > first)
			return i - first;
		if (!sets_a_show_up(request)) {
			if (has_seen && is_set_up(&seen, batch, i, request->show_id))
				return i - first;
			continue;
		}
		if (!has_seen)
			seen.first_entry = i;
		has_seen = true;
		note_show(&seen, request->show_id);
	}
	return count;
}

struct reply decision_head(const struct decision *d)
{
	return (struct reply){
	    .outcome = d->outcome,
	    .type = d->type,
	    .has_request_id = d->has_request_id,
	    .request_id = d->request_id,
	    .show_id = d->show_id,
	    .decided_at_ms = d->decided_at_ms,
	};
}

void batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		record_give(&batch->entries[i].record);
	batch->count = batch->decoded = 0;
	batch->has_wrong_clock = batch->is_decided = false;
	arena_clear(&batch->requests);
	arena_clear(&batch->plan);
}

void batch_release(struct batch *batch)
{
	batch_clear(batch);
	arena_release(&batch->requests);
	arena_release(&batch->plan);
	free(batch->entries);
	*batch = (struct batch){0};
}
