/*
 * A seating plan in the form that pretix publishes: zones, in each rows, in each seats, all with a
 * position within what they stand in (src/pretix/static/seating/seating-plan.schema.json).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "admin/plan/hall.h"
#include "common/message/limits.h"
#include "common/message/name.h"
#include "common/message/tree.h"

#define POSITION_MAX 1e9 /* of an element within what it stands in */
#define PLAN_DEPTH_MAX 8 /* plan, zones, zone, rows, row, seats, seat, position */
/* A step along a row above this many usual ones is an aisle. */
#define AISLE_STEPS 1.5
#define GUID "{guid}"

/* Where the reader stands. */
struct reader {
	struct hall *hall;
	const char *seat_name;
	struct text zone, row; /* data NULL: the zone has no name */
	double across, down;   /* of the row */
	size_t zone_number, row_number; /* from 1 on, for messages */
};

static enum rc refuse(const struct reader *r, size_t seat_number, const char *what, struct err *e)
{
	return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: zone %zu, row %zu, seat %zu: %s",
	               r->zone_number, r->row_number, seat_number, what);
}

/* Add an element's position to a point; one without stands at its parent's. */
static bool add_position(const struct cJSON *element, double *across, double *down)
{
	const struct cJSON *position = json_member(element, "position");
	double x, y;

	if (!position)
		return true;
	if (!json_number(json_member(position, "x"), &x) || !json_number(json_member(position, "y"), &y))
		return false;
	if (fabs(x) > POSITION_MAX || fabs(y) > POSITION_MAX)
		return false;
	*across += x;
	*down += y;
	return true;
}

/* The name of a seat, as the pattern has it; data NULL: none, or out of memory. */
static struct text name_seat(const struct reader *r, struct text guid, struct text number)
{
	const struct {
		const char *word;
		struct text text;
	} parts[] = {{GUID, guid}, {"{section}", r->zone}, {"{row}", r->row}, {"{number}", number}};
	struct buf name = {0};
	struct text made = {NULL, 0};

	for (const char *at = r->seat_name; *at; ) {
		size_t part = 0;

		while (part < 4 && strncmp(at, parts[part].word, strlen(parts[part].word)))
			part++;
		if (part < 4)
			buf_add_text(&name, parts[part].text);
		else
			buf_add(&name, at, 1);
		at += part < 4 ? strlen(parts[part].word) : 1;
	}
	if (!name.failed && name_is_well_formed(buf_text(&name)))
		made = arena_copy(&r->hall->arena, buf_text(&name));
	buf_release(&name);
	return made;
}

static enum rc take_name(const struct reader *r, size_t number, struct text given, const char *what,
                         struct text *to, struct err *e)
{
	if (!given.bytes)
		return RC_OK;
	if (!name_is_well_formed(given))
		return refuse(r, number, what, e);
	*to = arena_copy(&r->hall->arena, given);
	return RC_OK;
}

static enum rc read_seat(struct reader *r, const struct cJSON *seat, size_t number, struct err *e)
{
	struct text guid = json_text(json_member(seat, "seat_guid"));
	struct text shown = json_text(json_member(seat, "seat_number"));
	struct hall_seat *added = hall_add(r->hall);

	if (!added)
		return err_out_of_memory(e);
	added->across = r->across;
	added->down = r->down;
	if (!add_position(seat, &added->across, &added->down))
		return refuse(r, number, "position has no x and y within bounds", e);
	added->place.has_point = true;
	added->id = name_seat(r, guid, shown);
	if (!added->id.data)
		return refuse(r, number, guid.data ? "its name must be " NAME_FORM
		                                   : "there is no seat_guid", e);
	if (take_name(r, number, r->zone, "the zone's name must be " NAME_FORM, &added->place.section, e) ||
	    take_name(r, number, r->row, "row_number must be " NAME_FORM, &added->place.row, e) ||
	    take_name(r, number, json_text(json_member(seat, "category")),
	              "category must be " NAME_FORM, &added->place.category, e))
		return e->rc;
	return RC_OK;
}

/* ---- along a row ---- */

static double span(const struct hall_seat *a, const struct hall_seat *b)
{
	return hypot(b->across - a->across, b->down - a->down);
}

/* From left to right; in a row that runs away from the stage, from front to back. */
static int by_across(const void *a, const void *b)
{
	const struct hall_seat *left = *(struct hall_seat *const *)a,
	                       *right = *(struct hall_seat *const *)b;

	if (left->across != right->across)
		return left->across < right->across ? -1 : 1;
	return (left->down > right->down) - (left->down < right->down);
}

static int by_down(const void *a, const void *b)
{
	const struct hall_seat *left = *(struct hall_seat *const *)a,
	                       *right = *(struct hall_seat *const *)b;

	if (left->down != right->down)
		return left->down < right->down ? -1 : 1;
	return (left->across > right->across) - (left->across < right->across);
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* The usual distance of two seats of the row, which are in order: the median. */
static double usual_step(struct hall_seat *const *row, size_t count, struct arena *arena)
{
	double *steps = arena_take(arena, count * sizeof *steps);

	if (!steps || count < 2)
		return 0;
	for (size_t i = 1; i < count; i++)
		steps[i - 1] = span(row[i - 1], row[i]);
	qsort(steps, count - 1, sizeof *steps, by_size);
	return steps[(count - 1) / 2];
}

/* Seats of one row, which are count of the hall's own order. */
static enum rc number_row(struct hall_seat **row, size_t count, struct arena *arena, struct err *e)
{
	double least_across = INFINITY, most_across = -INFINITY, least_down = INFINITY,
	       most_down = -INFINITY, step;
	int32_t pos = 1;

	for (size_t i = 0; i < count; i++) {
		least_across = fmin(least_across, row[i]->across);
		most_across = fmax(most_across, row[i]->across);
		least_down = fmin(least_down, row[i]->down);
		most_down = fmax(most_down, row[i]->down);
	}
	qsort(row, count, sizeof(struct hall_seat *),
	      most_across - least_across >= most_down - least_down ? by_across : by_down);
	step = usual_step(row, count, arena);
	for (size_t i = 0; i < count; i++, pos++) {
		if (i && span(row[i - 1], row[i]) > AISLE_STEPS * step)
			pos++;
		if (pos > POS_MAX)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: row %.*s is too long",
			               TEXT_ARGS(row[i]->place.row));
		row[i]->place.pos = pos;
	}
	return RC_OK;
}

static int by_row(const void *a, const void *b)
{
	const struct hall_seat *left = *(struct hall_seat *const *)a,
	                       *right = *(struct hall_seat *const *)b;
	int order = text_compare(left->place.section, right->place.section);

	return order ? order : text_compare(left->place.row, right->place.row);
}

/* A row that a plan has in parts, one on each side of the aisle, is one row. */
static enum rc number_rows(struct hall *hall, struct err *e)
{
	struct hall_seat **seats = arena_take(&hall->arena, (hall->count + 1) * sizeof *seats);
	size_t count = 0;

	if (!seats)
		return err_out_of_memory(e);
	for (size_t i = 0; i < hall->count; i++)
		if (hall->seats[i].place.row.data)
			seats[count++] = &hall->seats[i];
	qsort(seats, count, sizeof *seats, by_row);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first + 1; end < count && !by_row(&seats[first], &seats[end]); end++)
			;
		if (number_row(seats + first, end - first, &hall->arena, e))
			return e->rc;
	}
	return RC_OK;
}

/* ---- the plan ---- */

static enum rc read_row(struct reader *r, const struct cJSON *row, double across, double down,
                        struct err *e)
{
	size_t number = 0;

	r->row = json_text(json_member(row, "row_number"));
	r->across = across;
	r->down = down;
	if (!add_position(row, &r->across, &r->down))
		return refuse(r, 0, "the row's position has no x and y within bounds", e);
	for (const struct cJSON *seat = json_first(json_member(row, "seats")); seat;
	     seat = json_next(seat))
		if (read_seat(r, seat, ++number, e))
			return e->rc;
	return RC_OK;
}

static enum rc read_zone(struct reader *r, const struct cJSON *zone, struct err *e)
{
	double across = 0, down = 0;

	r->zone = json_text(json_member(zone, "name"));
	r->row_number = 0;
	if (!add_position(zone, &across, &down))
		return refuse(r, 0, "the zone's position has no x and y within bounds", e);
	for (const struct cJSON *row = json_first(json_member(zone, "rows")); row; row = json_next(row)) {
		r->row_number++;
		if (read_row(r, row, across, down, e))
			return e->rc;
	}
	return RC_OK;
}

/* Whole numbers from 0 on, of which a plan's own may be none. */
static void set_points(struct hall *hall)
{
	double left = INFINITY, top = INFINITY, most = 0, scale;

	for (size_t i = 0; i < hall->count; i++) {
		left = fmin(left, hall->seats[i].across);
		top = fmin(top, hall->seats[i].down);
	}
	left = fmin(left, 0); /* where the plan begins at 0 its numbers stay as they are */
	top = fmin(top, 0);
	for (size_t i = 0; i < hall->count; i++)
		most = fmax(most, fmax(hall->seats[i].across - left, hall->seats[i].down - top));
	scale = most > COORDINATE_MAX ? COORDINATE_MAX / most : 1;
	for (size_t i = 0; i < hall->count; i++) {
		hall->seats[i].place.x = (int32_t)lround((hall->seats[i].across - left) * scale);
		hall->seats[i].place.y = (int32_t)lround((hall->seats[i].down - top) * scale);
	}
}

enum rc hall_read_pretix(struct hall *hall, struct text bytes, const char *seat_name, struct err *e)
{
	struct reader r = {.hall = hall, .seat_name = seat_name ? seat_name : GUID};
	const char *why = NULL;
	struct cJSON *tree = json_parse_deep(bytes, PLAN_DEPTH_MAX, &hall->arena, &why);
	const struct cJSON *zones = tree ? json_member(tree, "zones") : NULL;
	enum rc rc = RC_OK;

	if (!tree)
		return hall->arena.failed ? err_out_of_memory(e)
		                          : err_set(e, RC_USAGE, FROM_SETTINGS,
		                                    "--plan: it begins as JSON, and is none: %s", why);
	if (!json_first(zones))
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: the seating plan has no zones");
	for (const struct cJSON *zone = json_first(zones); !rc && zone; zone = json_next(zone)) {
		r.zone_number++;
		rc = read_zone(&r, zone, e);
	}
	if (!rc)
		set_points(hall);
	return rc ? rc : number_rows(hall, e);
}
