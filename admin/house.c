#include "admin/house.h"

#include <inttypes.h>
#include <stdlib.h>

#include "admin/areas.h"
#include "admin/policy_flags.h"
#include "common/message/seat_state.h"
#include "common/base/instant.h"
#include "common/base/natural.h"
#include "common/base/unicode.h"
#include "common/program/house.h"
#include "common/program/terminal.h"

#define LABEL_WIDTH 30 /* of a section and a category */

/* Columns of admin_show_status, admin_read_channels and admin_read_seats. */
enum { TITLE, HOLD_SECONDS, MAX_HOLD_SECONDS, MAX_SEATS, FROM, UNTIL, CLOSED, SINGLES,
       CUSTOMER_SEATS, CUSTOMER_HOLDS };
enum { CHANNEL, HAS_KEY, CHANNEL_FROM, CHANNEL_UNTIL, OPENS, EXEMPT, CHANNEL_SEATS, OPENED_BY,
       CHANNEL_PLACES };
enum { SEAT_ID, STATE, SECTION, ROW, POS, CATEGORY, SECTION_RANK };

static const struct {
	const char *name;
	int column;
} numbers[] = {
    {"hold_seconds", HOLD_SECONDS},
    {"max_hold_seconds", MAX_HOLD_SECONDS},
    {"max_seats", MAX_SEATS},
};

#define NUMBER_COUNT (sizeof numbers / sizeof numbers[0])

static enum seat_state state_of(const struct db_rows *seats, int row)
{
	return (enum seat_state)db_int4(seats, row, STATE);
}

/* Seats of one section and category stand together in the rows; returns where they end. */
static int count_group(const struct db_rows *seats, int first, int64_t counts[STATE_COUNT])
{
	int row = first;

	for (int s = 0; s < STATE_COUNT; s++)
		counts[s] = 0;
	for (; row < seats->count &&
	       text_identical(db_text(seats, row, SECTION), db_text(seats, first, SECTION)) &&
	       text_identical(db_text(seats, row, CATEGORY), db_text(seats, first, CATEGORY)); row++)
		counts[state_of(seats, row)]++;
	return row;
}

/* Seats, and places of areas. */
static void count_all(const struct house_rows *house, int64_t counts[STATE_COUNT])
{
	for (int s = 0; s < STATE_COUNT; s++)
		counts[s] = 0;
	for (int row = 0; row < house->seats->count; row++)
		counts[state_of(house->seats, row)]++;
	areas_count(house->areas, counts);
}

static struct sale_window window_of(const struct db_rows *rows, int row, int from, int until)
{
	struct sale_window window = {.has_from = !db_is_null(rows, row, from),
	                             .has_until = !db_is_null(rows, row, until)};

	if (window.has_from)
		window.from_ms = db_time_ms(rows, row, from);
	if (window.has_until)
		window.until_ms = db_time_ms(rows, row, until);
	return window;
}

/* ---- JSON ---- */

static void write_window(const struct sale_window *window, struct json *j)
{
	if (window->has_from)
		json_write_time(j, "on_sale_from", window->from_ms);
	if (window->has_until)
		json_write_time(j, "on_sale_until", window->until_ms);
}

static void write_counts(const int64_t counts[STATE_COUNT], struct json *j)
{
	for (int s = 0; s < STATE_COUNT; s++)
		json_write_integer(j, seat_state_name((enum seat_state)s), counts[s]);
}

static void write_categories(const struct db_rows *seats, struct json *j)
{
	int64_t counts[STATE_COUNT];

	json_open_array(j, "categories");
	for (int row = 0, end; row < seats->count; row = end) {
		end = count_group(seats, row, counts);
		json_open_object(j, NULL);
		json_write_text(j, "section", db_text(seats, row, SECTION));
		json_write_text(j, "category", db_text(seats, row, CATEGORY));
		write_counts(counts, j);
		json_close_object(j);
	}
	json_close_array(j);
}

static void write_channels(const struct db_rows *channels, struct json *j)
{
	struct arena arena = {0};

	json_open_array(j, "channels");
	for (int row = 0; row < channels->count; row++) {
		struct sale_window window = window_of(channels, row, CHANNEL_FROM, CHANNEL_UNTIL);
		size_t count;
		const struct text *opens = db_text_array(channels, row, OPENS, &arena, &count);

		json_open_object(j, NULL);
		json_write_text(j, "channel", db_text(channels, row, CHANNEL));
		json_write_bool(j, "has_key", db_bool(channels, row, HAS_KEY));
		json_write_integer(j, "seats", db_int8(channels, row, CHANNEL_SEATS));
		json_write_integer(j, "area_places", db_int8(channels, row, CHANNEL_PLACES));
		write_window(&window, j);
		json_open_array(j, "opens");
		for (size_t i = 0; opens && i < count; i++)
			json_write_text(j, NULL, opens[i]);
		json_close_array(j);
		json_write_bool(j, "exempt", db_bool(channels, row, EXEMPT));
		json_close_object(j);
	}
	json_close_array(j);
	j->to->failed |= arena.failed;
	arena_release(&arena);
}

void house_write(const struct house_rows *house, struct json *j)
{
	struct sale_window window = window_of(house->show, 0, FROM, UNTIL);
	int64_t counts[STATE_COUNT];

	count_all(house, counts);
	json_open_object(j, NULL);
	json_write_string(j, "show_id", house->show_id);
	json_write_text(j, "title", db_text(house->show, 0, TITLE));
	write_counts(counts, j);
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		json_write_integer(j, numbers[i].name, db_int4(house->show, 0, numbers[i].column));
	write_window(&window, j);
	json_write_bool(j, "closed", db_bool(house->show, 0, CLOSED));
	json_write_text(j, "singles", db_text(house->show, 0, SINGLES));
	json_write_integer(j, "max_customer_seats", db_int4(house->show, 0, CUSTOMER_SEATS));
	json_write_integer(j, "max_customer_holds", db_int4(house->show, 0, CUSTOMER_HOLDS));
	write_categories(house->seats, j);
	areas_write(house->areas, "areas", j);
	write_channels(house->channels, j);
	json_close_object(j);
}

/* ---- for people ---- */

static void print_limits(const struct house_rows *house, struct buf *to)
{
	const int32_t seats = db_int4(house->show, 0, CUSTOMER_SEATS);
	const int32_t holds = db_int4(house->show, 0, CUSTOMER_HOLDS);

	if (!seats && !holds)
		return;
	buf_print(to, "%-16s  at most ", "a customer");
	if (seats)
		buf_print(to, "%" PRId32 " seats%s", seats, holds ? ", " : "");
	if (holds)
		buf_print(to, "%" PRId32 " holds at once", holds);
	buf_add_string(to, "\n");
}

static void print_figures(const struct house_rows *house, struct buf *to)
{
	struct sale_window window = window_of(house->show, 0, FROM, UNTIL);
	struct text title = db_text(house->show, 0, TITLE);
	int64_t counts[STATE_COUNT];

	count_all(house, counts);
	buf_print(to, "%-16s  %s\n", "show", house->show_id);
	if (title.data)
		buf_print(to, "%-16s  %.*s\n", "title", TEXT_ARGS(title));
	for (int s = 0; s < STATE_COUNT; s++)
		buf_print(to, "%-16s  %" PRId64 "\n", seat_state_name((enum seat_state)s), counts[s]);
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		buf_print(to, "%-16s  %" PRId32 "\n", numbers[i].name,
		          db_int4(house->show, 0, numbers[i].column));
	buf_print(to, "%-16s  ", "on sale");
	sale_window_describe(&window, to);
	buf_print(to, "%s\n", db_bool(house->show, 0, CLOSED) ? ", but closed" : "");
	buf_print(to, "%-16s  %.*s\n", "singles", TEXT_ARGS(db_text(house->show, 0, SINGLES)));
	print_limits(house, to);
}

static void print_names(const struct db_rows *rows, int row, int column, const char *before,
                        struct buf *to)
{
	struct arena arena = {0};
	size_t count;
	const struct text *names = db_text_array(rows, row, column, &arena, &count);

	for (size_t i = 0; names && i < count; i++)
		buf_print(to, "%s%.*s", i ? ", " : before, TEXT_ARGS(names[i]));
	to->failed |= arena.failed;
	arena_release(&arena);
}

/* "house: 4 seats, no key: nobody can sell from it" */
static void print_channels(const struct db_rows *channels, struct buf *to)
{
	for (int row = 0; row < channels->count; row++) {
		struct sale_window window = window_of(channels, row, CHANNEL_FROM, CHANNEL_UNTIL);
		int64_t count = db_int8(channels, row, CHANNEL_SEATS);
		int64_t places = db_int8(channels, row, CHANNEL_PLACES);
		size_t before;

		buf_print(to, "%-16s  %.*s: %" PRId64 " seat%s, ", "channel",
		          TEXT_ARGS(db_text(channels, row, CHANNEL)), count, count == 1 ? "" : "s");
		if (places)
			buf_print(to, "%" PRId64 " place%s in areas, ", places, places == 1 ? "" : "s");
		if (db_bool(channels, row, HAS_KEY)) {
			buf_add_string(to, "with a key, on sale ");
			sale_window_describe(&window, to);
			print_names(channels, row, OPENS, "; opens ", to);
		} else {
			buf_add_string(to, "no key: ");
			before = to->bytes;
			print_names(channels, row, OPENED_BY, "sold by ", to);
			if (to->bytes == before)
				buf_add_string(to, "nobody can sell from it");
		}
		buf_add_string(to, db_bool(channels, row, EXEMPT) ? "; exempt\n" : "\n");
	}
}

/* Seats of one section and category: where they begin in the rows. */
struct group {
	struct text section, category;
	int32_t rank;
	int first;
};

static int by_rank(const void *one, const void *other)
{
	const struct group *a = one, *b = other;
	int order = (a->rank > b->rank) - (a->rank < b->rank);

	if (!order)
		order = natural_compare(a->section, b->section);
	return order ? order : natural_compare(a->category, b->category);
}

static void print_group(const struct db_rows *seats, const struct group *group, struct buf *to)
{
	struct text section = group->section, category = group->category;
	int64_t counts[STATE_COUNT];
	struct buf label = {0};

	count_group(seats, group->first, counts);
	buf_print(&label, "%.*s%s%.*s", TEXT_ARGS(section), section.data && category.data ? ", " : "",
	          TEXT_ARGS(category));
	unicode_add_padded(to, label.bytes ? buf_text(&label) : text_of("-"), LABEL_WIDTH);
	for (int s = 0; s < STATE_COUNT; s++)
		buf_print(to, "  %9" PRId64, counts[s]);
	buf_add_string(to, "\n");
	to->failed |= label.failed;
	buf_release(&label);
}

static void print_categories(const struct db_rows *seats, struct buf *to)
{
	struct group *groups = malloc(((size_t)seats->count + 1) * sizeof *groups);
	int64_t counts[STATE_COUNT];
	size_t count = 0;

	to->failed |= !groups;
	for (int row = 0; groups && row < seats->count; row = count_group(seats, row, counts))
		groups[count++] = (struct group){db_text(seats, row, SECTION), db_text(seats, row, CATEGORY),
		                                 db_int4(seats, row, SECTION_RANK), row};
	if (count)
		qsort(groups, count, sizeof *groups, by_rank);
	buf_print(to, "\n%-*s", LABEL_WIDTH, "section, category");
	for (int s = 0; s < STATE_COUNT; s++)
		buf_print(to, "  %9s", seat_state_name((enum seat_state)s));
	buf_add_string(to, "\n");
	for (size_t i = 0; i < count; i++)
		print_group(seats, &groups[i], to);
	free(groups);
}

/* "without a row: 2 available, 2 held" */
static void print_rowless(const struct db_rows *seats, struct buf *to)
{
	int64_t counts[STATE_COUNT] = {0};
	bool is_first = true;

	for (int row = 0; row < seats->count; row++)
		if (db_is_null(seats, row, ROW))
			counts[state_of(seats, row)]++;
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!counts[s])
			continue;
		buf_print(to, "%s%" PRId64 " %s", is_first ? "\nwithout a row: " : ", ", counts[s],
		          seat_state_name((enum seat_state)s));
		is_first = false;
	}
	if (!is_first)
		buf_add_string(to, "\n");
}

static void print_drawing(const struct db_rows *rows, struct buf *to)
{
	struct house_seat *seats = malloc(((size_t)rows->count + 1) * sizeof *seats);
	size_t count = 0;

	if (!seats) {
		to->failed = true;
		return;
	}
	for (int row = 0; row < rows->count; row++)
		if (!db_is_null(rows, row, ROW))
			seats[count++] = (struct house_seat){
			    .section = db_text(rows, row, SECTION),
			    .row = db_text(rows, row, ROW),
			    .pos = db_int4(rows, row, POS),
			    .mark = seat_state_mark(state_of(rows, row)),
			    .section_rank = db_int4(rows, row, SECTION_RANK),
			};
	if (count) {
		buf_add_string(to, "\n");
		house_draw(seats, count, terminal_columns(), to);
	}
	print_rowless(rows, to);
	if (count) {
		buf_add_string(to, "\n");
		for (int s = 0; s < STATE_COUNT; s++)
			buf_print(to, "%s%c %s", s ? "  " : "", seat_state_mark((enum seat_state)s),
			          seat_state_name((enum seat_state)s));
		buf_add_string(to, "\n");
	}
	free(seats);
}

/* Is anything said of where a seat is, or what it costs? */
static bool has_groups(const struct db_rows *seats)
{
	for (int row = 0; row < seats->count; row++)
		if (!db_is_null(seats, row, SECTION) || !db_is_null(seats, row, CATEGORY))
			return true;
	return false;
}

void house_print(const struct house_rows *house, struct buf *to)
{
	print_figures(house, to);
	print_channels(house->channels, to);
	if (has_groups(house->seats))
		print_categories(house->seats, to);
	if (house->areas->count)
		buf_add_string(to, "\n");
	areas_print(house->areas, to);
	print_drawing(house->seats, to);
}
