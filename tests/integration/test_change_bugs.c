/*
 * Workers that change holds, give back parts and sell areas wrongly in one way each, which only
 * builds with FAULTS=1 can: the audit finds each, with its place.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/partitioner.h"
#include "tests/integration/ask.h"
#include "tests/integration/audit.h"
#include "tests/integration/say.h"

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	return rig_make(state);
}

/* A worker of the build that can do wrong. */
static long start(const char *bug)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char right[200], faulty[210];
	long worker;

	snprintf(right, sizeof right, "%s", build ? build : "build");
	snprintf(faulty, sizeof faulty, "%s-faults", right);
	setenv("HOLDFAST_BUILD", faulty, 1);
	setenv("HOLDFAST_BUG", bug, 1);
	worker = rig_start("holdfast-worker", NULL);
	unsetenv("HOLDFAST_BUG");
	setenv("HOLDFAST_BUILD", right, 1);
	return worker;
}

/* ---- what is asked; the last reply is the one that is wrong ---- */

static char hold[UUID_TEXT_CHARS + 1];

static const char *asks(const char *show, const char *type, const char *rest)
{
	const char *id = rig_id();

	if (!strcmp(type, "reserve"))
		snprintf(hold, sizeof hold, "%s", id);
	return say(show, id, type, rest);
}

/* Of the hold that was reserved last, by its session "s" or the owner "k". */
static const char *of_hold(const char *show, const char *type, const char *rest)
{
	char more[400];

	snprintf(more, sizeof more, "'%s':'%s','reservation_id':'%s'%s%s",
	         strcmp(type, "cancel") != 0 ? "session_id" : "owner_key",
	         strcmp(type, "cancel") != 0 ? "s" : "k", hold, rest[0] ? "," : "", rest);
	return asks(show, type, more);
}

static const char *change(const char *show, const char *rest)
{
	return of_hold(show, "change_hold", rest);
}

#define RESERVE(show, rest) asks(show, "reserve", "'session_id':'s'," rest)
#define SEATS(list) "'seat_ids':[" list "]"
#define FLOOR(count) "'areas':[{'area_id':'floor','count':" count "}]"

static const char *drop_a_seat(const char *show)
{
	RESERVE(show, SEATS("'A1','A2'"));
	return change(show, "'drop_seat_ids':['A1']");
}

static const char *choose_what_is_dropped(const char *show)
{
	RESERVE(show, SEATS("'A2','A3'"));
	return change(show, "'drop_seat_ids':['A2'],'best':{'count':2}");
}

static const char *add_a_seat(const char *show)
{
	RESERVE(show, SEATS("'A1'"));
	return change(show, SEATS("'A2'"));
}

static const char *pass_a_limit(const char *show)
{
	asks(show, "change_show", "'owner_key':'k','max_customer_seats':1");
	RESERVE(show, SEATS("'A1'") ",'customer_id':'carol'");
	return change(show, SEATS("'A2'"));
}

static const char *add_what_is_not_on_sale(const char *show)
{
	RESERVE(show, SEATS("'A1'"));
	asks(show, "change_show", "'owner_key':'k','closed':true");
	return change(show, SEATS("'A2'"));
}

static const char *change_what_has_lapsed(const char *show)
{
	RESERVE(show, SEATS("'A1'") ",'hold_seconds':1");
	ask_await_lapse(show, 0);
	return change(show, SEATS("'A2'"));
}

static const char *hold_for_ever(const char *show)
{
	RESERVE(show, SEATS("'A1'") ",'hold_seconds':1800");
	return change(show, "'hold_seconds':1800");
}

static const char *give_back_a_part(const char *show)
{
	RESERVE(show, SEATS("'A1','A2'"));
	of_hold(show, "confirm", "");
	return of_hold(show, "cancel", SEATS("'A1'"));
}

static const char *fill_the_floor(const char *show)
{
	RESERVE(show, FLOOR("3"));
	return asks(show, "reserve", "'session_id':'t'," FLOOR("2"));
}

static const char *fill_it_with_lapsed_ones(const char *show)
{
	asks(show, "reserve", "'session_id':'a','hold_seconds':1," FLOOR("2"));
	asks(show, "reserve", "'session_id':'b','hold_seconds':1," FLOOR("2"));
	ask_await_lapse(show, 0);
	return RESERVE(show, FLOOR("2"));
}

static const char *drop_a_place(const char *show)
{
	RESERVE(show, FLOOR("3"));
	return change(show, "'drop_areas':[{'area_id':'floor','count':1}]");
}

static const char *shrink_to_what_is_taken(const char *show)
{
	RESERVE(show, FLOOR("3"));
	return asks(show, "set_areas", "'owner_key':'k','areas':[{'area_id':'floor','capacity':3}]");
}

static const char *come_again(const char *show)
{
	RESERVE(show, "'areas':[{'area_id':'floor','count':1},{'area_id':'bar','count':1}]");
	change(show, "'drop_areas':[{'area_id':'floor','count':1}]");
	return change(show, FLOOR("1"));
}

static const struct wrong {
	const char *bug;
	const char *(*ask)(const char *show);
	bool is_row; /* else it is said of the last reply and its events */
	const char *found;
} wrongs[] = {
	{"keep_dropped", drop_a_seat, true,
	 "seat A1 of show keep_dropped: status: expected available, found reserved"},
	{"drops_not_free", choose_what_is_dropped, false,
	 "reply: status: expected \"accepted\", found \"rejected\""},
	{"added_at_first", add_a_seat, true,
	 "seat A2 of show added_at_first: taken_at: expected"},
	{"added_in_front", add_a_seat, false,
	 "reply: seat_ids[0]: expected \"A1\", found \"A2\""},
	{"change_unlimited", pass_a_limit, false,
	 "reply: status: expected \"rejected\", found \"accepted\""},
	{"change_any_time", add_what_is_not_on_sale, false,
	 "reply: status: expected \"rejected\", found \"accepted\""},
	{"change_lapsed", change_what_has_lapsed, false,
	 "reply: status: expected \"rejected\", found \"accepted\""},
	{"change_new_cap", hold_for_ever, false,
	 "reply: reserved_until: expected"},
	{"change_tells_all", add_a_seat, false,
	 "event 0: seat_ids[0]: expected \"A2\", found \"A1\""},
	{"kept_wrong", give_back_a_part, false,
	 "reply: kept_seat_ids[0]: expected \"A2\", found \"A1\""},
	{"part_frees_all", give_back_a_part, true,
	 "seat A2 of show part_frees_all: status: expected sold, found available"},
	{"part_still_counts", give_back_a_part, true,
	 "of show part_still_counts: places: expected 1, found 2"},
	{"area_one_over", fill_the_floor, false,
	 "reply: status: expected \"rejected\", found \"accepted\""},
	{"lapsed_no_room", fill_it_with_lapsed_ones, false,
	 "reply: status: expected \"accepted\", found \"rejected\""},
	{"end_one_more", fill_it_with_lapsed_ones, false,
	 "event 1: event: expected \"reserved\", found \"expired\""},
	{"places_back_twice", drop_a_place, true,
	 "area floor of show places_back_twice: held: expected 2, found 1"},
	{"capacity_as_taken", shrink_to_what_is_taken, false,
	 "reply: status: expected \"accepted\", found \"rejected\""},
	{"area_keeps_place", come_again, false,
	 "reply: areas[0].area_id: expected \"bar\", found \"floor\""},
};

#define WRONGS (sizeof wrongs / sizeof wrongs[0])

/* ---- what is found ---- */

/* A show of an owner "k" named as the bug: A1 to A4 in a row, a floor for four and a bar. */
static void make(const char *show)
{
	say_expect(show, "create_show", "'owner_key':'k'", "200 SHOW_CREATED");
	say_expect(show, "add_seats",
	           "'owner_key':'k','seats':[{'seat_id':'A1','row':'A','pos':1},{'seat_id':'A2','row':'A',"
	           "'pos':2},{'seat_id':'A3','row':'A','pos':3},{'seat_id':'A4','row':'A','pos':4}]",
	           "200 SEATS_ADDED A1 A2 A3 A4");
	say_expect(show, "set_areas", "'owner_key':'k','areas':[{'area_id':'floor','capacity':4},"
	                              "{'area_id':'bar','capacity':4}]", "200 AREAS_SET");
}

/* Every wrong is said, and which line is missing where one is not. */
static void expect_all(const char *report, const char (*offsets)[24])
{
	char line[600];
	size_t missing = 0;

	for (size_t i = 0; i < WRONGS; i++) {
		const struct wrong *w = &wrongs[i];

		snprintf(line, sizeof line, "DIFFERENCE partition %d, offset %s: %s",
		         (int)partition_of_key(w->bug, strlen(w->bug), rig_partitions), offsets[i], w->found);
		if (w->is_row)
			snprintf(line, sizeof line, "%s", w->found);
		if (!strstr(report, line)) {
			print_error("%s: not found: %s\n", w->bug, line);
			missing++;
		}
	}
	if (missing)
		fprintf(stderr, "%s\n", report); /* too long for print_error */
	assert_int_equal(missing, 0);
}

static void each_of_them_is_found_with_its_place(void **state)
{
	static char offsets[WRONGS][24];
	struct audit audit;

	(void)state;
	for (size_t i = 0; i < WRONGS; i++) {
		long worker = start(wrongs[i].bug);

		make(wrongs[i].bug);
		snprintf(offsets[i], sizeof offsets[i], "%s",
		         rig_field(wrongs[i].ask(wrongs[i].bug), "offset"));
		assert_int_equal(rig_stop(worker, SIGTERM), 0);
	}
	audit_start(&audit, "--differences-max=10000", NULL);
	audit_await(&audit);
	assert_int_equal(audit.exit_code, 6);
	expect_all(audit.report, (const char(*)[24])offsets);
	audit_release(&audit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_of_them_is_found_with_its_place),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
