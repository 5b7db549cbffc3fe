/*
 * Who was refused what, and who had it: from records folded here, without Kafka.
 *
 * Show "s" has the seats A1 to A4; holds last 10 s. Times count from T0. In the JSON ' stands for ".
 */
#include "audit/ask/conflicts_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/partitioner.h"

#define T0 INT64_C(1795532400000) /* 2026-11-24T15:00:00Z */
#define HOUR INT64_C(3600000)
#define PARTITIONS 8
#define U(digits) "00000000-0000-4000-8000-0000000000" digits

static struct fold fold;
static struct conflicts conflicts;
static int64_t next_offset;

static enum outcome ask_of(const char *show, int64_t t_ms, const char *type, const char *id,
                           const char *more)
{
	struct buf value = {0};
	struct record record;

	buf_print(&value, "{'type':'%s','request_id':'%s','show_id':'%s'%s}", type, id, show, more);
	for (size_t i = 0; i < value.bytes; i++)
		if (value.data[i] == '\'')
			value.data[i] = '"';
	record = (struct record){
	    .topic = "requests",
	    .partition = fold.partition,
	    .offset = next_offset++,
	    .timestamp_ms = T0 + t_ms,
	    .is_append_time = true,
	    .key = text_of(show),
	    .value = buf_text(&value),
	};
	assert_true(fold_decide(&fold, &record));
	assert_true(conflicts_add(&conflicts, &fold, &record));
	buf_release(&value);
	return fold.verdict.outcome;
}

static enum outcome reserve(int64_t t_ms, const char *id, const char *session, const char *seats)
{
	char more[200];

	snprintf(more, sizeof more, ",'session_id':'%s','seat_ids':[%s]", session, seats);
	return ask_of("s", t_ms, "reserve", id, more);
}

static enum outcome on_hold(int64_t t_ms, const char *type, const char *id, const char *session,
                            const char *hold)
{
	char more[200];

	snprintf(more, sizeof more, ",'session_id':'%s','reservation_id':'%s'", session, hold);
	return ask_of("s", t_ms, type, id, more);
}

static void make_show(const char *show)
{
	assert_int_equal(ask_of(show, 0, "create_show", U("f0"), ",'hold_seconds':10"),
	                 OUTCOME_SHOW_CREATED);
	assert_int_equal(ask_of(show, 0, "add_seats", U("f1"), ",'seat_ids':['A1','A2','A3','A4']"),
	                 OUTCOME_SEATS_ADDED);
}

static int begin(void **state)
{
	(void)state;
	next_offset = 0;
	fold = (struct fold){.partition = partition_of_key("s", 1, PARTITIONS),
	                     .partition_count = PARTITIONS};
	conflicts = (struct conflicts){.since_ms = INT64_MIN};
	make_show("s");
	return 0;
}

static int end(void **state)
{
	(void)state;
	conflicts_release(&conflicts);
	fold_release(&fold);
	return 0;
}

/* Conflict i, by its loser's request_id and its winner's reservation_id. */
static const struct conflict *is_conflict(size_t i, const char *seat_id, const char *loser,
                                          const char *winner)
{
	const struct conflict *c = &conflicts.list[i];
	char text[UUID_TEXT_CHARS + 1];

	assert_true(i < conflicts.count);
	assert_true(text_same(c->seat_id, text_of(seat_id)));
	uuid_encode(&c->request_id, text);
	assert_string_equal(text, loser);
	uuid_encode(&c->winner->id, text);
	assert_string_equal(text, winner);
	return c;
}

static void a_refused_seat_has_a_loser_and_a_winner(void **state)
{
	const struct conflict *c;

	(void)state;
	assert_int_equal(reserve(100, U("01"), "a", "'A2'"), OUTCOME_RESERVED);
	assert_int_equal(conflicts.count, 0);
	assert_int_equal(reserve(142, U("02"), "b", "'A1','A2','A3'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 1);
	c = is_conflict(0, "A2", U("02"), U("01"));
	assert_int_equal(c->partition, fold.partition);
	assert_int_equal(c->status, SEAT_RESERVED);
	assert_int_equal(c->type, REQUEST_RESERVE);
	assert_int_equal(c->offset, 3);
	assert_int_equal(c->decided_ms, T0 + 142);
	assert_int_equal(c->taken_at, 2);
	assert_int_equal(c->taken_ms, T0 + 100);
	assert_int_equal(conflict_gap_ms(c), 42);
	assert_int_equal(c->winner->status, RESERVATION_HELD);
	assert_true(text_same(c->show->id, text_of("s")));
}

static void a_winner_is_who_had_the_seat_then_whatever_became_of_it(void **state)
{
	(void)state;
	assert_int_equal(reserve(0, U("01"), "a", "'A1'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(1, U("02"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	/* The first lapses, a third one takes the seat and buys it. */
	assert_int_equal(reserve(10000, U("03"), "c", "'A1'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(10001, U("04"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(on_hold(10002, "confirm", U("05"), "c", U("03")), OUTCOME_CONFIRMED);
	assert_int_equal(reserve(10003, U("06"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 3);
	assert_int_equal(is_conflict(0, "A1", U("02"), U("01"))->winner->status, RESERVATION_EXPIRED);
	assert_int_equal(is_conflict(1, "A1", U("04"), U("03"))->winner->status, RESERVATION_CONFIRMED);
	assert_int_equal(conflicts.list[1].status, SEAT_RESERVED);
	is_conflict(2, "A1", U("06"), U("03"));
	assert_int_equal(conflicts.list[2].status, SEAT_SOLD);
	/* A sale does not take the seat anew. */
	assert_int_equal(conflicts.list[2].taken_at, 4);
	assert_int_equal(conflicts.list[2].taken_ms, T0 + 10000);
}

static void a_late_confirm_loses_the_seats_that_others_have(void **state)
{
	const struct conflict *c;

	(void)state;
	assert_int_equal(reserve(0, U("01"), "a", "'A1','A2'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(10000, U("02"), "b", "'A2'"), OUTCOME_RESERVED);
	assert_int_equal(on_hold(10007, "confirm", U("03"), "a", U("01")), OUTCOME_HOLD_EXPIRED);
	assert_int_equal(conflicts.count, 1);
	c = is_conflict(0, "A2", U("03"), U("02"));
	assert_int_equal(c->type, REQUEST_CONFIRM);
	assert_int_equal(c->taken_at, 3);
	assert_int_equal(conflict_gap_ms(c), 7);
}

static void a_seat_taken_again_by_a_confirm_is_taken_at_its_offset_and_time(void **state)
{
	const struct conflict *c;

	(void)state;
	assert_int_equal(reserve(0, U("01"), "a", "'A1'"), OUTCOME_RESERVED);
	assert_int_equal(on_hold(10000, "expire", U("02"), "-", U("01")), OUTCOME_EXPIRED);
	assert_int_equal(on_hold(10500, "confirm", U("03"), "a", U("01")), OUTCOME_CONFIRMED);
	assert_int_equal(reserve(10600, U("04"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	c = is_conflict(0, "A1", U("04"), U("01"));
	assert_int_equal(c->taken_at, 4);
	assert_int_equal(c->taken_ms, T0 + 10500);
	/* Merely lapsed, it is not taken anew. */
	assert_int_equal(reserve(20000, U("05"), "a", "'A2'"), OUTCOME_RESERVED);
	assert_int_equal(on_hold(31000, "confirm", U("06"), "a", U("05")), OUTCOME_CONFIRMED);
	assert_int_equal(reserve(31500, U("07"), "b", "'A2'"), OUTCOME_SEATS_TAKEN);
	c = is_conflict(1, "A2", U("07"), U("05"));
	assert_int_equal(c->taken_at, 6);
	assert_int_equal(c->taken_ms, T0 + 20000);
}

static void other_refusals_and_duplicates_are_no_conflicts(void **state)
{
	(void)state;
	assert_int_equal(reserve(0, U("01"), "a", "'A1'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(1, U("02"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(2, U("02"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_true(fold.verdict.duplicate_of != NOT_A_DUPLICATE);
	assert_int_equal(reserve(3, U("03"), "b", "'Z1','A1'"), OUTCOME_UNKNOWN_SEAT);
	assert_int_equal(reserve(4, U("04"), "a", "'A1'"), OUTCOME_ALREADY_RESERVED);
	assert_int_equal(ask_of("s", 5, "add_seats", U("05"), ",'seat_ids':['A1']"),
	                 OUTCOME_SEAT_EXISTS);
	assert_int_equal(ask_of("s", 10006, "extend", U("06"),
	                        ",'session_id':'a','reservation_id':'" U("01") "','hold_seconds':5"),
	                 OUTCOME_HOLD_EXPIRED);
	assert_int_equal(conflicts.count, 1);
	assert_int_equal(conflicts.request_count, 1);
	assert_int_equal(reserve(10007, U("07"), "a", "'A1','A2'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(10008, U("08"), "b", "'A2','A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 3);
	assert_int_equal(conflicts.request_count, 2);
}

static void the_time_is_that_of_the_loser_and_includes_the_bound(void **state)
{
	(void)state;
	conflicts.since_ms = T0 + 50;
	assert_int_equal(reserve(0, U("01"), "a", "'A1'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(49, U("02"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(50, U("03"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 1);
	is_conflict(0, "A1", U("03"), U("01"));
}

static void one_seat_or_one_request_leaves_out_the_others(void **state)
{
	(void)state;
	conflicts.seat_id = text_of("A2");
	assert_int_equal(reserve(0, U("01"), "a", "'A1','A2'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(1, U("02"), "b", "'A1','A2'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(2, U("03"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 1);
	assert_int_equal(conflicts.request_count, 1);
	is_conflict(0, "A2", U("02"), U("01"));
	conflicts.seat_id = (struct text){NULL, 0};
	conflicts.has_request_id = uuid_decode(text_of(U("05")), &conflicts.request_id);
	assert_true(conflicts.has_request_id);
	assert_int_equal(reserve(3, U("04"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(4, U("05"), "b", "'A1','A2'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 3);
	is_conflict(1, "A1", U("05"), U("01"));
	is_conflict(2, "A2", U("05"), U("01"));
}

/* A show other than "s" on its partition. */
static const char *neighbour(void)
{
	static char show[8];

	for (int i = 0; i < 1000; i++) {
		snprintf(show, sizeof show, "n%d", i);
		if (partition_of_key(show, strlen(show), PARTITIONS) == fold.partition)
			return show;
	}
	fail();
	return show;
}

static void one_show_leaves_out_its_neighbours(void **state)
{
	const char *other = neighbour();

	(void)state;
	make_show(other);
	conflicts.show_id = text_of("s");
	for (int i = 0; i < 2; i++) {
		ask_of(other, 1, "reserve", i ? U("02") : U("01"),
		       i ? ",'session_id':'y','seat_ids':['A1']" : ",'session_id':'x','seat_ids':['A1']");
		reserve(2, i ? U("04") : U("03"), i ? "y" : "x", "'A2'");
	}
	assert_int_equal(conflicts.count, 1);
	is_conflict(0, "A2", U("04"), U("03"));
	conflicts.show_id = (struct text){NULL, 0};
	reserve(3, U("05"), "z", "'A2'");
	ask_of(other, 3, "reserve", U("06"), ",'session_id':'z','seat_ids':['A1']");
	assert_int_equal(conflicts.count, 3);
}

/* Two requests within the first hour, one within the next; A2 has two winners. */
static void fill_hours(void)
{
	assert_int_equal(reserve(HOUR - 5000, U("01"), "a", "'A1','A2'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(HOUR - 4990, U("02"), "b", "'A2','A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(HOUR - 1, U("03"), "c", "'A2'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(on_hold(HOUR - 1, "release", U("04"), "a", U("01")), OUTCOME_RELEASED);
	assert_int_equal(reserve(HOUR - 1, U("05"), "b", "'A2'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(HOUR, U("06"), "c", "'A2'"), OUTCOME_SEATS_TAKEN);
}

static void hours_have_seats_requests_and_gaps(void **state)
{
	struct conflict_hour *list;
	size_t count;

	(void)state;
	assert_true(conflicts_sum_hours(&conflicts, &list, &count));
	assert_null(list);
	fill_hours();
	assert_true(conflicts_sum_hours(&conflicts, &list, &count));
	assert_int_equal(count, 2);
	assert_true(text_same(list[0].show->id, text_of("s")));
	assert_int_equal(list[0].hour_ms, T0);
	assert_int_equal(list[0].seat_count, 3);
	assert_int_equal(list[0].request_count, 2);
	assert_int_equal(list[0].gap_ms_min, 10);
	assert_int_equal(list[0].gap_ms_median, 10); /* 10, 10, 4999 */
	assert_int_equal(list[1].hour_ms, T0 + HOUR);
	assert_int_equal(list[1].seat_count, 1);
	assert_int_equal(list[1].request_count, 1);
	assert_int_equal(list[1].gap_ms_min, 1);
	free(list);
}

static void the_median_of_an_even_number_is_the_lower_in_the_middle(void **state)
{
	static const char *const ids[] = {U("11"), U("12"), U("13"), U("14")};
	static const int64_t times[] = {5, 20, 300, 4000};
	struct conflict_hour *list;
	size_t count;

	(void)state;
	reserve(0, U("01"), "a", "'A1'");
	for (int i = 0; i < 4; i++)
		assert_int_equal(reserve(times[i], ids[i], "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_true(conflicts_sum_hours(&conflicts, &list, &count));
	assert_int_equal(count, 1);
	assert_int_equal(list[0].gap_ms_min, 5);
	assert_int_equal(list[0].gap_ms_median, 20);
	free(list);
}

static void seats_come_with_the_most_refused_first(void **state)
{
	struct conflict_seat *list;
	size_t count;

	(void)state;
	assert_true(conflicts_sum_seats(&conflicts, &list, &count));
	assert_null(list);
	fill_hours();
	assert_true(conflicts_sum_seats(&conflicts, &list, &count));
	assert_int_equal(count, 2);
	assert_true(text_same(list[0].seat_id, text_of("A2")));
	assert_int_equal(list[0].count, 3);
	assert_int_equal(list[0].winner_count, 2);
	assert_int_equal(list[0].first_ms, T0 + HOUR - 4990);
	assert_int_equal(list[0].last_ms, T0 + HOUR);
	assert_true(text_same(list[1].seat_id, text_of("A1")));
	assert_int_equal(list[1].count, 1);
	assert_int_equal(list[1].winner_count, 1);
	assert_int_equal(list[1].first_ms, list[1].last_ms);
	free(list);
}

/* The first one comes back with a late confirm, after another's hold has lapsed as well. */
static void a_winner_who_comes_back_counts_once(void **state)
{
	struct conflict_seat *list;
	size_t count;

	(void)state;
	reserve(0, U("01"), "a", "'A1'");
	assert_int_equal(reserve(1, U("02"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(10000, U("03"), "c", "'A1'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(10001, U("04"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(on_hold(20000, "confirm", U("05"), "a", U("01")), OUTCOME_CONFIRMED);
	assert_int_equal(reserve(20001, U("06"), "b", "'A1'"), OUTCOME_SEATS_TAKEN);
	assert_true(conflicts_sum_seats(&conflicts, &list, &count));
	assert_int_equal(count, 1);
	assert_int_equal(list[0].count, 3);
	assert_int_equal(list[0].winner_count, 2);
	free(list);
}

static void sums_go_by_show(void **state)
{
	struct text other = text_of(neighbour());
	struct conflict_hour *hours;
	struct conflict_seat *seats;
	size_t count;

	(void)state;
	make_show(other.data);
	reserve(0, U("01"), "a", "'A1'");
	reserve(1, U("02"), "b", "'A1'");
	ask_of(other.data, 2, "reserve", U("03"), ",'session_id':'a','seat_ids':['A1']");
	ask_of(other.data, 3, "reserve", U("04"), ",'session_id':'b','seat_ids':['A1']");
	reserve(4, U("05"), "b", "'A1'");
	assert_true(text_compare(other, text_of("s")) < 0);
	assert_true(conflicts_sum_hours(&conflicts, &hours, &count));
	assert_int_equal(count, 2);
	assert_true(text_same(hours[0].show->id, other));
	assert_int_equal(hours[0].seat_count, 1);
	assert_int_equal(hours[1].seat_count, 2);
	free(hours);
	/* As often refused as each other, so that the show decides. */
	ask_of(other.data, 5, "reserve", U("06"), ",'session_id':'b','seat_ids':['A1']");
	assert_true(conflicts_sum_seats(&conflicts, &seats, &count));
	assert_int_equal(count, 2);
	assert_true(text_same(seats[0].show->id, other));
	assert_int_equal(seats[0].count, 2);
	assert_int_equal(seats[1].count, 2);
	free(seats);
}

static void prints(enum conflicts_by by, enum listing_form form, const char *expected)
{
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	struct buf b = {0};
	struct json j = {.to = &b};
	struct err e;

	assert_non_null(out);
	if (form == LISTING_JSON)
		assert_int_equal(conflicts_write(&conflicts, by, &j, out, &e), RC_OK);
	else
		assert_int_equal(conflicts_print(&conflicts, by, form == LISTING_CSV, out, &e), RC_OK);
	json_print(&j, out);
	fclose(out);
	buf_release(&b);
	assert_string_equal(text, expected);
	free(text);
}

static void each_conflict_is_printed_in_every_form(void **state)
{
	char line[700];

	(void)state;
	reserve(0, U("01"), "a", "'A1'");
	reserve(42, U("02"), "b", "'A1'");
	prints(CONFLICTS_EACH, LISTING_TABLE,
	       "show  seat  who     offset  decided at                request or reservation"
	       "                what                        later by\n"
	       "s     A1    loser        3  2026-11-24T15:00:00.042Z  " U("02")
	       "  reserve, seat was reserved     42 ms\n"
	       "s     A1    winner       2  2026-11-24T15:00:00.000Z  " U("01") "  hold, now held\n");
	snprintf(line, sizeof line,
	         "\"conflicts\":[\n{\"partition\":%d,\"show_id\":\"s\",\"seat_id\":\"A1\",\"status\":"
	         "\"reserved\",\"loser_offset\":3,\"loser_request_id\":\"" U("02") "\",\"loser_type\":"
	         "\"reserve\",\"loser_decided_at\":\"2026-11-24T15:00:00.042Z\",\"winner_offset\":2,"
	         "\"winner_reservation_id\":\"" U("01") "\",\"winner_decided_at\":"
	         "\"2026-11-24T15:00:00.000Z\",\"winner_status\":\"held\",\"winner_ended_at\":null,"
	         "\"gap_ms\":42,\"channel\":null}],\n\"refused_seats\":1,\"refused_requests\":1",
	         (int)fold.partition);
	prints(CONFLICTS_EACH, LISTING_JSON, line);
	on_hold(1000, "release", U("03"), "a", U("01"));
	snprintf(line, sizeof line,
	         "partition,show_id,seat_id,status,loser_offset,loser_request_id,loser_type,"
	         "loser_decided_at,winner_offset,winner_reservation_id,winner_decided_at,winner_status,"
	         "winner_ended_at,gap_ms,channel\r\n%d,s,A1,reserved,3," U("02") ",reserve,"
	         "2026-11-24T15:00:00.042Z,2," U("01") ",2026-11-24T15:00:00.000Z,released,"
	         "2026-11-24T15:00:01.000Z,42,\r\n", (int)fold.partition);
	prints(CONFLICTS_EACH, LISTING_CSV, line);
}

static void sums_are_printed(void **state)
{
	(void)state;
	fill_hours();
	prints(CONFLICTS_BY_HOUR, LISTING_TABLE,
	       "show_id  hour                      refused_seats  refused_requests  gap_ms_min"
	       "  gap_ms_median\n"
	       "s        2026-11-24T15:00:00.000Z              3                 2          10"
	       "             10\n"
	       "s        2026-11-24T16:00:00.000Z              1                 1           1"
	       "              1\n");
	prints(CONFLICTS_BY_SEAT, LISTING_CSV,
	       "show_id,seat_id,refusals,winners,first_at,last_at\r\n"
	       "s,A2,3,2,2026-11-24T15:59:55.010Z,2026-11-24T16:00:00.000Z\r\n"
	       "s,A1,1,1,2026-11-24T15:59:55.010Z,2026-11-24T15:59:55.010Z\r\n");
}

/* ---- channels, singles and wishes ---- */

/* A1 is the house's, A2 is taken; a single is refused. */
static void refuse_by_selling_rules(void)
{
	ask_of("s", 0, "change_seats", U("a1"),
	       ",'seats':[{'seat_id':'A1','row':'A','pos':1},{'seat_id':'A2','row':'A','pos':2},"
	       "{'seat_id':'A3','row':'B','pos':1,'category':'x'},{'seat_id':'A4','row':'B','pos':2,"
	       "'category':'x'}]");
	ask_of("s", 0, "add_seats", U("a2"),
	       ",'seats':[{'seat_id':'A5','row':'B','pos':3,'category':'x'}]");
	ask_of("s", 0, "change_show", U("a3"), ",'singles':'refuse'");
	assert_int_equal(ask_of("s", 0, "block_seats", U("a4"), ",'channel':'house','seat_ids':['A1']"),
	                 OUTCOME_SEATS_BLOCKED);
	assert_int_equal(reserve(0, U("01"), "a", "'A2'"), OUTCOME_RESERVED);
	assert_int_equal(reserve(5, U("02"), "b", "'A1'"), OUTCOME_SEATS_NOT_FOR_SALE);
	assert_int_equal(reserve(6, U("03"), "b", "'A1','A2'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(reserve(7, U("04"), "b", "'A4'"), OUTCOME_LEAVES_SINGLE);
	/* Seats that are listed and were refused to nobody. */
	assert_int_equal(ask_of("s", 8, "block_seats", U("a5"), ",'channel':'house','seat_ids':['A2']"),
	                 OUTCOME_SEATS_BLOCKED);
}

static void blocked_seats_and_singles_have_no_winner(void **state)
{
	(void)state;
	refuse_by_selling_rules();
	assert_int_equal(conflicts.count, 5);
	assert_int_equal(conflicts.request_count, 3);
	assert_int_equal(conflicts.list[0].why, CONFLICT_BLOCKED);
	assert_true(text_same(conflicts.list[0].channel, text_of("house")));
	assert_null(conflicts.list[0].winner);
	assert_int_equal(conflicts.list[1].why, CONFLICT_BLOCKED);
	assert_int_equal(conflicts.list[2].why, CONFLICT_TAKEN);
	is_conflict(2, "A2", U("03"), U("01"));
	assert_int_equal(conflicts.list[3].why, CONFLICT_SINGLE);
	assert_true(text_same(conflicts.list[3].seat_id, text_of("A3")));
	assert_true(text_same(conflicts.list[4].seat_id, text_of("A5")));
	prints(CONFLICTS_BY_SEAT, LISTING_CSV,
	       "show_id,seat_id,refusals,winners,first_at,last_at\r\n"
	       "s,A1,2,0,2026-11-24T15:00:00.005Z,2026-11-24T15:00:00.006Z\r\n"
	       "s,A2,1,1,2026-11-24T15:00:00.006Z,2026-11-24T15:00:00.006Z\r\n"
	       "s,A3,1,0,2026-11-24T15:00:00.007Z,2026-11-24T15:00:00.007Z\r\n"
	       "s,A5,1,0,2026-11-24T15:00:00.007Z,2026-11-24T15:00:00.007Z\r\n");
	prints(CONFLICTS_BY_HOUR, LISTING_CSV,
	       "show_id,hour,refused_seats,refused_requests,gap_ms_min,gap_ms_median\r\n"
	       "s,2026-11-24T15:00:00.000Z,5,3,6,6\r\n");
	conflicts.count = 1;
	prints(CONFLICTS_EACH, LISTING_TABLE,
	       "show  seat  who      offset  decided at                request or reservation"
	       "                what                       later by\n"
	       "s     A1    loser         7  2026-11-24T15:00:00.005Z  " U("02")
	       "  reserve, seat was blocked\n"
	       "s     A1    channel          "
	       "                          house                                 sells it\n");
	prints(CONFLICTS_BY_HOUR, LISTING_CSV,
	       "show_id,hour,refused_seats,refused_requests,gap_ms_min,gap_ms_median\r\n"
	       "s,2026-11-24T15:00:00.000Z,1,1,,\r\n");
}

static void wishes_that_got_nothing_are_summed_up_by_category_and_section(void **state)
{
	(void)state;
	refuse_by_selling_rules();
	assert_int_equal(ask_of("s", 10, "reserve", U("10"), ",'session_id':'b','best':{'count':4}"),
	                 OUTCOME_NOT_ENOUGH_SEATS);
	assert_int_equal(ask_of("s", 11, "reserve", U("11"),
	                        ",'session_id':'b','best':{'count':2,'categories':['y','x'],"
	                        "'sections':['a, b']}"), OUTCOME_NOT_ENOUGH_SEATS);
	assert_int_equal(ask_of("s", 12, "reserve", U("12"), ",'session_id':'b','seat_ids':['A4','A5']"),
	                 OUTCOME_RESERVED); /* one is left of three: that cannot be helped */
	assert_int_equal(ask_of("s", 13, "reserve", U("13"),
	                        ",'session_id':'c','best':{'count':3,'categories':['x','y'],"
	                        "'sections':['a, b']}"), OUTCOME_NOT_ENOUGH_SEATS);
	assert_int_equal(ask_of("s", 13, "reserve", U("13"),
	                        ",'session_id':'c','best':{'count':3,'categories':['x','y'],"
	                        "'sections':['a, b']}"), OUTCOME_NOT_ENOUGH_SEATS); /* a duplicate */
	prints(CONFLICTS_BY_WISH, LISTING_CSV,
	       "show_id,categories,sections,refused_requests,wished_seats,not_enough_seats,"
	       "no_seats_together,first_at,last_at\r\n"
	       "s,\"[\"\"x\"\",\"\"y\"\"]\",\"[\"\"a, b\"\"]\",2,5,2,0,"
	       "2026-11-24T15:00:00.011Z,2026-11-24T15:00:00.013Z\r\n"
	       "s,[],[],1,4,1,0,2026-11-24T15:00:00.010Z,2026-11-24T15:00:00.010Z\r\n");
}

#define AREAS(list) ",'areas':[" list "]"
#define AREA(id, count) "{'area_id':'" id "','count':" count "}"

static void places_of_areas_are_summed_up_by_area_and_hour(void **state)
{
	(void)state;
	assert_int_equal(ask_of("s", 0, "change_show", U("90"), ",'hold_seconds':7200,"
	                        "'max_hold_seconds':7200"), OUTCOME_SHOW_CHANGED);
	assert_int_equal(ask_of("s", 0, "set_areas", U("91"),
	                        ",'areas':[{'area_id':'G','capacity':3},{'area_id':'H','capacity':1},"
	                        "{'area_id':'K','capacity':9,'channel':'box'}]"), OUTCOME_AREAS_SET);
	assert_int_equal(ask_of("s", 0, "reserve", U("01"), ",'session_id':'a'"
	                        AREAS(AREA("G", "2") "," AREA("H", "1"))), OUTCOME_RESERVED);
	assert_int_equal(ask_of("s", 1, "reserve", U("02"), ",'session_id':'b'"
	                        AREAS(AREA("H", "1") "," AREA("G", "4"))), OUTCOME_AREA_FULL);
	assert_int_equal(ask_of("s", 2, "reserve", U("03"), ",'session_id':'b'"
	                        AREAS(AREA("G", "2") "," AREA("K", "1"))), OUTCOME_AREA_FULL);
	assert_int_equal(ask_of("s", 2, "reserve", U("03"), ",'session_id':'b'"
	                        AREAS(AREA("G", "2") "," AREA("K", "1"))), OUTCOME_AREA_FULL);
	assert_int_equal(ask_of("s", HOUR, "change_hold", U("04"), ",'session_id':'a',"
	                        "'reservation_id':'" U("01") "'" AREAS(AREA("G", "2"))),
	                 OUTCOME_AREA_FULL);
	assert_int_equal(ask_of("s", HOUR, "set_areas", U("92"),
	                        ",'areas':[{'area_id':'G','capacity':1}]"), OUTCOME_BELOW_TAKEN);
	assert_int_equal(ask_of("s", HOUR, "reserve", U("05"), ",'session_id':'c'"
	                        AREAS(AREA("X", "1"))), OUTCOME_UNKNOWN_AREA);
	assert_int_equal(conflicts.count, 0);
	prints(CONFLICTS_BY_AREA, LISTING_CSV,
	       "show_id,hour,area_id,refused_requests,blocked_requests,wanted_places,refused_places\r\n"
	       "s,2026-11-24T15:00:00.000Z,G,2,0,6,4\r\n"
	       "s,2026-11-24T15:00:00.000Z,H,1,0,1,1\r\n"
	       "s,2026-11-24T15:00:00.000Z,K,1,1,1,1\r\n"
	       "s,2026-11-24T16:00:00.000Z,G,1,0,2,1\r\n");
}

/* Its drop is free to it, what it has is no conflict: only what others have is one. */
static void a_changed_hold_loses_seats_and_wishes_as_a_reserve_does(void **state)
{
	(void)state;
	refuse_by_selling_rules();
	assert_int_equal(ask_of("s", 12, "reserve", U("12"), ",'session_id':'b','seat_ids':['A4','A5']"),
	                 OUTCOME_RESERVED);
	conflicts.count = conflicts.request_count = 0;
	assert_int_equal(ask_of("s", 13, "change_hold", U("13"),
	                        ",'session_id':'b','reservation_id':'" U("12") "',"
	                        "'seat_ids':['A5','A2'],'drop_seat_ids':['A4']"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(conflicts.count, 1);
	is_conflict(0, "A2", U("13"), U("01"));
	assert_int_equal(conflicts.list[0].type, REQUEST_CHANGE_HOLD);
	assert_int_equal(ask_of("s", 14, "change_hold", U("14"),
	                        ",'session_id':'b','reservation_id':'" U("12") "','best':{'count':5}"),
	                 OUTCOME_NOT_ENOUGH_SEATS);
	prints(CONFLICTS_BY_WISH, LISTING_CSV,
	       "show_id,categories,sections,refused_requests,wished_seats,not_enough_seats,"
	       "no_seats_together,first_at,last_at\r\n"
	       "s,[],[],1,5,1,0,2026-11-24T15:00:00.014Z,2026-11-24T15:00:00.014Z\r\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(a_refused_seat_has_a_loser_and_a_winner),
	    TEST(a_winner_is_who_had_the_seat_then_whatever_became_of_it),
	    TEST(a_late_confirm_loses_the_seats_that_others_have),
	    TEST(a_seat_taken_again_by_a_confirm_is_taken_at_its_offset_and_time),
	    TEST(other_refusals_and_duplicates_are_no_conflicts),
	    TEST(the_time_is_that_of_the_loser_and_includes_the_bound),
	    TEST(one_show_leaves_out_its_neighbours),
	    TEST(one_seat_or_one_request_leaves_out_the_others),
	    TEST(hours_have_seats_requests_and_gaps),
	    TEST(the_median_of_an_even_number_is_the_lower_in_the_middle),
	    TEST(seats_come_with_the_most_refused_first),
	    TEST(a_winner_who_comes_back_counts_once),
	    TEST(sums_go_by_show),
	    TEST(each_conflict_is_printed_in_every_form),
	    TEST(sums_are_printed),
	    TEST(blocked_seats_and_singles_have_no_winner),
	    TEST(wishes_that_got_nothing_are_summed_up_by_category_and_section),
	    TEST(places_of_areas_are_summed_up_by_area_and_hour),
	    TEST(a_changed_hold_loses_seats_and_wishes_as_a_reserve_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
