/*
 * The load generator on real servers: what it says it did is what the topic and the database hold.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "tests/integration/rig.h"

#define RECORDS_MAX 20000
#define HELD_UP_MS 1000

static char out_path[160];
static struct record records[RECORDS_MAX];

static int set_up(void **state)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");

	snprintf(out_path, sizeof out_path, "%s/load-%ld.out", folder ? folder : "/tmp", (long)getpid());
	return rig_make(state);
}

static int tear_down(void **state)
{
	(void)remove(out_path);
	return rig_drop(state);
}

/* Start it with these flags; what it prints goes to out_path. */
static long start_load(const char *flags)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char script[600];

	snprintf(script, sizeof script, "exec '%s/holdfast-producer' --load --json %s >%s",
	         build ? build : "build", flags, out_path);
	return rig_start("/bin/sh", "-c", script, NULL);
}

static void load(const char *flags, int exit_code)
{
	int ended = rig_stop(start_load(flags), 0);

	if (ended != exit_code)
		fail_msg("--load %s ended with %d, not %d\n%s", flags, ended, exit_code, rig_log());
}

static const char *read_report(void)
{
	static char text[200000];
	FILE *out = fopen(out_path, "r");
	size_t bytes;

	assert_non_null(out);
	bytes = fread(text, 1, sizeof text - 1, out);
	fclose(out);
	text[bytes] = '\0';
	return text;
}

/* The number behind the first of that name, from `part` on. */
static double number_in(const char *report, const char *part, const char *name)
{
	const char *from = strstr(report, part);
	const char *number = from ? rig_field(from, name) : "";

	if (!*number)
		fail_msg("no %s in %s", name, report);
	return atof(number);
}

static void expect_sum(const char *report, const char *name, int expected)
{
	assert_int_equal(number_in(report, "{", name), expected);
}

/* Each outcome that the report counts has as many decisions; how many in all. */
static int compare_outcomes(const char *report)
{
	int all = 0, code, count, used;
	char reason[48];

	for (const char *at = strstr(report, "{\"code\":");
	     at && sscanf(at, "{\"code\":%d,\"reason\":\"%47[A-Z_]\",\"count\":%d}%n", &code, reason,
	                  &count, &used) == 3;
	     at += used + 1, all += count)
		assert_int_equal(atoi(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE reason = '%s' "
		                              "AND code = %d AND type IN ('reserve', 'change_hold', 'confirm', "
		                              "'release')",
		                              reason, code)), count);
	return all;
}

static void what_it_counts_is_what_the_database_holds(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	const char *report;
	int again;

	(void)state;
	load("--create --shows=3 --seats-per-show=200 --area-capacity=300 --requests=1500 --rate=500 "
	     "--duplicates=20 --mix=reserve:30,best:15,area:15,change:20,confirm:10,release:10 --holds=50 "
	     "--customers=40 --max-customer-seats=30 --max-customer-holds=5", 0);
	report = read_report();
	expect_sum(report, "sent", 1500);
	expect_sum(report, "answered", 1500);
	expect_sum(report, "unanswered", 0);
	assert_int_equal(compare_outcomes(report), 1500);
	again = atoi(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE duplicate_of IS NOT NULL"));
	expect_sum(report, "sent_again", again);
	assert_in_range(again, 1, 1499);
	assert_int_equal(number_in(report, "\"due_to_reply\"", "count"), 1500);
	assert_int_equal(number_in(report, "\"append_to_reply\"", "count"), 1500 - again);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void granted_reservations_are_changed_confirmed_and_released(void **state)
{
	(void)state;
	assert_string_equal(rig_sql("SELECT count(*) FILTER (WHERE reason = 'CONFIRMED') > 0, count(*) "
	                            "FILTER (WHERE reason = 'RELEASED') > 0, count(*) FILTER (WHERE "
	                            "reason = 'HOLD_CHANGED') > 0, count(*) FILTER (WHERE code "
	                            "IN (403, 404)) FROM holdfast.decisions"), "t|t|t|0");
	assert_string_equal(rig_sql("SELECT count(*), sum(capacity), sum(held + sold) > 0, (SELECT "
	                            "count(*) FILTER (WHERE left_at IS NOT NULL) > 0 FROM "
	                            "holdfast.reservation_seats), (SELECT count(DISTINCT customer_hash) > "
	                            "40 FROM holdfast.seat_reservations) FROM holdfast.show_areas"),
	                    "3|900|t|t|t");
}

/* What is published without waiting is granted all the same: no seat is dropped that is not held. */
static void unread_replies_are_taken_to_grant_what_is_changed(void **state)
{
	(void)state;
	load("--create --no-wait --show-prefix=ring --seats-per-show=90 --pick=next --seats-per-request=2 "
	     "--holds=30 --mix=change:1 --requests=230", 0);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--until-caught-up", NULL), 0), 0);
	assert_string_equal(rig_sql("SELECT string_agg(concat_ws(' ', reason, n), ', ' ORDER BY reason) "
	                            "FROM (SELECT reason, count(*) AS n FROM holdfast.decisions WHERE "
	                            "show_id = 'ring-1' GROUP BY reason) AS d"),
	                    "HOLD_CHANGED 200, RESERVED 30, SEATS_ADDED 1, SHOW_CREATED 1");
}

static void shows_that_are_there_are_not_created_again(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);

	(void)state;
	load("--create --show-prefix=twice --seats-per-show=10 --requests=5", 0);
	load("--create --show-prefix=twice --seats-per-show=10 --requests=5", 0);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id = 'twice-1'"),
	                    "10");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static size_t read_requests(void)
{
	return rig_read(rig_topics.requests, records, RECORDS_MAX);
}

/* Wait until more requests than that are in the topic; how many. */
static size_t await_more_requests(size_t than)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	size_t now;

	do {
		now = read_requests();
		rig_give(records, now);
		assert_true(clock_monotonic_ms() < until_ms);
	} while (now <= than);
	return now;
}

/* Held up itself, it sends late; the wait of whoever was due in the meantime counts all the same. */
static void a_request_waits_from_when_it_was_due(void **state)
{
	long worker = rig_start("holdfast-worker", NULL), generator;
	size_t before = read_requests();
	int64_t held_up_until_ms;
	const char *report;

	(void)state;
	rig_give(records, before);
	/* Seldom enough for a reader to come to an end in between. */
	generator = start_load("--show-prefix=none --rate=5 --seconds=100");
	before = await_more_requests(before);
	assert_int_equal(kill((pid_t)generator, SIGSTOP), 0);
	held_up_until_ms = clock_monotonic_ms() + HELD_UP_MS;
	while (clock_monotonic_ms() < held_up_until_ms)
		clock_sleep_ms(held_up_until_ms - clock_monotonic_ms());
	before = await_more_requests(0);
	assert_int_equal(kill((pid_t)generator, SIGCONT), 0);
	(void)await_more_requests(before);
	assert_int_equal(rig_stop(generator, SIGTERM), 0);
	report = read_report();
	assert_true(number_in(report, "{", "behind_ms") > HELD_UP_MS / 2);
	assert_true(number_in(report, "\"due_to_reply\"", "max") >= number_in(report, "{", "behind_ms"));
	assert_int_equal(number_in(report, "{", "answered"), number_in(report, "{", "sent"));
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void what_is_not_answered_is_counted_and_ends_with_8(void **state)
{
	const char *report;

	(void)state;
	load("--show-prefix=none --requests=3 --rate=0 --timeout-ms=300", 8);
	report = read_report();
	expect_sum(report, "sent", 3);
	expect_sum(report, "answered", 0);
	expect_sum(report, "unanswered", 3);
}

/* A field of a request, its array up to the closing bracket. */
static struct text field_of(const struct record *record, const char *name)
{
	struct text value = record->value;
	char start[40];
	size_t bytes = (size_t)snprintf(start, sizeof start, "\"%s\":", name);

	for (size_t i = 0; i + bytes < value.bytes; i++) {
		struct text rest = {value.data + i + bytes, value.bytes - i - bytes};
		const char *end;

		if (memcmp(value.data + i, start, bytes) != 0)
			continue;
		end = memchr(rest.data, rest.data[0] == '[' ? ']' : ',', rest.bytes);
		rest.bytes = end ? (size_t)(end - rest.data) : rest.bytes;
		return rest;
	}
	return (struct text){NULL, 0};
}

static void the_same_seed_asks_for_the_same_seats_with_other_ids(void **state)
{
	struct record *seeded[200];
	size_t all, count = 0;

	(void)state;
	load("--no-wait --show-prefix=seeded --placement=one --shows=3 --requests=100 --seed=5", 0);
	load("--no-wait --show-prefix=seeded --placement=one --shows=3 --requests=100 --seed=5", 0);
	all = read_requests();
	for (size_t i = 0; i < all && count < 200; i++)
		if (records[i].key.bytes > 6 && !memcmp(records[i].key.data, "seeded", 6))
			seeded[count++] = &records[i];
	assert_int_equal(count, 200);
	for (size_t i = 0; i < 100; i++) {
		const struct record *one = seeded[i], *other = seeded[i + 100];

		assert_int_equal(one->partition, seeded[0]->partition);
		assert_true(text_same(one->key, other->key));
		assert_true(field_of(one, "seat_ids").bytes > 0);
		assert_true(text_same(field_of(one, "seat_ids"), field_of(other, "seat_ids")));
		assert_false(text_same(field_of(one, "request_id"), field_of(other, "request_id")));
		assert_false(text_same(field_of(one, "session_id"), field_of(other, "session_id")));
	}
	rig_give(records, all);
}

static void flags_that_do_not_fit_end_with_2(void **state)
{
	(void)state;
	load("--seats-per-request=0", 2);
	load("--seats-per-request=11", 2);
	load("--seats-per-request=4 --seats-per-show=3", 2);
	load("--mix=confirm:1", 2);
	load("--holds=5 --mix=reserve:0", 2);
	load("--mix=change:1,reserve:1 --seats-per-request=4 --seats-per-show=4", 2);
	load("--max-customer-holds=51", 2);
	load("--skew=6", 2);
	load("--hold-seconds=1801", 2);
	load("--type=reserve", 2);
	load("--wait", 2);
	load("--load=false --requests=5", 2);
	load("--load=false", 2); /* --json alone */
}

/* Until no row has room for the wish: each is served, in a block of a row. */
static void the_worker_chooses_until_all_rows_are_full(void **state)
{
	long worker = rig_start("holdfast-worker", NULL);
	const char *report;

	(void)state;
	load("--create --pick=best --show-prefix=chosen --seats-per-show=100 --row-seats=20 "
	     "--seats-per-request=4 --requests=30 --rate=0", 0);
	report = read_report();
	assert_non_null(strstr(report, "{\"code\":200,\"reason\":\"RESERVED\",\"count\":25}"));
	assert_non_null(strstr(report, "{\"code\":409,\"reason\":\"NOT_ENOUGH_SEATS\",\"count\":5}"));
	assert_string_equal(rig_sql("SELECT count(DISTINCT (section, seat_row)), max(pos), count(*) FROM "
	                            "holdfast.seat_places WHERE show_id = 'chosen-1'"), "5|20|100");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_it_counts_is_what_the_database_holds),
	    cmocka_unit_test(granted_reservations_are_changed_confirmed_and_released),
	    cmocka_unit_test(unread_replies_are_taken_to_grant_what_is_changed),
	    cmocka_unit_test(shows_that_are_there_are_not_created_again),
	    cmocka_unit_test(the_worker_chooses_until_all_rows_are_full),
	    cmocka_unit_test(a_request_waits_from_when_it_was_due),
	    cmocka_unit_test(what_is_not_answered_is_counted_and_ends_with_8),
	    cmocka_unit_test(the_same_seed_asks_for_the_same_seats_with_other_ids),
	    cmocka_unit_test(flags_that_do_not_fit_end_with_2),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
