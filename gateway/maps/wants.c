/* Who waits for a show: each is told as soon as it can be, or when it has waited long enough. */
#include <string.h>

#include <utlist.h>

#include "common/base/clock.h"
#include "gateway/maps/shown.h"

#define WAIT_MS 5000        /* for rows, or for a gateway to get as far as the viewer is */
#define BEHIND_LOOK_MS 1000 /* then the rows are looked at */
#define LAYOUT_LOOK_MS 1000 /* they are so at most, for a layout that is not known */
#define EPOCH_MS 2000       /* and for an epoch */
#define BEYOND_MS 1500      /* after which the ends of partitions are not those of before */

enum verdict { VERDICT_WAIT, VERDICT_FOUND, VERDICT_NO_LAYOUT, VERDICT_NO_ROWS, VERDICT_BEHIND };

/* Read the rows again for it, if they were not just read. false: it has had its look */
static bool look_again(struct maps *maps, struct shown *shown, struct maps_want *want,
                       int64_t now_ms, int64_t pause_ms)
{
	if (want->has_looked || (!shown->is_loading && now_ms - shown->loaded_ms < pause_ms))
		return shown->is_loading && shown->loaded_ms >= want->since_ms;
	want->has_looked = true;
	if (!shown->is_loading)
		shown_load_now(maps, shown);
	else
		shown_load_at(shown, now_ms);
	return shown->is_loading;
}

/* An offset that the topic does not have cannot have been seen. */
static bool is_beyond_end(const struct maps *maps, const struct shown *shown, int64_t since)
{
	struct position position = position_of(maps->settings.positions, shown->partition);

	return position.end_offset >= 0 && since >= position.end_offset;
}

static enum verdict judge_view(struct maps *maps, struct shown *shown, struct maps_want *want,
                               int64_t now_ms)
{
	if (!want->has_since)
		return VERDICT_FOUND;
	if (strcmp(want->epoch, seat_map_epoch(shown->map)) != 0)
		return look_again(maps, shown, want, now_ms, EPOCH_MS) ? VERDICT_WAIT : VERDICT_FOUND;
	/* Of another layout, too: what is sent whole must not be from before what was seen. */
	if (want->since <= seat_map_o(shown->map))
		return VERDICT_FOUND;
	if (now_ms - want->since_ms >= BEYOND_MS && is_beyond_end(maps, shown, want->since)) {
		want->has_since = false;
		return VERDICT_FOUND;
	}
	if (now_ms - want->since_ms >= WAIT_MS)
		return VERDICT_BEHIND;
	if (now_ms - want->since_ms >= BEHIND_LOOK_MS)
		(void)look_again(maps, shown, want, now_ms, EPOCH_MS);
	return VERDICT_WAIT;
}

static enum verdict judge(struct maps *maps, struct shown *shown, struct maps_want *want,
                          int64_t now_ms)
{
	if (!shown->map)
		return now_ms - want->since_ms >= WAIT_MS ? VERDICT_NO_ROWS : VERDICT_WAIT;
	switch (want->kind) {
	case MAPS_SNAP:
		return VERDICT_FOUND;
	case MAPS_LAYOUT:
		if (!strcmp(want->layout, seat_map_layout(shown->map)))
			return VERDICT_FOUND;
		return look_again(maps, shown, want, now_ms, LAYOUT_LOOK_MS) ? VERDICT_WAIT
		                                                             : VERDICT_NO_LAYOUT;
	case MAPS_VIEW:
		return judge_view(maps, shown, want, now_ms);
	}
	return VERDICT_NO_ROWS;
}

static void give_text(struct maps_seen *seen, struct made *made, bool takes_gzip)
{
	if (takes_gzip)
		made_gzip(made);
	seen->json = buf_text(&made->json);
	if (takes_gzip && made->gzip.data)
		seen->gzip = buf_text(&made->gzip);
}

/* false: no memory */
static bool tell(struct maps *maps, struct shown *shown, struct maps_want *want)
{
	bool has_layout = !strcmp(want->layout, seat_map_layout(shown->map));
	struct maps_seen seen = {.epoch = seat_map_epoch(shown->map),
	                         .layout = seat_map_layout(shown->map),
	                         .o = seat_map_o(shown->map), .feed = shown->feed};
	struct made *made;

	if (want->kind == MAPS_VIEW) {
		seen.first = shown_first_frame(maps, shown, want);
		if (!seen.first)
			return false;
		shown->viewers += want->done(want, MAPS_FOUND, &seen);
		http_frame_release(seen.first);
		return true;
	}
	made = want->kind == MAPS_LAYOUT ? shown_layout(shown) : shown_snap(shown, !has_layout);
	if (!made)
		return false;
	give_text(&seen, made, want->takes_gzip);
	(void)want->done(want, MAPS_FOUND, &seen);
	return true;
}

/* Both know how to say that somebody is too far ahead: closed at once, to come back later. */
static void tell_behind(struct shown *shown, struct maps_want *want)
{
	struct maps_seen seen = {.feed = shown->feed, .first = http_frame_make_close(1013, "retry=2000")};

	if (seen.first)
		shown->viewers += want->done(want, MAPS_BEHIND, &seen);
	else
		(void)want->done(want, MAPS_NO_ROWS, NULL);
	http_frame_release(seen.first);
}

static void serve(struct maps *maps, struct shown *shown, struct maps_want *want, int64_t now_ms)
{
	enum verdict verdict = judge(maps, shown, want, now_ms);

	if (verdict == VERDICT_WAIT)
		return;
	LL_DELETE(shown->wants, want);
	if (verdict == VERDICT_FOUND) {
		if (!tell(maps, shown, want))
			(void)want->done(want, MAPS_FULL, NULL);
	} else if (verdict == VERDICT_BEHIND) {
		tell_behind(shown, want);
	} else {
		(void)want->done(want, verdict == VERDICT_NO_LAYOUT ? MAPS_NO_LAYOUT : MAPS_NO_ROWS, NULL);
	}
}

void shown_serve(struct maps *maps, struct shown *shown, int64_t now_ms)
{
	struct maps_want *want, *next;

	LL_FOREACH_SAFE(shown->wants, want, next)
		serve(maps, shown, want, now_ms);
}

void shown_refuse_all(struct shown *shown, enum maps_found found)
{
	struct maps_want *wants = shown->wants, *want;

	shown->wants = NULL;
	while ((want = wants) != NULL) {
		LL_DELETE(wants, want);
		(void)want->done(want, found, NULL);
	}
}
