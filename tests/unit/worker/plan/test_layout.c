/*
 * A layout through a long life: random halls, random changes and lapses, and after each the answers
 * of the rule itself to random questions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/worker/plan/naive_hall.h"

#define T0 INT64_C(1000000)

static struct naive_hall hall;
static struct layout *layout;
static uint64_t random_state;

/* xorshift: the same everywhere */
static unsigned below(unsigned bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 11) % bound;
}

static const struct text names[] = {{NULL, 0}, {"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}, {"e", 1}};
static const char *const channels[] = {NULL, "house", "press", "kill"};
static const unsigned flag_sets[] = {0, 0, 0, 0, 0, 1, 2, 4, 3, 5};

/* What a hall may be: many short rows, few long ones, one category or many. */
struct kind_of_hall {
	int rows, row_seats;
	unsigned sections, categories, aisles, ranks;
	bool has_flags;
};

static void add_row(const struct kind_of_hall *kind, int row)
{
	static char row_names[64][12];
	struct text section = names[below(kind->sections)], category = names[below(kind->categories)];
	int pos = (int)below(3) + 1;
	bool has_row;

	snprintf(row_names[row], sizeof row_names[row], "%d", row);
	for (int i = 0; i < kind->row_seats; i++, pos++) {
		if (below(kind->aisles) == 0)
			pos++;
		if (below(20) == 0)
			category = names[below(kind->categories)];
		has_row = below(kind->aisles * 10);
		naive_add(&hall, (struct place){
		                     .section = section,
		                     .row = text_of(has_row ? row_names[row] : NULL),
		                     .category = category,
		                     .pos = pos,
		                     .rank = (int32_t)below(kind->ranks),
		                     .flags = (uint8_t)(kind->has_flags ? flag_sets[below(10)] : 0),
		                 });
	}
}

static void open_hall(const struct kind_of_hall *kind)
{
	hall = (struct naive_hall){.now_ms = T0};
	for (int row = 0; row < kind->rows; row++)
		add_row(kind, row);
	/* Numbers are not in the order of places. */
	for (int i = 0; i < hall.count; i++) {
		int other = (int)below((unsigned)hall.count);
		struct place place = hall.seats[i].place;

		hall.seats[i].place = hall.seats[other].place;
		hall.seats[other].place = place;
	}
	naive_find_neighbours(&hall);
	layout = naive_layout(&hall);
	assert_non_null(layout);
}

static void set_status(uint32_t number, enum seat_status status, int64_t until_ms)
{
	hall.seats[number].status = status;
	hall.seats[number].until_ms = until_ms;
	layout_set_status(layout, number, status, until_ms);
}

static void change_something(void)
{
	uint32_t number = below((unsigned)hall.count);
	unsigned what = below(10);

	if (what < 2)
		set_status(number, SEAT_SOLD, 0);
	else if (what < 4)
		set_status(number, SEAT_RESERVED, hall.now_ms + below(50));
	else if (what < 8)
		set_status(number, SEAT_AVAILABLE, 0);
	else if (what == 8) {
		hall.seats[number].channel = channels[below(4)];
		assert_true(layout_set_channel(layout, number, text_of(hall.seats[number].channel)));
	} else {
		hall.now_ms += below(8) ? below(5) : -(int64_t)below(20);
		layout_advance(layout, hall.now_ms);
	}
}

static struct wish random_wish(unsigned longest)
{
	bool is_short = below(3);
	struct wish wish = {
	    .count = 1 + (int32_t)below(is_short ? 6 : longest),
	    .together = below(3),
	    .restricted = below(4) == 0,
	    .categories = names + 1 + below(3),
	    .category_count = below(2) ? below(4) : 0,
	    .sections = names + 1 + below(3),
	    .section_count = below(3) ? 0 : below(4),
	};

	if (wish.together && below(4) == 0)
		wish.accessible = 1 + (int32_t)below((unsigned)wish.count);
	return wish;
}

static void same_best(struct layout *of, unsigned longest, struct layout_answer *told, int *count)
{
	const struct text open[] = {text_of(channels[1 + below(3)]), text_of("unheard of")};
	const struct wish wish = random_wish(longest);
	uint32_t named[3];
	struct layout_answer meant;
	const struct layout_request request = {
	    .wish = &wish,
	    .has_public = below(8),
	    .channels = open,
	    .channel_count = below(4) ? 0 : 1 + below(2),
	    .named = named,
	    .named_count = below(4) ? 0 : below(4),
	};
	enum layout_found found;

	for (size_t i = 0; i < request.named_count; i++)
		named[i] = (uint32_t)(i * (unsigned)hall.count / 3) + below((unsigned)hall.count / 3);
	found = layout_find(of, &request, told);
	assert_int_equal(found, naive_find(&hall, &request, &meant));
	assert_int_equal(told->candidates, meant.candidates);
	assert_int_equal(told->pieces, meant.pieces);
	*count = found == LAYOUT_FOUND ? wish.count : 0;
	assert_memory_equal(told->seats, meant.seats, (size_t)*count * sizeof *told->seats);
}

static void same_singles(void)
{
	uint32_t named[8], left[LAYOUT_SINGLES_MAX], meant[LAYOUT_SINGLES_MAX];
	uint32_t number = below((unsigned)hall.count);
	size_t count = 0, found;

	/* Seats near one another, if they are free. */
	for (unsigned i = 0; i < 8 && hall.seats[number].right != NAIVE_NONE; i++) {
		const struct naive_seat *seat = &hall.seats[number];

		if (below(3) && (seat->status == SEAT_AVAILABLE ||
		                 (seat->status == SEAT_RESERVED && seat->until_ms <= hall.now_ms)))
			named[count++] = number;
		number = (uint32_t)hall.seats[number].right;
	}
	found = layout_singles(layout, named, count, left);
	assert_int_equal(found, naive_singles(&hall, named, count, meant));
	assert_memory_equal(left, meant, found * sizeof *left);
}

/* What is chosen is mostly taken, so that halls fill up, and lapses empty them again. */
static void live(const struct kind_of_hall *kind, unsigned rounds, unsigned longest)
{
	struct layout_answer answer;
	int count;

	open_hall(kind);
	for (unsigned round = 0; round < rounds; round++) {
		for (unsigned changes = below(4); changes > 0; changes--)
			change_something();
		same_best(layout, longest, &answer, &count);
		if (below(4))
			for (int i = 0; i < count; i++)
				set_status(answer.seats[i], below(3) ? SEAT_RESERVED : SEAT_SOLD,
				           hall.now_ms + below(30));
		same_singles();
	}
	layout_close(layout);
}

static void small_halls_of_every_kind_answer_as_the_rule_says(void **state)
{
	(void)state;
	for (random_state = 1; random_state < 60; random_state++) {
		const uint64_t seed = random_state;
		struct kind_of_hall kind;

		random_state = seed * UINT64_C(0x9e3779b97f4a7c15);
		kind = (struct kind_of_hall){
		    .rows = 1 + (int)below(8),
		    .row_seats = 3 + (int)below(20),
		    .sections = 1 + below(4),
		    .categories = 1 + below(5),
		    .aisles = 2 + below(20),
		    .ranks = 1 + below(20),
		    .has_flags = below(2),
		};
		live(&kind, 150, 12);
		random_state = seed;
	}
}

static void long_rows_and_large_parties_are_found_across_leaves(void **state)
{
	(void)state;
	random_state = 77;
	live(&(struct kind_of_hall){2, 400, 2, 1, 150, 9, false}, 400, LAYOUT_CHOSEN_MAX);
	live(&(struct kind_of_hall){3, 250, 2, 2, 90, PLACE_RANK_DEFAULT, false}, 400,
	     LAYOUT_CHOSEN_MAX);
}

/* One seat of a long row at a time, between two questions of one size. */
static void a_seat_counts_for_every_block_it_may_be_in(void **state)
{
	static const int32_t counts[] = {1, 2, 31, LAYOUT_CHOSEN_MAX};

	(void)state;
	random_state = 79;
	open_hall(&(struct kind_of_hall){1, 230, 1, 1, 1000000, 9, false});
	for (int i = 0; i < 8000; i++) {
		const struct wish wish = {.count = counts[i % 4], .together = true};
		const struct layout_request request = {.wish = &wish, .has_public = true};
		uint32_t number = below((unsigned)hall.count);
		struct layout_answer told, meant;

		if (hall.seats[number].status == SEAT_SOLD)
			set_status(number, SEAT_AVAILABLE, 0);
		else if (below(20) == 0)
			set_status(number, SEAT_SOLD, 0);
		if (layout_find(layout, &request, &told) != naive_find(&hall, &request, &meant))
			fail_msg("round %d", i);
		if (told.pieces)
			assert_memory_equal(told.seats, meant.seats, (size_t)wish.count * sizeof *told.seats);
	}
	layout_close(layout);
}

#define SHREDS 70 /* categories, each ten seats in two rows of five */

static void open_shreds(void)
{
	static char shreds[SHREDS][8], rows[2 * SHREDS][8];

	hall = (struct naive_hall){.now_ms = T0};
	for (int i = 0; i < SHREDS * 10; i++) {
		snprintf(shreds[i / 10], sizeof shreds[0], "%d", i / 10);
		snprintf(rows[i / 5], sizeof rows[0], "%d", i / 5);
		naive_add(&hall, (struct place){
		                     .section = names[i / 10 % 3],
		                     .row = text_of(rows[i / 5]),
		                     .category = text_of(shreds[i / 10]),
		                     .pos = 1 + i % 5,
		                     .rank = 1 + (int32_t)below(9),
		                 });
	}
	naive_find_neighbours(&hall);
	layout = naive_layout(&hall);
	assert_non_null(layout);
	for (int i = 0; i < hall.count; i++)
		if (i % 10 == 7 || below(12) == 0)
			set_status((uint32_t)i, SEAT_SOLD, 0);
}

/* Mostly in vain, of sections that are listed now so, now the other way round, or not at all. */
static void what_was_sought_in_vain_is_sought_again_once_its_category_changes(void **state)
{
	static const struct text listed[] = {{"b", 1}, {"a", 1}, {"b", 1}};
	int granted = 0;

	(void)state;
	random_state = 80;
	open_shreds();
	for (int i = 0; i < 3000; i++) {
		const uint32_t named = below((unsigned)hall.count);
		const struct wish wish = {
		    .count = 8 + (int32_t)below(3),
		    .sections = listed + below(2),
		    .section_count = below(3),
		};
		const struct layout_request request = {
		    .wish = &wish, .has_public = true, .named = &named, .named_count = below(8) == 0};
		struct layout_answer told, meant;
		uint32_t number = below((unsigned)hall.count);

		if (below(2))
			set_status(number, SEAT_AVAILABLE, 0);
		if (layout_find(layout, &request, &told) != naive_find(&hall, &request, &meant) ||
		    told.pieces != meant.pieces || told.candidates != meant.candidates)
			fail_msg("round %d", i);
		if (!told.pieces)
			continue;
		assert_memory_equal(told.seats, meant.seats, (size_t)wish.count * sizeof *told.seats);
		granted++;
		set_status(told.seats[0], SEAT_SOLD, 0); /* so that few categories have enough */
	}
	assert_in_range(granted, 300, 2700); /* neither is rare */
	layout_close(layout);
}

/* So many sizes, flags and channels are asked for that their tables have no room together. */
static void tables_come_and_go(void **state)
{
	(void)state;
	random_state = 78;
	live(&(struct kind_of_hall){30, 40, 4, 5, 12, 9, true}, 1500, 30);
	open_hall(&(struct kind_of_hall){30, 40, 4, 5, 12, 9, true});
	for (int i = 0; i < 300; i++) {
		struct layout_answer answer;
		int count;

		same_best(layout, 30, &answer, &count);
		assert_true(layout_bytes(layout) < 65536 + 100 * (size_t)hall.count);
	}
	layout_close(layout);
}

static void an_empty_hall_has_nothing(void **state)
{
	const struct wish wish = {.count = 1};
	struct layout_answer answer;

	(void)state;
	layout = layout_open();
	assert_non_null(layout);
	assert_true(layout_seal(layout, T0));
	layout_advance(layout, T0 + 1);
	layout_advance(layout, T0);
	assert_int_equal(layout_find(layout, &(struct layout_request){.wish = &wish}, &answer),
	                 LAYOUT_NOT_ENOUGH);
	assert_int_equal(answer.candidates, 0);
	assert_int_equal(layout_seats(layout), 0);
	layout_close(layout);
	layout_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_halls_of_every_kind_answer_as_the_rule_says),
	    cmocka_unit_test(long_rows_and_large_parties_are_found_across_leaves),
	    cmocka_unit_test(a_seat_counts_for_every_block_it_may_be_in),
	    cmocka_unit_test(what_was_sought_in_vain_is_sought_again_once_its_category_changes),
	    cmocka_unit_test(tables_come_and_go),
	    cmocka_unit_test(an_empty_hall_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
