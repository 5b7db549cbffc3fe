/*
 * holdfast-worker --shadow: follows a live pipeline through kills on both sides and finds nothing; one
 * that decides otherwise is found, to the offset; it writes to no topic, joins no group, and takes no
 * database but its own.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/partitioner.h"
#include "common/kafka/members.h"
#include "common/kafka/reader.h"
#include "common/kafka/topics.h"
#include "tests/integration/ask.h"
#include "tests/integration/cuts.h"
#include "tests/integration/history.h"
#include "tests/integration/own_database.h"
#include "tests/integration/pages.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"
#include "tests/integration/traffic.h"

#define PARTITIONS RIG_PARTITIONS
#define TRAFFIC 600

static char scratch[400];    /* URL of the scratch database */
static char as_scratch[420]; /* --database-url of it */
static char listed[300], as_listed[340]; /* a reply topic, --reply-topics of it */

/* Every row of an installation that a shadow must have, too, in one digest. */
#define TABLE(name) \
	"SELECT '" #name "', md5(coalesce(string_agg(t::text COLLATE \"C\", ',' " \
	"ORDER BY t::text COLLATE \"C\"), '')) FROM holdfast." #name " AS t;"
#define ROWS \
	TABLE(shows) TABLE(show_seats) TABLE(seat_places) TABLE(show_channels) TABLE(show_areas) \
	TABLE(seat_reservations) TABLE(reservation_seats) TABLE(reservation_areas) TABLE(decisions) \
	"SELECT partition, next_offset FROM holdfast.partition_progress ORDER BY 1"

/* ---- databases ---- */

static const char *ask_at(const char *url, const char *sql)
{
	return shell_run("psql -XAtq -v ON_ERROR_STOP=1 '%s' 2>&1 <<'END'\n%s\nEND\n", url, sql);
}

/* What shadows work on from here on. */
static void use_database(const char *url)
{
	snprintf(as_scratch, sizeof as_scratch, "--database-url=%s", url);
}

/* An empty database beside the pipeline's own. */
static void make_database(const char *suffix, char url[400])
{
	const char *name = strrchr(own_url.data, '/') + 1, *query = strchr(name, '?');
	int bytes = query ? (int)(query - name) : (int)strlen(name);

	rig_sql("CREATE DATABASE %.*s_%s", bytes, name, suffix);
	snprintf(url, 400, "%.*s_%s%s", (int)(name - own_url.data) + bytes, own_url.data, suffix,
	         query ? query : "");
	use_database(url);
}

static void drop_database(const char *suffix)
{
	const char *name = strrchr(own_url.data, '/') + 1, *query = strchr(name, '?');

	rig_sql("DROP DATABASE IF EXISTS %.*s_%s WITH (FORCE)",
	        query ? (int)(query - name) : (int)strlen(name), name, suffix);
}

static int run(const char *program, const char *word, const char *option, const char *more)
{
	return rig_stop(rig_start(program, word, option, more, NULL), 0);
}

static void expect(const char *program, const char *word, const char *option, int exit_code,
                   const char *said)
{
	size_t before = strlen(rig_log());
	int found = run(program, word, option, NULL);

	if (found != exit_code || !strstr(rig_log() + before, said))
		fail_msg("%s %s: exit code %d, expected %d and \"%s\"\n%s", program, word, found, exit_code,
		         said, rig_log() + before);
}

static void init_scratch(void)
{
	assert_int_equal(run("holdfast-admin", "init", "--shadow", as_scratch), 0);
}

/* ---- shadows and workers ---- */

static long start_worker(void)
{
	return rig_start("holdfast-worker", as_listed, "--kafka.session.timeout.ms=2000",
	                 "--kafka.heartbeat.interval.ms=500", NULL);
}

static struct pages start_shadow(void)
{
	struct pages p;

	setenv("HOLDFAST_REPLY_TOPICS", listed, 1);
	p = pages_start("holdfast-worker", "--shadow", as_scratch);
	unsetenv("HOLDFAST_REPLY_TOPICS");
	return p;
}

/* Until it has compared everything; its exit code, and what it printed, in the log from *before on. */
static int catch_up(const char *more, const char *bug, size_t *before)
{
	const char *build = getenv("HOLDFAST_BUILD");
	char right[200], faulty[210];
	long shadow;

	snprintf(right, sizeof right, "%s", build ? build : "build");
	snprintf(faulty, sizeof faulty, "%s-faults", right);
	if (bug) {
		setenv("HOLDFAST_BUILD", faulty, 1);
		setenv("HOLDFAST_BUG", bug, 1);
	}
	*before = strlen(rig_log());
	shadow = rig_start("holdfast-worker", "--shadow", "--until-caught-up", as_scratch, as_listed, more,
	                   NULL);
	setenv("HOLDFAST_BUILD", right, 1);
	unsetenv("HOLDFAST_BUG");
	return rig_stop(shadow, 0);
}

/* Ends of all topics, markers included. */
static const char *ends(void)
{
	const char *const list[] = {rig_topics.requests, rig_topics.replies, rig_topics.events,
	                            rig_topics.dead_letters, listed};
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_reader *reader;
	struct buf text = {0};
	struct err e;

	assert_int_equal(kafka_reader_open(&reader, &kafka, false, &e), RC_OK);
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		for (int32_t p = 0; p < PARTITIONS; p++) {
			int64_t first, end;

			assert_int_equal(kafka_reader_bounds(reader, list[i], p, &first, &end, &e), RC_OK);
			buf_print(&text, "%lld ", (long long)end);
		}
	kafka_reader_close(reader);
	return rig_keep(text.data);
}

static void await_compared(void)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	char decided[40];

	snprintf(decided, sizeof decided, "%s\n",
	         rig_sql("SELECT sum(next_offset) FROM holdfast.partition_progress"));

	while (strcmp(ask_at(scratch, "SELECT sum(compared_until) FROM holdfast.shadow_progress"),
	              decided) != 0) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("not compared up to %s:\n%s\n%s", decided,
			         ask_at(scratch, "TABLE holdfast.shadow_progress"), rig_log());
		clock_sleep_ms(100);
	}
}

static void expect_nothing_found(void)
{
	const char *found = ask_at(scratch, "TABLE holdfast.shadow_differences");

	if (found[0])
		fail_msg("differences:\n%s", found);
	assert_string_equal(ask_at(scratch, "SELECT sum(different), sum(reworded), sum(unseen) "
	                                    "FROM holdfast.shadow_progress"), "0|0|0\n");
}

/* Requests whose replies go to a listed topic, to partitions of their own choice. */
static void send_listed(int count)
{
	for (int i = 0; i < count; i++) {
		const char partition[4] = {0, 0, 0, (char)(i % PARTITIONS)};
		const struct record_header headers[] = {
		    {text_of("kafka_replyTopic"), text_of(listed)},
		    {text_of("kafka_replyPartition"), {partition, sizeof partition}},
		};
		char value[300], show[20];

		snprintf(show, sizeof show, "traffic-%d", i % TRAFFIC_SHOWS);
		snprintf(value, sizeof value, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		         "\"session_id\":\"listed-%d\",\"best\":{\"count\":1}}", rig_id(), show, i);
		topics_send(partition_of_key(show, strlen(show), PARTITIONS), text_of(show),
		            text_of(value), headers, 2);
	}
}

/* ---- set-up ---- */

static void make_listed(void)
{
	const struct kafka_settings kafka = rig_kafka();
	struct topic_names wanted = rig_topics;
	struct kafka_topics *topics;
	struct err e;
	int created;

	snprintf(listed, sizeof listed, "%s.own", rig_topics.replies);
	snprintf(as_listed, sizeof as_listed, "--reply-topics=%s", listed);
	wanted.replies = listed;
	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	assert_int_equal(kafka_topics_create(topics, &wanted, PARTITIONS, 1, &created, &e), RC_OK);
	assert_int_equal(created, 1);
	kafka_topics_close(topics);
}

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	make_listed();
	make_database("shadow", scratch);
	return 0;
}

static int tear_down(void **state)
{
	rig_kill_all();
	drop_database("shadow");
	drop_database("wrong");
	return rig_drop(state);
}

static int after_each(void **state)
{
	(void)state;
	rig_kill_all();
	return 0;
}

/* ---- tests ---- */

static void a_database_is_an_installations_or_a_shadows_and_never_both(void **state)
{
	const char *before = rig_sql("TABLE holdfast.pipeline");

	(void)state;
	/* No worker has claimed it yet, and it is an installation's none the less. */
	expect("holdfast-admin", "init", "--shadow", 3, "the database serves an installation");
	expect("holdfast-worker", "--shadow", "--until-caught-up", 3,
	       "the database serves an installation");
	expect("holdfast-worker", "--shadow", as_scratch, 3, "no schema holdfast");
	assert_string_equal(rig_sql("TABLE holdfast.pipeline"), before);
	assert_string_equal(rig_sql("SELECT to_regclass('holdfast.shadow_progress') IS NULL"), "t");
	init_scratch();
	init_scratch();
	expect("holdfast-worker", as_scratch, NULL, 3, "the scratch database of a shadow");
	expect("holdfast-worker", "--rebuild", as_scratch, 3, "the scratch database of a shadow");
	expect("holdfast-expirer", "--once", as_scratch, 3, "the scratch database of a shadow");
	expect("holdfast-audit", as_scratch, NULL, 3, "the scratch database of a shadow");
	expect("holdfast-admin", "init", as_scratch, 3, "the scratch database of a shadow");
	expect("holdfast-worker", "--shadow", "--rebuild", 2, "--rebuild is not taken with --shadow");
	expect("holdfast-worker", "--shadow", "--group-id=g", 2, "--group-id is not taken with --shadow");
	expect("holdfast-worker", "--shadow", "--accept-gap=0", 2,
	       "--accept-gap is not taken with --shadow");
	expect("holdfast-worker", "--group-id=(shadow)", NULL, 2, "--group-id must not be");
}

static void it_follows_through_kills_and_finds_nothing(void **state)
{
	long worker = start_worker();
	struct pages shadow = start_shadow();
	const char *rows;

	(void)state;
	traffic_open(17);
	traffic_send(TRAFFIC / 2);
	send_listed(30);
	rig_stop(shadow.pid, SIGKILL);
	traffic_send(TRAFFIC / 2);
	rig_stop(worker, SIGKILL);
	shadow = start_shadow();
	traffic_send(TRAFFIC / 2);
	worker = start_worker();
	send_listed(30);
	rig_await((size_t)TRAFFIC * 3 / 2);
	history_begin();
	history_go_on(150);
	history_add_oddities();
	rig_stop(shadow.pid, SIGKILL);
	traffic_send(TRAFFIC / 2);
	rig_await(TRAFFIC / 2);
	assert_int_equal(run("holdfast-expirer", "--once", NULL, NULL), 0);
	assert_int_equal(run("holdfast-worker", "--until-caught-up", as_listed, NULL), 0);
	shadow = start_shadow();
	await_compared();
	expect_nothing_found();
	rows = rig_sql(ROWS);
	assert_int_equal(strncmp(ask_at(scratch, ROWS), rows, strlen(rows)), 0);
	pages_await(&shadow, "/readyz", "200", "");
	pages_await(&shadow, "/status", "200", "A shadow");
	assert_true(pages_value(&shadow, "holdfast_shadow_requests_total{result=\"same\"}") >
	            TRAFFIC * 2);
	assert_true(pages_value(&shadow, "holdfast_shadow_requests_total{result=\"different\"}") == 0);
	assert_int_equal(rig_stop(shadow.pid, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

static void expect_no_members(void)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_owner *owners = calloc(PARTITIONS, sizeof owners[0]);
	struct kafka_topics *topics;
	struct err e;

	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	assert_int_equal(kafka_members_read(topics, rig_group, rig_topics.requests, owners, PARTITIONS,
	                                    &e), RC_OK);
	for (int p = 0; p < PARTITIONS; p++)
		assert_null(owners[p].member_id);
	kafka_owners_release(owners, PARTITIONS);
	kafka_topics_close(topics);
}

static void nothing_is_written_and_no_group_is_joined(void **state)
{
	const char *before = ends();
	struct pages shadow = start_shadow();
	size_t from;

	(void)state;
	pages_await_ready(&shadow);
	expect_no_members();
	assert_int_equal(rig_stop(shadow.pid, SIGTERM), 0);
	/* One that begins at the beginning decides the same once more. */
	ask_at(scratch, "DROP SCHEMA holdfast CASCADE");
	init_scratch();
	assert_int_equal(catch_up(NULL, NULL, &from), 0);
	assert_non_null(strstr(rig_log() + from, "0 different in 0 shows"));
	expect_nothing_found();
	assert_string_equal(ends(), before);
	assert_int_equal(run("holdfast-admin", "status", as_scratch, NULL), 0);
	assert_non_null(strstr(rig_log() + from, "a shadow's scratch database"));
}

/* Whoever asks gets A1 released; what a later request comes to follows from that. */
static void another_rule_is_found_to_the_offset(void **state)
{
	long worker = start_worker();
	const char *hold = rig_id(), *reply, *offset, *report;
	char wrong[400], line[200];
	size_t from;

	(void)state;
	rig_show("otherwise", 3);
	rig_expect(ask_reserve("otherwise", hold, "first", "A1", 600), 200, "RESERVED");
	reply = ask_on_hold("otherwise", "release", hold, "second");
	rig_expect(ask_reserve("otherwise", rig_id(), "third", "A1", 600), 409, "SEATS_TAKEN");
	rig_expect(ask_reserve("otherwise", rig_id(), "fourth", "A1", 600), 409, "SEATS_TAKEN");
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	offset = strstr(reply, "\"offset\":") + strlen("\"offset\":");
	make_database("wrong", wrong);
	init_scratch();
	assert_int_equal(catch_up("--json", "ignore_session", &from), 6);
	report = rig_log() + from;
	snprintf(line, sizeof line, "offset=%ld show_id=otherwise what=", strtol(offset, NULL, 10));
	if (!strstr(report, line))
		fail_msg("no \"%s\" in\n%s", line, report);
	snprintf(line, sizeof line, "published=\"%s %s\"", rig_field(reply, "code"),
	         rig_field(reply, "reason"));
	assert_non_null(strstr(report, line));
	assert_non_null(strstr(report, "decided_here=\"200 RELEASED\""));
	assert_string_equal(ask_at(wrong, "SELECT count(*) FROM holdfast.shadow_differences "
	                                  "WHERE show_id = 'otherwise'"), "1\n");
	snprintf(line, sizeof line, "\"show_id\":\"otherwise\",\"offset\":%ld,", strtol(offset, NULL, 10));
	assert_non_null(strstr(report, line));
	/* With the next request it stays so, whoever decides it, as the rows are other ones now. */
	assert_int_equal(catch_up(NULL, NULL, &from), 6);
	assert_non_null(strstr(rig_log() + from, "show otherwise, partition"));
	use_database(scratch);
}

/* Sessions that end, as those of a database that is restarted do, are opened again. */
static void lost_sessions_are_opened_again(void **state)
{
	long worker = start_worker();
	struct pages shadow = start_shadow();

	(void)state;
	pages_await_ready(&shadow);
	rig_show("lost", 6);
	for (int i = 1; i <= 6; i++) {
		char seat[4], session[4];

		snprintf(seat, sizeof seat, "A%d", i);
		snprintf(session, sizeof session, "%d", i);
		(void)ask_at(scratch, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
		                      "WHERE pid <> pg_backend_pid() AND datname = current_database() "
		                      "AND backend_type = 'client backend'");
		rig_expect(ask_reserve("lost", rig_id(), session, seat, 600), 200, "RESERVED");
	}
	await_compared();
	expect_nothing_found();
	assert_int_equal(rig_stop(shadow.pid, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* It need not begin with the first request, and sees what a hand has done. */
static void a_copy_of_the_database_is_followed_from_where_it_stands(void **state)
{
	long worker = start_worker();
	struct pages shadow;

	(void)state;
	rig_show("copied", 3);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	drop_database("shadow");
	make_database("shadow", scratch);
	shell_run("pg_dump --schema=holdfast '%s' | psql -Xq -v ON_ERROR_STOP=1 '%s'", own_url.data,
	          scratch);
	expect("holdfast-admin", "init", "--shadow", 3, "the database serves an installation");
	ask_at(scratch, "UPDATE holdfast.pipeline SET group_id = '(shadow)'");
	init_scratch();
	shadow = start_shadow();
	pages_await_ready(&shadow);
	worker = start_worker();
	rig_expect(ask_reserve("copied", rig_id(), "first", "A1", 600), 200, "RESERVED");
	await_compared();
	expect_nothing_found();
	assert_string_equal(ask_at(scratch, "SELECT sum(same) FROM holdfast.shadow_progress"), "1\n");
	ask_at(scratch, "UPDATE holdfast.show_seats SET status = 'sold', version = version + 1 "
	                "WHERE show_id = 'copied' AND seat_id = 'A2'");
	rig_expect(ask_reserve("copied", rig_id(), "second", "A2", 600), 200, "RESERVED");
	pages_await_log("decided_here=\"409 SEATS_TAKEN\" published=\"200 RESERVED\"");
	assert_true(pages_value(&shadow, "holdfast_shadow_differing_shows") == 1);
	/* It goes on. */
	rig_expect(ask_reserve("copied", rig_id(), "third", "A3", 600), 200, "RESERVED");
	await_compared();
	assert_string_equal(ask_at(scratch, "SELECT sum(same), sum(different) FROM "
	                                    "holdfast.shadow_progress"), "2|1\n");
	assert_int_equal(rig_stop(shadow.pid, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
}

/* Replies that are gone say nothing; without the first requests nothing can be decided. */
static void what_is_deleted_is_not_compared_or_not_begun_with(void **state)
{
	int64_t below[PARTITIONS], request;
	char fresh[400];
	size_t from;

	(void)state;
	for (int p = 0; p < PARTITIONS; p++)
		below[p] = 0;
	below[partition_of_key("traffic-0", strlen("traffic-0"), PARTITIONS)] = 20;
	cuts_delete(rig_topics.replies, below, PARTITIONS);
	drop_database("wrong");
	make_database("wrong", fresh);
	init_scratch();
	assert_int_equal(catch_up(NULL, NULL, &from), 0);
	request = atoll(ask_at(fresh, "SELECT sum(unseen) FROM holdfast.shadow_progress"));
	assert_in_range(request, 5, 20);
	cuts_delete(rig_topics.requests, below, PARTITIONS);
	ask_at(fresh, "DROP SCHEMA holdfast CASCADE");
	init_scratch();
	assert_int_equal(catch_up(NULL, NULL, &from), 3);
	assert_non_null(strstr(rig_log() + from, "begin with a copy of the installation's database"));
}

int main(void)
{
#define CASE(test) cmocka_unit_test_teardown(test, after_each)
	const struct CMUnitTest tests[] = {
	    CASE(a_database_is_an_installations_or_a_shadows_and_never_both),
	    CASE(it_follows_through_kills_and_finds_nothing),
	    CASE(nothing_is_written_and_no_group_is_joined),
	    CASE(another_rule_is_found_to_the_offset),
	    CASE(lost_sessions_are_opened_again),
	    CASE(a_copy_of_the_database_is_followed_from_where_it_stands),
	    CASE(what_is_deleted_is_not_compared_or_not_begun_with),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
