/* Best available: section 4.3 of docs/protocol.md, by examples and in every row of few seats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/worker/plan/naive_hall.h"

#define T0 INT64_C(1000000)
#define ACCESSIBLE PLACE_FLAG_BIT(PLACE_ACCESSIBLE)
#define COMPANION PLACE_FLAG_BIT(PLACE_COMPANION)
#define RESTRICTED PLACE_FLAG_BIT(PLACE_RESTRICTED)

static struct naive_hall hall;
static const struct wish two = {.count = 2, .together = true};

static struct text name(const char *text)
{
	return text_of(text);
}

/* Row A, seats 1 to 6, ranks 30 20 10 10 20 30: seat n - 1 is An. */
static int row_of_six(void **state)
{
	static const int32_t ranks[] = {30, 20, 10, 10, 20, 30};

	(void)state;
	hall = (struct naive_hall){.now_ms = T0};
	for (int i = 0; i < 6; i++)
		naive_add(&hall, (struct place){.row = name("A"), .pos = i + 1, .rank = ranks[i]});
	return 0;
}

static struct layout *open_hall(void)
{
	struct layout *layout;

	naive_find_neighbours(&hall);
	layout = naive_layout(&hall);
	assert_non_null(layout);
	return layout;
}

/* "3 4", "2+2: 1 2 4 5" with pieces, "not together, 5 free", "not enough, 1 free". */
static const char *answer_of(struct layout *layout, const struct layout_request *request)
{
	static char text[256];
	struct layout_answer answer;
	enum layout_found found = layout_find(layout, request, &answer);
	int at = 0;

	if (found != LAYOUT_FOUND) {
		snprintf(text, sizeof text, "%s, %zu free",
		         found == LAYOUT_NOT_ENOUGH ? "not enough" : "not together", answer.candidates);
		return text;
	}
	if (answer.pieces > 1)
		at = snprintf(text, sizeof text, "%d pieces: ", answer.pieces);
	for (int i = 0; i < request->wish->count; i++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%s%u", i ? " " : "",
		               answer.seats[i] + 1);
	return text;
}

static const char *ask(const struct wish *wish)
{
	struct layout *layout = open_hall();
	const char *answer =
	    answer_of(layout, &(struct layout_request){.wish = wish, .has_public = true});

	layout_close(layout);
	return answer;
}

static const char *ask_for(int count)
{
	return ask(&(struct wish){.count = count, .together = true});
}

static void sell(int seat)
{
	hall.seats[seat - 1].status = SEAT_SOLD;
}

/* ---- the examples by which the rule was agreed on ---- */

static void two_get_the_middle_and_strand_nobody(void **state)
{
	(void)state;
	assert_string_equal(ask(&two), "3 4");
}

static void one_gets_the_lower_pos_of_two_that_are_alike(void **state)
{
	(void)state;
	assert_string_equal(ask_for(1), "3");
}

static void five_are_together_though_one_is_left(void **state)
{
	(void)state;
	assert_string_equal(ask_for(5), "1 2 3 4 5");
}

static void two_get_the_end_where_the_middle_is_held(void **state)
{
	(void)state;
	for (int seat = 3; seat <= 4; seat++) {
		hall.seats[seat - 1].status = SEAT_RESERVED;
		hall.seats[seat - 1].until_ms = INT64_MAX;
	}
	assert_string_equal(ask(&two), "1 2");
}

static void a_hold_counts_until_the_millisecond_it_lapses(void **state)
{
	struct layout *layout;
	const struct layout_request request = {.wish = &two, .has_public = true};

	(void)state;
	for (int seat = 3; seat <= 4; seat++) {
		hall.seats[seat - 1].status = SEAT_RESERVED;
		hall.seats[seat - 1].until_ms = T0 + 500;
	}
	layout = open_hall();
	layout_advance(layout, T0 + 499);
	assert_string_equal(answer_of(layout, &request), "1 2");
	layout_advance(layout, T0 + 500);
	assert_string_equal(answer_of(layout, &request), "3 4");
	layout_advance(layout, T0 + 499); /* a batch that is planned once more */
	assert_string_equal(answer_of(layout, &request), "1 2");
	layout_close(layout);
}

static void four_are_not_together_beside_a_sold_seat(void **state)
{
	(void)state;
	sell(3);
	assert_string_equal(ask_for(4), "not together, 5 free");
}

static void four_that_may_be_parted_get_two_pairs(void **state)
{
	(void)state;
	sell(3);
	assert_string_equal(ask(&(struct wish){.count = 4}), "2 pieces: 1 2 4 5");
}

static void pieces_are_of_one_category(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		hall.seats[i].place.category = name(i < 3 ? "x" : "y");
	assert_string_equal(ask(&(struct wish){.count = 4}), "not together, 6 free");
}

static void an_accessible_seat_is_no_candidate_and_ends_the_run(void **state)
{
	(void)state;
	hall.seats[1].place.flags = ACCESSIBLE;
	assert_string_equal(ask(&two), "3 4");
}

static void an_accessible_seat_that_is_wished_for_is_among_them(void **state)
{
	(void)state;
	hall.seats[1].place.flags = ACCESSIBLE;
	assert_string_equal(ask(&(struct wish){.count = 2, .together = true, .accessible = 1}), "2 3");
}

/* ---- what else there is in it ---- */

static void of_accessible_seats_no_more_go_than_are_wished_for(void **state)
{
	(void)state;
	hall.seats[2].place.flags = hall.seats[3].place.flags = ACCESSIBLE;
	assert_string_equal(ask(&(struct wish){.count = 2, .together = true, .accessible = 1}), "2 3");
	assert_string_equal(ask(&(struct wish){.count = 2, .together = true, .accessible = 2}), "3 4");
	hall.seats[4].place.flags = COMPANION;
	hall.seats[4].place.rank = 5;
	assert_string_equal(ask(&(struct wish){.count = 2, .together = true, .accessible = 1}), "4 5");
}

static void a_restricted_seat_goes_to_who_asks_for_it(void **state)
{
	(void)state;
	hall.seats[2].place.flags = RESTRICTED;
	assert_string_equal(ask_for(1), "4");
	assert_string_equal(ask(&(struct wish){.count = 1, .together = true, .restricted = true}), "3");
}

static void a_blocked_seat_goes_to_its_channel_alone(void **state)
{
	static const struct text channels[] = {{"house", 5}, {"press", 5}, {"nobody", 6}};
	struct layout_request request = {.wish = &two, .channels = channels, .channel_count = 3};
	struct layout *layout;

	(void)state;
	hall.seats[2].channel = "house";
	hall.seats[3].channel = "press";
	assert_string_equal(ask(&two), "1 2");
	layout = open_hall();
	assert_string_equal(answer_of(layout, &request), "3 4");
	request.channel_count = 1;
	assert_string_equal(answer_of(layout, &request), "not enough, 1 free");
	request.has_public = true;
	assert_string_equal(answer_of(layout, &request), "1 2");
	assert_true(layout_set_channel(layout, 3, (struct text){0}));
	assert_string_equal(answer_of(layout, &request), "3 4");
	assert_true(layout_set_channel(layout, 3, name("new")));
	assert_string_equal(answer_of(layout, &request), "1 2");
	layout_close(layout);
}

static void what_is_named_beside_the_wish_is_not_given_twice(void **state)
{
	static const uint32_t named[] = {2};
	struct layout *layout = open_hall();
	struct layout_request request = {
	    .wish = &two, .has_public = true, .named = named, .named_count = 1};

	(void)state;
	assert_string_equal(answer_of(layout, &request), "1 2");
	request.named_count = 0;
	assert_string_equal(answer_of(layout, &request), "3 4");
	layout_close(layout);
}

static void only_listed_sections_and_categories_count(void **state)
{
	static const struct text lists[] = {{"x", 1}, {"y", 1}, {"z", 1}};

	(void)state;
	for (int i = 0; i < 6; i++)
		hall.seats[i].place.category = i < 3 ? name("x") : (struct text){0};
	assert_string_equal(ask(&(struct wish){.count = 2, .categories = lists, .category_count = 1}),
	                    "1 2");
	assert_string_equal(ask(&(struct wish){.count = 1, .categories = lists + 1, .category_count = 2}),
	                    "not enough, 0 free");
	assert_string_equal(ask(&(struct wish){.count = 1, .sections = lists, .section_count = 3}),
	                    "not enough, 0 free");
	naive_add(&hall, (struct place){.section = name("y"), .row = name("A"), .pos = 1});
	assert_string_equal(ask(&(struct wish){.count = 1, .sections = lists, .section_count = 3}), "7");
}

static void a_further_piece_is_first_sought_in_the_section_of_the_first(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		hall.seats[i].place.section = name(i < 3 ? "left" : "right");
	sell(2);
	sell(5);
	assert_string_equal(ask(&(struct wish){.count = 2}), "2 pieces: 3 1");
}

static void two_seats_at_one_place_are_no_layout(void **state)
{
	(void)state;
	naive_add(&hall, (struct place){.row = name("A"), .pos = 6});
	assert_null(naive_layout(&hall));
	hall.seats[6].place.row = name("B");
	hall.seats[6].place.rank = PLACE_RANK_DEFAULT + 1;
	assert_null(naive_layout(&hall));
	hall.seats[6].place.rank = PLACE_RANK_DEFAULT;
	layout_close(open_hall());
}

static void a_seat_without_a_row_is_never_chosen(void **state)
{
	struct layout *layout;

	(void)state;
	naive_add(&hall, (struct place){.category = name("x"), .rank = 1});
	layout = open_hall();
	assert_true(layout_set_channel(layout, 6, name("house")));
	layout_set_status(layout, 6, SEAT_RESERVED, T0 + 1);
	layout_advance(layout, T0 + 2);
	assert_string_equal(
	    answer_of(layout, &(struct layout_request){.wish = &two, .has_public = true}), "3 4");
	layout_close(layout);
	hall.seats[0] = hall.seats[6];
	hall.count = 1;
	assert_string_equal(ask_for(1), "not enough, 0 free");
}

static void fifty_of_the_worst_rank_do_not_overflow(void **state)
{
	static char rows[2][2] = {"B", "C"};

	(void)state;
	hall.count = 0;
	for (int row = 0; row < 2; row++)
		for (int pos = 1; pos <= 100; pos++)
			naive_add(&hall, (struct place){.row = name(rows[row]),
			                                .pos = pos,
			                                .rank = row ? PLACE_RANK_DEFAULT - (pos == 60) : 0});
	assert_non_null(strstr(ask_for(50), "111 112")); /* C11 to C60, one less in sum */
}

/* ---- every row of few seats ---- */

static void same_answers(struct layout *layout, const struct layout_request *request)
{
	struct layout_answer told, meant;
	enum layout_found found = layout_find(layout, request, &told);
	bool is_same = found == naive_find(&hall, request, &meant) &&
	               told.candidates == meant.candidates && told.pieces == meant.pieces;

	for (int i = 0; is_same && found == LAYOUT_FOUND && i < request->wish->count; i++)
		is_same = told.seats[i] == meant.seats[i];
	if (!is_same)
		fail_msg("%d seats from %d, wish of %d: other than the rule says", hall.count,
		         (int)hall.seats[0].status, request->wish->count);
}

static void same_for_all_wishes(void)
{
	struct layout *layout = open_hall();

	for (int count = 1; count <= hall.count; count++)
		for (int kind = 0; kind < NAIVE_WISH_KINDS; kind++) {
			struct wish wish;
			struct layout_request request = naive_wish(count, kind, &wish);

			same_answers(layout, &request);
		}
	layout_close(layout);
}

/* Every row of so many places of so many kinds. */
static void same_for_all_rows(int length, int kinds)
{
	for (long row = 0; row < naive_row_count(length, kinds); row++) {
		naive_make_row(&hall, T0, length, kinds, row);
		same_for_all_wishes();
	}
}

static void in_every_row_of_five_places_of_any_kind_the_rule_is_kept(void **state)
{
	(void)state;
	for (int length = 1; length <= 5; length++)
		same_for_all_rows(length, NAIVE_KIND_COUNT);
}

static void in_every_row_of_eight_of_two_categories_the_rule_is_kept(void **state)
{
	(void)state;
	for (int length = 6; length <= 8; length++)
		same_for_all_rows(length, NAIVE_OTHER + 1);
}

static void in_every_row_of_seven_with_wheelchair_places_the_rule_is_kept(void **state)
{
	(void)state;
	same_for_all_rows(7, NAIVE_WHEELCHAIR + 1);
}

#define IN_A_ROW(test) cmocka_unit_test_setup(test, row_of_six)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_A_ROW(two_get_the_middle_and_strand_nobody),
	    IN_A_ROW(one_gets_the_lower_pos_of_two_that_are_alike),
	    IN_A_ROW(five_are_together_though_one_is_left),
	    IN_A_ROW(two_get_the_end_where_the_middle_is_held),
	    IN_A_ROW(a_hold_counts_until_the_millisecond_it_lapses),
	    IN_A_ROW(four_are_not_together_beside_a_sold_seat),
	    IN_A_ROW(four_that_may_be_parted_get_two_pairs),
	    IN_A_ROW(pieces_are_of_one_category),
	    IN_A_ROW(an_accessible_seat_is_no_candidate_and_ends_the_run),
	    IN_A_ROW(an_accessible_seat_that_is_wished_for_is_among_them),
	    IN_A_ROW(of_accessible_seats_no_more_go_than_are_wished_for),
	    IN_A_ROW(a_restricted_seat_goes_to_who_asks_for_it),
	    IN_A_ROW(a_blocked_seat_goes_to_its_channel_alone),
	    IN_A_ROW(what_is_named_beside_the_wish_is_not_given_twice),
	    IN_A_ROW(only_listed_sections_and_categories_count),
	    IN_A_ROW(a_further_piece_is_first_sought_in_the_section_of_the_first),
	    IN_A_ROW(two_seats_at_one_place_are_no_layout),
	    IN_A_ROW(a_seat_without_a_row_is_never_chosen),
	    IN_A_ROW(fifty_of_the_worst_rank_do_not_overflow),
	    cmocka_unit_test(in_every_row_of_five_places_of_any_kind_the_rule_is_kept),
	    cmocka_unit_test(in_every_row_of_eight_of_two_categories_the_rule_is_kept),
	    cmocka_unit_test(in_every_row_of_seven_with_wheelchair_places_the_rule_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
