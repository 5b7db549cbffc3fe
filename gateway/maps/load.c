/* Rows become maps: a show when it is first asked for, again where events do not say enough. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "gateway/maps/shown.h"
#include "gateway/rows/show.h"

#define AGAIN_MS 2000 /* a show's rows are read at most so often */

struct load {
	struct desk_job job;
	struct maps *maps;
	uint32_t feed;
	int32_t partition;
	char show_id[SHOW_ID_BYTES_MAX + 1];
	struct seat_map *map; /* NULL: there is no such show */
};

/* ---- reading ---- */

static struct load *load_of(struct desk_job *job)
{
	return (struct load *)(void *)((char *)job - offsetof(struct load, job));
}

static enum rc read_rows(struct desk_job *job, struct db *db, struct err *e)
{
	struct load *load = load_of(job);
	struct text show_id = text_of(load->show_id);

	seat_map_release(load->map);
	load->map = NULL;
	return show_load(db, load->partition, show_id, &load->map, e);
}

/* ---- taking what was read ---- */

static bool is_same(const struct seat_map *a, const struct seat_map *b, bool *has_other_layout)
{
	*has_other_layout = strcmp(seat_map_layout(a), seat_map_layout(b)) != 0;
	return !*has_other_layout && !strcmp(seat_map_epoch(a), seat_map_epoch(b));
}

static void take_map(struct maps *maps, struct shown *shown, struct seat_map *map)
{
	struct seat_map *old = shown->map;
	bool has_other_layout = true, goes_on = false;

	shown->map = map;
	maps->bytes -= shown->bytes;
	shown->bytes = seat_map_bytes(map);
	maps->bytes += shown->bytes;
	shown->is_stale = false;
	shown_fold_held_back(maps, shown);
	if (old && strcmp(seat_map_epoch(old), seat_map_epoch(map)) != 0)
		maps->epochs++;
	if (old)
		goes_on = is_same(old, map, &has_other_layout) && seat_map_o(map) >= shown->sent_o;
	if (goes_on)
		shown_changed(maps, shown, clock_wall_ms());
	else
		shown_begin_anew(maps, shown, has_other_layout);
	seat_map_release(old);
}

static void take(struct maps *maps, struct shown *shown, struct load *load, enum rc rc)
{
	bool is_void = shown->is_load_void;

	shown->is_loading = shown->is_load_void = false;
	if (!shown->is_stale && (is_void || rc))
		buf_clear(&shown->held_back);
	if (rc) {
		shown_load_at(shown, clock_monotonic_ms() + AGAIN_MS);
		if (!shown->map)
			shown_refuse_all(shown, MAPS_NO_ROWS);
	} else if (is_void) {
		shown_load_at(shown, clock_monotonic_ms());
	} else if (!load->map) {
		buf_clear(&shown->held_back);
		shown_end(maps, shown);
	} else {
		take_map(maps, shown, load->map);
		load->map = NULL;
	}
	shown_serve(maps, shown, clock_monotonic_ms());
}

static void on_read(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct load *load = load_of(job);
	struct maps *maps = load->maps;
	struct shown *shown;

	if (rc && rc != RC_RETRY && rc != RC_REOPEN)
		log_err(LOG_ERROR, "a show's rows cannot be read", e);
	wait_lock(&maps->lock);
	shown = shown_of_feed(maps, load->feed);
	if (shown)
		take(maps, shown, load, rc);
	wait_wake(&maps->lock);
	wait_unlock(&maps->lock);
	seat_map_release(load->map);
	free(load);
}

void shown_load_now(struct maps *maps, struct shown *shown)
{
	struct load *load = calloc(1, sizeof *load);

	shown->load_at_ms = SHOWN_NEVER;
	shown->loaded_ms = clock_monotonic_ms();
	if (load) {
		*load = (struct load){.job = {.read = read_rows, .done = on_read},
		                      .maps = maps, .feed = shown->feed, .partition = shown->partition};
		memcpy(load->show_id, shown->show_id, sizeof load->show_id);
		shown->is_loading = true;
		shown->is_load_void = false;
		maps->loads++;
		if (desk_give(maps->settings.desk, shown->partition, &load->job))
			return;
		shown->is_loading = false;
		free(load);
	}
	shown_load_at(shown, shown->loaded_ms);
	if (!shown->map)
		shown_refuse_all(shown, MAPS_NO_ROWS);
}

void shown_load_at(struct shown *shown, int64_t at_ms)
{
	if (shown->loaded_ms && at_ms < shown->loaded_ms + AGAIN_MS)
		at_ms = shown->loaded_ms + AGAIN_MS;
	if (at_ms < shown->load_at_ms)
		shown->load_at_ms = at_ms;
}

/* ---- changes by hand ---- */

/* Looks now and then whether a database's rows were changed by hand. */
struct epoch_look {
	struct desk_job job;
	struct maps *maps;
	size_t database;
	int32_t partition;         /* one that it has; -1: none */
	bool is_under_way;
	char epoch[SEAT_MAP_EPOCH_CHARS + 1];
};

static struct epoch_look *look_of(struct desk_job *job)
{
	return (struct epoch_look *)(void *)((char *)job - offsetof(struct epoch_look, job));
}

static enum rc read_epoch(struct desk_job *job, struct db *db, struct err *e)
{
	struct epoch_look *look = look_of(job);

	return show_read_epoch(db, look->epoch, e);
}

static bool is_of_database(const struct maps *maps, const struct shown *shown, size_t database)
{
	const struct database_map *map = &maps->settings.pipeline->databases;

	return database_of(map, shown->partition) == &map->list[database];
}

static void on_epoch(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct epoch_look *look = look_of(job);
	struct maps *maps = look->maps;
	struct shown *shown, *next;

	(void)e;
	wait_lock(&maps->lock);
	look->is_under_way = false;
	HASH_ITER(by_id, maps->by_id, shown, next)
		if (!rc && shown->map && is_of_database(maps, shown, look->database) &&
		    strcmp(seat_map_epoch(shown->map), look->epoch) != 0)
			shown_load_at(shown, clock_monotonic_ms());
	wait_wake(&maps->lock);
	wait_unlock(&maps->lock);
}

void maps_look_at_epochs(struct maps *maps)
{
	for (size_t i = 0; i < maps->settings.pipeline->databases.count; i++) {
		struct epoch_look *look = &maps->looks[i];

		if (look->is_under_way || look->partition < 0 || !maps->by_id)
			continue;
		look->job = (struct desk_job){.read = read_epoch, .done = on_epoch};
		look->is_under_way = desk_give(maps->settings.desk, look->partition, &look->job);
	}
}

bool maps_open_looks(struct maps *maps)
{
	const struct pipeline *pipeline = maps->settings.pipeline;

	maps->looks = calloc(pipeline->databases.count, sizeof *maps->looks);
	for (size_t i = 0; maps->looks && i < pipeline->databases.count; i++)
		maps->looks[i] = (struct epoch_look){.maps = maps, .database = i, .partition = -1};
	for (int32_t p = pipeline->partition_count - 1; maps->looks && p >= 0; p--)
		maps->looks[database_of(&pipeline->databases, p) - pipeline->databases.list].partition = p;
	return maps->looks;
}
