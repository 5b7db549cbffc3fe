/*
 * Rows of shows, channels, seats and places, written and read again by the worker's own code, on a
 * real server: what is read is what was written, and nothing is written over what a hand did.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/integration/own_database.h"
#include "worker/plan/layout.h"
#include "worker/store/read.h"
#include "worker/store/write.h"

#define SEATS 3
#define NEVER INT64_C(0)

static struct db *db;
static struct arena arena;
static struct view view;
static struct show *show;
static struct seat *seats[SEATS];
static struct err e;

static struct text t(const char *string)
{
	return text_of(string);
}

/* A view of the show, its seats and their places. */
static void look(void)
{
	const struct reading reading = {db, &view, NULL, NEVER, false};

	view_open(&view, &arena);
	show = view_show(&view, t("opera"));
	for (int i = 0; i < SEATS; i++) {
		char id[8];

		snprintf(id, sizeof id, "A%d", i + 1);
		seats[i] = view_seat(&view, show, t(id));
		view_place(&view, seats[i]);
	}
	if (store_read(&reading, &e))
		fail_msg("%s", e.text);
}

/* Write what was changed, behind what a hand does; the transaction stays open. */
static enum rc write_rows(const char *hand)
{
	static const struct batch none;
	struct store_writes writes;
	enum rc rc;

	own_run(db, "BEGIN");
	if (hand)
		own_run(db, hand);
	assert_true(store_writes_make(&writes, &view, 0, &none, 0, 0));
	rc = db_run(db, writes.calls, writes.count, &e);
	store_writes_release(&writes);
	return rc;
}

static void keep(void)
{
	struct err why;

	if (write_rows(NULL))
		fail_msg("%s %s", e.code, e.text);
	if (db_run_script(db, "COMMIT", &why))
		fail_msg("%s %s", why.code, why.text);
	view_close(&view);
	look();
}

static void set_place(struct seat *seat, const struct place *place, int64_t version)
{
	view_touch_place(&view, seat->place);
	seat->place->exists = true;
	seat->place->place = *place;
	seat->place->version = version;
}

static const struct place first_place = {
    .section = {"Rang-\303\204 1", 9}, .row = {"3", 1}, .category = {"I,\"x\"", 5},
    .pos = 12, .rank = 7,
    .flags = PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_RESTRICTED),
    .has_point = true, .x = 0, .y = 1000000};
static const struct place second_place = {.row = {"3", 1}, .pos = 12, .rank = PLACE_RANK_DEFAULT};

static struct channel_row *set_channel(const char *name, int64_t version)
{
	struct channel_row *channel = view_find_channel(show, t(name));

	if (!channel)
		channel = view_new_channel(&view, show, t(name));
	view_touch_channel(&view, show, channel);
	channel->version = version;
	return channel;
}

/* A show with two channels and three seats, of which two have a place. */
static int make_show(void **state)
{
	static const struct text opens[] = {{"caf\303\251, {x}", 10}, {"public", 6}};
	struct channel_row *house;

	own_clear(state);
	db = own_open();
	own_migrate(db);
	look();
	assert_false(show->exists);
	show->exists = true;
	show->rules = RULES_KNOWN;
	show->policy = (struct policy){.title = t("Tosca"), .hold_seconds = 600,
	                               .max_hold_seconds = 1800, .max_seats = 10,
	                               .on_sale = {.has_from = true, .from_ms = 1000}};
	show->version = 1;
	house = set_channel("house", 2);
	house->has_key = true;
	memset(house->key_hash, 7, SHA256_BYTES);
	house->on_sale = (struct sale_window){true, true, 0, INT64_C(253402300799999)};
	house->opens = opens;
	house->opens_count = 2;
	house->is_exempt = true;
	(void)set_channel("kill", 3);
	for (int i = 0; i < SEATS; i++) {
		view_touch_seat(&view, seats[i]);
		seats[i]->exists = true;
		seats[i]->row.version = 4;
	}
	seats[2]->row.channel = t("house");
	set_place(seats[0], &first_place, 4);
	set_place(seats[1], &second_place, 4);
	keep();
	return 0;
}

static int forget_show(void **state)
{
	(void)state;
	view_close(&view);
	arena_release(&arena);
	db_close(db);
	return 0;
}

static void expect_place(const struct place_row *row, const struct place *p, int64_t version)
{
	const struct place *found = &row->place;

	assert_true(row->is_known && row->exists && row->existed);
	assert_true(found->section.data ? text_same(found->section, p->section) : !p->section.data);
	assert_true(found->row.data ? text_same(found->row, p->row) : !p->row.data);
	assert_true(found->category.data ? text_same(found->category, p->category) : !p->category.data);
	assert_int_equal(found->pos, p->pos);
	assert_int_equal(found->rank, p->rank);
	assert_int_equal(found->flags, p->flags);
	assert_int_equal(found->has_point, p->has_point);
	assert_int_equal(found->x, p->x);
	assert_int_equal(found->y, p->y);
	assert_int_equal(row->version, version);
}

static void what_is_read_is_what_was_written(void **state)
{
	const struct channel_row *house = view_find_channel(show, t("house"));
	const struct channel_row *kill = view_find_channel(show, t("kill"));

	(void)state;
	assert_true(show->exists && show->existed && show->rules == 1 && show->version == 1);
	assert_true(text_same(show->policy.title, t("Tosca")) && show->policy.max_hold_seconds == 1800);
	assert_true(show->policy.on_sale.has_from && !show->policy.on_sale.has_until);
	assert_int_equal(show->policy.on_sale.from_ms, 1000);
	assert_true(!show->policy.closed && show->policy.singles == SINGLES_ALLOW && !show->has_owner);
	assert_true(house && house->existed && house->has_key && house->key_hash[31] == 7);
	assert_true(house->on_sale.has_from && house->on_sale.from_ms == 0);
	assert_true(house->on_sale.until_ms == INT64_C(253402300799999));
	assert_int_equal(house->opens_count, 2);
	assert_true(text_same(house->opens[0], t("caf\303\251, {x}")));
	assert_true(text_same(house->opens[1], t("public")) && house->is_exempt && house->version == 2);
	assert_true(kill && !kill->has_key && kill->opens_count == 0 && !kill->is_exempt);
	expect_place(seats[0]->place, &first_place, 4);
	expect_place(seats[1]->place, &second_place, 4);
	assert_true(seats[2]->place->is_known && !seats[2]->place->exists);
	assert_null(seats[0]->row.channel.data);
	assert_true(text_same(seats[2]->row.channel, t("house")));
}

static void what_changes_is_written_and_all_else_stays(void **state)
{
	struct channel_row *kill;

	(void)state;
	view_touch_show(&view, show);
	show->policy.title = (struct text){NULL, 0};
	show->policy.closed = true;
	show->policy.singles = SINGLES_REFUSE;
	show->policy.max_customer_seats = 1000;
	show->policy.max_customer_holds = 50;
	show->policy.on_sale = (struct sale_window){false, true, 0, 5000};
	show->has_owner = true;
	memset(show->owner_hash, 9, SHA256_BYTES);
	show->version = 11;
	kill = set_channel("kill", 12);
	kill->is_exempt = true;
	keep();
	assert_true(!show->policy.title.data && show->policy.closed && show->version == 11);
	assert_true(show->policy.singles == SINGLES_REFUSE && show->policy.hold_seconds == 600);
	assert_int_equal(show->policy.max_customer_seats, 1000);
	assert_int_equal(show->policy.max_customer_holds, 50);
	assert_true(!show->policy.on_sale.has_from && show->policy.on_sale.until_ms == 5000);
	assert_true(show->has_owner && show->owner_hash[0] == 9);
	assert_true(view_find_channel(show, t("kill"))->is_exempt);
	assert_int_equal(view_find_channel(show, t("house"))->version, 2);
}

static void a_seat_is_blocked_and_unblocked_with_whatever_else_becomes_of_it(void **state)
{
	(void)state;
	for (int i = 0; i < SEATS; i++) {
		view_touch_seat(&view, seats[i]);
		seats[i]->row.version = 20;
	}
	seats[0]->row.channel = t("kill");
	seats[0]->row.status = SEAT_SOLD;
	seats[2]->row.channel = (struct text){NULL, 0};
	keep();
	assert_true(text_same(seats[0]->row.channel, t("kill")));
	assert_int_equal(seats[0]->row.status, SEAT_SOLD);
	assert_null(seats[1]->row.channel.data);
	assert_null(seats[2]->row.channel.data);
	for (int i = 0; i < SEATS; i++)
		assert_int_equal(seats[i]->row.version, 20);
}

static void two_seats_change_their_places_in_one_batch(void **state)
{
	(void)state;
	set_place(seats[0], &second_place, 30);
	set_place(seats[1], &first_place, 30);
	keep();
	expect_place(seats[0]->place, &second_place, 30);
	expect_place(seats[1]->place, &first_place, 30);
}

static void a_third_seat_at_a_place_is_refused_at_the_end_of_the_transaction(void **state)
{
	struct db_call commit = {.query = QUERY_COMMIT};

	(void)state;
	set_place(seats[2], &second_place, 40); /* no section is one */
	assert_int_equal(write_rows(NULL), RC_OK);
	assert_int_equal(db_run(db, &commit, 1, &e), RC_REJECT);
	assert_string_equal(e.code, "23505");
}

static void seats_without_a_row_never_meet(void **state)
{
	const struct place none = {.section = t("Parkett"), .rank = 5};

	(void)state;
	for (int i = 0; i < SEATS; i++)
		set_place(seats[i], &none, 50);
	keep();
	expect_place(seats[2]->place, &none, 50);
}

static void who_stands_at_a_place_is_found_by_it(void **state)
{
	const struct reading reading = {db, &view, NULL, NEVER, false};
	struct place nobody = first_place;
	struct slot *slots[3];

	(void)state;
	nobody.pos++;
	slots[0] = view_slot(&view, show, &first_place);
	slots[1] = view_slot(&view, show, &second_place);
	slots[2] = view_slot(&view, show, &nobody);
	assert_int_equal(store_read(&reading, &e), RC_OK);
	assert_ptr_equal(slots[0]->seat, seats[0]);
	assert_ptr_equal(slots[1]->seat, seats[1]);
	assert_true(slots[2]->is_known && !slots[2]->seat);
}

/* Each column that an update guards, changed by hand after it was read. */
static void nothing_is_written_over_a_change_by_hand(void **state)
{
	static const char *const hands[] = {
	    "shows SET title = 'x'", "shows SET hold_seconds = 1", "shows SET max_hold_seconds = 1900",
	    "shows SET max_seats = 1", "shows SET on_sale_from = NULL",
	    "shows SET on_sale_until = to_timestamp(9)", "shows SET closed = true",
	    "shows SET singles = 'refuse'", "shows SET owner_hash = sha256('')",
	    "shows SET max_customer_seats = 1", "shows SET max_customer_holds = 1",
	    "shows SET version = 99", "show_channels SET key_hash = NULL",
	    "show_channels SET on_sale_from = NULL", "show_channels SET on_sale_until = NULL",
	    "show_channels SET opens = '{}'", "show_channels SET exempt = false",
	    "show_channels SET version = 99", "seat_places SET section = 'x'",
	    "seat_places SET seat_row = 'x'", "seat_places SET pos = 1", "seat_places SET category = NULL",
	    "seat_places SET rank = 1", "seat_places SET flags = '{}'", "seat_places SET x = 1",
	    "seat_places SET y = 1", "seat_places SET version = 99", "show_seats SET channel = 'x'",
	    "show_seats SET version = 99"};
	char sql[200];

	(void)state;
	for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++)
		for (int is_blocked = 0; is_blocked < 2; is_blocked++) {
			enum rc rc;

			view_touch_show(&view, show);
			show->version = 60;
			(void)set_channel("house", 60);
			set_place(seats[0], &first_place, 60);
			view_touch_seat(&view, seats[1]);
			seats[1]->row.version = 60;
			if (is_blocked)
				seats[1]->row.channel = t("kill");
			snprintf(sql, sizeof sql, "UPDATE holdfast.%s%s", hands[i],
			         strncmp(hands[i], "seat_places", 11) ? "" : " WHERE seat_id = 'A1'");
			rc = write_rows(sql);
			own_run(db, "ROLLBACK");
			if (rc != RC_REJECT || strcmp(e.code, "HF001") != 0)
				fail_msg("%s: %d %s", hands[i], (int)rc, e.text);
			view_close(&view);
			look();
		}
}

static void seats_that_are_sold_stay_on_their_pages(void **state)
{
	(void)state;
	for (int i = 0; i < SEATS; i++) {
		view_touch_seat(&view, seats[i]);
		seats[i]->row.status = SEAT_SOLD;
		seats[i]->row.version = 70;
	}
	seats[0]->row.channel = t("kill");
	assert_int_equal(write_rows(NULL), RC_OK);
	own_run(db, "DO $$ BEGIN ASSERT pg_stat_get_xact_tuples_hot_updated("
	            "'holdfast.show_seats'::regclass) = 3; END $$; COMMIT");
}

static void a_show_is_read_whole_with_its_layout(void **state)
{
	struct cache *cache = cache_open(1000);
	const struct reading reading = {db, &view, cache, NEVER, false};

	(void)state;
	own_run(db, "INSERT INTO holdfast.show_seats (show_id, seat_id, version) SELECT 'opera', 'B' || n, "
	            "5 FROM generate_series(1, 500) AS n; INSERT INTO holdfast.seat_places (show_id, "
	            "seat_id, seat_row, pos, version) SELECT 'opera', 'B' || n, 'B', n, 5 FROM "
	            "generate_series(1, 500, 2) AS n");
	view_want_whole(&view, show, true);
	assert_int_equal(store_read(&reading, &e), RC_OK);
	assert_true(show->whole == KNOWN && !show->layout); /* it does not refuse singles */
	view_close(&view);
	look();
	view_want_whole(&view, show, false);
	assert_int_equal(store_read(&reading, &e), RC_OK);
	assert_true(show->whole == KNOWN && show->layout);
	assert_int_equal(layout_seats(show->layout), SEATS + 500);
	for (int i = 0; i < SEATS; i++)
		assert_string_equal(layout_seat_id(show->layout, seats[i]->number), seats[i]->seat_id.data);
	assert_true(cache_bytes(cache) > layout_bytes(show->layout) + 500 * 100);
	cache_learn(cache, &view);
	view_close(&view);
	cache_close(cache);
	look();
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make_show, forget_show)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(what_is_read_is_what_was_written),
	    CASE(what_changes_is_written_and_all_else_stays),
	    CASE(a_seat_is_blocked_and_unblocked_with_whatever_else_becomes_of_it),
	    CASE(two_seats_change_their_places_in_one_batch),
	    CASE(a_third_seat_at_a_place_is_refused_at_the_end_of_the_transaction),
	    CASE(seats_without_a_row_never_meet),
	    CASE(who_stands_at_a_place_is_found_by_it),
	    CASE(nothing_is_written_over_a_change_by_hand),
	    CASE(seats_that_are_sold_stay_on_their_pages),
	    CASE(a_show_is_read_whole_with_its_layout),
	};

	return cmocka_run_group_tests(tests, own_make, own_drop);
}
