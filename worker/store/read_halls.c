/* The part of read_rows.h about shows, channels and places. */
#include "worker/store/read_rows.h"

#include <string.h>

bool rows_copy_digest(uint8_t *to, size_t bytes, struct text from)
{
	if (from.bytes != bytes)
		return false;
	memcpy(to, from.data, bytes);
	return true;
}

/* data NULL: the column is null. */
static struct text read_text(struct view *view, const struct db_rows *rows, int row, int column)
{
	return db_is_null(rows, row, column) ? (struct text){NULL, 0}
	                                     : arena_copy(view->arena, db_text(rows, row, column));
}

static struct sale_window read_window(const struct db_rows *rows, int row, int column)
{
	struct sale_window window = {.has_from = !db_is_null(rows, row, column),
	                             .has_until = !db_is_null(rows, row, column + 1)};

	if (window.has_from)
		window.from_ms = db_time_ms(rows, row, column);
	if (window.has_until)
		window.until_ms = db_time_ms(rows, row, column + 1);
	return window;
}

enum rc shows_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *s = view_show(view, db_text(rows, i, 0));

		if (!s)
			return err_out_of_memory(e);
		s->exists = true;
		s->policy = (struct policy){
		    .title = read_text(view, rows, i, 1),
		    .hold_seconds = db_int4(rows, i, 2),
		    .max_hold_seconds = db_int4(rows, i, 3),
		    .max_seats = db_int4(rows, i, 4),
		    .on_sale = read_window(rows, i, 9),
		    .closed = db_bool(rows, i, 11),
		    .singles = text_same(db_text(rows, i, 12), text_of("refuse")) ? SINGLES_REFUSE
		                                                                  : SINGLES_ALLOW,
		    .max_customer_seats = db_int4(rows, i, 14),
		    .max_customer_holds = db_int4(rows, i, 15),
		};
		s->has_owner = !db_is_null(rows, i, 5) &&
		               rows_copy_digest(s->owner_hash, SHA256_BYTES, db_text(rows, i, 5));
		s->created_offset = db_int8(rows, i, 6);
		s->created_at_ms = db_time_ms(rows, i, 7);
		s->rules = db_int4(rows, i, 8);
		s->version = db_int8(rows, i, 13);
	}
	return RC_OK;
}

enum rc channels_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct channel_row *c = show ? view_new_channel(view, show, db_text(rows, i, 1)) : NULL;

		if (!c)
			return err_out_of_memory(e);
		c->has_key = !db_is_null(rows, i, 2);
		if (c->has_key && !rows_copy_digest(c->key_hash, SHA256_BYTES, db_text(rows, i, 2)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a channel's hash is not 32 bytes");
		c->on_sale = read_window(rows, i, 3);
		c->opens = db_text_array(rows, i, 5, view->arena, &c->opens_count);
		c->is_exempt = db_bool(rows, i, 6);
		c->version = db_int8(rows, i, 7);
		view_learn_channel(c);
	}
	return RC_OK;
}

enum rc flags_read(struct arena *arena, const struct db_rows *rows, int row, int column,
                   uint8_t *flags, struct err *e)
{
	size_t count = 0;
	const struct text *names = db_text_array(rows, row, column, arena, &count);

	if (!names)
		return err_out_of_memory(e);
	for (size_t i = 0; i < count; i++) {
		enum place_flag flag;

		if (!place_flag_of(names[i], &flag))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a place has an unknown flag");
		*flags |= (uint8_t)PLACE_FLAG_BIT(flag);
	}
	return RC_OK;
}

enum rc places_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct seat *seat = show ? view_seat(view, show, db_text(rows, i, 1)) : NULL;
		struct place_row *p = seat ? view_place(view, seat) : NULL;

		if (!p)
			return err_out_of_memory(e);
		p->exists = true;
		p->place = (struct place){
		    .section = read_text(view, rows, i, 2),
		    .row = read_text(view, rows, i, 3),
		    .pos = db_is_null(rows, i, 4) ? 0 : db_int4(rows, i, 4),
		    .category = read_text(view, rows, i, 5),
		    .rank = db_int4(rows, i, 6),
		    .has_point = !db_is_null(rows, i, 8),
		};
		if (p->place.has_point) {
			p->place.x = db_int4(rows, i, 8);
			p->place.y = db_int4(rows, i, 9);
		}
		p->version = db_int8(rows, i, 10);
		if (flags_read(view->arena, rows, i, 7, &p->place.flags, e))
			return e->rc;
	}
	return RC_OK;
}

void slots_write_keys(const struct slot *wanted, struct db_args *args)
{
	struct db_array show_ids = {.type = DB_TEXT}, sections = {.type = DB_TEXT};
	struct db_array names = {.type = DB_TEXT}, numbers = {.type = DB_INT4};

	for (const struct slot *s = wanted; s; s = s->next_wanted) {
		db_array_text(&show_ids, s->show->show_id);
		db_array_text(&sections, s->section);
		db_array_text(&names, s->row);
		db_array_int4(&numbers, s->pos);
	}
	db_arg_array(args, &show_ids);
	db_arg_array(args, &sections);
	db_arg_array(args, &names);
	db_arg_array(args, &numbers);
	db_array_release(&show_ids);
	db_array_release(&sections);
	db_array_release(&names);
	db_array_release(&numbers);
}

enum rc slots_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		const struct place place = {.section = db_text(rows, i, 1), .row = db_text(rows, i, 2),
		                            .pos = db_int4(rows, i, 3)};
		struct slot *slot = show ? view_slot(view, show, &place) : NULL;
		struct seat *seat = slot ? view_seat(view, show, db_text(rows, i, 4)) : NULL;

		if (!seat)
			return err_out_of_memory(e);
		view_learn_slot(slot, seat);
	}
	return RC_OK;
}
