/*
 * Every figure of the reports of a random history is what the topics and the tables say: a script of
 * its own, tests/integration/retell, makes each of them once more from the records and the rows.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"
#include "tests/integration/audit.h"
#include "tests/integration/random_history.h"
#include "tests/integration/rig.h"
#include "tests/integration/small_history.h"
#include "tests/integration/topics.h"

#define REQUESTS 12000
#define SEED 20261130
#define LAPSES 3
#define WAITED_MS 1200 /* of some requests, for what is told of those that waited over a second */
#define WANTED 120 /* requests while it is held: in all more than the quota of a seat */

static char own_topic[100], listed[150], folder[] = "/tmp/holdfast-report-XXXXXX";

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	if (!mkdtemp(folder) || rig_make(state))
		return -1;
	snprintf(own_topic, sizeof own_topic, "%s.own", rig_topics.replies);
	snprintf(listed, sizeof listed, "--reply-topics=%s", own_topic);
	small_topics_make(own_topic);
	return 0;
}

static int tear_down(void **state)
{
	char command[100];

	snprintf(command, sizeof command, "rm -r %s", folder);
	return rig_drop(state) | system(command);
}

static void publish(struct random_history *history, int count)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e), RC_OK);
	for (int i = 0; i < count; i++) {
		const struct record *r = random_history_next(history);

		if (kafka_sender_send(sender, rig_topics.requests, r->partition, r->key, r->value, r->headers,
		                      r->header_count, NULL, &e))
			fail_msg("%s", e.text);
		kafka_sender_poll(sender, 0);
	}
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
}

static void reserve_hot(const char *session, int number)
{
	rig_send("hot", "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"hot\",\"session_id\":"
	         "\"%s-%d\",\"seat_ids\":[\"A1\",\"A%d\"],\"hold_seconds\":1}", rig_id(), session, number,
	         2 + number % 2);
}

/* A seat that two hold in turn and let lapse; while one has it, more want it than are told of. */
static void let_lapse(void)
{
	rig_show("hot", 3);
	for (int lapsed = 0; lapsed < LAPSES; lapsed++) {
		reserve_hot("holder", lapsed % 2);
		for (int i = 0; i < WANTED; i++)
			reserve_hot("other", i);
		rig_await(WANTED + 1);
		rig_expect(rig_reply(0), 200, "RESERVED");
		rig_await_sql("0", "SELECT count(*) FROM holdfast.seat_reservations WHERE show_id = 'hot' AND "
		              "status = 'held'");
	}
}

/* ---- what the script reads ---- */

static FILE *open_file(const char *name)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

static void print_bytes(FILE *file, struct text t)
{
	if (!t.data) {
		fputs("null", file);
		return;
	}
	fputc('"', file);
	for (size_t i = 0; i < t.bytes; i++)
		fprintf(file, "%02x", (unsigned)(unsigned char)t.data[i]);
	fputc('"', file);
}

/* A line a record: [partition, offset, timestamp, key, value, place of the request of a letter]. */
static void dump(FILE *file, const char *topic)
{
	struct record *records = topics_records();
	size_t count = rig_read(topic, records, TOPICS_RECORDS_MAX);

	for (size_t i = 0; i < count; i++) {
		const struct record_header *of =
		    record_header_last(&records[i], "kafka_dlt-original-offset");

		fprintf(file, "[%d,%lld,%lld,", (int)records[i].partition, (long long)records[i].offset,
		        (long long)records[i].timestamp_ms);
		print_bytes(file, records[i].key);
		fputc(',', file);
		print_bytes(file, records[i].value);
		fputc(',', file);
		print_bytes(file, of ? of->value : (struct text){NULL, 0});
		fputs("]\n", file);
	}
	rig_give(records, count);
	free(records);
}

static void dump_topics(void)
{
	const struct {
		const char *name, *topics[2];
	} files[] = {
	    {"requests", {rig_topics.requests, NULL}},
	    {"replies", {rig_topics.replies, own_topic}},
	    {"events", {rig_topics.events, NULL}},
	    {"letters", {rig_topics.dead_letters, NULL}},
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		FILE *file = open_file(files[i].name);

		for (int t = 0; t < 2 && files[i].topics[t]; t++)
			dump(file, files[i].topics[t]);
		assert_int_equal(fclose(file), 0);
	}
}

static void dump_tables(void)
{
	static const char *const tables[] = {"shows", "show_seats", "seat_places", "show_areas",
	                                     "seat_reservations", "reservation_areas"};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		FILE *file = open_file(tables[i]);

		fputs(rig_sql("SELECT coalesce(json_agg(t), '[]') FROM holdfast.%s AS t", tables[i]), file);
		assert_int_equal(fclose(file), 0);
	}
}

/* ---- */

static void make_reports(const char *name)
{
	struct audit audit;
	char option[200];

	snprintf(option, sizeof option, "--report=%s/%s", folder, name);
	audit_start(&audit, listed, option, NULL);
	audit_await(&audit);
	if (audit.exit_code || !audit_count(&audit, "\nno differences\n"))
		fail_msg("exit code %d\n%s\n%s", audit.exit_code, audit.report, rig_log());
	audit_release(&audit);
}

static void every_figure_is_what_topics_and_tables_say(void **state)
{
	long worker = rig_start("holdfast-worker", listed, NULL);
	long expirer = rig_start("holdfast-expirer", "--interval-ms=100", NULL);
	struct random_history *history = random_history_make(SEED, own_topic, rig_partitions);
	char command[200];

	(void)state;
	publish(history, REQUESTS / 2);
	let_lapse(); /* and those of the history meanwhile */
	assert_int_equal(kill((pid_t)worker, SIGSTOP), 0);
	publish(history, REQUESTS / 2);
	clock_sleep_ms(WAITED_MS);
	assert_int_equal(kill((pid_t)worker, SIGCONT), 0);
	random_history_release(history);
	rig_await_sql("t", "SELECT sum(next_offset) >= 12365 FROM holdfast.partition_progress");
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	/* What the expirer sent last is decided, too. */
	assert_int_equal(rig_stop(rig_start("holdfast-worker", listed, "--until-caught-up", NULL), 0), 0);
	make_reports("reports");
	make_reports("again");
	snprintf(command, sizeof command, "diff -rq %s/reports %s/again >&2", folder, folder);
	assert_int_equal(system(command), 0);
	dump_topics();
	dump_tables();
	snprintf(command, sizeof command, "tests/integration/retell %s", folder);
	assert_int_equal(system(command), 0);
}

/* What the shell says of the folder; 0: yes. */
__attribute__((format(printf, 1, 2))) static int ask_shell(const char *format, ...)
{
	char question[300], command[400];
	va_list args;

	va_start(args, format);
	vsnprintf(question, sizeof question, format, args);
	va_end(args);
	snprintf(command, sizeof command, "cd %s && %s", folder, question);
	return system(command);
}

static int audit_with(const char *more, const char *another)
{
	struct audit audit;
	int code;

	ask_shell("rm -rf some");
	audit_start(&audit, listed, more, another, NULL);
	audit_await(&audit);
	code = audit.exit_code;
	audit_release(&audit);
	return code;
}

static void one_show_or_those_asked_since_are_told_of_alone(void **state)
{
	char option[200];

	(void)state;
	snprintf(option, sizeof option, "--report=%s/some", folder);
	assert_int_equal(audit_with(option, "--show=hot"), 0);
	assert_int_equal(ask_shell("[ \"$(ls some)\" = \"$(printf 'hot\\nhot.html')\" ] && "
	                           "cmp some/hot.html reports/hot.html"), 0);
	assert_int_equal(audit_with(option, "--since=9999-01-01"), 0);
	assert_int_equal(audit_with(option, "--show=none"), 0);
	assert_int_equal(ask_shell("[ -z \"$(ls some)\" ]"), 0);
	assert_non_null(strstr(rig_log(), "no such show was created in what was read"));
	assert_int_equal(audit_with(option, "--conflicts"), 2);
	assert_int_equal(audit_with("--report=/none/at/all", NULL), 2);
}

/* What says of which databases it knows differs, and the certificate; nothing else does. */
static void without_a_database_the_same_is_told(void **state)
{
	char option[200];

	(void)state;
	snprintf(option, sizeof option, "--report=%s/some", folder);
	assert_int_equal(audit_with(option, "--no-database"), 0);
	assert_int_equal(ask_shell("sed -i 's/\"with_tables\":false/\"with_tables\":true/' some/*.html && "
	                           "diff -rq reports some >&2"), 0);
}

static void a_difference_is_said_in_the_report(void **state)
{
	char option[200];

	(void)state;
	snprintf(option, sizeof option, "--report=%s/some", folder);
	rig_sql("UPDATE holdfast.seat_reservations SET places = places + 1 WHERE show_id = 'hot'");
	assert_int_equal(audit_with(option, "--show=hot"), 6);
	assert_int_equal(ask_shell("grep -q '\"verified\":false,\"differences\":3,' some/hot.html"), 0);
	assert_int_not_equal(ask_shell("grep -q '\"certificate\":' some/hot.html"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_figure_is_what_topics_and_tables_say),
	    cmocka_unit_test(one_show_or_those_asked_since_are_told_of_alone),
	    cmocka_unit_test(without_a_database_the_same_is_told),
	    cmocka_unit_test(a_difference_is_said_in_the_report),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
