/*
 * holdfast-admin as people use it: shows that are made twice, grow and meet what is there, and what
 * is said then; output that cannot be written; commands that are misspelt.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/shell.h"

static long worker;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	return rig_drop(state) || code;
}

#define ADMIN "${HOLDFAST_BUILD:-build}/holdfast-admin "

/* What a command says, and that it ends so. */
static const char *says(const char *said, const char *expected, int exit_code)
{
	char ended[30];

	snprintf(ended, sizeof ended, "exit %d\n", exit_code);
	if (!strstr(said, expected) || !strstr(said, ended))
		fail_msg("expected %s and %s, found %s", expected, ended, said);
	return said;
}

static const char *create(const char *show, const char *seats, const char *options)
{
	return shell_run("printf '%s' | " ADMIN "show create %s --seats=- %s 2>&1; echo exit $?", seats,
	                 show, options);
}

static const char *seats_of(const char *show)
{
	return rig_sql("SELECT string_agg(seat_id, ' ' ORDER BY seat_id) FROM holdfast.show_seats "
	               "WHERE show_id = '%s'", show);
}

static void a_show_grows_without_its_policy_said_again(void **state)
{
	const char *said;

	(void)state;
	said = says(create("grows", "A1\\nA2\\n", "--title=Evening --max-seats=4"),
	            "Show grows is there, with 2 seats of this list.", 0);
	assert_non_null(strstr(said, "the show has no owner_key: nobody can cancel"));
	said = says(create("grows", "A3\\n", ""), "Show grows was there before: 1 seat was added, all",
	            0);
	assert_null(strstr(said, "owner_key"));
	assert_string_equal(seats_of("grows"), "A1 A2 A3");
	assert_string_equal(rig_sql("SELECT title || max_seats FROM holdfast.shows WHERE show_id = "
	                            "'grows'"), "Evening4");
	/* Repeated as a whole, it finishes what was begun. */
	says(create("grows", "A1\\nA2\\n", "--title=Evening --max-seats=4"), "Show grows is there", 0);
}

static void shows_are_listed_with_their_seats(void **state)
{
	const char *said;

	(void)state;
	says(create("listed", "A1\\nA2\\nA3\\n", "--title=Late"), "is there, with", 0);
	said = shell_run(ADMIN "show list --json 2>&1; echo exit $?");
	says(said, "{\"show\":\"listed\",\"title\":\"Late\",\"available\":3,\"blocked\":0,\"held\":0,"
	           "\"lapsed\":0,\"sold\":0}", 0);
	assert_non_null(strstr(said, "]\nexit 0"));
	said = shell_run(ADMIN "show list 2>&1; echo exit $?");
	says(said, "listed  Late", 0);
	assert_non_null(strstr(said, "available"));
}

static void what_is_there_already_is_said(void **state)
{
	(void)state;
	says(create("there", "A1\\nA2\\nA3\\n", "--owner-key=k1"), "is there, with", 0);
	says(create("there", "A4\\n", "--owner-key=k1 --title=Other"),
	     "409 SHOW_EXISTS: show there is there already, with a title, policy or owner_key of its", 7);
	says(create("there", "A2\\nA3\\nB1\\n", "--owner-key=k1"),
	     "409 SEAT_EXISTS: show there has 2 of these seats already: \\\"A2\\\", \\\"A3\\\".", 7);
	says(create("there", "B1\\n", ""),
	     "403 WRONG_OWNER: show there has another owner_key than none; give it as "
	     "HOLDFAST_OWNER_KEY", 7);
	assert_string_equal(seats_of("there"), "A1 A2 A3");
	assert_null(strstr(says(create("keyed", "A1\\n", "--owner-key=k1"), "is there, with", 0),
	                   "no owner_key"));
}

static void an_empty_list_makes_no_show(void **state)
{
	(void)state;
	says(create("empty", "", ""), "standard input has no seats", 2);
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions WHERE show_id = 'empty'"),
	                    "0");
}

static void what_cannot_be_written_is_not_done(void **state)
{
	static const char *const commands[] = {"status", "status --json", "show status grows", "--help",
	                                       "--version", "--print-config"};

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		says(shell_run(ADMIN "%s 2>&1 >/dev/full; echo exit $?", commands[i]),
		     "standard output cannot be written", 1);
}

static void a_slip_is_told_from_nonsense(void **state)
{
	(void)state;
	says(shell_run(ADMIN "-h; echo exit $?"), "Commands:", 0);
	says(shell_run(ADMIN "show crate x 2>&1; echo exit $?"), "did you mean show create ID?", 2);
	says(shell_run(ADMIN "staus 2>&1; echo exit $?"), "did you mean status?", 2);
	says(shell_run(ADMIN "show status 2>&1; echo exit $?"), "did you mean show status ID?", 2);
	assert_null(strstr(says(shell_run(ADMIN "nonsense 2>&1; echo exit $?"), "a command is needed", 2),
	                   "did you mean"));
	says(shell_run(ADMIN "--jsn status 2>&1; echo exit $?"), "did you mean --json?", 2);
	says(shell_run("${HOLDFAST_BUILD:-build}/holdfast-producer --wait --type=reserve --show-id=grows "
	               "--session-id=s --seat-ids='A1, A2'; echo exit $?"), "RESERVED", 0);
}

static void a_variable_of_another_program_stops_none_and_an_unknown_one_is_named(void **state)
{
	static const char *const programs[] = {"admin", "audit", "expirer", "producer", "worker"};

	(void)state;
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
		says(shell_run("HOLDFAST_BACTH_MAX=1 ${HOLDFAST_BUILD:-build}/holdfast-%s --print-config "
		               "2>&1 >/dev/null; echo exit $?", programs[i]),
		     "variable=HOLDFAST_BACTH_MAX did_you_mean=HOLDFAST_BATCH_MAX", 0);
	says(shell_run("HOLDFAST_BACTH_MAX=1 " ADMIN "status 2>&1; echo exit $?"),
	     "did_you_mean=HOLDFAST_BATCH_MAX", 0);
	/* Meant for show create, and for the audit's --json. */
	assert_string_equal(shell_run("export HOLDFAST_HOLD_SECONDS=60 HOLDFAST_MAX_SEATS=4 "
	                              "HOLDFAST_TITLE=x HOLDFAST_SEATS=hall.txt HOLDFAST_JSON=true; "
	                              "${HOLDFAST_BUILD:-build}/holdfast-producer 2>&1 </dev/null; "
	                              "echo exit $?"), "exit 0\n");
	/* Meant for the producer. */
	assert_null(strstr(says(shell_run("HOLDFAST_REQUEST_ID=x ${HOLDFAST_BUILD:-build}/holdfast-audit "
	                                  "--show=grows --at=now 2>&1; echo exit $?"), "grows", 0),
	                   "request-id"));
	/* What stands on the command line is a mistake all the same. */
	says(shell_run("HOLDFAST_HOLD_SECONDS=60 ${HOLDFAST_BUILD:-build}/holdfast-producer "
	               "--hold-seconds=60 2>&1 </dev/null; echo exit $?"),
	     "--hold-seconds is used with --type only", 2);
}

static void a_key_is_made_with_the_line_that_knows_it(void **state)
{
	const char *made = shell_run("set -f; set -- $(" ADMIN "key shop/1 checkout); "
	                             "echo $# ${#1} $2 $3 $5; "
	                             "[ \"$4\" = $(printf %%s \"$1\" | sha256sum | cut -c1-64) ] && "
	                             "[ \"$1\" != $(" ADMIN "key shop/1 checkout | head -1) ] && "
	                             "echo differs");

	(void)state;
	assert_string_equal(made, "5 32 shop/1 checkout *\ndiffers\n");
	says(shell_run(ADMIN "key shop browser 2>&1; echo exit $?"), "a role is checkout or owner", 2);
	says(shell_run(ADMIN "key 'the shop' owner 2>&1; echo exit $?"), "a key's name is", 2);
	says(shell_run(ADMIN "key shop 2>&1; echo exit $?"), "did you mean key NAME ROLE?", 2);
}

#define MADE "Kafka client made"

/* How many clients a program has made, by its lines at debug. */
static int count_made(const char *lines, const char *program)
{
	int count = 0;

	for (const char *at = lines; (at = strstr(at, MADE)); at++) {
		const char *line = at;

		while (line > lines && line[-1] != '\n')
			line--;
		count += strstr(line, program) && strstr(line, program) < at;
	}
	return count;
}

/*
 * One for each role, however many partitions there are: to make one costs up to 50 ms and to end one
 * up to a second, by the version of the library.
 */
static void a_command_makes_a_client_for_each_role(void **state)
{
	static const struct {
		const char *program, *words;
		int made;
	} commands[] = {
	    /* who asks for topics and members, who asks for the group's offsets, who asks for ends */
	    {"admin", "status", 3},
	    /* who asks for topics, who sends, who reads the replies */
	    {"admin", "show create made --seats=-", 3},
	    {"producer", "--wait --type=reserve --show-id=made --session-id=s --seat-ids=A1", 3},
	    {"producer", "--type=reserve --show-id=made --session-id=s --seat-ids=A2", 2},
	    {"admin", "show list", 0},
	    {"admin", "prune --keep-days=30", 2},
	    /* topics, offsets, ends of all there is; and a reader of each of the four topics */
	    {"audit", "", 7},
	    {"audit", "--no-database", 7},
	    {"audit", "--conflicts", 3},
	    {"expirer", "--once", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		const char *said = shell_run("printf 'A1\nA2\n' | ${HOLDFAST_BUILD:-build}/holdfast-%s %s "
		                             "--log-level=debug 2>&1", commands[i].program,
		                             commands[i].words);

		if (count_made(said, "program=holdfast-") != commands[i].made)
			fail_msg("%s %s: %d expected, made\n%s", commands[i].program, commands[i].words,
			         commands[i].made, said);
	}
}

/* Wait until a program has written so many lines that have the text. */
static void await_lines(const char *text, int count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	int found;

	do {
		const char *at = rig_log();

		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(20);
		for (found = 0; (at = strstr(at, text)); at++)
			found++;
	} while (found < count);
}

static void what_runs_on_makes_a_client_for_each_role_and_lane(void **state)
{
	long gateway = rig_start("holdfast-gateway", "--listen=127.0.0.1:0", "--log-level=debug", NULL);

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	await_lines("program=holdfast-gateway msg=serving", 1);
	assert_int_equal(rig_stop(gateway, SIGTERM), 0);
	/* Topics; who sends; replies, events and the ends of the requests. */
	assert_int_equal(count_made(rig_log(), "program=holdfast-gateway"), 5);
	worker = rig_start("holdfast-worker", "--log-level=debug", NULL);
	await_lines("msg=\"partition acquired\"", 2 * RIG_PARTITIONS);
	/* Topics, the group, its rehearsal of both; ends of all and of what is committed; two a lane. */
	assert_in_range(count_made(rig_log(), "program=holdfast-worker"), 4 + RIG_PARTITIONS,
	                6 + 2 * RIG_PARTITIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_show_grows_without_its_policy_said_again),
	    cmocka_unit_test(shows_are_listed_with_their_seats),
	    cmocka_unit_test(what_is_there_already_is_said),
	    cmocka_unit_test(an_empty_list_makes_no_show),
	    cmocka_unit_test(what_cannot_be_written_is_not_done),
	    cmocka_unit_test(a_slip_is_told_from_nonsense),
	    cmocka_unit_test(a_variable_of_another_program_stops_none_and_an_unknown_one_is_named),
	    cmocka_unit_test(a_key_is_made_with_the_line_that_knows_it),
	    cmocka_unit_test(a_command_makes_a_client_for_each_role),
	    cmocka_unit_test(what_runs_on_makes_a_client_for_each_role_and_lane),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
