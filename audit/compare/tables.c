#include "audit/compare/tables.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/compare/columns.h"
#include "common/base/partitioner.h"

/* Where a table is being read: the key of its last row. */
struct cursor {
	struct snapshot *snapshot;
	struct report *report;
	struct fold *folds;
	struct db_rows page;
	struct text show_id, seat_id; /* borrowed from `keys` */
	struct uuid id;
	int32_t place;
	struct buf keys;
	bool has_begun;               /* the page begins with the last row of the one before */
};

/* What one kind of row is compared by. `offset` and row name go into the column. */
typedef void compare_row(struct cursor *c, int row, struct show *show, struct column *column);

static void name_row(struct column *column, const char *what, struct text id, struct text show_id)
{
	snprintf(column->row, sizeof column->row, "%s %.*s of show %.*s", what, TEXT_ARGS(id),
	         TEXT_ARGS(show_id));
}

static void name_reservation(struct column *column, const char *what, const struct uuid *id,
                             struct text show_id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	name_row(column, what, text_of(text), show_id);
}

static void report_missing(const struct column *c)
{
	report_difference(c->report, c->partition, c->offset, text_of(c->row), text_of("a row"),
	                  (struct text){NULL, 0});
}

/* `found` as printf: what stands in the row that there should not be. */
static void report_extra(const struct cursor *c, const struct column *column, const char *found,
                         ...)
    __attribute__((format(printf, 3, 4)));
static void report_extra(const struct cursor *c, const struct column *column, const char *found,
                         ...)
{
	char text[200];
	va_list args;
	int bytes;

	va_start(args, found);
	bytes = vsnprintf(text, 120, found, args);
	va_end(args);
	bytes = bytes < 120 ? bytes : 119;
	if (!snapshot_serves(c->snapshot, column->partition))
		snprintf(text + bytes, sizeof text - (size_t)bytes, ", in the %s",
		         c->snapshot->database->name);
	report_difference(c->report, column->partition, column->offset, text_of(column->row),
	                  (struct text){NULL, 0}, text_of(text));
}

/* The show of a row, as folded; NULL: nothing made one, or another database has its rows. */
static struct show *find_show(struct cursor *c, struct text show_id, int32_t *partition)
{
	struct show *show;

	*partition = partition_of_key(show_id.data, show_id.bytes, c->snapshot->partition_count);
	if (!snapshot_serves(c->snapshot, *partition))
		return NULL;
	show = model_find_show(&c->folds[*partition].model, show_id);
	return show && show->is_created ? show : NULL;
}

/* Go through a page: the first column of every table is the show_id. */
static void compare_page(struct cursor *c, compare_row *compare)
{
	for (int row = c->has_begun; row < c->page.count; row++) {
		struct text show_id = db_text(&c->page, row, 0);
		struct column column = {.report = c->report, .offset = NO_OFFSET};
		struct show *show = find_show(c, show_id, &column.partition);

		if (!c->snapshot->progress[column.partition].is_left_out)
			compare(c, row, show, &column);
	}
}

/* ---- shows ---- */

static struct text hash_text(const uint8_t hash[SHA256_BYTES], bool is_there)
{
	return is_there ? (struct text){(const char *)hash, SHA256_BYTES} : (struct text){NULL, 0};
}

static void compare_show(struct cursor *c, int row, struct show *show, struct column *column)
{
	struct text id = db_text(&c->page, row, 0);

	snprintf(column->row, sizeof column->row, "show %.*s", TEXT_ARGS(id));
	if (!show) {
		column->offset = db_int8(&c->page, row, 7);
		report_extra(c, column, "a row");
		return;
	}
	show->is_seen = true;
	column->offset = show->created_offset;
	column_text(column, "title", show->policy.title, db_text(&c->page, row, 1));
	column_integer(column, "hold_seconds", true, show->policy.hold_seconds, &c->page, row, 2);
	column_integer(column, "max_hold_seconds", true, show->policy.max_hold_seconds, &c->page, row, 3);
	column_integer(column, "max_seats", true, show->policy.max_seats, &c->page, row, 4);
	column_bytes(column, "owner_hash", hash_text(show->owner_hash, show->has_owner),
	             db_text(&c->page, row, 5));
	column_time(column, "created_at", true, show->created_ms, &c->page, row, 6);
	column_integer(column, "created_offset", true, show->created_offset, &c->page, row, 7);
}

/* ---- show_seats ---- */

static void compare_seat(struct cursor *c, int row, struct show *show, struct column *column)
{
	struct text seat_id = db_text(&c->page, row, 1);
	struct seat *seat = show ? show_find_seat(show, seat_id) : NULL;
	const struct reservation *holder;

	name_row(column, "seat", seat_id, db_text(&c->page, row, 0));
	if (!seat) {
		column->offset = db_int8(&c->page, row, 6);
		report_extra(c, column, "a row: %.*s", TEXT_ARGS(db_text(&c->page, row, 2)));
		return;
	}
	seat->is_seen = true;
	holder = seat->holder;
	column->offset = seat->version;
	column_text(column, "status", text_of(seat_status_name(seat->status)),
	            db_text(&c->page, row, 2));
	column_time(column, "reserved_until", seat->status == SEAT_RESERVED,
	            holder ? holder->until_ms : 0, &c->page, row, 3);
	column_uuid(column, "reserved_by", holder ? &holder->id : NULL, &c->page, row, 4);
	column_integer(column, "taken_at", holder != NULL, seat->taken_at, &c->page, row, 5);
	column_integer(column, "version", true, seat->version, &c->page, row, 6);
}

/* ---- seat_reservations ---- */

static void compare_reservation(struct cursor *c, int row, struct show *show,
                                struct column *column)
{
	struct uuid id = db_uuid(&c->page, row, 1);
	struct reservation *r = show ? show_find_reservation(show, &id) : NULL;

	name_reservation(column, "reservation", &id, db_text(&c->page, row, 0));
	if (!r) {
		column->offset = db_int8(&c->page, row, 7);
		report_extra(c, column, "a row: %.*s", TEXT_ARGS(db_text(&c->page, row, 2)));
		return;
	}
	r->is_seen = true;
	column->offset = r->offset;
	column_text(column, "status", text_of(reservation_status_name(r->status)),
	            db_text(&c->page, row, 2));
	column_bytes(column, "session_hash", hash_text(r->session_hash, true),
	             db_text(&c->page, row, 3));
	column_time(column, "created_at", true, r->created_ms, &c->page, row, 4);
	column_time(column, "reserved_until", true, r->until_ms, &c->page, row, 5);
	column_time(column, "ended_at", r->status != RESERVATION_HELD, r->ended_ms, &c->page, row, 6);
	column_integer(column, "request_offset", true, r->offset, &c->page, row, 7);
}

/* ---- reservation_seats, which come in the order asked ---- */

static void compare_reservation_seat(struct cursor *c, int row, struct show *show,
                                     struct column *column)
{
	struct uuid id = db_uuid(&c->page, row, 1);
	struct text seat_id = db_text(&c->page, row, 2);
	int32_t place = db_int4(&c->page, row, 3);
	struct reservation *r = show ? show_find_reservation(show, &id) : NULL;
	char name[40];

	name_reservation(column, "seats of reservation", &id, db_text(&c->page, row, 0));
	column->offset = r ? r->offset : NO_OFFSET;
	if (!r || place < 0 || (size_t)place >= r->seat_count) {
		report_extra(c, column, "a row: seat %.*s in place %d", TEXT_ARGS(seat_id), (int)place);
		return;
	}
	r->seats_seen++;
	snprintf(name, sizeof name, "seat_id in place %d", (int)place);
	column_text(column, name, r->seats[place]->id, seat_id);
}

/* ---- reading ---- */

static void keep_key(struct cursor *c, enum query query)
{
	int last = c->page.count - 1;
	struct text show_id = db_text(&c->page, last, 0), second = {NULL, 0};
	size_t bytes;

	if (query == QUERY_AUDIT_READ_SEATS)
		second = db_text(&c->page, last, 1);
	else if (query != QUERY_AUDIT_READ_SHOWS)
		c->id = db_uuid(&c->page, last, 1);
	if (query == QUERY_AUDIT_READ_RESERVATION_SEATS)
		c->place = db_int4(&c->page, last, 3);
	buf_clear(&c->keys);
	buf_add_text(&c->keys, show_id);
	bytes = c->keys.bytes;
	buf_add_text(&c->keys, second);
	c->show_id = (struct text){c->keys.data, bytes};
	c->seat_id = (struct text){c->keys.data + bytes, second.bytes};
}

static enum rc read_page(struct cursor *c, enum query query, struct err *e)
{
	struct db_args *args = &c->snapshot->args;

	db_rows_release(&c->page);
	db_arg_text(args, c->show_id);
	if (query == QUERY_AUDIT_READ_SEATS)
		db_arg_text(args, c->seat_id);
	else if (query != QUERY_AUDIT_READ_SHOWS)
		db_arg_uuid(args, &c->id);
	if (query == QUERY_AUDIT_READ_RESERVATION_SEATS)
		db_arg_int4(args, c->place);
	return snapshot_read(c->snapshot, query, &c->page, e);
}

static enum rc compare_table(struct cursor *c, enum query query, compare_row *compare, struct err *e)
{
	c->show_id = c->seat_id = text_of("");
	c->id = (struct uuid){{0}};
	c->place = INT16_MIN;
	c->has_begun = false;
	do {
		if (read_page(c, query, e))
			return e->rc;
		compare_page(c, compare);
		if (c->page.count > c->has_begun)
			keep_key(c, query);
		else
			return RC_OK;
		c->has_begun = true;
	} while (!c->keys.failed);
	return err_out_of_memory(e);
}

/* ---- what has no row ---- */

static void find_missing_of(struct column *column, const struct show *show)
{
	const struct seat *seat;
	const struct reservation *r;

	for (seat = show->seats; seat; seat = seat->hh.next) {
		if (seat->is_seen)
			continue;
		name_row(column, "seat", seat->id, show->id);
		column->offset = seat->version;
		report_missing(column);
	}
	for (r = show->reservations; r; r = r->hh.next) {
		char expected[24], found[24];

		column->offset = r->offset;
		name_reservation(column, "reservation", &r->id, show->id);
		if (!r->is_seen)
			report_missing(column);
		if (r->seats_seen == r->seat_count)
			continue;
		snprintf(expected, sizeof expected, "%zu rows", r->seat_count);
		snprintf(found, sizeof found, "%zu of them", r->seats_seen);
		name_reservation(column, "seats of reservation", &r->id, show->id);
		report_differs(column->report, column->partition, column->offset, expected, found,
		               "%s", column->row);
	}
}

static void find_missing(const struct cursor *c)
{
	struct partition_range served = c->snapshot->database->served;

	for (int32_t p = served.first; p <= served.last; p++) {
		const struct show *show;

		for (show = c->folds[p].model.shows; show; show = show->hh.next) {
			struct column column = {c->report, p, show->created_offset, ""};

			if (!show->is_created)
				continue;
			snprintf(column.row, sizeof column.row, "show %.*s", TEXT_ARGS(show->id));
			if (!show->is_seen)
				report_missing(&column);
			find_missing_of(&column, show);
		}
	}
}

enum rc tables_compare(struct snapshot *snapshot, struct fold *folds, struct report *report,
                       struct err *e)
{
	struct cursor c = {.snapshot = snapshot, .report = report, .folds = folds};
	enum rc rc = compare_table(&c, QUERY_AUDIT_READ_SHOWS, compare_show, e);

	if (!rc)
		rc = compare_table(&c, QUERY_AUDIT_READ_SEATS, compare_seat, e);
	if (!rc)
		rc = compare_table(&c, QUERY_AUDIT_READ_RESERVATIONS, compare_reservation, e);
	if (!rc)
		rc = compare_table(&c, QUERY_AUDIT_READ_RESERVATION_SEATS, compare_reservation_seat, e);
	if (!rc)
		find_missing(&c);
	db_rows_release(&c.page);
	buf_release(&c.keys);
	return rc;
}
