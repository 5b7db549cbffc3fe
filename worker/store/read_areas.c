/* The part of read_rows.h about areas. */
#include "worker/store/read_rows.h"

#include <stdlib.h>

enum rc areas_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct area_row *area = show ? view_new_area(view, show, db_text(rows, i, 1)) : NULL;

		if (!area)
			return err_out_of_memory(e);
		area->row = (struct area_columns){
		    .capacity = db_int4(rows, i, 2),
		    .held = db_int4(rows, i, 3),
		    .sold = db_int4(rows, i, 4),
		    .version = db_int8(rows, i, 7),
		};
		if (!db_is_null(rows, i, 5))
			area->row.channel = arena_copy(view->arena, db_text(rows, i, 5));
		if (!db_is_null(rows, i, 6))
			area->row.category = arena_copy(view->arena, db_text(rows, i, 6));
		view_learn_area(area);
	}
	return RC_OK;
}

/* A row for each area that was asked for. */
enum rc lapsing_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct area_row *area = show ? view_find_area(show, db_text(rows, i, 1)) : NULL;
		size_t count = 0;
		const struct text *names = db_text_array(rows, i, 3, view->arena, &count);
		struct uuid *ids = arena_take(view->arena, (count + 1) * sizeof *ids);

		if (!area || !names || !ids)
			return err_out_of_memory(e);
		for (size_t k = 0; k < count; k++)
			if (!uuid_decode(names[k], &ids[k]))
				return err_set(e, RC_FATAL, FROM_PIPELINE, "a reservation's row cannot be read");
		area->lapses_behind_ms = db_is_null(rows, i, 4) ? INT64_MAX : db_time_ms(rows, i, 4);
		view_learn_lapsing(view, area, ids, count, (int64_t)count < db_int8(rows, i, 2));
	}
	return RC_OK;
}

/* "count place name", as worker_read_reservations has it; with a NUL behind it. */
static bool read_reserved(struct reserved_area *area, struct text from)
{
	char *end;

	area->count = (int32_t)strtol(from.data, &end, 10);
	if (*end != ' ')
		return false;
	area->place = (int32_t)strtol(end + 1, &end, 10);
	if (*end != ' ')
		return false;
	area->area_id = text_of(end + 1);
	return true;
}

enum rc reserved_areas_read(struct arena *arena, const struct db_rows *rows, int row, int column,
                            struct reservation *r, struct err *e)
{
	size_t count = 0;
	const struct text *list;

	if (db_is_null(rows, row, column))
		return RC_OK;
	list = db_text_array(rows, row, column, arena, &count);
	r->areas = list ? arena_take(arena, (count + 1) * sizeof *r->areas) : NULL;
	if (!r->areas)
		return err_out_of_memory(e);
	r->area_count = count;
	for (size_t i = 0; i < count; i++)
		if (!read_reserved(&r->areas[i], list[i]))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a reservation's row cannot be read");
	return RC_OK;
}
