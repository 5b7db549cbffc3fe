#include "admin/plan/hall.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/unicode.h"

#define ROW_BACK 4   /* what a row further back costs */
#define SEAT_ASIDE 2 /* and a seat further from the middle of its row */
#define RANKS_A_UNIT 10 /* of distance from the focus */

struct hall_seat *hall_add(struct hall *hall)
{
	if (hall->count == hall->capacity) {
		size_t wanted = hall->capacity ? hall->capacity * 2 : 1024;
		struct hall_seat *grown = realloc(hall->seats, wanted * sizeof *grown);

		if (!grown) {
			arena_fail(&hall->arena);
			return NULL;
		}
		hall->seats = grown;
		hall->capacity = wanted;
	}
	hall->seats[hall->count] = (struct hall_seat){0};
	return &hall->seats[hall->count++];
}

struct hall_area *hall_add_area(struct hall *hall)
{
	if (hall->area_count == hall->area_capacity) {
		size_t wanted = hall->area_capacity ? hall->area_capacity * 2 : 16;
		struct hall_area *grown = realloc(hall->areas, wanted * sizeof *grown);

		if (!grown) {
			arena_fail(&hall->arena);
			return NULL;
		}
		hall->areas = grown;
		hall->area_capacity = wanted;
	}
	hall->areas[hall->area_count] = (struct hall_area){0};
	return &hall->areas[hall->area_count++];
}

void hall_release(struct hall *hall)
{
	free(hall->seats);
	free(hall->areas);
	arena_release(&hall->arena);
	*hall = (struct hall){0};
}

/* ---- what is checked ---- */

/* A seat by what it is sorted by. */
struct keyed {
	const struct hall_seat *seat;
	struct text key;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	int order = text_compare(left->key, right->key);

	return order ? order : (left->seat > right->seat) - (left->seat < right->seat);
}

/* " (lines 3 and 17)", where the form has lines. */
static const char *lines_of(const struct hall_seat *a, const struct hall_seat *b, char text[60])
{
	text[0] = 0;
	if (a->line)
		snprintf(text, 60, " (lines %zu and %zu)", a->line, b->line);
	return text;
}

static enum rc check_ids(struct hall *hall, struct keyed *keyed, struct err *e)
{
	char lines[60];

	for (size_t i = 0; i < hall->count; i++) {
		keyed[i] = (struct keyed){&hall->seats[i], unicode_nfc(hall->seats[i].id, &hall->arena)};
		if (!keyed[i].key.data)
			return err_out_of_memory(e);
	}
	qsort(keyed, hall->count, sizeof *keyed, by_key);
	for (size_t i = 1; i < hall->count; i++) {
		const struct hall_seat *a = keyed[i - 1].seat, *b = keyed[i].seat;

		if (!text_same(keyed[i - 1].key, keyed[i].key))
			continue;
		if (text_same(a->id, b->id))
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: seat %.*s comes twice%s",
			               TEXT_ARGS(a->id), lines_of(a, b, lines));
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--plan: two seats look the same, %.*s, and are written with other bytes%s: "
		               "nobody could tell them apart (Unicode NFC)", TEXT_ARGS(a->id),
		               lines_of(a, b, lines));
	}
	return RC_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct hall_seat *left = ((const struct keyed *)a)->seat,
	                       *right = ((const struct keyed *)b)->seat;
	int order = text_compare(left->place.section, right->place.section);

	if (!order)
		order = text_compare(left->place.row, right->place.row);
	if (!order)
		order = (left->place.pos > right->place.pos) - (left->place.pos < right->place.pos);
	return order ? order : (left > right) - (left < right);
}

static bool is_same_row(const struct hall_seat *a, const struct hall_seat *b)
{
	return text_same(a->place.section, b->place.section) && text_same(a->place.row, b->place.row);
}

/* Those with a row, by section, row and pos. Returns how many. */
static size_t sort_by_place(const struct hall *hall, struct keyed *keyed)
{
	size_t count = 0;

	for (size_t i = 0; i < hall->count; i++)
		if (hall->seats[i].place.row.data)
			keyed[count++] = (struct keyed){.seat = &hall->seats[i]};
	qsort(keyed, count, sizeof *keyed, by_place);
	return count;
}

static enum rc check_places(struct hall *hall, struct keyed *keyed, struct err *e)
{
	size_t count = sort_by_place(hall, keyed);
	char lines[60];

	for (size_t i = 1; i < count; i++) {
		const struct hall_seat *a = keyed[i - 1].seat, *b = keyed[i].seat;

		if (is_same_row(a, b) && a->place.pos == b->place.pos)
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--plan: seats %.*s and %.*s stand at one place: row %.*s, pos %d%s",
			               TEXT_ARGS(a->id), TEXT_ARGS(b->id), TEXT_ARGS(a->place.row),
			               a->place.pos, lines_of(a, b, lines));
	}
	return RC_OK;
}

/* Rows are numbered as they first come in the plan. */
static void number_rows(struct hall *hall, struct keyed *keyed)
{
	size_t count = sort_by_place(hall, keyed), rows = 0;
	size_t *first_of = malloc((count + 1) * sizeof *first_of);

	if (!first_of) {
		arena_fail(&hall->arena);
		return;
	}
	/* The first seat of each row in the plan's order stands for it. */
	for (size_t first = 0, end; first < count; first = end) {
		const struct hall_seat *least = keyed[first].seat;

		for (end = first; end < count && is_same_row(keyed[first].seat, keyed[end].seat); end++)
			if (keyed[end].seat < least)
				least = keyed[end].seat;
		for (size_t i = first; i < end; i++)
			hall->seats[keyed[i].seat - hall->seats].row_number = (size_t)(least - hall->seats);
	}
	/* From the number of a seat to that of the row, in the plan's order. */
	for (size_t i = 0; i < hall->count; i++)
		if (hall->seats[i].place.row.data && hall->seats[i].row_number == i)
			first_of[rows++] = i;
	for (size_t i = 0; i < hall->count; i++) {
		size_t low = 0, high = rows;

		if (!hall->seats[i].place.row.data)
			continue;
		while (high - low > 1) {
			size_t middle = low + (high - low) / 2;

			if (first_of[middle] <= hall->seats[i].row_number)
				low = middle;
			else
				high = middle;
		}
		hall->seats[i].row_number = low;
	}
	free(first_of);
}

/* There are few: each is compared with all before it. */
static enum rc check_areas(struct hall *hall, struct err *e)
{
	for (size_t i = 1; i < hall->area_count; i++) {
		const struct hall_area *area = &hall->areas[i];
		struct text key = unicode_nfc(area->given.area_id, &hall->arena);

		for (size_t k = 0; k < i; k++) {
			struct text other = unicode_nfc(hall->areas[k].given.area_id, &hall->arena);

			if (!key.data || !other.data)
				return err_out_of_memory(e);
			if (text_same(key, other))
				return err_set(e, RC_USAGE, FROM_SETTINGS,
				               "--plan: area %.*s comes twice, or two look the same (lines %zu and "
				               "%zu)", TEXT_ARGS(area->given.area_id), hall->areas[k].line, area->line);
		}
	}
	return RC_OK;
}

enum rc hall_check(struct hall *hall, struct err *e)
{
	struct keyed *keyed = malloc((hall->count + 1) * sizeof *keyed);
	enum rc rc = keyed ? RC_OK : err_out_of_memory(e);

	if (!rc && !hall->count && !hall->area_count)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "--plan: it has no seats");
	if (!rc)
		rc = check_ids(hall, keyed, e);
	if (!rc)
		rc = check_areas(hall, e);
	if (!rc)
		rc = check_places(hall, keyed, e);
	if (!rc)
		number_rows(hall, keyed);
	free(keyed);
	if (!rc && hall->arena.failed)
		rc = err_out_of_memory(e);
	return rc;
}

static bool begins_with_brace(struct text bytes)
{
	size_t at = 0;

	while (at < bytes.bytes && (bytes.data[at] == ' ' || bytes.data[at] == '\t' ||
	                            bytes.data[at] == '\r' || bytes.data[at] == '\n'))
		at++;
	return at < bytes.bytes && bytes.data[at] == '{';
}

enum rc hall_read(struct hall *hall, struct text bytes, const char *seat_name, struct err *e)
{
	static const char MARK[] = "\xef\xbb\xbf";
	size_t mark = sizeof MARK - 1;
	enum rc rc;

	if (bytes.bytes >= mark && !memcmp(bytes.data, MARK, mark))
		bytes = (struct text){bytes.data + mark, bytes.bytes - mark};
	if (begins_with_brace(bytes))
		rc = hall_read_pretix(hall, bytes, seat_name, e);
	else if (seat_name)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS,
		             "--seat-name is for a seating plan in JSON; a table names its seats itself");
	else
		rc = hall_read_csv(hall, bytes, e);
	return rc ? rc : hall_check(hall, e);
}

/* ---- ranks ---- */

enum rc focus_read(struct focus *focus, const char *text, struct err *e)
{
	char *end = NULL;

	*focus = (struct focus){.is_given = true, .across = strtod(text, &end)};
	if (end != text && *end == ',') {
		const char *second = end + 1;

		focus->down = strtod(second, &end);
		if (end != second && !*end && isfinite(focus->across) && isfinite(focus->down))
			return RC_OK;
	}
	return err_set(e, RC_USAGE, FROM_SETTINGS, "--focus must be X,Y, as 500,20");
}

static int32_t rank_of(double cost, double scale)
{
	return (int32_t)fmin(1 + round(cost * scale), PLACE_RANK_DEFAULT);
}

static enum rc rank_by_focus(struct hall *hall, const struct focus *focus, struct err *e)
{
	double most = 0, scale;

	for (size_t i = 0; i < hall->count; i++) {
		const struct hall_seat *seat = &hall->seats[i];

		if (!seat->place.has_point)
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--focus needs x and y of every seat; %.*s has none", TEXT_ARGS(seat->id));
		most = fmax(most, hypot(seat->across - focus->across, seat->down - focus->down));
	}
	scale = fmin(RANKS_A_UNIT, most > 0 ? (PLACE_RANK_DEFAULT - 1) / most : RANKS_A_UNIT);
	for (size_t i = 0; i < hall->count; i++) {
		struct hall_seat *seat = &hall->seats[i];

		seat->place.rank =
		    rank_of(hypot(seat->across - focus->across, seat->down - focus->down), scale);
	}
	return RC_OK;
}

enum rc hall_rank(struct hall *hall, const struct focus *focus, struct err *e)
{
	struct keyed *keyed;
	size_t count;

	if (hall->is_ranked)
		return focus->is_given ? err_set(e, RC_USAGE, FROM_SETTINGS,
		                                 "--focus, and the plan has ranks: take one of them away")
		                       : RC_OK;
	if (focus->is_given)
		return rank_by_focus(hall, focus, e);
	keyed = malloc((hall->count + 1) * sizeof *keyed);
	if (!keyed)
		return err_out_of_memory(e);
	count = sort_by_place(hall, keyed);
	for (size_t first = 0, end; first < count; first = end) {
		for (end = first; end < count && is_same_row(keyed[first].seat, keyed[end].seat); end++)
			;
		for (size_t i = first; i < end; i++) {
			struct hall_seat *seat = &hall->seats[keyed[i].seat - hall->seats];
			/* Twice the distance from the middle, so that it is whole. */
			int32_t aside = abs(2 * seat->place.pos - keyed[first].seat->place.pos -
			                    keyed[end - 1].seat->place.pos);

			seat->place.rank = rank_of((double)seat->row_number * ROW_BACK +
			                           (double)aside * SEAT_ASIDE / 2, 1);
		}
	}
	free(keyed);
	return RC_OK;
}
