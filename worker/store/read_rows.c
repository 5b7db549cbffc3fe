#include "worker/store/read_rows.h"

#include "common/message/packed.h"

enum rc seats_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct seat *s = show ? view_seat(view, show, db_text(rows, i, 1)) : NULL;
		struct seat_row *row;

		if (!s)
			return err_out_of_memory(e);
		row = &s->row;
		s->exists = true;
		if (!seat_status_of(db_text(rows, i, 2), &row->status))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a seat has an unknown status");
		row->has_reserved_until = !db_is_null(rows, i, 3);
		row->reserved_until_ms = row->has_reserved_until ? db_time_ms(rows, i, 3) : 0;
		row->has_reserved_by = !db_is_null(rows, i, 4);
		if (row->has_reserved_by)
			row->reserved_by = db_uuid(rows, i, 4);
		row->has_taken_at = !db_is_null(rows, i, 5);
		row->taken_at_offset = row->has_taken_at ? db_int8(rows, i, 5) : 0;
		row->version = db_int8(rows, i, 6);
		if (!db_is_null(rows, i, 7))
			row->channel = arena_copy(view->arena, db_text(rows, i, 7));
	}
	return RC_OK;
}

/* The customer of a reservation: his hash and the places, of two columns. */
static bool read_customer(struct reservation *r, const struct db_rows *rows, int row)
{
	r->has_customer = !db_is_null(rows, row, 10);
	r->places = db_int4(rows, row, 11);
	return !r->has_customer ||
	       rows_copy_digest(r->customer_hash, SHA256_BYTES, db_text(rows, row, 10));
}

enum rc reservations_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct uuid id = db_uuid(rows, i, 1);
		struct reservation *r = show ? view_reservation(view, show, &id) : NULL;
		struct text *seat_ids;
		size_t seat_count = 0;

		if (!r)
			return err_out_of_memory(e);
		r->exists = true;
		if (!reservation_status_of(db_text(rows, i, 2), &r->status) || !read_customer(r, rows, i) ||
		    !rows_copy_digest(r->session_hash, SHA256_BYTES, db_text(rows, i, 3)))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a reservation's row cannot be read");
		r->created_at_ms = db_time_ms(rows, i, 4);
		r->reserved_until_ms = db_time_ms(rows, i, 5);
		r->ended_at_ms = db_is_null(rows, i, 6) ? 0 : db_time_ms(rows, i, 6);
		r->request_offset = db_int8(rows, i, 7);
		if (!db_is_null(rows, i, 9))
			r->channel = arena_copy(view->arena, db_text(rows, i, 9));
		r->next_place = db_int4(rows, i, 12);
		if (reserved_areas_read(view->arena, rows, i, 13, r, e))
			return e->rc;
		seat_ids = db_text_array(rows, i, 8, view->arena, &seat_count);
		view_learn_reservation(view, r, seat_ids, seat_count);
	}
	return RC_OK;
}

enum rc sessions_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct text hash = db_text(rows, i, 1);
		struct uuid id = db_uuid(rows, i, 2);
		struct session *s;

		if (hash.bytes != SHA256_BYTES)
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a session's hash is not 32 bytes");
		s = show ? view_session(view, show, (const uint8_t *)hash.data) : NULL;
		if (!s)
			return err_out_of_memory(e);
		view_learn_session(view, s, &id);
	}
	return RC_OK;
}

/* A row for each held or confirmed reservation; places are those of a confirmed one, else null. */
enum rc customers_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct text hash = db_text(rows, i, 1);
		struct uuid id = db_uuid(rows, i, 2);
		struct customer *c;

		if (hash.bytes != SHA256_BYTES)
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a customer's hash is not 32 bytes");
		c = show ? view_find_customer(show, (const uint8_t *)hash.data) : NULL;
		if (!c)
			return err_out_of_memory(e);
		if (db_is_null(rows, i, 3))
			view_add_hold(view, c, &id);
		else
			c->sold += db_int4(rows, i, 3);
	}
	return RC_OK;
}

enum rc claims_read(struct view *view, const struct db_rows *rows, struct err *e)
{
	for (int i = 0; i < rows->count; i++) {
		struct show *show = view_show(view, db_text(rows, i, 0));
		struct uuid id = db_uuid(rows, i, 1);
		struct reply head;
		struct claim *c = show ? view_claim(view, show, &id) : NULL;

		if (!c)
			return err_out_of_memory(e);
		if (c->exists && c->offset > db_int8(rows, i, 2))
			continue; /* the latest counts */
		c->exists = true;
		c->offset = db_int8(rows, i, 2);
		c->decided_at_ms = db_time_ms(rows, i, 3);
		c->outcome = outcome_of(db_int4(rows, i, 5), db_text(rows, i, 6));
		c->reply = arena_copy(view->arena, db_text(rows, i, 7));
		head = (struct reply){.outcome = c->outcome, .has_request_id = true, .request_id = id,
		                      .decided_at_ms = c->decided_at_ms};
		if (view->arena->failed)
			return err_out_of_memory(e);
		if (!rows_copy_digest(c->content, sizeof c->content, db_text(rows, i, 4)) ||
		    c->outcome == OUTCOME_COUNT ||
		    !packed_is_readable(c->reply, (struct text){NULL, 0}, &head, view->arena))
			return err_set(e, RC_FATAL, FROM_PIPELINE, "a decision's row cannot be read");
	}
	return RC_OK;
}
