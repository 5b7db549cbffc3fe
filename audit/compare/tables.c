#include "audit/compare/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/compare/reservation_rows.h"
#include "common/base/partitioner.h"

/* What the key of a table has besides the show_id, which is its first column. */
enum key { KEY_SHOW, KEY_NAME, KEY_RESERVATION, KEY_RESERVATION_SEAT, KEY_RESERVATION_AREA };

static const struct table {
	enum query query;
	enum key key;
	compare_row *compare;
} tables[] = {
    {QUERY_AUDIT_READ_SHOWS, KEY_SHOW, row_compare_show},
    {QUERY_AUDIT_READ_CHANNELS, KEY_NAME, row_compare_channel},
    {QUERY_AUDIT_READ_AREAS, KEY_NAME, row_compare_area},
    {QUERY_AUDIT_READ_SEATS, KEY_NAME, row_compare_seat},
    {QUERY_AUDIT_READ_PLACES, KEY_NAME, row_compare_place},
    {QUERY_AUDIT_READ_RESERVATIONS, KEY_RESERVATION, row_compare_reservation},
    {QUERY_AUDIT_READ_RESERVATION_SEATS, KEY_RESERVATION_SEAT, row_compare_reservation_seat},
    {QUERY_AUDIT_READ_RESERVATION_AREAS, KEY_RESERVATION_AREA, row_compare_reservation_area},
};

/* Where a table is being read: the key of its last row. */
struct cursor {
	struct page page;
	struct report *report;
	struct fold *folds;
	struct text show_id, name; /* borrowed from `keys` */
	struct uuid id;
	int32_t place;
	struct buf keys;
	bool has_begun;            /* the page begins with the last row of the one before */
};

/* The show of a row, as folded; NULL: nothing made one, or another database has its rows. */
static struct show *find_show(struct cursor *c, struct text show_id, int32_t *partition)
{
	struct show *show;

	*partition = partition_of_key(show_id.data, show_id.bytes, c->page.snapshot->partition_count);
	if (!snapshot_serves(c->page.snapshot, *partition))
		return NULL;
	show = model_find_show(&c->folds[*partition].model, show_id);
	return show && show->is_created ? show : NULL;
}

/* Go through a page: the first column of every table is the show_id. */
static void compare_page(struct cursor *c, compare_row *compare)
{
	for (int row = c->has_begun; row < c->page.rows.count; row++) {
		struct text show_id = db_text(&c->page.rows, row, 0);
		struct column column = {.report = c->report, .offset = NO_OFFSET};
		struct show *show = find_show(c, show_id, &column.partition);

		if (!c->page.snapshot->progress[column.partition].is_left_out)
			compare(&c->page, row, show, &column);
	}
}

/* ---- reading ---- */

static void keep_key(struct cursor *c, enum key key)
{
	const struct db_rows *rows = &c->page.rows;
	int last = rows->count - 1;
	struct text show_id = db_text(rows, last, 0), name = {NULL, 0};
	size_t bytes;

	if (key == KEY_NAME)
		name = db_text(rows, last, 1);
	else if (key != KEY_SHOW)
		c->id = db_uuid(rows, last, 1);
	if (key == KEY_RESERVATION_SEAT || key == KEY_RESERVATION_AREA)
		name = db_text(rows, last, 2);
	if (key == KEY_RESERVATION_SEAT)
		c->place = db_int4(rows, last, 3);
	buf_clear(&c->keys);
	buf_add_text(&c->keys, show_id);
	bytes = c->keys.bytes;
	buf_add_text(&c->keys, name);
	c->show_id = (struct text){c->keys.data, bytes};
	c->name = (struct text){c->keys.data + bytes, name.bytes};
}

static enum rc read_page(struct cursor *c, const struct table *table, struct err *e)
{
	struct db_args *args = &c->page.snapshot->args;

	db_rows_release(&c->page.rows);
	db_arg_text(args, c->show_id);
	if (table->key != KEY_SHOW && table->key != KEY_NAME)
		db_arg_uuid(args, &c->id);
	if (table->key == KEY_RESERVATION_SEAT)
		db_arg_int4(args, c->place);
	if (table->key != KEY_SHOW && table->key != KEY_RESERVATION)
		db_arg_text(args, c->name);
	return snapshot_read(c->page.snapshot, table->query, &c->page.rows, e);
}

static enum rc compare_table(struct cursor *c, const struct table *table, struct err *e)
{
	c->show_id = c->name = text_of("");
	c->id = (struct uuid){{0}};
	c->place = INT32_MIN;
	c->has_begun = false;
	do {
		if (read_page(c, table, e))
			return e->rc;
		compare_page(c, table->compare);
		if (c->page.rows.count > c->has_begun)
			keep_key(c, table->key);
		else
			return RC_OK;
		c->has_begun = true;
	} while (!c->keys.failed);
	return err_out_of_memory(e);
}

/* ---- what has no row ---- */

static void report_missing(const struct column *c)
{
	report_difference(c->report, c->partition, c->offset, text_of(c->row), text_of("a row"),
	                  (struct text){NULL, 0});
}

static void find_missing_setting(struct column *column, const struct show *show)
{
	for (const struct show_channel *c = show->channels; c; c = c->next) {
		if (c->is_seen)
			continue;
		row_name(column, "channel", c->name, show->id);
		column->offset = c->version;
		report_missing(column);
	}
	for (const struct show_area *area = show->areas; area; area = area->hh.next) {
		if (area->is_seen)
			continue;
		row_name(column, "area", area->id, show->id);
		column->offset = area->version;
		report_missing(column);
	}
}

static void find_missing_seats(struct column *column, const struct show *show)
{
	for (const struct seat *seat = show->seats; seat; seat = seat->hh.next) {
		if (!seat->is_seen) {
			row_name(column, "seat", seat->id, show->id);
			column->offset = seat->version;
			report_missing(column);
		}
		if (seat->place && !seat->place->is_seen) {
			row_name(column, "place of seat", seat->id, show->id);
			column->offset = seat->place->version;
			report_missing(column);
		}
	}
}

static void find_missing(const struct cursor *c)
{
	struct partition_range served = c->page.snapshot->database->served;

	for (int32_t p = served.first; p <= served.last; p++) {
		const struct show *show;

		for (show = c->folds[p].model.shows; show; show = show->hh.next) {
			struct column column = {c->report, p, show->version, ""};

			if (!show->is_created)
				continue;
			snprintf(column.row, sizeof column.row, "show %.*s", TEXT_ARGS(show->id));
			if (!show->is_seen)
				report_missing(&column);
			find_missing_setting(&column, show);
			find_missing_seats(&column, show);
			reservation_rows_find_missing(&column, show);
		}
	}
}

enum rc tables_compare(struct snapshot *snapshot, struct fold *folds, struct report *report,
                       struct err *e)
{
	struct cursor c = {.page = {.snapshot = snapshot}, .report = report, .folds = folds};
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < sizeof tables / sizeof tables[0]; i++)
		rc = compare_table(&c, &tables[i], e);
	if (!rc)
		find_missing(&c);
	db_rows_release(&c.page.rows);
	buf_release(&c.keys);
	return rc;
}
