#include "admin/areas.h"

#include <inttypes.h>

#include "common/base/unicode.h"

#define LABEL_WIDTH 30 /* of an area and its category */

/* Columns of admin_read_areas. */
enum { AREA_ID, CAPACITY, LIVE, LAPSED, SOLD, CHANNEL, CATEGORY };

static void count(const struct db_rows *areas, int row, int64_t counts[STATE_COUNT])
{
	int64_t taken = 0;

	for (int s = 0; s < STATE_COUNT; s++)
		counts[s] = 0;
	taken += counts[STATE_HELD] = db_int4(areas, row, LIVE);
	taken += counts[STATE_LAPSED] = db_int4(areas, row, LAPSED);
	taken += counts[STATE_SOLD] = db_int4(areas, row, SOLD);
	counts[db_is_null(areas, row, CHANNEL) ? STATE_AVAILABLE : STATE_BLOCKED] =
	    db_int4(areas, row, CAPACITY) - taken;
}

void areas_count(const struct db_rows *areas, int64_t counts[STATE_COUNT])
{
	int64_t of_one[STATE_COUNT];

	for (int row = 0; row < areas->count; row++) {
		count(areas, row, of_one);
		for (int s = 0; s < STATE_COUNT; s++)
			counts[s] += of_one[s];
	}
}

void areas_write(const struct db_rows *areas, const char *key, struct json *j)
{
	int64_t counts[STATE_COUNT];

	json_open_array(j, key);
	for (int row = 0; row < areas->count; row++) {
		count(areas, row, counts);
		json_open_object(j, NULL);
		json_write_text(j, "area_id", db_text(areas, row, AREA_ID));
		json_write_integer(j, "capacity", db_int4(areas, row, CAPACITY));
		for (int s = 0; s < STATE_COUNT; s++)
			json_write_integer(j, seat_state_name((enum seat_state)s), counts[s]);
		if (!db_is_null(areas, row, CHANNEL))
			json_write_text(j, "channel", db_text(areas, row, CHANNEL));
		if (!db_is_null(areas, row, CATEGORY))
			json_write_text(j, "category", db_text(areas, row, CATEGORY));
		json_close_object(j);
	}
	json_close_array(j);
}

static void print_area(const struct db_rows *areas, int row, struct buf *to)
{
	struct buf label = {0};
	int64_t counts[STATE_COUNT];

	count(areas, row, counts);
	buf_add_text(&label, db_text(areas, row, AREA_ID));
	if (!db_is_null(areas, row, CATEGORY))
		buf_print(&label, ", %.*s", TEXT_ARGS(db_text(areas, row, CATEGORY)));
	unicode_add_padded(to, buf_text(&label), LABEL_WIDTH);
	for (int s = 0; s < STATE_COUNT; s++)
		buf_print(to, "  %9" PRId64, counts[s]);
	buf_print(to, "  %9d", db_int4(areas, row, CAPACITY));
	if (!db_is_null(areas, row, CHANNEL))
		buf_print(to, "  channel %.*s", TEXT_ARGS(db_text(areas, row, CHANNEL)));
	buf_add_string(to, "\n");
	to->failed |= label.failed;
	buf_release(&label);
}

void areas_print(const struct db_rows *areas, struct buf *to)
{
	if (!areas->count)
		return;
	buf_print(to, "%-*s", LABEL_WIDTH, "area, category");
	for (int s = 0; s < STATE_COUNT; s++)
		buf_print(to, "  %9s", seat_state_name((enum seat_state)s));
	buf_print(to, "  %9s\n", "capacity");
	for (int row = 0; row < areas->count; row++)
		print_area(areas, row, to);
}
