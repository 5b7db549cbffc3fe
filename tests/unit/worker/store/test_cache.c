/* The cache alone: what it keeps, what it forgets and when; that it decides the same as the rows is
 * test_plan_property's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "worker/store/cache.h"

#define SEATS 400
#define LONG_ID_BYTES 64
#define HAND_CHANGES 3

static struct arena arena;
static struct cache *cache;

static struct text numbered(const char *name, unsigned n)
{
	char text[LONG_ID_BYTES + 1];
	int bytes = snprintf(text, sizeof text, "%s%u", name, n);

	return arena_copy(&arena, (struct text){text, (size_t)bytes});
}

static struct uuid id_of(unsigned n)
{
	struct uuid id = {{0}};

	memcpy(id.bytes, &n, sizeof n);
	return id;
}

/* A digest differs from another all over. */
static void hash_of(unsigned session, uint8_t hash[SHA256_BYTES])
{
	memset(hash, 0, SHA256_BYTES);
	memcpy(hash, &session, sizeof session);
	memcpy(hash + sizeof session, &session, sizeof session);
}

/* A view whose show is filled in by the cache, or else said to be there. */
static struct show *open_view(struct view *view, const char *show_id)
{
	struct show *show;

	view_open(view, &arena);
	show = view_show(view, text_of(show_id));
	cache_fill(cache, view, 0);
	if (show->known == WANTED) {
		view->wanted_shows = NULL;
		show->exists = true;
		view_learn_show(view, show);
	}
	return show;
}

static void add_seat(struct view *view, struct show *show, struct text seat_id)
{
	struct seat *seat = view_seat(view, show, seat_id);

	view->wanted_seats = NULL;
	seat->exists = true;
	seat->row.version = 5;
	view_learn_seat(view, seat, 0);
}

/* As if a batch had read these seats and held reservations of the show, and was committed. */
static void learn(const char *show_id, unsigned first, unsigned count, unsigned held)
{
	struct view view;
	struct show *show = open_view(&view, show_id);

	for (unsigned i = first; i < first + count; i++)
		add_seat(&view, show, numbered("seat-", i));
	for (unsigned i = 0; i < held; i++) {
		struct uuid id = id_of(i);
		struct reservation *r = view_reservation(&view, show, &id);
		struct text *ids = arena_take(&arena, sizeof *ids);

		view.wanted_reservations = NULL;
		ids[0] = numbered("seat-", i);
		r->exists = true;
		hash_of(i, r->session_hash);
		r->reserved_until_ms = 1000 + i;
		view_learn_reservation(&view, r, ids, 1);
		view.wanted_seats = NULL;
	}
	cache_learn(cache, &view);
	view_close(&view);
}

static bool has_show(const char *show_id)
{
	struct view view;
	bool is_cached;

	view_open(&view, &arena);
	(void)view_show(&view, text_of(show_id));
	cache_fill(cache, &view, 0);
	is_cached = !view.wanted_shows;
	view_close(&view);
	return is_cached;
}

static bool has_seat(const char *show_id, unsigned n)
{
	struct view view;
	struct show *show = open_view(&view, show_id);
	struct seat *seat = view_seat(&view, show, numbered("seat-", n));
	bool is_cached;

	cache_fill(cache, &view, 0);
	is_cached = seat->known == KNOWN;
	assert_true(!is_cached || (seat->exists && seat->existed && seat->seen.version == 5));
	view_close(&view);
	return is_cached;
}

static void a_seat_beyond_the_limit_costs_the_show_that_was_not_used_for_longest(void **state)
{
	(void)state;
	learn("old", 0, 100, 0);
	learn("middle", 0, 100, 0);
	learn("new", 0, SEATS - 200, 0);
	assert_int_equal(cache_seats(cache), SEATS);
	assert_true(has_seat("old", 99) && has_seat("middle", 0) && has_seat("new", SEATS - 201));
	learn("old", 0, 1, 0); /* used again */
	assert_int_equal(cache_seats(cache), SEATS);
	learn("new", SEATS - 200, 1, 0); /* one past it */
	assert_int_equal(cache_seats(cache), SEATS + 1 - 100);
	assert_false(has_show("middle"));
	assert_true(has_seat("old", 99) && has_seat("new", 0));
}

static void a_show_that_does_not_fit_at_all_is_forgotten_whole(void **state)
{
	(void)state;
	learn("large", 0, SEATS, 0);
	assert_true(has_seat("large", 0));
	learn("large", SEATS, 1, 0);
	assert_false(has_show("large"));
	assert_int_equal(cache_seats(cache), 0);
	assert_int_equal(cache_bytes(cache), 0);
}

static void a_show_that_does_not_fit_at_all_costs_no_other(void **state)
{
	(void)state;
	learn("small", 0, 100, 0);
	learn("large", 0, SEATS - 100, 0);
	assert_true(has_show("small") && has_show("large"));
	learn("large", SEATS - 100, 101, 0);
	assert_false(has_show("large"));
	assert_true(has_seat("small", 99));
	assert_int_equal(cache_seats(cache), 100);
}

static void a_seat_takes_two_hundred_bytes_at_most(void **state)
{
	struct view view;
	struct show *show = open_view(&view, "s");

	(void)state;
	for (unsigned i = 0; i < SEATS; i++) {
		char id[LONG_ID_BYTES + 1];

		snprintf(id, sizeof id, "%064u", i);
		add_seat(&view, show, arena_copy(&arena, text_of(id)));
	}
	cache_learn(cache, &view);
	view_close(&view);
	assert_int_equal(cache_seats(cache), SEATS);
	assert_true(cache_bytes(cache) > SEATS * (LONG_ID_BYTES + 1));
	assert_true(cache_bytes(cache) <= SEATS * CACHE_SEAT_BYTES);
}

static void holds_and_shows_count_in_bytes(void **state)
{
	char show_id[16];
	size_t before;

	(void)state;
	learn("held", 0, 0, 2 * SEATS); /* two are larger than what a seat may take */
	assert_int_equal(cache_bytes(cache), 0);
	for (unsigned i = 0; i == 0 || cache_bytes(cache) > before; i++) {
		before = cache_bytes(cache);
		assert_true(before <= SEATS * CACHE_SEAT_BYTES);
		assert_true(i < 10 * SEATS);
		snprintf(show_id, sizeof show_id, "empty-%04u", i);
		learn(show_id, 0, 0, 0);
	}
	assert_false(has_show("empty-0000"));
	assert_true(has_show("empty-0001"));
	assert_true(has_show(show_id));
}

static void facts_of_another_number_of_hand_changes_are_forgotten(void **state)
{
	(void)state;
	learn("s", 0, 3, 0);
	assert_true(cache_begin(cache, HAND_CHANGES));
	assert_true(has_seat("s", 2));
	assert_false(cache_begin(cache, HAND_CHANGES + 1));
	assert_false(has_show("s"));
	assert_true(cache_begin(cache, HAND_CHANGES - 1)); /* nothing there that could be wrong */
	learn("s", 0, 3, 0);
	assert_false(cache_begin(cache, -1));
	learn("s", 0, 3, 0);
	assert_false(cache_begin(cache, -1)); /* not known is never the same */
}

/* ---- sessions and held reservations ---- */

enum answer { NOT_KNOWN, NO_HOLD, A_HOLD };

static enum answer ask_session(unsigned session)
{
	struct view view;
	struct show *show = open_view(&view, "s");
	struct session *s;
	uint8_t hash[SHA256_BYTES];
	enum answer answer = NOT_KNOWN;

	hash_of(session, hash);
	s = view_session(&view, show, hash);
	cache_fill(cache, &view, 0);
	if (s->known == KNOWN)
		answer = s->held ? A_HOLD : NO_HOLD;
	assert_true(!s->held || (s->held->exists && s->held->reserved_until_ms == 1000 + session &&
	                         text_same(s->held->seat_ids[0], numbered("seat-", session))));
	view_close(&view);
	return answer;
}

/* A batch with so many sessions that have to be looked up; true: all holds are to be read. */
static bool look_up(const char *show_id, unsigned count, size_t *rows_max)
{
	struct view view;
	struct show *show = open_view(&view, show_id);
	struct text chosen;

	for (unsigned i = 0; i < count; i++) {
		uint8_t hash[SHA256_BYTES];

		hash_of(1000000 + i, hash);
		(void)view_session(&view, show, hash);
	}
	cache_fill(cache, &view, 0);
	chosen = cache_choose_held(cache, &view, rows_max);
	assert_true(!chosen.data || text_same(chosen, text_of(show_id)));
	assert_int_equal(cache_reads_held_of(cache, show), chosen.data != NULL);
	view_close(&view);
	return chosen.data != NULL;
}

static void an_unknown_session_has_no_hold_only_where_all_are_known(void **state)
{
	size_t rows_max;

	(void)state;
	learn("s", 0, 3, 2);
	assert_int_equal(ask_session(1), A_HOLD);
	assert_int_equal(ask_session(2), NOT_KNOWN);
	assert_false(look_up("s", CACHE_BUSY_SESSIONS - 1, &rows_max));
	assert_true(look_up("s", 1, &rows_max));
	assert_int_equal(rows_max, SEATS / CACHE_HELD_PART);
	assert_int_equal(ask_session(2), NOT_KNOWN);
	cache_add_held(cache, &(struct reservation){.id = id_of(9),
	                                            .session_hash = {9, 0, 0, 0, 9},
	                                            .reserved_until_ms = 1009,
	                                            .seat_ids = (struct text[]){numbered("seat-", 9)},
	                                            .seat_count = 1});
	cache_end_held(cache, true);
	assert_int_equal(ask_session(9), A_HOLD);
	assert_int_equal(ask_session(1), A_HOLD);
	assert_int_equal(ask_session(2), NO_HOLD);
	assert_false(look_up("s", 5 * CACHE_BUSY_SESSIONS, &rows_max));
}

static void a_show_with_too_many_holds_is_not_asked_about_again(void **state)
{
	size_t rows_max;

	(void)state;
	learn("s", 0, 3, 0);
	assert_true(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_held(cache, false);
	assert_int_equal(ask_session(2), NOT_KNOWN);
	assert_false(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
}

static void behind_a_batch_that_did_not_fit_no_holds_are_read_for_a_while(void **state)
{
	size_t rows_max;

	(void)state;
	learn("large", 0, SEATS + 1, 0);
	learn("s", 0, 3, 0);
	for (unsigned i = 0; i < CACHE_CALM_BATCHES; i++) {
		assert_false(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
		assert_true(cache_begin(cache, HAND_CHANGES));
	}
	assert_true(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_held(cache, true);
}

/* ---- a show that is read whole ---- */

static size_t no_bytes(const void *built)
{
	(void)built;
	return 0;
}

static void close_nothing(void *built)
{
	(void)built;
}

/*
 * Seats 0 and 1 are known; seat 1, and 2, which is not there, are in the view. Then the show is read
 * whole: seats [first, first + count), of that version.
 */
static bool is_torn(unsigned first, unsigned count, int64_t version)
{
	static int layout;
	struct view view;
	struct show *show;
	bool is_torn;

	learn("s", 0, 2, 0);
	show = open_view(&view, "s");
	(void)view_seat(&view, show, numbered("seat-", 1));
	cache_fill(cache, &view, 0);
	(void)view_seat(&view, show, numbered("seat-", 2));
	view_learn_seat(&view, view.wanted_seats, 0);
	view.wanted_seats = NULL;
	view_want_whole(&view, show, false);
	assert_true(cache_begin_whole(cache, show));
	for (unsigned i = first; i < first + count; i++)
		assert_non_null(cache_add_seat(cache, show, numbered("seat-", i),
		                               &(struct seat_row){.version = version}));
	cache_end_held(cache, true);
	cache_end_whole(cache, show, &(struct whole){&layout, no_bytes, close_nothing});
	cache_fill(cache, &view, 0);
	assert_ptr_equal(show->layout, &layout);
	is_torn = view.is_torn;
	view_close(&view);
	cache_drop(cache);
	return is_torn;
}

static void seats_that_a_hand_changes_meanwhile_tear_the_view(void **state)
{
	(void)state;
	assert_false(is_torn(0, 2, 5));
	assert_true(is_torn(0, 2, 6)); /* one that the view has is another */
	assert_true(is_torn(0, 3, 5)); /* one has come that was not there */
	assert_true(is_torn(1, 1, 5)); /* one is gone that only the cache has */
}

static void without_a_cache_everything_stays_wanted(void **state)
{
	struct cache *kept = cache;
	size_t rows_max;

	(void)state;
	cache = NULL;
	learn("s", 0, 3, 2);
	assert_false(has_show("s"));
	assert_false(look_up("s", 2 * CACHE_BUSY_SESSIONS, &rows_max));
	assert_true(cache_begin(cache, 1) && cache_begin(cache, 2));
	cache_drop(cache);
	cache = kept;
}

static int open_cache(void **state)
{
	(void)state;
	cache = cache_open(SEATS);
	return cache && cache_begin(cache, HAND_CHANGES) ? 0 : -1;
}

static int close_cache(void **state)
{
	(void)state;
	cache_close(cache);
	arena_release(&arena);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_cache, close_cache)

/* ---- customers ---- */

#define UNKNOWN INT64_C(-1)

/* What is known of a customer of "s": places bought and, in hundreds, holds. */
static int64_t ask_customer(unsigned n)
{
	struct view view;
	struct show *show = open_view(&view, "s");
	struct customer *customer;
	uint8_t hash[SHA256_BYTES];
	int64_t has = UNKNOWN;

	hash_of(n, hash);
	customer = view_customer(&view, show, hash);
	cache_fill(cache, &view, 0);
	if (customer->known == KNOWN) {
		has = customer->sold;
		for (const struct reservation *r = customer->held; r; r = r->next_of_customer) {
			assert_true(r->known == KNOWN && r->exists && r->has_customer);
			assert_memory_equal(r->customer_hash, hash, SHA256_BYTES);
			has += 100;
		}
	}
	view_close(&view);
	return has;
}

/*
 * As if a batch was committed that had read reservation n of that customer, held or confirmed, and
 * made it what it is now.
 */
static void learn_change(unsigned n, unsigned customer, enum reservation_status was,
                         enum reservation_status is)
{
	struct view view;
	struct show *show = open_view(&view, "s");
	struct uuid id = id_of(n);
	struct reservation *r = view_reservation(&view, show, &id);
	struct text *ids = arena_take(&arena, sizeof *ids);

	cache_fill(cache, &view, 0);
	if (r->known == WANTED) {
		view.wanted_reservations = NULL;
		ids[0] = numbered("seat-", n);
		r->exists = r->has_customer = true;
		r->status = was;
		r->places = 3;
		hash_of(n, r->session_hash);
		hash_of(customer, r->customer_hash);
		view_learn_reservation(&view, r, ids, 1);
	}
	assert_int_equal(r->status, was);
	if (was != is) {
		view_touch_reservation(&view, r);
		r->status = is;
	}
	cache_learn(cache, &view);
	view_close(&view);
}

/* As if he had been looked up, with so many places bought and no hold. */
static void learn_customer(unsigned n, int64_t sold)
{
	struct view view;
	struct show *show = open_view(&view, "s");
	uint8_t hash[SHA256_BYTES];

	hash_of(n, hash);
	view_learn_customer(view_customer(&view, show, hash), sold);
	cache_learn(cache, &view);
	view_close(&view);
}

/* A batch asks for `count` customers that are not known; are all of the show to be read? */
static bool look_up_customers(unsigned count, size_t *rows_max)
{
	struct view view;
	struct show *show = open_view(&view, "s");
	struct text chosen;

	show->policy.max_customer_seats = 1;
	for (unsigned i = 0; i < count; i++) {
		uint8_t hash[SHA256_BYTES];

		hash_of(1000000 + i, hash);
		(void)view_customer(&view, show, hash);
	}
	cache_fill(cache, &view, 0);
	chosen = cache_choose_sold(cache, &view, rows_max);
	assert_int_equal(cache_reads_sold_of(cache, show), chosen.data != NULL);
	view_close(&view);
	return chosen.data != NULL;
}

static void who_was_looked_up_is_known_whatever_becomes_of_what_he_has(void **state)
{
	(void)state;
	learn("s", 0, 3, 0);
	learn_change(7, 1, RESERVATION_HELD, RESERVATION_HELD);
	assert_int_equal(ask_customer(1), UNKNOWN); /* he may have more */
	learn_customer(1, 5);
	assert_int_equal(ask_customer(1), 105);
	assert_int_equal(ask_customer(2), UNKNOWN);
	learn_change(7, 1, RESERVATION_HELD, RESERVATION_CONFIRMED);
	assert_int_equal(ask_customer(1), 8);
	learn_change(7, 1, RESERVATION_CONFIRMED, RESERVATION_CANCELLED);
	assert_int_equal(ask_customer(1), 5);
	learn_change(8, 1, RESERVATION_EXPIRED, RESERVATION_CONFIRMED);
	learn_change(9, 1, RESERVATION_HELD, RESERVATION_RELEASED);
	assert_int_equal(ask_customer(1), 8);
	learn_customer(2, 0);
	assert_int_equal(ask_customer(2), 0);
	cache_drop(cache);
	assert_int_equal(cache_bytes(cache), 0);
	assert_int_equal(ask_customer(1), UNKNOWN);
}

static void who_is_not_there_has_nothing_where_all_are_known(void **state)
{
	size_t rows_max, bytes;
	uint8_t third[SHA256_BYTES];

	(void)state;
	hash_of(3, third);
	learn("s", 0, 3, 0);
	assert_false(look_up_customers(2 * CACHE_BUSY_SESSIONS, &rows_max)); /* not all holds are known */
	assert_true(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_held(cache, true);
	assert_true(look_up_customers(1, &rows_max));
	assert_int_equal(rows_max, SEATS / CACHE_HELD_PART);
	cache_add_sold(cache, third, 4);
	cache_end_sold(cache, true);
	assert_int_equal(ask_customer(3), 4);
	assert_int_equal(ask_customer(1), 0);
	assert_false(look_up_customers(2 * CACHE_BUSY_SESSIONS, &rows_max));
	bytes = cache_bytes(cache);
	learn_change(7, 1, RESERVATION_HELD, RESERVATION_HELD);
	assert_int_equal(ask_customer(1), 100);
	learn_change(7, 1, RESERVATION_HELD, RESERVATION_CONFIRMED);
	assert_int_equal(ask_customer(1), 3);
	learn_change(7, 1, RESERVATION_CONFIRMED, RESERVATION_CANCELLED);
	assert_int_equal(ask_customer(1), 0);
	assert_int_equal(cache_bytes(cache), bytes); /* nothing is left of one who has nothing */
}

static void each_of_many_customers_is_found_whoever_came_and_went(void **state)
{
	size_t rows_max;

	(void)state;
	learn("s", 0, 3, 0);
	assert_true(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_held(cache, true);
	assert_true(look_up_customers(CACHE_BUSY_SESSIONS, &rows_max));
	for (unsigned i = 0; i < 300; i++) {
		uint8_t hash[SHA256_BYTES];

		hash_of(i, hash);
		cache_add_sold(cache, hash, 1 + i);
	}
	cache_end_sold(cache, true);
	learn_change(1, 5, RESERVATION_CONFIRMED, RESERVATION_CANCELLED);
	learn_change(2, 2, RESERVATION_CONFIRMED, RESERVATION_CANCELLED); /* all that he has */
	for (unsigned i = 300; i < 320; i++)
		learn_change(i, i, RESERVATION_EXPIRED, RESERVATION_CONFIRMED);
	for (unsigned i = 0; i < 400; i++)
		assert_int_equal(ask_customer(i), i == 5 ? 3 : i == 2 ? 0 : i < 300 ? 1 + i : i < 320 ? 3 : 0);
	cache_drop(cache);
	assert_int_equal(cache_bytes(cache), 0);
}

/* Both are read in one wave, and of the holds there turn out to be too many. */
static void what_all_have_bought_tells_nothing_where_not_all_holds_are_known(void **state)
{
	size_t rows_max;

	(void)state;
	learn("s", 0, 3, 0);
	assert_true(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
	assert_true(look_up_customers(CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_held(cache, false);
	cache_end_sold(cache, true);
	assert_int_equal(ask_customer(1), UNKNOWN);
	learn_customer(1, 0);
	assert_int_equal(ask_customer(1), 0);
}

static void a_show_with_too_many_customers_is_not_asked_about_again(void **state)
{
	size_t rows_max;

	(void)state;
	learn("s", 0, 3, 0);
	assert_true(look_up("s", CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_held(cache, true);
	assert_true(look_up_customers(CACHE_BUSY_SESSIONS, &rows_max));
	cache_end_sold(cache, false);
	assert_int_equal(ask_customer(1), UNKNOWN);
	assert_false(look_up_customers(CACHE_BUSY_SESSIONS, &rows_max));
	learn_customer(1, 2);
	assert_int_equal(ask_customer(1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_seat_beyond_the_limit_costs_the_show_that_was_not_used_for_longest),
	    CASE(a_show_that_does_not_fit_at_all_is_forgotten_whole),
	    CASE(a_show_that_does_not_fit_at_all_costs_no_other),
	    CASE(a_seat_takes_two_hundred_bytes_at_most),
	    CASE(holds_and_shows_count_in_bytes),
	    CASE(facts_of_another_number_of_hand_changes_are_forgotten),
	    CASE(an_unknown_session_has_no_hold_only_where_all_are_known),
	    CASE(a_show_with_too_many_holds_is_not_asked_about_again),
	    CASE(behind_a_batch_that_did_not_fit_no_holds_are_read_for_a_while),
	    CASE(who_was_looked_up_is_known_whatever_becomes_of_what_he_has),
	    CASE(who_is_not_there_has_nothing_where_all_are_known),
	    CASE(each_of_many_customers_is_found_whoever_came_and_went),
	    CASE(what_all_have_bought_tells_nothing_where_not_all_holds_are_known),
	    CASE(a_show_with_too_many_customers_is_not_asked_about_again),
	    CASE(seats_that_a_hand_changes_meanwhile_tear_the_view),
	    CASE(without_a_cache_everything_stays_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
