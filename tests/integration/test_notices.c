/*
 * The notices of docs/clients/notices/, as they stand: started in the middle of a topic, killed with
 * SIGKILL again and again while holds of every fate come and go, each customer is told each thing once.
 *
 * In Python, two of a group, and in Java, with a database each. tests/run: plain, tests/run: apart
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"
#include "tests/integration/ask.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

/* Holds of 600 s are about to lapse when they are 5 s old, and stay so: kills may take their time. */
#define LEAD_SECONDS "595"
#define HOLD_SECONDS 600
#define ROUNDS 4
#define EACH 5 /* holds of a show in a round */
#define HOLDS (ROUNDS * EACH)

enum { PYTHON, JAVA, PLACES };

static struct notifier {
	int place;
	const char *client, *instance;
	long pid;
	long seen; /* events that its database knew when it was killed last */
} notifiers[] = {
    {PYTHON, "notices-python", "1", 0, 0},
    {PYTHON, "notices-python", "2", 0, 0},
    {JAVA, "notices-java", "1", 0, 0},
};
#define NOTIFIERS (sizeof notifiers / sizeof notifiers[0])

static char names[PLACES][60];
static const char *group = "notices";

/* ---- their databases and processes ---- */

static const char *psql(int place, const char *what)
{
	const char *url = getenv("DATABASE_URL");

	return shell_run("psql -qAtX -v ON_ERROR_STOP=1 '%.*s/%s' %s", (int)(strrchr(url, '/') - url), url,
	                 names[place], what);
}

static const char *ask_notices(int place, const char *sql)
{
	struct buf what = {0};
	const char *said;

	buf_print(&what, "-c \"%s\"", sql);
	said = psql(place, what.data);
	buf_release(&what);
	return said;
}

/* The end of what programs said: how a notifier ended. */
static const char *said_last(void)
{
	const char *log = rig_log();
	size_t bytes = strlen(log);

	return bytes > 3000 ? log + bytes - 3000 : log;
}

static void await_notices(const char *sql, const char *expected)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *found = "";

	for (int place = 0; place < PLACES; place++)
		while (strcmp(found = ask_notices(place, sql), expected) != 0) {
			if (clock_monotonic_ms() > until_ms)
				fail_msg("database %d: expected %s, found %s\n%s", place, expected, found,
				         said_last());
			clock_sleep_ms(100);
		}
}

/* With another database than the rig's; JDBC has user and password as parameters. */
static const char *url_of(int place)
{
	const char *url = getenv("DATABASE_URL"), *user = strstr(url, "//") + 2, *at = strchr(url, '@');
	const char *password = memchr(user, ':', (size_t)(at - user)), *path = strrchr(url, '/');
	struct buf made = {0};

	if (place != JAVA)
		buf_print(&made, "%.*s/%s", (int)(path - url), url, names[place]);
	else
		buf_print(&made, "jdbc:postgresql://%.*s/%s?user=%.*s&password=%.*s", (int)(path - at - 1),
		          at + 1, names[place], (int)strcspn(user, ":@"), user,
		          password ? (int)(at - password - 1) : 0, password ? password + 1 : "");
	assert_false(made.failed);
	return rig_keep(made.data);
}

static void start(struct notifier *n)
{
	char database[300], events[100], group_of[160], instance[40];

	snprintf(database, sizeof database, "NOTICES_DATABASE_URL=%s", url_of(n->place));
	snprintf(events, sizeof events, "HOLDFAST_EVENTS_TOPIC=%s", rig_topics.events);
	snprintf(group_of, sizeof group_of, "NOTICES_GROUP=%s-%s-%s", rig_topics.events, n->client, group);
	snprintf(instance, sizeof instance, "NOTICES_INSTANCE=%s", n->instance);
	n->pid = rig_start("/usr/bin/env", database, events, group_of, instance,
	                   "NOTICES_LEAD_SECONDS=" LEAD_SECONDS, "tests/clients/shop", n->client, NULL);
}

/* Once it, or the other of its group, has done something since the last time. */
static void kill_and_start(struct notifier *n)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	long seen;

	while ((seen = atol(ask_notices(n->place, "SELECT count(*) FROM notices.seen"))) <= n->seen) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%s does nothing\n%s", n->client, said_last());
		clock_sleep_ms(100);
	}
	n->seen = seen;
	assert_int_equal(rig_stop(n->pid, SIGKILL), -SIGKILL);
	start(n);
}

/* ---- holds ---- */

static const char *const shows[] = {"before", "extends", "gives", "grows", "lapses", "moves",
                                    "refunds", "returns", "sells", "shrinks", "waits"};
#define SHOWS (sizeof shows / sizeof shows[0])

static struct hold {
	char id[40], session[40];
} holds[SHOWS][HOLDS];

static size_t index_of(const char *show)
{
	size_t i = 0;

	while (strcmp(shows[i], show) != 0)
		i++;
	return i;
}

static struct hold *hold_of(const char *show, int k)
{
	return &holds[index_of(show)][k];
}

/* Seats A1 and A2 for hold 0, and so on. */
static struct hold *reserve(const char *show, int k, int hold_seconds)
{
	struct hold *hold = hold_of(show, k);
	char seats[40];

	snprintf(hold->id, sizeof hold->id, "%s", rig_id());
	snprintf(hold->session, sizeof hold->session, "session-%s-%d", show, k);
	snprintf(seats, sizeof seats, "A%d,A%d", 2 * k + 1, 2 * k + 2);
	rig_expect(ask_reserve(show, hold->id, hold->session, seats, hold_seconds), 200, "RESERVED");
	return hold;
}

static void change(const char *show, int k, const char *what, int seat)
{
	struct hold *hold = hold_of(show, k);
	char more[200];

	snprintf(more, sizeof more, ",\"session_id\":\"%s\",\"reservation_id\":\"%s\",\"%s\":[\"A%d\"]",
	         hold->session, hold->id, what, seat);
	rig_expect(ask(show, rig_id(), "change_hold", more), 200, "HOLD_CHANGED");
}

static void on_hold(const char *show, const char *type, const struct hold *hold, const char *reason)
{
	rig_expect(ask_on_hold(show, type, hold->id, hold->session), 200, reason);
}

static void refund(int k, const struct hold *hold)
{
	char more[200];

	snprintf(more, sizeof more, ",\"owner_key\":\"owner\",\"reservation_id\":\"%s\","
	         "\"seat_ids\":[\"A%d\"]", hold->id, 2 * k + 1);
	rig_expect(ask("refunds", rig_id(), "cancel", more), 200, "PARTLY_CANCELLED");
	rig_expect(ask_cancel("refunds", hold->id, "owner"), 200, "CANCELLED");
}

/* One hold of each fate. */
static void come_and_go(int k)
{
	struct hold *hold;

	reserve("waits", k, HOLD_SECONDS);
	reserve("moves", k, HOLD_SECONDS);
	reserve("grows", k, HOLD_SECONDS);
	reserve("shrinks", k, HOLD_SECONDS);
	change("shrinks", k, "drop_seat_ids", 2 * k + 2);
	hold = reserve("extends", k, HOLD_SECONDS);
	rig_expect(ask_extend("extends", hold->id, hold->session, 1500), 200, "EXTENDED");
	on_hold("gives", "release", reserve("gives", k, HOLD_SECONDS), "RELEASED");
	on_hold("sells", "confirm", reserve("sells", k, HOLD_SECONDS), "CONFIRMED");
	hold = reserve("refunds", k, HOLD_SECONDS);
	on_hold("refunds", "confirm", hold, "CONFIRMED");
	refund(k, hold);
	reserve("lapses", k, 1);
	reserve("returns", k, 1);
}

/* ---- what they are told ---- */

/* A hold that lapses at once may be told so before, or not. */
#define TOLD "SELECT show_id, kind, count(*), count(DISTINCT reservation_id) FROM notices.told " \
	"WHERE kind <> 'about to lapse' OR show_id NOT IN ('lapses', 'returns') " \
	"GROUP BY 1, 2 ORDER BY show_id COLLATE \\\"C\\\", kind"

static void what_was_before_is_known_and_not_told(void **state)
{
	(void)state;
	on_hold("before", "confirm", reserve("before", 0, HOLD_SECONDS), "CONFIRMED");
	reserve("before", 1, 1);
	rig_await_sql("1", "SELECT count(*) FROM holdfast.seat_reservations WHERE status = 'expired'");
	reserve("before", 2, HOLD_SECONDS);
	for (int place = 0; place < PLACES; place++)
		(void)psql(place, "-f docs/clients/notices/notices.sql");
	for (size_t i = 0; i < NOTIFIERS; i++)
		start(&notifiers[i]);
	await_notices(TOLD, "before|about to lapse|1|1\n");
}

static void each_is_told_once(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		for (int k = round * EACH; k < (round + 1) * EACH; k++)
			come_and_go(k);
		for (size_t i = 0; i < NOTIFIERS; i++)
			kill_and_start(&notifiers[i]);
	}
	await_notices("SELECT show_id, kind, count(*) FROM notices.told WHERE show_id IN ('grows', "
	              "'moves') OR (show_id = 'returns' AND kind = 'lapsed') GROUP BY 1, 2 ORDER BY 1",
	              "grows|about to lapse|20\nmoves|about to lapse|20\nreturns|lapsed|20\n");
	for (int k = 0; k < HOLDS; k++) {
		struct hold *hold = hold_of("moves", k);

		rig_expect(ask_extend("moves", hold->id, hold->session, HOLD_SECONDS + 2), 200, "EXTENDED");
		change("grows", k, "seat_ids", 2 * HOLDS + 1 + k);
		on_hold("returns", "confirm", hold_of("returns", k), "CONFIRMED");
	}
	for (size_t i = 0; i < NOTIFIERS; i++)
		kill_and_start(&notifiers[i]);
	await_notices(TOLD,
	              "before|about to lapse|1|1\n"
	              "grows|about to lapse|20|20\n"
	              "lapses|lapsed|20|20\n"
	              "moves|about to lapse|40|20\n"
	              "refunds|sold|20|20\n"
	              "returns|lapsed|20|20\n"
	              "returns|sold|20|20\n"
	              "sells|sold|20|20\n"
	              "shrinks|about to lapse|20|20\n"
	              "waits|about to lapse|20|20\n");
	await_notices("SELECT count(*) - count(DISTINCT since) FROM notices.holds", "0\n");
}

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	(void)context;
	assert_true(delivery->is_delivered);
}

/* As a mirror may do: holds come once more, when they are long gone, and so do sales and lapses. */
static size_t double_events(void)
{
	const struct kafka_settings kafka = rig_kafka();
	struct record *records = topics_records();
	size_t count = rig_read(rig_topics.events, records, TOPICS_RECORDS_MAX);
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, on_delivered, NULL, &e), RC_OK);
	for (size_t i = 0; i < count; i++) {
		const struct record *r = &records[i];
		const char *kind = topics_header(r, "ce_type");

		if (!strcmp(kind, "holdfast.event.reserved") || !strcmp(kind, "holdfast.event.sold") ||
		    !strcmp(kind, "holdfast.event.expired"))
			assert_int_equal(kafka_sender_send(sender, rig_topics.events, r->partition, r->key,
			                                   r->value, r->headers, r->header_count, NULL, &e),
			                 RC_OK);
	}
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
	rig_give(records, count);
	free(records);
	return count;
}

/*
 * Events stand on the topic twice, and where the notifiers were is forgotten, so all of it comes once
 * more. It is seen, up to the last sale of each show.
 */
static void what_comes_again_is_not_told_again(void **state)
{
	char sql[300];
	size_t events;

	(void)state;
	for (size_t i = 0; i < NOTIFIERS; i++)
		assert_int_equal(rig_stop(notifiers[i].pid, SIGKILL), -SIGKILL);
	events = double_events() + 2 * SHOWS; /* reserved and sold */
	for (size_t i = 0; i < SHOWS; i++) {
		char seats[40];

		snprintf(seats, sizeof seats, "A%d", 3 * HOLDS + 1);
		snprintf(sql, sizeof sql, "%s", rig_id());
		rig_expect(ask_reserve(shows[i], sql, "the-last", seats, HOLD_SECONDS), 200, "RESERVED");
		rig_expect(ask_on_hold(shows[i], "confirm", sql, "the-last"), 200, "CONFIRMED");
	}
	group = "again";
	for (size_t i = 0; i < NOTIFIERS; i++)
		start(&notifiers[i]);
	snprintf(sql, sizeof sql, "SELECT count(*) = %zu FROM notices.seen", events);
	await_notices(sql, "t\n");
	await_notices(TOLD,
	              "before|about to lapse|1|1\n"
	              "before|sold|1|1\n"
	              "extends|sold|1|1\n"
	              "gives|sold|1|1\n"
	              "grows|about to lapse|20|20\n"
	              "grows|sold|1|1\n"
	              "lapses|lapsed|20|20\n"
	              "lapses|sold|1|1\n"
	              "moves|about to lapse|40|20\n"
	              "moves|sold|1|1\n"
	              "refunds|sold|21|21\n"
	              "returns|lapsed|20|20\n"
	              "returns|sold|21|21\n"
	              "sells|sold|21|21\n"
	              "shrinks|about to lapse|20|20\n"
	              "shrinks|sold|1|1\n"
	              "waits|about to lapse|20|20\n"
	              "waits|sold|1|1\n");
}

static void their_holds_are_those_of_the_rows(void **state)
{
	static const char columns[] =
	    "string_agg(show_id || ' ' || reservation_id || ' ' || reserved_until, E'\\n' ORDER BY "
	    "show_id COLLATE \"C\", reservation_id)";
	char sql[300], quoted[300];
	const char *expected;

	(void)state;
	expected = rig_sql("SELECT md5(%s), count(*) FROM holdfast.seat_reservations WHERE status = "
	                   "'held'", columns);
	assert_non_null(strstr(expected, "|101")); /* five shows of 20, and one of before */
	snprintf(sql, sizeof sql, "SELECT md5(%s), count(*) FROM notices.holds", columns);
	for (size_t from = 0, to = 0; from == 0 || sql[from - 1]; from++) {
		if (sql[from] == '"')
			quoted[to++] = '\\';
		quoted[to++] = sql[from];
	}
	for (int place = 0; place < PLACES; place++)
		assert_memory_equal(ask_notices(place, quoted), expected, strlen(expected));
}

static int make(void **state)
{
	if (rig_make(state))
		return -1;
	for (int place = 0; place < PLACES; place++) {
		const char *own = strrchr(getenv("DATABASE_URL"), '/') + 1;

		snprintf(names[place], sizeof names[place], "%.50s_%d", own, place);
		(void)rig_sql("CREATE DATABASE \"%s\"", names[place]);
	}
	rig_start("holdfast-worker", NULL);
	rig_start("holdfast-expirer", "--interval-ms=100", NULL);
	for (size_t i = 0; i < SHOWS; i++)
		rig_show(shows[i], 3 * HOLDS + 1);
	rig_expect(ask("refunds", rig_id(), "change_show", ",\"new_owner_key\":\"owner\""), 200,
	           "SHOW_CHANGED");
	return 0;
}

static int drop(void **state)
{
	rig_kill_all();
	for (int place = 0; place < PLACES; place++)
		(void)rig_sql("DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", names[place]);
	return rig_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_before_is_known_and_not_told),
	    cmocka_unit_test(each_is_told_once),
	    cmocka_unit_test(what_comes_again_is_not_told_again),
	    cmocka_unit_test(their_holds_are_those_of_the_rows),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
