/* What goes out: the first frame of each viewer, then one frame for all, in time. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "gateway/maps/shown.h"

#define FRAME_MS_MIN 100   /* between two frames of a show */
#define FRAME_MS_MAX 400
#define VIEWERS_A_MS 15    /* a frame goes to so many a millisecond that lies between two, */
#define SMALL_BYTES 4096   /* one of more than this to fewer: */
#define LARGE_BYTES 10240  /* so much more takes twice the time */
#define PASS_PARTS 4       /* until all have one takes at most such a part of the time between two, */
#define BUSY_TIMES 2       /* which for that becomes so many times as long at most */
#define BEAT_MS 25000

/* ---- texts that are made once ---- */

static void forget_snaps(struct shown *shown)
{
	made_release(&shown->snaps[0]);
	made_release(&shown->snaps[1]);
}

struct made *shown_snap(struct shown *shown, bool has_ids)
{
	struct made *made = &shown->snaps[has_ids];

	if (shown->made_o != seat_map_o(shown->map))
		forget_snaps(shown);
	shown->made_o = seat_map_o(shown->map);
	if (made->is_made)
		return made;
	seat_map_write_snap(shown->map, &made->json, has_ids);
	made->is_made = !made->json.failed;
	if (made->is_made)
		return made;
	made_release(made);
	return NULL;
}

struct made *shown_layout(struct shown *shown)
{
	struct made *made = &shown->layout;
	struct text json = seat_map_layout_json(shown->map);

	if (!made->is_made) {
		buf_add_text(&made->json, json);
		made->is_made = !made->json.failed;
	}
	if (made->is_made)
		return made;
	made_release(made);
	return NULL;
}

/* ---- frames ---- */

static struct http_frame *make(const struct shown *shown, struct text json, int64_t from,
                               int64_t to, bool is_whole, bool is_beat)
{
	struct buf id = {0};
	struct http_frame_spec spec = {.json = json, .generation = shown->generation, .from = from,
	                               .to = to, .is_whole = is_whole, .is_beat = is_beat};
	struct http_frame *frame;

	buf_print(&id, "%s:%lld", seat_map_epoch(shown->map), (long long)to);
	spec.id = buf_text(&id);
	frame = id.failed ? NULL : http_frame_make(&spec);
	buf_release(&id);
	return frame;
}

/* One for all who come before something changes. It is large: twenty bytes a seat with their ids. */
static struct http_frame *take_snap(struct maps *maps, struct shown *shown, bool has_ids,
                                    enum snap_why why)
{
	struct made *made = shown_snap(shown, has_ids);
	int64_t o = seat_map_o(shown->map);

	maps->snaps[why]++;
	if (made && !made->frame)
		made->frame = make(shown, buf_text(&made->json), o, o, true, false);
	if (!made || !made->frame)
		return NULL;
	http_frame_hold(made->frame);
	return made->frame;
}

/* bytes: NULL, or how long it is */
static struct http_frame *make_delta(struct shown *shown, int64_t since, size_t *bytes)
{
	struct buf json = {0};
	struct http_frame *frame = NULL;

	seat_map_write_delta(shown->map, &json, since);
	if (bytes)
		*bytes = json.bytes;
	if (!json.failed)
		frame = make(shown, buf_text(&json), since, seat_map_o(shown->map), false, false);
	buf_release(&json);
	return frame;
}

struct http_frame *shown_first_frame(struct maps *maps, struct shown *shown,
                                     const struct maps_want *want)
{
	bool has_layout = !strcmp(want->layout, seat_map_layout(shown->map));
	bool has_epoch = !strcmp(want->epoch, seat_map_epoch(shown->map));
	bool has_since = want->has_since && !(has_epoch && want->since > seat_map_o(shown->map));

	if (has_layout && has_since && has_epoch)
		return make_delta(shown, want->since, NULL);
	return take_snap(maps, shown, !has_layout,
	                 !has_since ? SNAP_FIRST : has_epoch ? SNAP_LAYOUT : SNAP_EPOCH);
}

struct http_frame *shown_catch_up(struct maps *maps, struct shown *shown, uint32_t generation,
                                  int64_t position)
{
	bool has_layout = generation >= shown->layout_generation;

	if (generation == shown->generation && position >= 0 && position <= seat_map_o(shown->map))
		return make_delta(shown, position, NULL);
	return take_snap(maps, shown, !has_layout,
	                 generation == shown->generation ? SNAP_RESYNC
	                 : has_layout ? SNAP_EPOCH : SNAP_LAYOUT);
}

/* ---- to all ---- */

/* Behind a frame of so many bytes: what it costs goes by viewers and, where it is large, by these. */
static int64_t pace_ms(const struct shown *shown, size_t bytes)
{
	int64_t ms = (shown->viewers + VIEWERS_A_MS - 1) / VIEWERS_A_MS;

	ms = ms > FRAME_MS_MAX ? FRAME_MS_MAX : ms;
	if (bytes > SMALL_BYTES)
		ms += ms * (int64_t)(bytes - SMALL_BYTES) / LARGE_BYTES;
	ms = ms > FRAME_MS_MAX * BUSY_TIMES ? FRAME_MS_MAX * BUSY_TIMES : ms;
	return ms < FRAME_MS_MIN ? FRAME_MS_MIN : ms;
}

/* frame: taken; NULL: no memory, then who watches asks for what he missed with the next one */
static void send_all(struct maps *maps, struct shown *shown, struct http_frame *frame,
                     int64_t now_ms)
{
	http_frame_release(shown->pass);
	shown->pass = frame;
	shown->sent_ms = now_ms;
	if (frame)
		http_feed_send(maps_http(maps), shown->feed, frame);
}

void shown_changed(struct maps *maps, struct shown *shown, int64_t at_ms)
{
	if (!shown->changed_ms)
		shown->changed_ms = at_ms;
	if (shown->is_due)
		return;
	shown->is_due = true;
	wait_wake(&maps->lock);
}

static bool is_passing(const struct shown *shown)
{
	return shown->pass && !http_frame_is_passed(shown->pass);
}

/* Where it took long until all had the last one the machine has much to do: less often then. */
static bool is_too_soon(struct shown *shown, int64_t now_ms)
{
	int64_t apart_ms, most_ms = pace_ms(shown, 0) * BUSY_TIMES;

	if (now_ms < shown->frame_at_ms || is_passing(shown))
		return true;
	if (!shown->pass)
		return false;
	apart_ms = (http_frame_passed_ms(shown->pass) - shown->sent_ms) * PASS_PARTS;
	apart_ms = apart_ms > most_ms ? most_ms : apart_ms;
	if (shown->frame_at_ms < shown->sent_ms + apart_ms)
		shown->frame_at_ms = shown->sent_ms + apart_ms;
	return now_ms < shown->frame_at_ms;
}

void shown_send(struct maps *maps, struct shown *shown, int64_t now_ms)
{
	size_t bytes = 0;
	int64_t o;

	if (!shown->is_due || !shown->map || is_too_soon(shown, now_ms))
		return;
	o = seat_map_o(shown->map);
	shown->is_due = false;
	if (shown->viewers && seat_map_has_changed(shown->map, shown->sent_o)) {
		send_all(maps, shown, make_delta(shown, shown->sent_o, &bytes), now_ms);
		shown->frame_at_ms = now_ms + pace_ms(shown, bytes);
		if (maps->settings.framed && shown->changed_ms)
			maps->settings.framed(clock_wall_ms() - shown->changed_ms);
		shown->sent_o = o;
	} else if (!shown->viewers) {
		shown->sent_o = o;
	}
	shown->changed_ms = 0;
}

/*
 * Also where something is due, as it always is while seats change all the time: who is not asked is
 * silent, and is closed for it. Nobody is told of an offset whose changes he has not.
 */
void shown_beat(struct maps *maps, struct shown *shown, int64_t now_ms)
{
	int64_t from = shown->sent_o, o;
	struct buf json = {0};

	if (now_ms < shown->beat_at_ms || !shown->map)
		return;
	shown->beat_at_ms = now_ms + BEAT_MS;
	if (!shown->viewers)
		return;
	o = shown->is_due ? from : seat_map_o(shown->map);
	seat_map_write_at(o, &json);
	if (!json.failed)
		send_all(maps, shown, make(shown, buf_text(&json), from, o, false, true), now_ms);
	shown->sent_o = o;
	buf_release(&json);
}

void shown_begin_anew(struct maps *maps, struct shown *shown, bool has_other_layout)
{
	int64_t now_ms = clock_monotonic_ms();

	shown->generation++;
	if (has_other_layout) {
		shown->layout_generation = shown->generation;
		made_release(&shown->layout);
	}
	forget_snaps(shown);
	shown->is_due = false;
	shown->changed_ms = 0;
	shown->sent_o = seat_map_o(shown->map);
	if (shown->viewers) {
		enum snap_why why = has_other_layout ? SNAP_LAYOUT : SNAP_EPOCH;

		send_all(maps, shown, take_snap(maps, shown, has_other_layout, why), now_ms);
		maps->snaps[why] += shown->viewers - 1;
	}
	shown->frame_at_ms = now_ms + pace_ms(shown, 0);
}

void shown_end(struct maps *maps, struct shown *shown)
{
	if (shown->viewers)
		send_all(maps, shown, http_frame_make_close(1012, "retry=2000"), clock_monotonic_ms());
	shown_refuse_all(shown, MAPS_NO_SHOW);
	maps->bytes -= shown->bytes;
	shown->bytes = 0;
	seat_map_release(shown->map);
	shown->map = NULL;
	forget_snaps(shown);
	made_release(&shown->layout);
}
