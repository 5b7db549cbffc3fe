/*
 * Best available and singles by the audit, by the worker's layout and by the tests' own naive hall:
 * each written from 4.3 and 4.4 of docs/protocol.md on its own. In every row of few seats, and in
 * halls that change while the audit remembers what it found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "audit/fold/best.h"
#include "audit/fold/channels.h"
#include "audit/fold/placing.h"
#include "audit/fold/reservations.h"
#include "audit/fold/singles.h"
#include "tests/unit/worker/plan/naive_hall.h"

#define T0 INT64_C(1000000000000)

static struct text name(const char *text)
{
	return text_of(text);
}

/* ---- the same hall in the audit's model ---- */

static struct naive_hall hall;

static struct {
	struct model model;
	struct show *show;
	struct seat *seats[NAIVE_SEATS_MAX];
	struct show_channel *box; /* sells house seats and public ones */
	unsigned holds;
} audit;

/* As the naive seat is. */
static void copy_state(int number)
{
	const struct naive_seat *from = &hall.seats[number];
	struct seat *to = audit.seats[number];
	uint8_t session[SHA256_BYTES] = {0};
	struct reservation *r;
	struct uuid id = {{0}};

	if (to->holder) {
		r = to->holder;
		seat_free(to, 0);
		reservation_set(r, RESERVATION_RELEASED, 0, T0);
	}
	if (!text_identical(to->channel, text_of(from->channel)))
		seat_set_channel(to, text_of(from->channel), 0);
	if (from->status == SEAT_AVAILABLE)
		return;
	audit.holds++;
	memcpy(session, &audit.holds, sizeof audit.holds);
	memcpy(&id, &audit.holds, sizeof audit.holds);
	r = show_add_reservation(&audit.model, audit.show, &id, session);
	assert_non_null(r);
	r->until_ms = from->until_ms;
	assert_true(reservation_move_seats(&audit.model.memory, r, NULL, 0, &to, 1, 0));
	seat_give(to, r, from->status, 0, T0);
	if (from->status == SEAT_SOLD)
		reservation_set(r, RESERVATION_CONFIRMED, 0, T0);
}

static void open_audit(void)
{
	static const uint8_t key[SHA256_BYTES] = {1};
	static struct text opens[] = {{CHANNEL_PUBLIC, 6}};
	const struct channel box = {
	    .name = name("house"), .opens = opens, .opens_count = 1, .has_opens = true};
	struct placing list[NAIVE_SEATS_MAX];

	memset(&audit, 0, sizeof audit);
	audit.show = model_take_show(&audit.model, name("s"));
	assert_non_null(audit.show);
	assert_true(show_set_channel(&audit.model.memory, audit.show, &box, key, 0));
	audit.box = show_find_channel(audit.show, box.name);
	for (int i = 0; i < hall.count; i++) {
		audit.seats[i] =
		    show_add_seat(&audit.model, audit.show, text_of(hall.seats[i].id), 0);
		assert_non_null(audit.seats[i]);
		list[i] = (struct placing){.seat = audit.seats[i], .place = &hall.seats[i].place};
	}
	assert_true(placing_find_meetings(&audit.model.memory, audit.show, list, (size_t)hall.count));
	assert_true(placing_settle(&audit.model.memory, audit.show, list, (size_t)hall.count, 0));
	for (int i = 0; i < hall.count; i++)
		copy_state(i);
}

static void close_audit(void)
{
	house_close(audit.show);
	model_release(&audit.model);
}

static uint32_t number_of(const struct seat *seat)
{
	return (uint32_t)strtoul(seat->id.data + 1, NULL, 10);
}

/* ---- asking all three ---- */

#define ANSWER_BYTES 400

static void write_answer(char text[ANSWER_BYTES], enum layout_found found,
                         const struct layout_answer *answer, int count)
{
	int at = snprintf(text, ANSWER_BYTES, "%d: ", (int)found);

	if (found != LAYOUT_FOUND) {
		snprintf(text + at, ANSWER_BYTES - (size_t)at, "%zu free", answer->candidates);
		return;
	}
	at += snprintf(text + at, ANSWER_BYTES - (size_t)at, "%d pieces", answer->pieces);
	for (int i = 0; i < count; i++)
		at += snprintf(text + at, ANSWER_BYTES - (size_t)at, " %u", answer->seats[i]);
}

static void ask_audit(const struct layout_request *request, char text[ANSWER_BYTES])
{
	struct seat *named[LAYOUT_NAMED_MAX];
	const struct best_question question = {
	    .wish = request->wish,
	    .channel = request->channel_count ? audit.box : NULL,
	    .named = named,
	    .named_count = request->named_count,
	    .t_ms = hall.now_ms,
	};
	struct layout_answer answer = {0};
	struct best_answer found;

	for (size_t i = 0; i < request->named_count; i++)
		named[i] = audit.seats[request->named[i]];
	assert_true(best_find(house_of(audit.show), &question, &found));
	answer.pieces = found.pieces;
	answer.candidates = found.free_seats;
	for (int i = 0; found.is_found && i < request->wish->count; i++)
		answer.seats[i] = number_of(found.seats[i]);
	write_answer(text,
	             found.is_found                                        ? LAYOUT_FOUND
	             : found.free_seats < (size_t)request->wish->count ? LAYOUT_NOT_ENOUGH
	                                                                   : LAYOUT_NOT_TOGETHER,
	             &answer, request->wish->count);
}

static size_t found_apart, found_together, refused; /* or the tests say little */

/* layout: NULL, the worker's is not asked */
static void same_best(struct layout *layout, const struct layout_request *request)
{
	char audits[ANSWER_BYTES], naives[ANSWER_BYTES], workers[ANSWER_BYTES];
	struct layout_answer answer;
	enum layout_found found = naive_find(&hall, request, &answer);

	write_answer(naives, found, &answer, request->wish->count);
	found_apart += found == LAYOUT_FOUND && answer.pieces > 1;
	found_together += found == LAYOUT_FOUND && answer.pieces == 1;
	refused += found != LAYOUT_FOUND;
	ask_audit(request, audits);
	assert_string_equal(audits, naives);
	if (!layout)
		return;
	found = layout_find(layout, request, &answer);
	write_answer(workers, found, &answer, request->wish->count);
	assert_string_equal(audits, workers);
}

static void same_singles(struct layout *layout, const uint32_t *named, size_t count)
{
	uint32_t workers[LAYOUT_SINGLES_MAX], naives[LAYOUT_SINGLES_MAX];
	struct seat *seats[RESERVE_SEATS_MAX], *left[SINGLES_MAX];
	size_t found;

	for (size_t i = 0; i < count; i++)
		seats[i] = audit.seats[named[i]];
	found = singles_find(house_of(audit.show), seats, count, hall.now_ms, left);
	assert_int_equal(found, naive_singles(&hall, named, count, naives));
	for (size_t i = 0; i < found; i++)
		assert_int_equal(number_of(left[i]), naives[i]);
	if (!layout)
		return;
	assert_int_equal(found, layout_singles(layout, named, count, workers));
	for (size_t i = 0; i < found; i++)
		assert_int_equal(number_of(left[i]), workers[i]);
}

/* ---- every row of few seats ---- */

static void same_for_all_wishes(struct layout *layout)
{
	for (int count = 1; count <= hall.count; count++)
		for (int kind = 0; kind < NAIVE_WISH_KINDS; kind++) {
			struct wish wish;
			struct layout_request request = naive_wish(count, kind, &wish);

			same_best(layout, &request);
		}
}

/* Every choice of seats that are free. */
static void same_for_all_choices(struct layout *layout)
{
	for (unsigned choice = 1; choice < 1u << hall.count; choice++) {
		uint32_t named[8];
		size_t count = 0;
		bool is_free = true;

		for (int i = 0; i < hall.count; i++)
			if (choice & (1u << i)) {
				named[count++] = (uint32_t)i;
				is_free &= hall.seats[i].status == SEAT_AVAILABLE;
			}
		if (is_free)
			same_singles(layout, named, count);
	}
}

static void same_for_all_rows(int length, int kinds, void (*same)(struct layout *layout))
{
	for (long row = 0; row < naive_row_count(length, kinds); row++) {
		struct layout *layout;

		naive_make_row(&hall, T0, length, kinds, row);
		naive_find_neighbours(&hall);
		layout = naive_layout(&hall);
		assert_non_null(layout);
		open_audit();
		same(layout);
		close_audit();
		layout_close(layout);
	}
}

static void the_three_choose_the_same_in_every_row_of_five_places_of_any_kind(void **state)
{
	(void)state;
	for (int length = 1; length <= 5; length++)
		same_for_all_rows(length, NAIVE_KIND_COUNT, same_for_all_wishes);
}

static void the_three_choose_the_same_in_every_row_of_eight_of_two_categories(void **state)
{
	(void)state;
	same_for_all_rows(8, NAIVE_OTHER + 1, same_for_all_wishes);
}

static void the_three_find_the_same_singles_in_every_row_of_five_of_any_kind(void **state)
{
	(void)state;
	for (int length = 1; length <= 5; length++)
		same_for_all_rows(length, NAIVE_KIND_COUNT, same_for_all_choices);
}

static void the_three_find_the_same_singles_in_every_row_of_eight(void **state)
{
	(void)state;
	same_for_all_rows(8, NAIVE_FREE + 1, same_for_all_choices);
}

/* ---- halls that change ---- */

static uint64_t random_state;

static unsigned below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 20) % limit);
}

/* Two sections and none, rows with aisles, three categories across them, seats without a row. */
static void make_hall(void)
{
	static const char *const sections[] = {NULL, "left", "right"};
	static const char *const rows[] = {"A", "B", "C"};
	static const char *const categories[] = {NULL, "x", "y"};

	hall = (struct naive_hall){.now_ms = T0};
	for (int section = 0; section < 3; section++)
		for (int row = 0; row < 3; row++)
			for (int pos = 1; pos <= 8; pos++) {
				struct place place = {
				    .section = text_of(sections[section]),
				    .row = text_of(rows[row]),
				    .category = text_of(categories[below(12) ? row : (int)below(3)]),
				    .pos = pos + (pos > 5),
				    .rank = 1 + (int32_t)below(4),
				    .flags = (uint8_t)(below(12) ? 0 : 1u << below(3)),
				};

				if (below(20) == 0) {
					place.row = text_of(NULL);
					place.pos = 0;
				}
				naive_add(&hall, place);
			}
	naive_find_neighbours(&hall);
}

static void change_something(void)
{
	int number = (int)below((unsigned)hall.count);
	struct naive_seat *seat = &hall.seats[number];

	switch (below(6)) {
	case 0:
		hall.now_ms += below(300);
		return;
	case 1:
		seat->channel = seat->channel ? NULL : "house";
		break;
	case 2:
		seat->status = SEAT_AVAILABLE;
		break;
	case 3:
		seat->status = SEAT_SOLD;
		break;
	default:
		seat->status = SEAT_RESERVED;
		seat->until_ms = hall.now_ms + 1 + below(500);
	}
	copy_state(number);
}

static bool is_free(int number)
{
	const struct naive_seat *seat = &hall.seats[number];

	return seat->status == SEAT_AVAILABLE ||
	       (seat->status == SEAT_RESERVED && seat->until_ms <= hall.now_ms);
}

static void ask_something(void)
{
	static const struct text house = {"house", 5}, names[] = {{"y", 1}, {"x", 1}},
	                         halls[] = {{"right", 5}, {"nowhere", 7}};
	uint32_t named[2];
	struct wish wish = {
	    .count = 1 + (int32_t)below(7),
	    .together = below(3) == 0,
	    .restricted = below(3) == 0,
	    .categories = names,
	    .category_count = below(3) ? 0 : 1 + below(2),
	    .sections = halls,
	    .section_count = below(4) ? 0 : 1 + below(2),
	};
	struct layout_request request = {.wish = &wish,
	                                 .has_public = true,
	                                 .channels = &house,
	                                 .channel_count = below(3) == 0,
	                                 .named = named};

	if (wish.together && below(3) == 0)
		wish.accessible = 1 + (int32_t)below((unsigned)wish.count);
	for (int i = 0; below(4) == 0 && i < 2; i++) {
		int number = (int)below((unsigned)hall.count);

		if (is_free(number) && !(request.named_count && named[0] == (uint32_t)number))
			named[request.named_count++] = (uint32_t)number;
	}
	same_best(NULL, &request);
	if (request.named_count)
		same_singles(NULL, named, request.named_count);
}

static void what_is_remembered_is_right_while_seats_change_and_holds_lapse(void **state)
{
	(void)state;
	found_apart = found_together = refused = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		random_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
		make_hall();
		open_audit();
		for (int i = 0; i < 400; i++) {
			if (below(3))
				change_something();
			ask_something();
		}
		close_audit();
	}
	assert_true(found_apart > 1000 && found_together > 1000 && refused > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_three_choose_the_same_in_every_row_of_five_places_of_any_kind),
	    cmocka_unit_test(the_three_choose_the_same_in_every_row_of_eight_of_two_categories),
	    cmocka_unit_test(the_three_find_the_same_singles_in_every_row_of_five_of_any_kind),
	    cmocka_unit_test(the_three_find_the_same_singles_in_every_row_of_eight),
	    cmocka_unit_test(what_is_remembered_is_right_while_seats_change_and_holds_lapse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
