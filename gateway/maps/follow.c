/*
 * The events of the shows that are in memory. Those of one request count together: they are applied
 * once a later one is seen, or the end of the partition.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "gateway/maps/shown.h"

#define HELD_BACK_BYTES_MAX (16 << 20)
#define EVENTS_FIRST 16

/* ---- one request's ---- */

static void clear(struct coming *c)
{
	arena_clear(&c->arena);
	c->shown = NULL;
	c->count = 0;
}

static bool grow(struct coming *c)
{
	size_t room = c->room ? c->room * 2 : EVENTS_FIRST;
	struct map_event *events = realloc(c->events, room * sizeof *events);
	struct text *values;

	if (events)
		c->events = events;
	values = events ? realloc(c->values, room * sizeof *values) : NULL;
	if (!values) {
		text_say_memory_ran_out();
		return false;
	}
	c->values = values;
	c->room = room;
	return true;
}

static void hold_back(struct shown *shown, const struct coming *c)
{
	for (size_t i = 0; i < c->count; i++) {
		buf_add_u32(&shown->held_back, (uint32_t)c->values[i].bytes);
		buf_add_text(&shown->held_back, c->values[i]);
	}
	if (!shown->held_back.failed && shown->held_back.bytes <= HELD_BACK_BYTES_MAX)
		return;
	/* Rows that are read from now on have all of it. */
	buf_release(&shown->held_back);
	shown->is_load_void = shown->is_loading;
}

static void ask_for_rows(struct maps *maps, struct shown *shown)
{
	shown->is_stale = true;
	shown_load_at(shown, clock_monotonic_ms());
	wait_wake(&maps->lock);
}

/* false: what comes later must wait until the rows were read */
static bool fold(struct maps *maps, struct shown *shown, const struct map_event *events,
                 size_t count, int64_t at_ms)
{
	enum seat_map_fold result = seat_map_fold(shown->map, events, count);

	switch (result) {
	case MAP_OLD:
	case MAP_UNSEEN:
		break;
	case MAP_SEEN:
		shown_changed(maps, shown, at_ms);
		break;
	case MAP_RELOAD:
		ask_for_rows(maps, shown);
		break;
	}
	return result != MAP_RELOAD;
}

static void settle(struct maps *maps, struct coming *c)
{
	struct shown *shown = c->shown;

	if (shown && (shown->is_loading || shown->is_stale))
		hold_back(shown, c);
	if (shown && shown->map && !shown->is_stale)
		(void)fold(maps, shown, c->events, c->count, c->at_ms);
	if (shown && shown->wants)
		shown_serve(maps, shown, clock_monotonic_ms());
	clear(c);
}

/* Into the arena of the request that is under way. false: it is no event, or no memory */
static bool read_event(struct coming *c, const struct record *record, struct text *value,
                       struct map_event *event)
{
	*value = arena_copy(&c->arena, record->value);
	return !c->arena.failed && map_event_read(*value, &c->arena, event);
}

/*
 * An event that is not understood is one of a later version: the rows say what it did. One of another
 * request settles that before it, with which the arena goes: it is read once more then.
 */
static void add(struct maps *maps, struct coming *c, struct shown *shown,
                const struct record *record)
{
	struct map_event event;
	struct text value;
	bool is_read = read_event(c, record, &value, &event);

	if (is_read && c->count && c->request != event.offset) {
		settle(maps, c);
		is_read = read_event(c, record, &value, &event);
	}
	if (!is_read || (c->count == c->room && !grow(c))) {
		log_warning("an event cannot be read: the rows are read again",
		            F_INT("partition", record->partition), F_INT("offset", record->offset));
		clear(c);
		c->arena.failed = false;
		shown->is_load_void = shown->is_loading;
		ask_for_rows(maps, shown);
		return;
	}
	if (!c->count) {
		c->shown = shown;
		c->request = event.offset;
		c->at_ms = record->timestamp_ms;
	}
	c->events[c->count] = event;
	c->values[c->count++] = value;
}

/* ---- all of them ---- */

static void on_event(void *context, const struct record *record)
{
	struct maps *maps = context;
	struct coming *c = &maps->coming[record->partition];
	struct shown *shown;

	wait_lock(&maps->lock);
	shown = record->key.data ? shown_find(maps, record->key) : NULL;
	if (c->shown && c->shown != shown)
		settle(maps, c);
	if (shown && record->value.data)
		add(maps, c, shown, record);
	c->next = record->offset + 1;
	wait_unlock(&maps->lock);
}

static void on_end(void *context, int32_t partition, int64_t next)
{
	struct maps *maps = context;
	struct coming *c = &maps->coming[partition];

	wait_lock(&maps->lock);
	if (c->shown && c->next <= next)
		settle(maps, c);
	wait_unlock(&maps->lock);
}

static void on_missed(void *context)
{
	struct maps *maps = context;
	struct shown *shown, *next;

	wait_lock(&maps->lock);
	maps_forget_coming(maps, NULL);
	HASH_ITER(by_id, maps->by_id, shown, next) {
		shown->is_load_void = shown->is_loading;
		ask_for_rows(maps, shown);
	}
	wait_unlock(&maps->lock);
}

void maps_forget_coming(struct maps *maps, const struct shown *shown)
{
	for (int32_t i = 0; i < maps->settings.pipeline->partition_count; i++)
		if (!shown || maps->coming[i].shown == shown)
			clear(&maps->coming[i]);
}

/* ---- what came while rows were read ---- */

static bool next_held_back(const struct shown *shown, size_t *at, struct text *value)
{
	const unsigned char *data = (const unsigned char *)shown->held_back.data + *at;

	if (*at + 4 > shown->held_back.bytes)
		return false;
	value->bytes = (size_t)data[0] << 24 | (size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3];
	value->data = (const char *)data + 4;
	*at += 4 + value->bytes;
	return true;
}

/* Those of one request, from `at` on. Returns where the next one's begin; 0: it cannot be read. */
static size_t read_held_back(const struct shown *shown, size_t at, struct coming *c)
{
	struct text value;
	size_t next = at;

	clear(c);
	while (next_held_back(shown, &next, &value)) {
		struct map_event event;

		if (!map_event_read(value, &c->arena, &event) || (c->count == c->room && !grow(c)))
			return 0;
		if (c->count && c->events[0].offset != event.offset)
			break;
		c->events[c->count++] = event;
		at = next;
	}
	return at;
}

void shown_fold_held_back(struct maps *maps, struct shown *shown)
{
	struct coming c = {.shown = NULL};
	bool goes_on = true;
	size_t at = 0;

	while (goes_on && at < shown->held_back.bytes) {
		size_t next = read_held_back(shown, at, &c);

		goes_on = next && fold(maps, shown, c.events, c.count, clock_wall_ms());
		if (!next)
			ask_for_rows(maps, shown);
		at = next ? next : shown->held_back.bytes;
	}
	/* What is left waits for the next time. */
	if (at < shown->held_back.bytes)
		memmove(shown->held_back.data, shown->held_back.data + at, shown->held_back.bytes - at);
	shown->held_back.bytes -= at;
	free(c.events);
	free(c.values);
	arena_release(&c.arena);
}

enum rc maps_follow(struct maps *maps, struct err *e)
{
	const struct pipeline *pipeline = maps->settings.pipeline;
	const struct tail_settings tail = {
	    .kafka = &pipeline->kafka,
	    .topic = pipeline->topics.events,
	    .what = "events",
	    .partition_count = pipeline->partition_count,
	    .only = -1,
	    .context = maps,
	    .read = on_event,
	    .reached_end = on_end,
	    .missed = on_missed,
	};

	return tail_open(&maps->tail, &tail, e);
}
