#include "audit/fold/house.h"

#include <stdlib.h>
#include <string.h>

#include "audit/fold/best_memory.h"
#include "audit/fold/reservations.h"

/* ---- what a seat is ---- */

bool seat_is_takable(const struct seat *seat, int64_t t_ms)
{
	return !seat->holder || seat->is_let_go ||
	       (seat->status == SEAT_RESERVED && reservation_has_lapsed(seat->holder, t_ms));
}

bool seat_is_ordinary(const struct seat *seat, int64_t t_ms)
{
	const unsigned set_apart = PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_COMPANION);

	return seat->row && !seat->channel.data && !(seat->place->place.flags & set_apart) &&
	       seat_is_takable(seat, t_ms);
}

struct seat *seat_neighbour(const struct seat *seat, int step)
{
	const struct house_row *row = seat->row;
	struct seat *beside;

	if (step < 0 ? seat->at == 0 : seat->at + 1 == row->count)
		return NULL;
	beside = step < 0 ? row->seats[seat->at - 1] : row->seats[seat->at + 1];
	return beside->place->place.pos == seat->place->place.pos + step ? beside : NULL;
}

/* ---- building ---- */

static int compare_places(const void *a, const void *b)
{
	const struct place *x = &(*(struct seat *const *)a)->place->place;
	const struct place *y = &(*(struct seat *const *)b)->place->place;
	int order = text_compare(x->section, y->section);

	if (!order)
		order = text_compare(x->row, y->row);
	return order ? order : (x->pos > y->pos) - (x->pos < y->pos);
}

static int compare_names(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Sorted and each once. */
static size_t sort_names(struct text *names, size_t count)
{
	size_t kept = 0;

	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !text_same(names[i], names[kept - 1]))
			names[kept++] = names[i];
	return kept;
}

static size_t number_of(const struct text *names, size_t count, struct text name)
{
	const struct text *at = bsearch(&name, names, count, sizeof *names, compare_names);

	return (size_t)(at - names);
}

static bool list_seats(struct house *house, const struct show *show)
{
	size_t seats = HASH_COUNT(show->seats);

	house->seats = calloc(seats + 1, sizeof(struct seat *));
	house->categories = calloc(seats + 1, sizeof(struct text));
	house->sections = calloc(seats + 1, sizeof(struct text));
	if (!house->seats || !house->categories || !house->sections)
		return false;
	house->category_count = 1; /* none */
	for (struct seat *seat = show->seats; seat; seat = seat->hh.next) {
		if (!seat->place || !seat->place->place.row.data)
			continue;
		house->categories[house->category_count++] = seat->place->place.category;
		house->sections[house->seat_count] = seat->place->place.section;
		house->seats[house->seat_count++] = seat;
	}
	qsort(house->seats, house->seat_count, sizeof(struct seat *), compare_places);
	house->category_count = sort_names(house->categories, house->category_count);
	house->section_count = sort_names(house->sections, house->seat_count);
	return true;
}

static bool is_same_row(const struct seat *a, const struct seat *b)
{
	return text_same(a->place->place.section, b->place->place.section) &&
	       text_same(a->place->place.row, b->place->place.row);
}

static bool find_rows(struct house *house)
{
	house->rows = calloc(house->seat_count + 1, sizeof *house->rows);
	if (!house->rows)
		return false;
	for (size_t i = 0; i < house->seat_count; i++) {
		struct seat *seat = house->seats[i];
		struct house_row *row;

		if (i == 0 || !is_same_row(house->seats[i - 1], seat)) {
			row = &house->rows[house->row_count++];
			row->seats = &house->seats[i];
			row->section = number_of(house->sections, house->section_count,
			                         seat->place->place.section);
			row->is_changed = true;
		}
		row = &house->rows[house->row_count - 1];
		seat->row = row;
		seat->at = (uint32_t)row->count++;
		seat->mark = 0;
	}
	return true;
}

static int compare_categories(const void *a, const void *b)
{
	const struct place *x = &(*(struct seat *const *)a)->place->place;
	const struct place *y = &(*(struct seat *const *)b)->place->place;
	int order = text_compare(x->category, y->category);

	return order ? order : (x->pos > y->pos) - (x->pos < y->pos);
}

static bool find_parts(struct house *house)
{
	house->parts = calloc(house->seat_count + 1, sizeof *house->parts);
	house->part_seats = calloc(house->seat_count + 1, sizeof(struct seat *));
	if (!house->parts || !house->part_seats)
		return false;
	memcpy(house->part_seats, house->seats, house->seat_count * sizeof(struct seat *));
	for (size_t r = 0; r < house->row_count; r++) {
		struct house_row *row = &house->rows[r];
		struct seat **seats = house->part_seats + (row->seats - house->seats);
		struct house_part *part = NULL;

		qsort(seats, row->count, sizeof *seats, compare_categories);
		for (size_t i = 0; i < row->count; i++) {
			struct text category = seats[i]->place->place.category;

			if (i == 0 || !text_same(seats[i - 1]->place->place.category, category)) {
				part = &house->parts[house->part_count++];
				part->row = row;
				part->seats = &seats[i];
				part->category = number_of(house->categories, house->category_count, category);
			}
			part->count++;
		}
	}
	return true;
}

/* Count, then sum up, then fill in: parts of one category keep their order. */
static bool find_categories(struct house *house)
{
	size_t *begins = calloc(house->category_count + 2, sizeof *begins);

	house->by_category = calloc(house->part_count + 1, sizeof *house->by_category);
	house->category_begins = begins;
	if (!house->by_category || !begins)
		return false;
	for (size_t i = 0; i < house->part_count; i++)
		begins[house->parts[i].category + 2]++;
	for (size_t i = 2; i < house->category_count + 2; i++)
		begins[i] += begins[i - 1];
	for (size_t i = 0; i < house->part_count; i++)
		house->by_category[begins[house->parts[i].category + 1]++] = i;
	return true;
}

struct house *house_of(struct show *show)
{
	if (show->house)
		return show->house;
	show->house = calloc(1, sizeof *show->house);
	if (!show->house)
		return NULL;
	show->house->is_changed = true;
	if (!list_seats(show->house, show) || !find_rows(show->house) || !find_parts(show->house) ||
	    !find_categories(show->house))
		house_close(show);
	return show->house;
}

void house_close(struct show *show)
{
	struct house *house = show->house;

	if (!house)
		return;
	for (size_t i = 0; i < house->seat_count; i++)
		house->seats[i]->row = NULL;
	memories_release(house->memories);
	free(house->seats);
	free(house->rows);
	free(house->parts);
	free(house->part_seats);
	free(house->by_category);
	free(house->category_begins);
	free(house->categories);
	free(house->sections);
	free(house);
	show->house = NULL;
}

void house_forget_answers(struct show *show)
{
	if (!show->house)
		return;
	memories_release(show->house->memories);
	show->house->memories = NULL;
}

/* ---- what changes ---- */

static void look_at_row(struct house *house, struct house_row *row, int64_t t_ms)
{
	row->is_changed = false;
	row->since = house->clock;
	row->lapses_ms = INT64_MAX;
	for (size_t i = 0; i < row->count; i++) {
		const struct seat *seat = row->seats[i];

		if (seat->status == SEAT_RESERVED && seat->holder->until_ms > t_ms &&
		    seat->holder->until_ms < row->lapses_ms)
			row->lapses_ms = seat->holder->until_ms;
	}
}

void house_advance(struct house *house, int64_t t_ms)
{
	if (!house->is_changed && t_ms < house->lapses_ms)
		return;
	house->clock++;
	house->is_changed = false;
	house->lapses_ms = INT64_MAX;
	for (size_t i = 0; i < house->row_count; i++) {
		struct house_row *row = &house->rows[i];

		if (row->is_changed || t_ms >= row->lapses_ms)
			look_at_row(house, row, t_ms);
		if (row->lapses_ms < house->lapses_ms)
			house->lapses_ms = row->lapses_ms;
	}
}

void house_clear_marks(struct house *house)
{
	house->mark++;
}

void house_mark(struct house *house, struct seat *seat)
{
	seat->mark = house->mark;
	if (seat->row)
		seat->row->mark = house->mark;
}
