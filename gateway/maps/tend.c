/* The maps as a whole: which shows are in memory, and what is to be done in time. */
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "common/base/clock.h"
#include "common/base/watchdog.h"
#include "gateway/maps/shown.h"

#define SWEEP_MS 200
#define EPOCHS_MS 2000
#define PASSING_MS 10      /* until it is looked at again whether a frame has reached all */
#define UNUSED_MS 60000    /* a show that nobody watches is kept for so long */
#define EVENTS_REST_MS 1000 /* behind the last show events are read for so long */
#define FOLLOW_MS 1000     /* brokers have for saying where events end, before rows are read */

/* ---- shows ---- */

struct shown *shown_find(struct maps *maps, struct text show_id)
{
	struct shown *shown;

	HASH_FIND(by_id, maps->by_id, show_id.data, show_id.bytes, shown);
	return shown;
}

struct shown *shown_of_feed(struct maps *maps, uint32_t feed)
{
	struct shown *shown;

	HASH_FIND(by_feed, maps->by_feed, &feed, sizeof feed, shown);
	return shown;
}

void shown_drop(struct maps *maps, struct shown *shown)
{
	HASH_DELETE(by_id, maps->by_id, shown);
	HASH_DELETE(by_feed, maps->by_feed, shown);
	maps_forget_coming(maps, shown);
	maps->bytes -= shown->bytes;
	seat_map_release(shown->map);
	buf_release(&shown->held_back);
	made_release(&shown->snaps[0]);
	made_release(&shown->snaps[1]);
	made_release(&shown->layout);
	http_frame_release(shown->pass);
	free(shown);
}

static bool is_unused(const struct shown *shown)
{
	return !shown->viewers && !shown->wants && !shown->is_loading;
}

/* Away with those that nobody watches, the longest first. false: all are watched */
static bool make_room(struct maps *maps)
{
	while (maps->settings.memory_bytes_max && maps->bytes >= maps->settings.memory_bytes_max) {
		struct shown *oldest = NULL, *shown, *next;

		HASH_ITER(by_id, maps->by_id, shown, next)
			if (is_unused(shown) && (!oldest || shown->used_ms < oldest->used_ms))
				oldest = shown;
		if (!oldest)
			return false;
		shown_drop(maps, oldest);
	}
	return true;
}

static struct shown *add(struct maps *maps, struct text show_id, int32_t partition)
{
	struct shown *shown = calloc(1, sizeof *shown);

	if (!shown)
		return NULL;
	memcpy(shown->show_id, show_id.data, show_id.bytes);
	shown->partition = partition;
	shown->load_at_ms = SHOWN_NEVER;
	do
		shown->feed = ++maps->last_feed;
	while (!shown->feed || shown_of_feed(maps, shown->feed));
	HASH_ADD_KEYPTR(by_id, maps->by_id, shown->show_id, show_id.bytes, shown);
	HASH_ADD(by_feed, maps->by_feed, feed, sizeof shown->feed, shown);
	return shown;
}

/* ---- the thread: what is to be done in time ---- */

static void sweep(struct maps *maps, int64_t now_ms)
{
	struct shown *shown, *next;

	maps->swept_ms = now_ms;
	HASH_ITER(by_id, maps->by_id, shown, next) {
		shown_serve(maps, shown, now_ms);
		shown_beat(maps, shown, now_ms);
		if (is_unused(shown) && (!shown->map || now_ms - shown->used_ms >= UNUSED_MS))
			shown_drop(maps, shown);
	}
	if (maps->by_id)
		maps->used_ms = now_ms;
	else if (now_ms - maps->used_ms >= EVENTS_REST_MS)
		tail_rest(maps->tail);
	if (now_ms - maps->looked_ms >= EPOCHS_MS) {
		maps->looked_ms = now_ms;
		maps_look_at_epochs(maps);
	}
}

/* Does what is due. Returns when to come again. */
static int64_t work(struct maps *maps, int64_t now_ms)
{
	int64_t again_ms = maps->swept_ms + SWEEP_MS;
	struct shown *shown, *next;

	if (now_ms >= again_ms) {
		sweep(maps, now_ms);
		again_ms = now_ms + SWEEP_MS;
	}
	HASH_ITER(by_id, maps->by_id, shown, next) {
		if (!shown->is_loading && shown->load_at_ms <= now_ms)
			shown_load_now(maps, shown);
		shown_send(maps, shown, now_ms);
		if (shown->is_due) {
			int64_t due_ms =
			    shown->frame_at_ms > now_ms ? shown->frame_at_ms : now_ms + PASSING_MS;

			again_ms = due_ms < again_ms ? due_ms : again_ms;
		}
		if (!shown->is_loading && shown->load_at_ms < again_ms)
			again_ms = shown->load_at_ms;
	}
	return again_ms;
}

static void *tend(void *context)
{
	struct maps *maps = context;
	struct watchdog watchdog;

	watchdog_enter(&watchdog, "maps");
	wait_lock(&maps->lock);
	while (!maps->is_stopping) {
		int64_t again_ms = work(maps, clock_monotonic_ms());

		watchdog_beat();
		wait_until(&maps->lock, again_ms);
	}
	wait_unlock(&maps->lock);
	watchdog_leave(&watchdog);
	return NULL;
}

/* ---- asking ---- */

/*
 * Rows have what events did before they are read: so these are followed first. Where brokers do not
 * say in time from where on, rows are read now, and again once they are followed.
 */
static void load_first(struct maps *maps, struct shown *shown, int64_t now_ms)
{
	if (tail_wake(maps->tail)) {
		shown_load_now(maps, shown);
		return;
	}
	shown_load_at(shown, now_ms + FOLLOW_MS);
	wait_wake(&maps->lock);
}

void maps_ask(struct maps *maps, struct maps_want *want)
{
	int64_t now_ms = clock_monotonic_ms();
	struct shown *shown = NULL;

	wait_lock(&maps->lock);
	if (!maps->is_stopping)
		shown = shown_find(maps, want->show_id);
	if (!shown && !maps->is_stopping && make_room(maps))
		shown = add(maps, want->show_id, want->partition);
	if (!shown) {
		(void)want->done(want, maps->is_stopping ? MAPS_NO_ROWS : MAPS_FULL, NULL);
	} else {
		shown->used_ms = now_ms;
		want->since_ms = now_ms;
		want->has_looked = false;
		LL_APPEND(shown->wants, want);
		if (!shown->map && !shown->is_loading && shown->load_at_ms == SHOWN_NEVER)
			load_first(maps, shown, now_ms);
		shown_serve(maps, shown, now_ms);
	}
	wait_unlock(&maps->lock);
}

void maps_behind(struct maps *maps, unsigned loop, uint32_t feed, uint32_t generation,
                 int64_t position)
{
	struct http_frame *frame = NULL;
	struct shown *shown;

	wait_lock(&maps->lock);
	shown = maps->is_stopping ? NULL : shown_of_feed(maps, feed);
	if (shown && shown->map)
		frame = shown_catch_up(maps, shown, generation, position);
	else
		frame = http_frame_make_close(1013, "retry=2000");
	if (frame)
		http_feed_catch_up(maps_http(maps), loop, feed, generation, position, frame);
	http_frame_release(frame);
	wait_unlock(&maps->lock);
}

void maps_viewer_gone(struct maps *maps, uint32_t feed)
{
	struct shown *shown;

	wait_lock(&maps->lock);
	shown = shown_of_feed(maps, feed);
	if (shown) {
		shown->viewers--;
		shown->used_ms = clock_monotonic_ms();
	}
	wait_unlock(&maps->lock);
}

bool maps_heard(struct text message)
{
	static const char resync[] = "{\"t\":\"resync\"}";
	size_t at = 0;

	for (size_t i = 0; i < message.bytes; i++) {
		char c = message.data[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (at >= sizeof resync - 1 || c != resync[at++])
			return false;
	}
	return at == sizeof resync - 1;
}

/* ---- all of it ---- */

enum rc maps_open(struct maps **out, const struct maps_settings *settings, struct err *e)
{
	size_t partitions = (size_t)settings->pipeline->partition_count;
	struct maps *maps = calloc(1, sizeof *maps + partitions * sizeof maps->coming[0]);

	*out = NULL;
	if (!maps)
		return err_out_of_memory(e);
	maps->settings = *settings;
	maps->used_ms = clock_monotonic_ms();
	wait_open(&maps->lock);
	if (!maps_open_looks(maps)) {
		maps_close(maps);
		return err_out_of_memory(e);
	}
	if (maps_follow(maps, e)) {
		maps_close(maps);
		return e->rc;
	}
	maps->is_running = !pthread_create(&maps->thread, NULL, tend, maps);
	if (!maps->is_running) {
		maps_close(maps);
		return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
	}
	*out = maps;
	return RC_OK;
}

void maps_stop(struct maps *maps)
{
	struct shown *shown, *next;

	if (!maps || maps->is_stopping)
		return;
	maps->is_stopping = true;
	wait_wake(&maps->lock);
	if (maps->is_running)
		pthread_join(maps->thread, NULL);
	tail_close(maps->tail);
	maps->tail = NULL;
	wait_lock(&maps->lock);
	HASH_ITER(by_id, maps->by_id, shown, next)
		shown_refuse_all(shown, MAPS_NO_ROWS);
	wait_unlock(&maps->lock);
}

void maps_close(struct maps *maps)
{
	struct shown *shown, *next;

	if (!maps)
		return;
	maps_stop(maps);
	HASH_ITER(by_id, maps->by_id, shown, next)
		shown_drop(maps, shown);
	for (int32_t i = 0; i < maps->settings.pipeline->partition_count; i++) {
		arena_release(&maps->coming[i].arena);
		free(maps->coming[i].events);
		free(maps->coming[i].values);
	}
	free(maps->looks);
	wait_close(&maps->lock);
	free(maps);
}

const char *maps_trouble(struct maps *maps)
{
	return tail_trouble(maps->tail);
}

void maps_figures(struct maps *maps, struct maps_figures *figures)
{
	wait_lock(&maps->lock);
	*figures = (struct maps_figures){HASH_CNT(by_id, maps->by_id), maps->bytes, maps->loads,
	                                 maps->epochs, {0}};
	memcpy(figures->snaps, maps->snaps, sizeof figures->snaps);
	wait_unlock(&maps->lock);
}
