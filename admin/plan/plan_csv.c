/*
 * A plan as a table: a heading of the fields of `seats` and of areas, then a seat or an area a line.
 */
#include <stdio.h>
#include <string.h>

#include "admin/plan/csv.h"
#include "admin/plan/hall.h"
#include "common/base/similar.h"
#include "common/message/limits.h"
#include "common/message/name.h"

enum column { SEAT_ID, SECTION, ROW, POS, CATEGORY, RANK, FLAGS, X, Y, AREA_ID, CAPACITY, CHANNEL,
              COLUMN_COUNT };
static const struct {
	const char *name;
	bool is_of_seats, is_of_areas; /* what has it */
} columns[COLUMN_COUNT] = {
    [SEAT_ID] = {"seat_id", true, false}, [SECTION] = {"section", true, false},
    [ROW] = {"row", true, false},         [POS] = {"pos", true, false},
    [CATEGORY] = {"category", true, true}, [RANK] = {"rank", true, false},
    [FLAGS] = {"flags", true, false},     [X] = {"x", true, false},
    [Y] = {"y", true, false},             [AREA_ID] = {"area_id", false, true},
    [CAPACITY] = {"capacity", false, true}, [CHANNEL] = {"channel", false, true},
};

/* Where each column stands in a record, from 0; -1: the plan does not have it. */
struct heading {
	int at[COLUMN_COUNT];
	size_t field_count;
};

static enum rc refuse_column(struct text name, struct err *e)
{
	for (int c = 0; c < COLUMN_COUNT; c++)
		if (similar_is_near(name.data, name.bytes, columns[c].name))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--plan: the heading has %.*s; did you mean %s?", TEXT_ARGS(name),
			               columns[c].name);
	if (memchr(name.data, ';', name.bytes) || memchr(name.data, '\t', name.bytes))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: the heading has no commas: save the table with commas between the "
		               "fields, not semicolons or tabs");
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "--plan: the heading has %.*s, which is none of seat_id, section, row, pos, "
	               "category, rank, flags, x, y, area_id, capacity, channel", TEXT_ARGS(name));
}

static enum rc read_heading(struct heading *heading, const struct csv *csv, struct err *e)
{
	for (int c = 0; c < COLUMN_COUNT; c++)
		heading->at[c] = -1;
	heading->field_count = csv->field_count;
	for (size_t i = 0; i < csv->field_count; i++) {
		int c = 0;

		while (c < COLUMN_COUNT && !text_same(csv->fields[i], text_of(columns[c].name)))
			c++;
		if (c == COLUMN_COUNT)
			return refuse_column(csv->fields[i], e);
		if (heading->at[c] >= 0)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: the heading has %s twice",
			               columns[c].name);
		heading->at[c] = (int)i;
	}
	if (heading->at[SEAT_ID] < 0 && heading->at[AREA_ID] < 0)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: the heading, which is the first line, has no seat_id, and no area_id");
	if ((heading->at[AREA_ID] < 0) != (heading->at[CAPACITY] < 0))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: the heading has area_id without capacity, or capacity without area_id");
	return RC_OK;
}

/* data NULL: the plan does not have the column, or nothing stands in it. */
static struct text field(const struct csv *csv, const struct heading *heading, enum column c)
{
	struct text found = {NULL, 0};

	if (heading->at[c] >= 0)
		found = csv->fields[heading->at[c]];
	return found.bytes ? found : (struct text){NULL, 0};
}

static enum rc take_name(const struct csv *csv, const struct heading *heading, enum column c,
                         struct hall *hall, struct text *to, struct err *e)
{
	struct text given = field(csv, heading, c);

	if (!given.data)
		return RC_OK;
	if (!name_is_well_formed(given))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu: %s must be %s", csv->line,
		               columns[c].name, NAME_FORM);
	*to = arena_copy(&hall->arena, given);
	return hall->arena.failed ? err_out_of_memory(e) : RC_OK;
}

/* Digits alone; 0 where the field is not there and the least is above it. */
static enum rc take_integer(const struct csv *csv, const struct heading *heading, enum column c,
                            int32_t min, int32_t max, int32_t *to, struct err *e)
{
	struct text given = field(csv, heading, c);
	int64_t value = 0;

	if (!given.data)
		return RC_OK;
	for (size_t i = 0; i < given.bytes && value <= max; i++)
		value = given.data[i] >= '0' && given.data[i] <= '9' ? value * 10 + (given.data[i] - '0')
		                                                    : (int64_t)max + 1;
	if (value < min || value > max)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: line %zu: %s must be a whole number from %d to %d", csv->line,
		               columns[c].name, min, max);
	*to = (int32_t)value;
	return RC_OK;
}

/* Flags have spaces, semicolons or commas (in quotes) between them. */
static enum rc take_flags(const struct csv *csv, const struct heading *heading, struct place *place,
                          struct err *e)
{
	struct text left = field(csv, heading, FLAGS);

	while (left.bytes) {
		struct text word = {left.data, 0};
		enum place_flag flag;

		while (word.bytes < left.bytes && !memchr(" ;,", left.data[word.bytes], 3))
			word.bytes++;
		left.data += word.bytes + (word.bytes < left.bytes);
		left.bytes -= word.bytes + (word.bytes < left.bytes);
		if (!word.bytes)
			continue;
		if (!place_flag_of(word, &flag))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--plan: line %zu: flags are accessible, companion and restricted, with a "
			               "space between them", csv->line);
		if (place->flags & PLACE_FLAG_BIT(flag))
			continue;
		place->flags |= (uint8_t)PLACE_FLAG_BIT(flag);
		place->flag_list[place->flag_count++] = (uint8_t)flag;
		place->has_flags = true;
	}
	return RC_OK;
}

static enum rc take_point(const struct csv *csv, const struct heading *heading,
                          struct hall_seat *seat, struct err *e)
{
	struct place *place = &seat->place;

	if (take_integer(csv, heading, X, 0, COORDINATE_MAX, &place->x, e) ||
	    take_integer(csv, heading, Y, 0, COORDINATE_MAX, &place->y, e))
		return e->rc;
	if (!field(csv, heading, X).data != !field(csv, heading, Y).data)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu: x without y, or y without x",
		               csv->line);
	place->has_point = field(csv, heading, X).data != NULL;
	seat->across = place->x;
	seat->down = place->y;
	return RC_OK;
}

static enum rc read_seat(struct hall *hall, const struct csv *csv, const struct heading *heading,
                         struct err *e)
{
	struct hall_seat *seat = hall_add(hall);
	struct place *place;

	if (!seat)
		return err_out_of_memory(e);
	place = &seat->place;
	seat->line = csv->line;
	if (take_name(csv, heading, SEAT_ID, hall, &seat->id, e) ||
	    take_name(csv, heading, SECTION, hall, &place->section, e) ||
	    take_name(csv, heading, ROW, hall, &place->row, e) ||
	    take_name(csv, heading, CATEGORY, hall, &place->category, e) ||
	    take_integer(csv, heading, POS, 1, POS_MAX, &place->pos, e) ||
	    take_integer(csv, heading, RANK, 1, PLACE_RANK_DEFAULT, &place->rank, e) ||
	    take_flags(csv, heading, place, e) || take_point(csv, heading, seat, e))
		return e->rc;
	if (!place->row.data != !place->pos)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: line %zu: row without pos, or pos without row", csv->line);
	hall->is_ranked |= place->rank != 0;
	return RC_OK;
}

static enum rc read_area(struct hall *hall, const struct csv *csv, const struct heading *heading,
                         struct err *e)
{
	struct hall_area *area = hall_add_area(hall);

	if (!area)
		return err_out_of_memory(e);
	area->line = csv->line;
	if (!field(csv, heading, CAPACITY).data)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu: area %.*s has no capacity",
		               csv->line, TEXT_ARGS(field(csv, heading, AREA_ID)));
	if (take_name(csv, heading, AREA_ID, hall, &area->given.area_id, e) ||
	    take_integer(csv, heading, CAPACITY, 0, AREA_CAPACITY_MAX, &area->given.capacity, e) ||
	    take_name(csv, heading, CHANNEL, hall, &area->given.channel, e) ||
	    take_name(csv, heading, CATEGORY, hall, &area->given.category, e))
		return e->rc;
	if (text_same(area->given.channel, text_of("public")))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: line %zu: channel public is none: leave the field empty", csv->line);
	return RC_OK;
}

static enum rc read_line(struct hall *hall, const struct csv *csv, const struct heading *heading,
                         struct err *e)
{
	bool is_seat, is_area;

	if (csv->field_count != heading->field_count)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: line %zu has %zu fields, the heading has %zu", csv->line,
		               csv->field_count, heading->field_count);
	is_seat = field(csv, heading, SEAT_ID).data != NULL;
	is_area = field(csv, heading, AREA_ID).data != NULL;
	if (is_seat == is_area)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu has %s", csv->line,
		               is_seat ? "a seat_id and an area_id: a line is one or the other"
		               : heading->at[AREA_ID] < 0 ? "no seat_id" : "no seat_id, and no area_id");
	for (int c = 0; c < COLUMN_COUNT; c++)
		if (!(is_seat ? columns[c].is_of_seats : columns[c].is_of_areas) &&
		    field(csv, heading, (enum column)c).data)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: line %zu: %s has no %s%s", csv->line,
			               is_seat ? "a seat" : "an area", columns[c].name,
			               c == CHANNEL ? " in a plan; show block gives it one" : "");
	return is_seat ? read_seat(hall, csv, heading, e) : read_area(hall, csv, heading, e);
}

enum rc hall_read_csv(struct hall *hall, struct text bytes, struct err *e)
{
	struct heading heading;
	struct csv csv;

	csv_open(&csv, bytes);
	if (csv_next(&csv, &hall->arena, e))
		return e->rc;
	if (!csv.field_count)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: the file is empty");
	if (read_heading(&heading, &csv, e))
		return e->rc;
	for (;;) {
		if (csv_next(&csv, &hall->arena, e))
			return e->rc;
		if (!csv.field_count)
			return RC_OK;
		if (read_line(hall, &csv, &heading, e))
			return e->rc;
	}
}
