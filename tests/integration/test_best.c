/*
 * Best available and singles through the whole pipeline: rows 12 and 14 of section 4.2 of
 * docs/protocol.md by reply, event and rows; with a cache, without one, and with another worker in
 * the middle.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/ask.h"
#include "tests/integration/rig.h"

#define EVENTS_MAX 400
#define MORE_BYTES 1000
#define SEAT(pos, rank) \
	"{'seat_id':'R" pos "','row':'A','pos':" pos ",'rank':" rank "}"

static long worker;
static const char *cached; /* the worker's option */

static void start_worker(void)
{
	worker = rig_start("holdfast-worker", cached, "--log-level=debug", NULL);
}

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	start_worker();
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

/* ---- asking; ' stands for " ---- */

static const char *quoted(const char *json)
{
	static char text[MORE_BYTES];

	assert_true(strlen(json) < sizeof text);
	snprintf(text, sizeof text, "%s", json);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	return text;
}

static void accepts(const char *show, const char *type, const char *rest, const char *reason)
{
	rig_expect(ask(show, rig_id(), type, quoted(rest)), 200, reason);
}

static const char *reserve(const char *show, const char *id, const char *session, const char *what)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, ",'session_id':'%s',%s", session, what);
	return ask(show, id, "reserve", quoted(more));
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, quoted(part)))
		fail_msg("%s\nis not in\n%s", quoted(part), text);
}

static void gets(const char *show, const char *session, const char *what, const char *seats)
{
	const char *reply = reserve(show, rig_id(), session, what);

	rig_expect(reply, 200, "RESERVED");
	has(reply, seats);
}

static void is_refused(const char *show, const char *session, const char *what, const char *reason,
                       const char *part)
{
	const char *reply = reserve(show, rig_id(), session, what);

	rig_expect(reply, 409, reason);
	has(reply, part);
}

/* The last event of the show. */
static void tells(const char *show, const char *part)
{
	struct record *records = calloc(EVENTS_MAX, sizeof *records);
	size_t found;
	char *last = NULL;

	assert_non_null(records);
	found = rig_read(rig_topics.events, records, EVENTS_MAX);
	for (size_t i = 0; i < found; i++)
		if (text_same(records[i].key, text_of(show))) {
			free(last);
			last = strndup(records[i].value.data, records[i].value.bytes);
		}
	rig_give(records, found);
	free(records);
	assert_non_null(last);
	has(last, part);
	free(last);
}

/* Row A, R1 to R6, ranks 30 20 10 10 20 30; and what is given besides. */
static void make(const char *show, const char *rest)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, ",'owner_key':'k'%s%s", rest[0] ? "," : "", rest);
	accepts(show, "create_show", more, "SHOW_CREATED");
	accepts(show, "add_seats",
	        ",'owner_key':'k','seats':["
	        SEAT("6", "30") "," SEAT("5", "20") "," SEAT("4", "10") ","
	        SEAT("3", "10") "," SEAT("2", "20") "," SEAT("1", "30") "]",
	        "SEATS_ADDED");
}

static const char *seats_of(const char *show)
{
	return rig_sql("SELECT string_agg(seat_id || '=' || status, ' ' ORDER BY seat_id) "
	               "FROM holdfast.show_seats WHERE show_id = '%s'", show);
}

/* ---- what must come of it ---- */

static void a_wish_is_answered_with_seats(void **state)
{
	const char *reply, *id = rig_id();

	(void)state;
	make("best", "");
	reply = reserve("best", id, "alice", "'best':{'count':2}");
	rig_expect(reply, 200, "RESERVED");
	has(reply, "'seat_ids':['R3','R4']");
	has(reply, "'pieces':1");
	tells("best", "'event':'reserved'");
	tells("best", "'seat_ids':['R3','R4']");
	assert_string_equal(seats_of("best"), "R1=available R2=available R3=reserved R4=reserved "
	                                      "R5=available R6=available");
	gets("best", "bob", "'seat_ids':['R6'],'best':{'count':1}", "'seat_ids':['R6','R5']");
	is_refused("best", "carol", "'best':{'count':3}", "NOT_ENOUGH_SEATS", "'free_seats':2");
	has(reserve("best", id, "alice", "'best':{'count':2}"), "'duplicate_of':");
	assert_string_equal(rig_field(reserve("best", id, "alice", "'best':{'count':1}"), "reason"),
	                    "IDEMPOTENCY_MISMATCH");
}

static void seats_that_are_apart_are_told_to_be(void **state)
{
	(void)state;
	make("apart", "");
	gets("apart", "alice", "'seat_ids':['R3']", "'seat_ids':['R3']");
	is_refused("apart", "bob", "'best':{'count':4}", "NO_SEATS_TOGETHER", "'free_seats':5");
	gets("apart", "bob", "'best':{'count':4,'together':false}",
	     "'seat_ids':['R1','R2','R4','R5']");
}

static void a_lapsed_hold_gives_its_seats_to_a_wish(void **state)
{
	const char *reply;

	(void)state;
	make("lapse", "'hold_seconds':1");
	gets("lapse", "alice", "'best':{'count':6}", "'pieces':1");
	do
		reply = reserve("lapse", rig_id(), "bob", "'best':{'count':2}");
	while (strstr(reply, "NOT_ENOUGH_SEATS"));
	has(reply, "'seat_ids':['R3','R4']");
	assert_string_equal(seats_of("lapse"), "R1=available R2=available R3=reserved R4=reserved "
	                                       "R5=available R6=available");
}

static void nobody_is_left_alone(void **state)
{
	(void)state;
	make("alone", "'singles':'refuse'");
	is_refused("alone", "alice", "'seat_ids':['R5','R2']", "LEAVES_SINGLE",
	           "'singles':['R1','R6']");
	gets("alone", "alice", "'seat_ids':['R1','R2']", "'seat_ids':['R1','R2']");
	accepts("alone", "change_show", ",'owner_key':'k','singles':'allow'", "SHOW_CHANGED");
	gets("alone", "bob", "'seat_ids':['R4']", "'seat_ids':['R4']");
}

static void the_next_worker_and_the_next_plan_choose_by_what_is(void **state)
{
	(void)state;
	make("next", "");
	gets("next", "alice", "'best':{'count':2}", "'seat_ids':['R3','R4']");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	start_worker();
	gets("next", "bob", "'best':{'count':1}", "'seat_ids':['R2']");
	accepts("next", "change_seats",
	        ",'owner_key':'k','seats':[{'seat_id':'R6','row':'A','pos':6,'rank':1}]", "SEATS_CHANGED");
	gets("next", "carol", "'best':{'count':1}", "'seat_ids':['R1']");
	accepts("next", "block_seats", ",'owner_key':'k','channel':'house','seat_ids':['R6']",
	        "SEATS_BLOCKED");
	gets("next", "dora", "'best':{'count':1}", "'seat_ids':['R5']");
	rig_sql("WITH unblocked AS (UPDATE holdfast.show_seats SET channel = NULL "
	        "WHERE show_id = 'next' RETURNING 1) SELECT count(*) FROM unblocked");
	gets("next", "emil", "'best':{'count':1}", "'seat_ids':['R6']");
}

/* Nothing of the above was decided on rows that the worker did not know. */
static void no_batch_was_rolled_back(void **state)
{
	(void)state;
	assert_null(strstr(rig_log(), "rolled back"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_wish_is_answered_with_seats),
	    cmocka_unit_test(seats_that_are_apart_are_told_to_be),
	    cmocka_unit_test(a_lapsed_hold_gives_its_seats_to_a_wish),
	    cmocka_unit_test(nobody_is_left_alone),
	    cmocka_unit_test(the_next_worker_and_the_next_plan_choose_by_what_is),
	    cmocka_unit_test(no_batch_was_rolled_back),
	};
	int failed;

	cached = "--cached-seats=1000";
	failed = cmocka_run_group_tests_name("with a cache", tests, set_up, tear_down);
	cached = "--cached-seats=0";
	return failed + cmocka_run_group_tests_name("without a cache", tests, set_up, tear_down);
}
