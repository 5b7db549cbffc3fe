#include "audit/compare/reservation_rows.h"

#include <stdio.h>

static struct text hash_text(const uint8_t hash[SHA256_BYTES])
{
	return (struct text){(const char *)hash, SHA256_BYTES};
}

void row_compare_reservation(const struct page *page, int row, struct show *show,
                             struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct uuid id = db_uuid(rows, row, 1);
	struct reservation *r = show ? show_find_reservation(show, &id) : NULL;

	row_name_reservation(column, "reservation", &id, db_text(rows, row, 0));
	if (!r) {
		column->offset = db_int8(rows, row, 10);
		row_report_extra(page, column, "a row: %.*s", TEXT_ARGS(db_text(rows, row, 2)));
		return;
	}
	r->is_seen = true;
	column->offset = r->offset;
	column_text(column, "status", text_of(reservation_status_name(r->status)),
	            db_text(rows, row, 2));
	column_bytes(column, "session_hash", hash_text(r->session_hash), db_text(rows, row, 3));
	column_bytes(column, "customer_hash",
	             r->buyer ? hash_text(r->buyer->hash) : (struct text){NULL, 0},
	             db_text(rows, row, 4));
	column_text(column, "channel", r->channel, db_text(rows, row, 5));
	column_integer(column, "places", true, r->places, rows, row, 6);
	column_time(column, "created_at", true, r->created_ms, rows, row, 7);
	column_time(column, "reserved_until", true, r->until_ms, rows, row, 8);
	column_time(column, "ended_at", r->status != RESERVATION_HELD, r->ended_ms, rows, row, 9);
	column_integer(column, "request_offset", true, r->offset, rows, row, 10);
}

static struct seat_left *find_left(const struct reservation *r, struct text seat_id)
{
	struct seat_left *left = r->left;

	while (left && !text_same(left->seat->id, seat_id))
		left = left->next;
	return left;
}

static bool has_seat(const struct reservation *r, struct text seat_id)
{
	for (size_t i = 0; i < r->seat_count; i++)
		if (text_same(r->seats[i]->id, seat_id))
			return true;
	return false;
}

void row_compare_reservation_seat(const struct page *page, int row, struct show *show,
                                  struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct uuid id = db_uuid(rows, row, 1);
	struct text seat_id = db_text(rows, row, 2);
	struct reservation *r = show ? show_find_reservation(show, &id) : NULL;
	struct seat_left *left = r ? find_left(r, seat_id) : NULL;
	char name[100];

	row_name_reservation(column, "seats of reservation", &id, db_text(rows, row, 0));
	column->offset = r ? r->offset : NO_OFFSET;
	if (!r || (!left && !has_seat(r, seat_id))) {
		row_report_extra(page, column, "a row: seat %.*s in place %d", TEXT_ARGS(seat_id),
		                 (int)db_int4(rows, row, 3));
		return;
	}
	if (left) {
		left->is_seen = true;
	} else if (r->seats_seen < r->seat_count) { /* else it is said that one is missing */
		snprintf(name, sizeof name, "seat_id in place %zu of those in it", r->seats_seen);
		column_text(column, name, r->seats[r->seats_seen]->id, seat_id);
		r->seats_seen++;
	}
	snprintf(name, sizeof name, "left_at of %.*s", TEXT_ARGS(seat_id));
	column_integer(column, name, left != NULL, left ? left->left_at : 0, rows, row, 4);
}

static struct share *find_share(const struct reservation *r, struct text area_id)
{
	struct share *share = r->shares;

	while (share && !text_same(share->area->id, area_id))
		share = share->next;
	return share;
}

void row_compare_reservation_area(const struct page *page, int row, struct show *show,
                                  struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct uuid id = db_uuid(rows, row, 1);
	struct text area_id = db_text(rows, row, 2);
	const struct reservation *r = show ? show_find_reservation(show, &id) : NULL;
	struct share *share = r ? find_share(r, area_id) : NULL;
	char name[100];

	row_name_reservation(column, "areas of reservation", &id, db_text(rows, row, 0));
	column->offset = r ? r->offset : NO_OFFSET;
	if (!share) {
		row_report_extra(page, column, "a row: %d places of area %.*s",
		                 (int)db_int4(rows, row, 3), TEXT_ARGS(area_id));
		return;
	}
	share->is_seen = true;
	share->place_seen = db_int4(rows, row, 4);
	snprintf(name, sizeof name, "count of %.*s", TEXT_ARGS(area_id));
	column_integer(column, name, true, share->count, rows, row, 3);
}

/* ---- what has no row ---- */

static void find_missing_seats(struct column *column, const struct reservation *r)
{
	char expected[24], found[24];

	for (const struct seat_left *left = r->left; left; left = left->next)
		if (!left->is_seen)
			report_differs(column->report, column->partition, left->left_at, "a row", "none",
			               "%s: %.*s, which left it", column->row, TEXT_ARGS(left->seat->id));
	if (r->seats_seen == r->seat_count)
		return;
	snprintf(expected, sizeof expected, "%zu rows", r->seat_count);
	snprintf(found, sizeof found, "%zu of them", r->seats_seen);
	report_differs(column->report, column->partition, column->offset, expected, found, "%s",
	               column->row);
}

static void find_missing_areas(struct column *column, const struct reservation *r)
{
	const struct share *before = NULL;

	for (const struct share *share = r->shares; share; share = share->next) {
		if (!share->is_seen) {
			report_differs(column->report, column->partition, column->offset, "a row", "none",
			               "%s: area %.*s", column->row, TEXT_ARGS(share->area->id));
			continue;
		}
		if (share->count == 0)
			continue;
		if (before && before->place_seen >= share->place_seen)
			report_differs(column->report, column->partition, column->offset, "behind", "before it",
			               "%s: place of %.*s, which came behind %.*s", column->row,
			               TEXT_ARGS(share->area->id), TEXT_ARGS(before->area->id));
		before = share;
	}
}

void reservation_rows_find_missing(struct column *column, const struct show *show)
{
	for (const struct reservation *r = show->reservations; r; r = r->hh.next) {
		column->offset = r->offset;
		row_name_reservation(column, "reservation", &r->id, show->id);
		if (!r->is_seen)
			report_difference(column->report, column->partition, column->offset,
			                  text_of(column->row), text_of("a row"), (struct text){NULL, 0});
		row_name_reservation(column, "seats of reservation", &r->id, show->id);
		find_missing_seats(column, r);
		row_name_reservation(column, "areas of reservation", &r->id, show->id);
		find_missing_areas(column, r);
	}
}
