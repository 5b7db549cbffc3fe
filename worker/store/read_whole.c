#include "worker/store/read_whole.h"

#include <stdlib.h>

#include "worker/plan/layout.h"
#include "worker/store/read_rows.h"

enum rc held_read(struct arena *arena, struct cache *cache, size_t rows_max,
                  const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count && (size_t)i < rows_max; i++) {
		struct reservation r = {.id = db_uuid(rows, i, 0)};

		if (!rows_copy_digest(r.session_hash, SHA256_BYTES, db_text(rows, i, 1)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a session's hash is not 32 bytes");
		r.created_at_ms = db_time_ms(rows, i, 2);
		r.reserved_until_ms = db_time_ms(rows, i, 3);
		r.request_offset = db_int8(rows, i, 4);
		r.seat_ids = db_text_array(rows, i, 5, arena, &r.seat_count);
		r.channel = db_text(rows, i, 6);
		r.has_customer = !db_is_null(rows, i, 7);
		r.places = db_int4(rows, i, 8);
		r.next_place = db_int4(rows, i, 9);
		if (r.has_customer && !rows_copy_digest(r.customer_hash, SHA256_BYTES, db_text(rows, i, 7)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a customer's hash is not 32 bytes");
		if (reserved_areas_read(arena, rows, i, 10, &r, e))
			return e->rc;
		if (arena->failed)
			return err_out_of_memory(e);
		cache_add_held(cache, &r);
	}
	cache_end_held(cache, (size_t)rows->count <= rows_max);
	return RC_OK;
}

enum rc sold_read(struct cache *cache, size_t rows_max, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count && (size_t)i < rows_max; i++) {
		uint8_t hash[SHA256_BYTES];

		if (!rows_copy_digest(hash, SHA256_BYTES, db_text(rows, i, 0)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a customer's hash is not 32 bytes");
		cache_add_sold(cache, hash, db_int8(rows, i, 1));
	}
	cache_end_sold(cache, (size_t)rows->count <= rows_max);
	return RC_OK;
}

/* Borrowed from the row. */
static enum rc read_place(struct arena *arena, struct place *place, const struct db_rows *rows,
                          int row, struct err *e)
{
	*place = (struct place){
	    .section = db_text(rows, row, 1),
	    .row = db_text(rows, row, 2),
	    .pos = db_is_null(rows, row, 3) ? 0 : db_int4(rows, row, 3),
	    .category = db_text(rows, row, 4),
	    .rank = db_int4(rows, row, 5),
	};
	return db_is_null(rows, row, 6) ? RC_OK : flags_read(arena, rows, row, 6, &place->flags, e);
}

static enum rc add_seat(struct cache *cache, struct layout *layout, struct show *show,
                        const struct place *place, const struct db_rows *rows, int row,
                        struct err *e)
{
	struct seat_row seat = {.has_reserved_until = !db_is_null(rows, row, 2),
	                        .has_reserved_by = !db_is_null(rows, row, 3),
	                        .has_taken_at = !db_is_null(rows, row, 4),
	                        .version = db_int8(rows, row, 5),
	                        .channel = db_text(rows, row, 6)};
	const char *seat_id;

	if (!seat_status_of(db_text(rows, row, 1), &seat.status))
		return err_set(e, RC_FATAL, FROM_PIPELINE, "a seat has an unknown status");
	seat.reserved_until_ms = seat.has_reserved_until ? db_time_ms(rows, row, 2) : 0;
	if (seat.has_reserved_by)
		seat.reserved_by = db_uuid(rows, row, 3);
	seat.taken_at_offset = seat.has_taken_at ? db_int8(rows, row, 4) : 0;
	seat_id = cache_add_seat(cache, show, db_text(rows, row, 0), &seat);
	if (!seat_id || !layout_add(layout, &(struct layout_seat){
	                                        .seat_id = seat_id,
	                                        .place = place,
	                                        .channel = seat.channel,
	                                        .status = seat.status,
	                                        .until_ms = seat.has_reserved_until
	                                                        ? seat.reserved_until_ms
	                                                        : INT64_MAX}))
		return err_out_of_memory(e);
	return RC_OK;
}

/* Places whose seat is not there, which only a hand leaves behind, are passed over. */
static enum rc add_seats(struct arena *arena, struct cache *cache, struct layout *layout,
                         struct show *show, struct place *list, const struct db_rows *seats,
                         const struct db_rows *places, struct err *e)
{
	enum rc rc = RC_OK;
	int at = 0;

	for (int i = 0; !rc && i < seats->count; i++) {
		const struct text seat_id = db_text(seats, i, 0);
		struct place *place = NULL;

		while (at < places->count && text_compare(db_text(places, at, 0), seat_id) < 0)
			at++;
		if (at < places->count && text_same(db_text(places, at, 0), seat_id)) {
			place = &list[i];
			rc = read_place(arena, place, places, at++, e);
		}
		if (!rc)
			rc = add_seat(cache, layout, show, place, seats, i, e);
	}
	return rc;
}

static size_t bytes_of(const void *layout)
{
	return layout_bytes(layout);
}

static void close_it(void *layout)
{
	layout_close(layout);
}

enum rc whole_read(struct arena *arena, struct cache *cache, struct show *show,
                   const struct db_rows *seats, const struct db_rows *places, struct err *e)
{
	struct place *list = calloc((size_t)seats->count + 1, sizeof *list);
	struct layout *layout = layout_open();
	enum rc rc = RC_OK;

	if (!list || !layout)
		rc = err_out_of_memory(e);
	if (!rc)
		rc = add_seats(arena, cache, layout, show, list, seats, places, e);
	if (!rc && !layout_seal(layout, INT64_MIN))
		rc = err_out_of_memory(e);
	free(list);
	if (rc) {
		layout_close(layout);
		return rc;
	}
	cache_end_whole(cache, show, &(struct whole){layout, bytes_of, close_it});
	return RC_OK;
}
