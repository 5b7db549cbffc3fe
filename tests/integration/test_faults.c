/*
 * Programs that die, stand still, are late or fail at every fault place in turn. Whatever happens,
 * each request is decided once and answered once: the audit says so after each scenario.
 *
 * A scenario is a test named <action>_<place>_<n>, and has shows of its own. HOLDFAST_FAULTS_WHOLE asks
 * for every place the first, second and third time (make test-faults). Against sanitized programs
 * only what a worker survives is run: its exit code tells of leaks, too.
 *
 * tests/run: long
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/ask.h"
#include "tests/integration/groups.h"
#include "tests/integration/faulty.h"
#include "tests/integration/stream.h"

#define SHOWS 3
#define PARTITIONS 3
#define STREAM 100 /* requests; with batches of five more than enough for any n */
#define TIMES_MAX 3
#define SCENARIOS_MAX (4 * FAULT_PLACE_COUNT * TIMES_MAX)
#define DELAY_MS "300"

struct scenario {
	char name[60];
	const char *action;
	enum fault_place place;
	int n;
};

static bool is_whole(void)
{
	return getenv("HOLDFAST_FAULTS_WHOLE") != NULL;
}

static struct stream streams[SHOWS];
static size_t unanswered; /* sent and not yet awaited */

static void await_answers(void)
{
	rig_await(unanswered);
	unanswered = 0;
}

static void send_more(size_t count)
{
	for (size_t i = 0; i < count; i++)
		unanswered += stream_send(&streams[i % SHOWS], 1);
}

/* New shows, so that a difference can be told to a scenario. */
static void open_streams(const struct scenario *s)
{
	static unsigned seed;
	char show[80];

	for (int i = 0; i < SHOWS; i++) {
		snprintf(show, sizeof show, "%.36s-%d", s->name, i);
		unanswered += stream_open(&streams[i], show, ++seed);
	}
	send_more(STREAM);
}

static size_t faults_seen;

static bool has_fault_come(void)
{
	return faulty_lines("msg=fault ") > faults_seen;
}

static void await_fault(void)
{
	faulty_await_lines("msg=fault ", faults_seen + 1);
}

static void await_assigned(size_t count)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!has_fault_come() && faulty_lines("msg=assigned") < count) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("no assignment\n%s", rig_log());
		clock_sleep_ms(10);
	}
}

/* Another member comes and goes until the worker is at its n-th revocation. Returns it, or 0. */
static long rebalance(void)
{
	long rival = 0;

	while (!has_fault_come()) {
		size_t assigned = faulty_lines("msg=assigned");

		if (rival) {
			assert_int_equal(rig_stop(rival, SIGTERM), 0);
			rival = 0;
			await_assigned(assigned + 1);
		} else {
			rival = rig_start("holdfast-worker", NULL);
			await_assigned(assigned + 2);
		}
	}
	return rival;
}

/* Start the faulty worker and bring it to its place. Another one may run then: *rival, or 0. */
static long come_there(const struct scenario *s, long *rival)
{
	char fault[80];
	long worker;

	*rival = 0;
	faults_seen = faulty_lines("msg=fault ");
	snprintf(fault, sizeof fault, "%s:%s:%d", faulty_place(s->place), s->action, s->n);
	worker = faulty_start("holdfast-worker", fault, NULL, NULL);
	if (s->place == FAULT_CLOSING || s->place == FAULT_REVOKING)
		await_answers();
	if (s->place == FAULT_CLOSING)
		kill((pid_t)worker, SIGTERM);
	else if (s->place == FAULT_REVOKING)
		*rival = rebalance();
	await_fault();
	return worker;
}

static void expect_end(long pid, int code)
{
	int ended = rig_stop(pid, 0);

	if (ended != code)
		fail_msg("a program ended with %d, expected %d\n%s", ended, code, rig_log());
}

static void stop_program(long pid)
{
	kill((pid_t)pid, SIGTERM);
	expect_end(pid, 0);
}

static void the_next_worker_goes_on(void **state)
{
	const struct scenario *s = *state;
	long rival, worker;

	open_streams(s);
	expect_end(come_there(s, &rival), -SIGKILL);
	worker = rival ? rival : rig_start("holdfast-worker", NULL);
	send_more(STREAM / 10);
	await_answers();
	stop_program(worker);
	faulty_audit(0);
}

/* It stands still past its membership while another takes over, then goes on in its old belief. */
static void the_zombie_does_no_harm(void **state)
{
	const struct scenario *s = *state;
	long rival, zombie;

	open_streams(s);
	zombie = come_there(s, &rival);
	faulty_await_stopped(zombie);
	if (!is_whole())
		faulty_end_idle_transactions();
	rival = rival ? rival : rig_start("holdfast-worker", NULL);
	send_more(STREAM / 10);
	await_answers();
	send_more(STREAM / 10);
	faulty_go_on(zombie);
	await_answers();
	stop_program(rival);
	if (s->place == FAULT_CLOSING) {
		expect_end(zombie, 0);
	} else {
		send_more(STREAM / 10); /* there is nobody else: it serves again */
		await_answers();
		stop_program(zombie);
	}
	faulty_audit(0);
}

/* Late, or failing: the same worker gets over it. */
static void it_goes_on_itself(void **state)
{
	const struct scenario *s = *state;
	long rival, worker;

	open_streams(s);
	worker = come_there(s, &rival);
	if (s->place == FAULT_CLOSING) {
		expect_end(worker, 0);
		worker = rig_start("holdfast-worker", NULL); /* waits, where it was not told */
	}
	send_more(STREAM / 10);
	await_answers();
	if (rival)
		stop_program(rival);
	stop_program(worker);
	faulty_audit(0);
}

static bool is_a_seat_held(const char *show)
{
	return strcmp(rig_sql("SELECT count(*) FROM holdfast.seat_reservations WHERE status = 'held' AND "
	                      "show_id = '%s'", show), "0") != 0;
}

/* Until all have ended; or also until a fault has come. */
static void await_no_hold(const char *show, bool is_ended_by_fault)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (!(is_ended_by_fault && has_fault_come()) && is_a_seat_held(show)) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("a lapsed hold does not end\n%s", rig_log());
		clock_sleep_ms(20);
	}
}

/* Hold a seat for a second, each time another of the eight. */
static void hold_a_seat(const char *show)
{
	static int number;
	char session[20], seat[20];

	number++;
	snprintf(session, sizeof session, "s%d", number);
	snprintf(seat, sizeof seat, "A%d", number % 8 + 1);
	rig_expect(ask_reserve(show, rig_id(), session, seat, 1), 200, "RESERVED");
}

static void lapsed_holds_end_all_the_same(void **state)
{
	const struct scenario *s = *state;
	bool is_killed = !strcmp(s->action, "kill"), is_stopped = !strcmp(s->action, "stop");
	long worker = rig_start("holdfast-worker", NULL), expirer, other = 0;
	char fault[80];

	rig_show(s->name, 8);
	faults_seen = faulty_lines("msg=fault ");
	snprintf(fault, sizeof fault, "%s:%s:%d", faulty_place(s->place), s->action, s->n);
	expirer = faulty_start("holdfast-expirer", fault, NULL, NULL);
	while (!has_fault_come()) { /* several that lapse together are one time */
		hold_a_seat(s->name);
		await_no_hold(s->name, true);
	}
	if (is_killed)
		expect_end(expirer, -SIGKILL);
	if (is_stopped)
		faulty_await_stopped(expirer);
	if (is_killed || is_stopped)
		other = rig_start("holdfast-expirer", NULL);
	hold_a_seat(s->name);
	await_no_hold(s->name, false);
	if (is_stopped) {
		faulty_go_on(expirer);
		stop_program(other);
		other = 0;
		hold_a_seat(s->name);
		await_no_hold(s->name, false); /* the one that stood still leads again */
	}
	stop_program(other ? other : expirer);
	stop_program(worker);
	faulty_audit(0);
}

/* One command, started again whenever it dies, on one stream: at another place each time. */
static void a_worker_that_always_dies_gets_through(void **state)
{
	const struct scenario s = {.name = "crash_loop"};
	char fault[80];

	(void)state;
	open_streams(&s);
	send_more(2 * STREAM);
	for (enum fault_place place = 0; place < FAULT_PLACE_COUNT; place++) {
		bool is_at_the_end = place == FAULT_CLOSING || place == FAULT_REVOKING;
		size_t acquired = faulty_lines("msg=\"partition acquired\"");
		long worker;

		if (strcmp(faulty_program(place), "holdfast-worker") != 0)
			continue;
		snprintf(fault, sizeof fault, "%s:kill:1", faulty_place(place));
		worker = faulty_start("holdfast-worker", fault, NULL, NULL);
		if (is_at_the_end) {
			faulty_await_lines("msg=\"partition acquired\"", acquired + PARTITIONS);
			kill((pid_t)worker, SIGTERM);
		}
		expect_end(worker, -SIGKILL);
	}
	expect_end(rig_start("holdfast-worker", "--until-caught-up", NULL), 0);
	await_answers();
	faulty_audit(0);
}

static void expect_code(const char *fault, const char *rules, int code)
{
	int found = rig_stop(faulty_start("holdfast-worker", fault, rules, "--print-config"), 0);

	if (found != code)
		fail_msg("HOLDFAST_FAULT=%s HOLDFAST_BREAK=%s: exit code %d", fault ? fault : "",
		         rules ? rules : "", found);
}

static void what_is_no_fault_is_refused(void **state)
{
	static const char *const wrong[] = {
	    "nowhere:kill:1", "polled:explode:1", "polled:kill:0", "polled:kill", "polled:kill:1x",
	    "polled:delay:1", "polled:delay=0:1", "polled:kill=3:1", ",", "polled:kill:1,poll:kill:1",
	    "Polled:kill:1", "polled:kill:1:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		expect_code(wrong[i], NULL, 2);
	expect_code(NULL, "every-rule", 2);
	setenv("HOLDFAST_BUG", "every-bug", 1);
	expect_code(NULL, NULL, 2);
	unsetenv("HOLDFAST_BUG");
	expect_code("polled:kill:1,committed:delay=20:3,end-sent:error:2", "fence-first,answer-all", 0);
	expect_code("", "", 0);
	setenv("HOLDFAST_FAULT", wrong[0], 1);
	setenv("HOLDFAST_BREAK", "every-rule", 1);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", "--print-config", NULL), 0),
	                 0); /* an ordinary build */
	unsetenv("HOLDFAST_FAULT");
	unsetenv("HOLDFAST_BREAK");
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

static const struct {
	enum { KILL, STOP, DELAY, ERROR, EXPIRER } group;
	const char *name;
	const char *actions[5];
	CMUnitTestFunction run;
	size_t share, shares; /* of the scenarios, dealt out one by one */
} parts[] = {
    {ERROR, "failed_at_every_place_a_worker_goes_on", {"error"}, it_goes_on_itself, 0, 1},
    {DELAY, "late_at_every_place_a_worker_goes_on", {"delay=" DELAY_MS}, it_goes_on_itself, 0, 1},
    {KILL, "killed_at_every_other_place_a_worker_leaves_one_answer_each", {"kill"},
     the_next_worker_goes_on, 0, 2},
    {KILL, "killed_at_the_others_too", {"kill"}, the_next_worker_goes_on, 1, 2},
    {STOP, "stopped_at_every_third_place_a_worker_does_no_harm_later", {"stop"},
     the_zombie_does_no_harm, 0, 3},
    {STOP, "stopped_at_the_next_place_each_time", {"stop"}, the_zombie_does_no_harm, 1, 3},
    {STOP, "stopped_at_the_rest_of_the_places", {"stop"}, the_zombie_does_no_harm, 2, 3},
    {EXPIRER, "whatever_an_expirer_does_lapsed_holds_end",
     {"kill", "stop", "delay=" DELAY_MS, "error"}, lapsed_holds_end_all_the_same, 0, 1},
};
#define PARTS (sizeof parts / sizeof parts[0])

static void add_scenario(size_t part, struct scenario *s, struct CMUnitTest *test,
                         const char *action, enum fault_place place, int n)
{
	*s = (struct scenario){.action = action, .place = place, .n = n};
	snprintf(s->name, sizeof s->name, "%.*s_%s_%d", (int)strcspn(action, "="), action,
	         faulty_place(place), n);
	for (char *c = s->name; *c; c++)
		*c = *c == '-' ? '_' : *c;
	*test = (struct CMUnitTest){s->name, parts[part].run, NULL, after_each, s};
}

/* The scenarios of one part, made of the table of places. */
static void fill_in(size_t part, struct group *group)
{
	static struct scenario scenarios[PARTS][SCENARIOS_MAX];
	static struct CMUnitTest tests[PARTS][SCENARIOS_MAX];
	const char *program = parts[part].group == EXPIRER ? "holdfast-expirer" : "holdfast-worker";
	int times = is_whole() ? TIMES_MAX : 1;
	size_t count = 0, dealt = 0;

	for (int a = 0; parts[part].actions[a]; a++)
		for (enum fault_place place = 0; place < FAULT_PLACE_COUNT; place++)
			for (int n = 1; n <= (place == FAULT_CLOSING ? 1 : times); n++) {
				if (strcmp(faulty_program(place), program) != 0 ||
				    dealt++ % parts[part].shares != parts[part].share)
					continue;
				add_scenario(part, &scenarios[part][count], &tests[part][count],
				             parts[part].actions[a], place, n);
				count++;
			}
	*group = (struct group){parts[part].name, tests[part], count, PARTITIONS};
}

int main(void)
{
	const struct CMUnitTest loop[] = {
	    cmocka_unit_test(what_is_no_fault_is_refused),
	    cmocka_unit_test_teardown(a_worker_that_always_dies_gets_through, after_each),
	};
	const char *build = getenv("HOLDFAST_BUILD");
	bool is_sanitized = build && strstr(build, "address");
	struct group groups[PARTS + 1];
	size_t count = 0;

	for (size_t part = 0; part < PARTS; part++)
		if (!is_sanitized || parts[part].group == ERROR || parts[part].group == DELAY)
			fill_in(part, &groups[count++]);
	if (!is_sanitized)
		groups[count++] =
		    (struct group){"dying_at_every_place_in_turn_a_worker_gets_through", loop, 2,
		                   PARTITIONS};
	return groups_run(groups, count);
}
