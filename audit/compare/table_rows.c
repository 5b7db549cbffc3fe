#include "audit/compare/table_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/fold/areas.h"
#include "audit/fold/channels.h"
#include "common/base/json.h"

void row_name(struct column *column, const char *what, struct text id, struct text show_id)
{
	snprintf(column->row, sizeof column->row, "%s %.*s of show %.*s", what, TEXT_ARGS(id),
	         TEXT_ARGS(show_id));
}

void row_name_reservation(struct column *column, const char *what, const struct uuid *id,
                             struct text show_id)
{
	char text[UUID_TEXT_CHARS + 1];

	uuid_encode(id, text);
	row_name(column, what, text_of(text), show_id);
}

void row_report_extra(const struct page *page, const struct column *column, const char *found, ...)
{
	char text[200];
	va_list args;
	int bytes;

	va_start(args, found);
	bytes = vsnprintf(text, 120, found, args);
	va_end(args);
	bytes = bytes < 120 ? bytes : 119;
	if (!snapshot_serves(page->snapshot, column->partition))
		snprintf(text + bytes, sizeof text - (size_t)bytes, ", in the %s",
		         page->snapshot->database->name);
	report_difference(column->report, column->partition, column->offset, text_of(column->row),
	                  (struct text){NULL, 0}, text_of(text));
}

static void compare_truth(const struct column *column, const char *name, bool expected,
                          const struct page *page, int row, int at)
{
	bool is_null = db_is_null(&page->rows, row, at);
	bool found = !is_null && db_bool(&page->rows, row, at);

	if (is_null || found != expected)
		column_differs(column, name, text_of(expected ? "true" : "false"),
		               text_of(is_null ? NULL : found ? "true" : "false"));
}

static void compare_window(const struct column *column, const struct sale_window *window,
                           const struct page *page, int row, int at)
{
	column_time(column, "on_sale_from", window->has_from, window->from_ms, &page->rows, row, at);
	column_time(column, "on_sale_until", window->has_until, window->until_ms, &page->rows, row,
	            at + 1);
}

/* A column that is a list: as JSON, in its own order. */
static void compare_list(const struct column *column, const char *name, const struct text *list,
                         size_t count, const struct page *page, int row, int at)
{
	struct buf expected = {0};

	json_add_texts(&expected, list, count);
	if (!expected.failed)
		column_text(column, name, buf_text(&expected), db_text(&page->rows, row, at));
	buf_release(&expected);
}

static struct text hash_text(const uint8_t hash[SHA256_BYTES], bool is_there)
{
	return is_there ? (struct text){(const char *)hash, SHA256_BYTES} : (struct text){NULL, 0};
}

void row_compare_show(const struct page *page, int row, struct show *show, struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct text id = db_text(rows, row, 0);
	const struct policy *policy;

	snprintf(column->row, sizeof column->row, "show %.*s", TEXT_ARGS(id));
	if (!show) {
		column->offset = db_int8(rows, row, 12);
		row_report_extra(page, column, "a row");
		return;
	}
	show->is_seen = true;
	policy = &show->policy;
	column->offset = show->version;
	column_integer(column, "rules", true, show->rules, rows, row, 1);
	column_text(column, "title", policy->title, db_text(rows, row, 2));
	column_integer(column, "hold_seconds", true, policy->hold_seconds, rows, row, 3);
	column_integer(column, "max_hold_seconds", true, policy->max_hold_seconds, rows, row, 4);
	column_integer(column, "max_seats", true, policy->max_seats, rows, row, 5);
	compare_window(column, &policy->on_sale, page, row, 6);
	compare_truth(column, "closed", policy->closed, page, row, 8);
	column_text(column, "singles", text_of(singles_name(policy->singles)), db_text(rows, row, 9));
	column_integer(column, "max_customer_seats", true, policy->max_customer_seats, rows, row, 10);
	column_integer(column, "max_customer_holds", true, policy->max_customer_holds, rows, row, 11);
	column_integer(column, "version", true, show->version, rows, row, 12);
	column_bytes(column, "owner_hash", hash_text(show->owner_hash, show->has_owner),
	             db_text(rows, row, 13));
	column_time(column, "created_at", true, show->created_ms, rows, row, 14);
	column_integer(column, "created_offset", true, show->created_offset, rows, row, 15);
}

void row_compare_channel(const struct page *page, int row, struct show *show,
                         struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct text name = db_text(rows, row, 1);
	struct show_channel *channel = show ? show_find_channel(show, name) : NULL;

	row_name(column, "channel", name, db_text(rows, row, 0));
	if (!channel) {
		column->offset = db_int8(rows, row, 7);
		row_report_extra(page, column, "a row");
		return;
	}
	channel->is_seen = true;
	column->offset = channel->version;
	column_bytes(column, "key_hash", hash_text(channel->key_hash, channel->has_key),
	             db_text(rows, row, 2));
	compare_window(column, &channel->on_sale, page, row, 3);
	compare_list(column, "opens", channel->opens, channel->opens_count, page, row, 5);
	compare_truth(column, "exempt", channel->is_exempt, page, row, 6);
	column_integer(column, "version", true, channel->version, rows, row, 7);
}

void row_compare_area(const struct page *page, int row, struct show *show, struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct text id = db_text(rows, row, 1);
	struct show_area *area = show ? show_find_area(show, id) : NULL;

	row_name(column, "area", id, db_text(rows, row, 0));
	if (!area) {
		column->offset = db_int8(rows, row, 7);
		row_report_extra(page, column, "a row");
		return;
	}
	area->is_seen = true;
	column->offset = area->version;
	column_integer(column, "capacity", true, area->capacity, rows, row, 2);
	column_integer(column, "held", true, show_area_held(area), rows, row, 3);
	column_integer(column, "sold", true, area->sold, rows, row, 4);
	column_text(column, "channel", area->channel, db_text(rows, row, 5));
	column_text(column, "category", area->category, db_text(rows, row, 6));
	column_integer(column, "version", true, area->version, rows, row, 7);
}

void row_compare_seat(const struct page *page, int row, struct show *show, struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct text seat_id = db_text(rows, row, 1);
	struct seat *seat = show ? show_find_seat(show, seat_id) : NULL;
	const struct reservation *holder;

	row_name(column, "seat", seat_id, db_text(rows, row, 0));
	if (!seat) {
		column->offset = db_int8(rows, row, 7);
		row_report_extra(page, column, "a row: %.*s", TEXT_ARGS(db_text(rows, row, 2)));
		return;
	}
	seat->is_seen = true;
	holder = seat->holder;
	column->offset = seat->version;
	column_text(column, "status", text_of(seat_status_name(seat->status)), db_text(rows, row, 2));
	column_time(column, "reserved_until", seat->status == SEAT_RESERVED,
	            holder ? holder->until_ms : 0, rows, row, 3);
	column_uuid(column, "reserved_by", holder ? &holder->id : NULL, rows, row, 4);
	column_integer(column, "taken_at", holder != NULL, seat->taken_at, rows, row, 5);
	column_text(column, "channel", seat->channel, db_text(rows, row, 6));
	column_integer(column, "version", true, seat->version, rows, row, 7);
}

/* By name, as the column. */
static size_t list_flags(const struct place *place, struct text list[PLACE_FLAG_COUNT])
{
	size_t count = 0;

	for (int f = 0; f < PLACE_FLAG_COUNT; f++)
		if (place->flags & PLACE_FLAG_BIT(f))
			list[count++] = text_of(place_flag_name((enum place_flag)f));
	return count;
}

void row_compare_place(const struct page *page, int row, struct show *show, struct column *column)
{
	const struct db_rows *rows = &page->rows;
	struct text seat_id = db_text(rows, row, 1), flags[PLACE_FLAG_COUNT];
	const struct seat *seat = show ? show_find_seat(show, seat_id) : NULL;
	const struct place *place;

	row_name(column, "place of seat", seat_id, db_text(rows, row, 0));
	if (!seat || !seat->place) {
		column->offset = db_int8(rows, row, 10);
		row_report_extra(page, column, "a row");
		return;
	}
	seat->place->is_seen = true;
	place = &seat->place->place;
	column->offset = seat->place->version;
	column_text(column, "section", place->section, db_text(rows, row, 2));
	column_text(column, "seat_row", place->row, db_text(rows, row, 3));
	column_integer(column, "pos", place->pos != 0, place->pos, rows, row, 4);
	column_text(column, "category", place->category, db_text(rows, row, 5));
	column_integer(column, "rank", true, place->rank, rows, row, 6);
	compare_list(column, "flags", flags, list_flags(place, flags), page, row, 7);
	column_integer(column, "x", place->has_point, place->x, rows, row, 8);
	column_integer(column, "y", place->has_point, place->y, rows, row, 9);
	column_integer(column, "version", true, seat->place->version, rows, row, 10);
}
