#include "audit/fold/singles.h"

#include <assert.h>
#include <stdlib.h>

#include "common/message/limits.h"

/* A run of 4.4: seats of one row side by side, all ordinary, with nothing ordinary beside. */
struct run {
	struct seat *const *seats;
	size_t count;
	struct seat *const *taken; /* those of it that are taken */
	size_t taken_count;
};

static bool is_taken(const struct house *house, const struct seat *seat)
{
	return seat->mark == house->mark;
}

/* taken  sorted; the first of them is in the run */
static struct run run_around(const struct house *house, struct seat *const *taken, int64_t t_ms)
{
	struct seat *first = taken[0], *last = taken[0], *beside;
	struct run run = {.taken = taken};

	while ((beside = seat_neighbour(first, -1)) && seat_is_ordinary(beside, t_ms))
		first = beside;
	while ((beside = seat_neighbour(last, 1)) && seat_is_ordinary(beside, t_ms))
		last = beside;
	run.seats = &first->row->seats[first->at];
	run.count = last->at - first->at + 1;
	for (size_t i = 0; i < run.count; i++)
		run.taken_count += is_taken(house, run.seats[i]);
	return run;
}

static bool category_is_taken(const struct run *run, struct text category)
{
	for (size_t i = 0; i < run->taken_count; i++)
		if (text_identical(run->taken[i]->place->place.category, category))
			return true;
	return false;
}

/* Every seat of the run whose category is that of one taken is taken itself. */
static bool takes_whole_categories(const struct house *house, const struct run *run)
{
	for (size_t i = 0; i < run->count; i++)
		if (!is_taken(house, run->seats[i]) &&
		    category_is_taken(run, run->seats[i]->place->place.category))
			return false;
	return true;
}

static void list_singles(const struct house *house, const struct run *run, struct seat **left,
                         size_t *count)
{
	for (size_t i = 0; i < run->count; i++) {
		bool ends_left = i == 0 || is_taken(house, run->seats[i - 1]);
		bool ends_right = i + 1 == run->count || is_taken(house, run->seats[i + 1]);

		if (!is_taken(house, run->seats[i]) && ends_left && ends_right) {
			assert(*count < SINGLES_MAX);
			left[(*count)++] = run->seats[i];
		}
	}
}

static int compare_seats(const void *a, const void *b)
{
	const struct seat *x = *(struct seat *const *)a, *y = *(struct seat *const *)b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

size_t singles_find(struct house *house, struct seat *const *named, size_t count, int64_t t_ms,
                    struct seat *left[SINGLES_MAX])
{
	struct seat *taken[RESERVE_SEATS_MAX];
	size_t taken_count = 0, left_count = 0;

	assert(count <= RESERVE_SEATS_MAX);
	house_clear_marks(house);
	for (size_t i = 0; i < count; i++)
		if (seat_is_ordinary(named[i], t_ms)) {
			taken[taken_count++] = named[i];
			house_mark(house, named[i]);
		}
	qsort(taken, taken_count, sizeof taken[0], compare_seats);
	for (size_t i = 0; i < taken_count;) {
		struct run run = run_around(house, &taken[i], t_ms);

		if (run.count - run.taken_count != 1 && !takes_whole_categories(house, &run))
			list_singles(house, &run, left, &left_count);
		i += run.taken_count;
	}
	return left_count;
}
