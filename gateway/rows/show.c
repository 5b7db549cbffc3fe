#include "gateway/rows/show.h"

#include <string.h>

#include "common/base/digest.h"

/* Statements of one snapshot of the database, in one round trip. */
struct snapshot {
	struct db_call calls[8];
	int count;
};

static void snapshot_add(struct snapshot *s, enum query query, struct db_args *args)
{
	s->calls[s->count++] = (struct db_call){.query = query, .args = args};
}

static enum rc snapshot_run(struct snapshot *s, struct db *db, struct err *e)
{
	enum rc rc;
	struct err ignored;

	snapshot_add(s, QUERY_COMMIT, NULL);
	rc = db_run(db, s->calls, s->count, e);
	if (rc && rc != RC_REOPEN && db_rollback(db, &ignored)) {
		*e = ignored;
		rc = e->rc;
	}
	return rc;
}

static void snapshot_release(struct snapshot *s)
{
	for (int i = 0; i < s->count; i++)
		db_rows_release(&s->calls[i].rows);
}

static enum rc unreadable(struct err *e)
{
	return err_set(e, RC_FATAL, FROM_PIPELINE, "the rows of a show cannot be read");
}

/* ---- a seat map ---- */

static bool read_flags(const struct db_rows *rows, int row, int column, struct arena *arena,
                       uint8_t *flags)
{
	size_t count;
	const struct text *names = db_text_array(rows, row, column, arena, &count);

	for (size_t i = 0; i < count; i++) {
		enum place_flag flag;

		if (!place_flag_of(names[i], &flag))
			return false;
		*flags |= (uint8_t)PLACE_FLAG_BIT(flag);
	}
	return true;
}

/* Texts are the rows'. */
static bool read_place(const struct db_rows *rows, int row, struct arena *arena,
                       struct place *place)
{
	*place = (struct place){
	    .section = db_text(rows, row, 1),
	    .row = db_text(rows, row, 2),
	    .pos = db_is_null(rows, row, 3) ? 0 : db_int4(rows, row, 3),
	    .category = db_text(rows, row, 4),
	    .rank = db_int4(rows, row, 5),
	    .has_point = !db_is_null(rows, row, 7) && !db_is_null(rows, row, 8),
	};
	if (place->has_point) {
		place->x = db_int4(rows, row, 7);
		place->y = db_int4(rows, row, 8);
	}
	return read_flags(rows, row, 6, arena, &place->flags);
}

/* Places whose seat is not there, which only a hand leaves behind, are passed over. */
static bool add_seats(struct seat_map *map, const struct db_rows *seats,
                      const struct db_rows *places, struct arena *arena)
{
	int at = 0;

	for (int i = 0; i < seats->count; i++) {
		struct map_seat seat = {
		    .seat_id = db_text(seats, i, 0),
		    .has_channel = db_bool(seats, i, 2),
		    .has_holder = !db_is_null(seats, i, 3),
		    .version = db_int8(seats, i, 4),
		};
		struct arena_mark mark = arena_mark(arena);
		struct place place;

		if (!seat_status_of(db_text(seats, i, 1), &seat.status))
			return false;
		if (seat.has_holder)
			seat.reserved_by = db_uuid(seats, i, 3);
		while (at < places->count && text_compare(db_text(places, at, 0), seat.seat_id) < 0)
			at++;
		if (at < places->count && text_same(db_text(places, at, 0), seat.seat_id)) {
			if (!read_place(places, at++, arena, &place))
				return false;
			seat.place = &place;
		}
		if (!seat_map_add_seat(map, &seat))
			return false;
		arena_rewind(arena, mark);
	}
	return true;
}

static bool add_areas(struct seat_map *map, const struct db_rows *areas)
{
	for (int i = 0; i < areas->count; i++)
		if (!seat_map_add_area(map, &(struct map_area){
		                                .area_id = db_text(areas, i, 0),
		                                .category = db_text(areas, i, 1),
		                                .capacity = db_int4(areas, i, 2),
		                                .held = db_int4(areas, i, 3),
		                                .sold = db_int4(areas, i, 4),
		                                .has_channel = db_bool(areas, i, 5),
		                                .version = db_int8(areas, i, 6)}))
			return false;
	return true;
}

static struct sale_window read_window(const struct db_rows *rows, int from, int until)
{
	struct sale_window window = {.has_from = !db_is_null(rows, 0, from),
	                             .has_until = !db_is_null(rows, 0, until)};

	if (window.has_from)
		window.from_ms = db_time_ms(rows, 0, from);
	if (window.has_until)
		window.until_ms = db_time_ms(rows, 0, until);
	return window;
}

static bool set_show(struct seat_map *map, const struct db_rows *rows)
{
	return seat_map_set_show(map, &(struct map_show){
	                                  .policy = {.title = db_text(rows, 0, 0),
	                                             .hold_seconds = db_int4(rows, 0, 1),
	                                             .max_hold_seconds = db_int4(rows, 0, 2),
	                                             .max_seats = db_int4(rows, 0, 3),
	                                             .on_sale = read_window(rows, 4, 5),
	                                             .closed = db_bool(rows, 0, 6)},
	                                  .version = db_int8(rows, 0, 7)});
}

enum { EPOCH = 1, NEXT_OFFSET, SHOW, SEATS, PLACES, AREAS }; /* of calls, behind the BEGIN */

static enum rc make_map(const struct db_call *calls, struct text show_id, struct seat_map **map,
                        struct err *e)
{
	const struct db_rows *epoch = &calls[EPOCH].rows, *next = &calls[NEXT_OFFSET].rows;
	struct arena arena = {0};
	bool is_fine;

	if (!calls[SHOW].rows.count)
		return RC_OK;
	if (!epoch->count || !next->count)
		return unreadable(e);
	*map = seat_map_begin(show_id, db_text(epoch, 0, 0));
	is_fine = *map && set_show(*map, &calls[SHOW].rows) &&
	          add_seats(*map, &calls[SEATS].rows, &calls[PLACES].rows, &arena) &&
	          add_areas(*map, &calls[AREAS].rows) && seat_map_finish(*map, db_int8(next, 0, 0));
	arena_release(&arena);
	if (is_fine && !arena.failed)
		return RC_OK;
	seat_map_release(*map);
	*map = NULL;
	return text_memory_ran_out() ? err_out_of_memory(e) : unreadable(e);
}

enum rc show_load(struct db *db, int32_t partition, struct text show_id, struct seat_map **map,
                  struct err *e)
{
	struct db_args of_show = {0}, of_partition = {0};
	struct snapshot s = {.count = 0};
	enum rc rc;

	*map = NULL;
	db_arg_text(&of_show, show_id);
	db_arg_int4(&of_partition, partition);
	snapshot_add(&s, QUERY_BEGIN_SNAPSHOT, NULL);
	snapshot_add(&s, QUERY_GATEWAY_READ_EPOCH, NULL);
	snapshot_add(&s, QUERY_GATEWAY_READ_NEXT_OFFSET, &of_partition);
	snapshot_add(&s, QUERY_GATEWAY_READ_SHOW, &of_show);
	snapshot_add(&s, QUERY_GATEWAY_READ_SEATS, &of_show);
	snapshot_add(&s, QUERY_GATEWAY_READ_PLACES, &of_show);
	snapshot_add(&s, QUERY_GATEWAY_READ_AREAS, &of_show);
	rc = snapshot_run(&s, db, e);
	if (!rc)
		rc = make_map(s.calls, show_id, map, e);
	snapshot_release(&s);
	db_args_release(&of_show);
	db_args_release(&of_partition);
	return rc;
}

enum rc show_read_epoch(struct db *db, char epoch[SEAT_MAP_EPOCH_CHARS + 1], struct err *e)
{
	struct db_call call = {.query = QUERY_GATEWAY_READ_EPOCH};
	enum rc rc = db_run(db, &call, 1, e);
	struct text found;

	epoch[0] = '\0';
	if (rc)
		return rc;
	found = call.rows.count ? db_text(&call.rows, 0, 0) : text_of("");
	if (found.bytes == SEAT_MAP_EPOCH_CHARS) {
		memcpy(epoch, found.data, found.bytes);
		epoch[found.bytes] = '\0';
	} else {
		rc = err_set(e, RC_FATAL, FROM_PIPELINE, "the epoch of the rows cannot be read");
	}
	db_rows_release(&call.rows);
	return rc;
}

/* ---- what a key opens ---- */

static enum rc make_open(const struct db_call *calls, struct arena *arena, struct show_open *open,
                         struct err *e)
{
	const struct db_rows *channel = &calls[2].rows, *seats = &calls[3].rows,
	                     *areas = &calls[4].rows;
	struct text *seat_ids, *area_ids;
	int32_t *indices;

	open->show_exists = calls[1].rows.count > 0;
	open->exists = channel->count > 0;
	if (!open->exists)
		return RC_OK;
	open->on_sale = read_window(channel, 0, 1);
	open->seat_total = (size_t)db_int4(channel, 0, 2);
	open->seat_count = (size_t)seats->count;
	open->area_count = (size_t)areas->count;
	open->seat_ids = seat_ids = arena_take(arena, (open->seat_count + 1) * sizeof *seat_ids);
	open->indices = indices = arena_take(arena, (open->seat_count + 1) * sizeof *indices);
	open->area_ids = area_ids = arena_take(arena, (open->area_count + 1) * sizeof *area_ids);
	for (int i = 0; !arena->failed && i < seats->count; i++) {
		seat_ids[i] = arena_copy(arena, db_text(seats, i, 0));
		indices[i] = db_int4(seats, i, 1);
	}
	for (int i = 0; !arena->failed && i < areas->count; i++)
		area_ids[i] = arena_copy(arena, db_text(areas, i, 0));
	return arena->failed ? err_out_of_memory(e) : RC_OK;
}

enum rc show_load_open(struct db *db, struct text show_id, struct text channel_key,
                       struct arena *arena, struct show_open *open, struct err *e)
{
	struct db_args of_show = {0}, of_key = {0};
	struct snapshot s = {.count = 0};
	uint8_t hash[SHA256_BYTES];
	enum rc rc;

	*open = (struct show_open){.exists = false};
	secret_hash_as("channel", show_id, channel_key, hash);
	db_arg_text(&of_show, show_id);
	db_arg_text(&of_key, show_id);
	db_arg_bytea(&of_key, (struct text){(const char *)hash, sizeof hash});
	snapshot_add(&s, QUERY_BEGIN_SNAPSHOT, NULL);
	snapshot_add(&s, QUERY_GATEWAY_READ_SHOW, &of_show);
	snapshot_add(&s, QUERY_GATEWAY_READ_CHANNEL, &of_key);
	snapshot_add(&s, QUERY_GATEWAY_READ_OPEN_SEATS, &of_key);
	snapshot_add(&s, QUERY_GATEWAY_READ_OPEN_AREAS, &of_key);
	rc = snapshot_run(&s, db, e);
	if (!rc)
		rc = make_open(s.calls, arena, open, e);
	snapshot_release(&s);
	db_args_release(&of_show);
	db_args_release(&of_key);
	return rc;
}
