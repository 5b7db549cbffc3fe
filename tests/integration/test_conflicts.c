/*
 * holdfast-audit --conflicts on real servers: who was refused which seat, and who had it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/instant.h"
#include "tests/integration/ask.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define ID (UUID_TEXT_CHARS + 1)
#define HOLD_S 2 /* of what is to lapse; longer than one answer takes */

static long worker;

/* A request and its reply, good to the end of the program. */
struct asked {
	char id[ID];
	char reply[700];
};

/* Of the chain on show "c". */
static struct asked a, b, again, c, late, bought, d, e, revived, f;
/* Of the race on show "r". */
static struct asked first, second;

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = worker ? rig_stop(worker, SIGTERM) : 0;

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

static void expect(struct asked *asked, const char *reply, int code, const char *reason)
{
	rig_expect(reply, code, reason);
	snprintf(asked->reply, sizeof asked->reply, "%s", reply);
}

/* Reserve under an id of its own; again with the same one. Sessions are named "secret-a". */
static const char *reserve(struct asked *asked, const char *show, const char *session,
                           const char *seats, int seconds)
{
	if (!asked->id[0])
		strcpy(asked->id, rig_id());
	return ask_reserve(show, asked->id, session, seats, seconds);
}

static const char *on_hold(struct asked *asked, const char *type, const char *session,
                           const struct asked *hold)
{
	char more[200];

	strcpy(asked->id, rig_id());
	snprintf(more, sizeof more, ",\"session_id\":\"%s\",\"reservation_id\":\"%s\"", session,
	         hold->id);
	return ask("c", asked->id, type, more);
}

static void await_lapse(const struct asked *hold)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT reserved_until < now() - interval '50 ms' FROM "
	         "holdfast.seat_reservations WHERE reservation_id = '%s'", hold->id);
	rig_await_sql("t", sql);
}

/* What the audit prints, without a database. stderr goes to where rig_log reads. */
static const char *audit(const char *options)
{
	const char *build = getenv("HOLDFAST_BUILD");

	return shell_run("env -u DATABASE_URL -u HOLDFAST_DATABASE_URL %s/holdfast-audit --conflicts %s "
	                 "2>>%s", build ? build : "build", options, rig_log_path());
}

static int64_t ms_of(const char *reply)
{
	int64_t t_ms;

	assert_int_equal(instant_parse(rig_field(reply, "decided_at"), &t_ms), 0);
	return t_ms;
}

/* The object that must be listed for a loser and a winner; `taken` is the record that took it. */
static void add_conflict(struct buf *json, const char *seat, const char *status, const char *type,
                         const struct asked *loser, const struct asked *taken,
                         const struct asked *winner, const char *became, const char *ended)
{
	buf_print(json,
	          "%s{\"partition\":%s,\"show_id\":\"%s\",\"seat_id\":\"%s\",\"status\":\"%s\","
	          "\"loser_offset\":%s,\"loser_request_id\":\"%s\",\"loser_type\":\"%s\","
	          "\"loser_decided_at\":\"%s\",\"winner_offset\":%s,\"winner_reservation_id\":\"%s\","
	          "\"winner_decided_at\":\"%s\",\"winner_status\":\"%s\",\"winner_ended_at\":%s%s%s,"
	          "\"gap_ms\":%lld,\"channel\":null}", json->bytes ? "," : "",
	          rig_field(loser->reply, "partition"),
	          rig_field(loser->reply, "show_id"), seat, status, rig_field(loser->reply, "offset"),
	          loser->id, type, rig_field(loser->reply, "decided_at"),
	          rig_field(taken->reply, "offset"), winner->id, rig_field(taken->reply, "decided_at"),
	          became, ended ? "\"" : "", ended ? ended : "null", ended ? "\"" : "",
	          (long long)(ms_of(loser->reply) - ms_of(taken->reply)));
}

static const char *ended_of(const struct asked *hold)
{
	return rig_sql("SELECT to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') "
	               "FROM holdfast.seat_reservations WHERE reservation_id = '%s'", hold->id);
}

/* A has A1 and A2 and lets them lapse, C takes A1 over and buys it; E comes back for A3. */
static void play_the_chain(void)
{
	struct asked ended = {{0}, {0}};

	rig_show("c", 4);
	expect(&a, reserve(&a, "c", "secret-a", "A1,A2", HOLD_S), 200, "RESERVED");
	expect(&b, reserve(&b, "c", "secret-b", "A4,A2,A1", 60), 409, "SEATS_TAKEN");
	rig_expect(reserve(&b, "c", "secret-b", "A4,A2,A1", 60), 409, "SEATS_TAKEN"); /* duplicate */
	expect(&e, reserve(&e, "c", "secret-e", "A3", HOLD_S), 200, "RESERVED");
	await_lapse(&e);
	expect(&c, reserve(&c, "c", "secret-c", "A1", 60), 200, "RESERVED");
	expect(&again, reserve(&again, "c", "secret-b", "A1,A4", 60), 409, "SEATS_TAKEN");
	expect(&late, on_hold(&late, "confirm", "secret-a", &a), 410, "HOLD_EXPIRED");
	expect(&bought, on_hold(&bought, "confirm", "secret-c", &c), 200, "CONFIRMED");
	expect(&d, reserve(&d, "c", "secret-d", "A1,A2", 60), 409, "SEATS_TAKEN");
	expect(&ended, on_hold(&ended, "expire", "secret-e", &e), 200, "EXPIRED");
	expect(&revived, on_hold(&revived, "confirm", "secret-e", &e), 200, "CONFIRMED");
	expect(&f, reserve(&f, "c", "secret-f", "A3", 60), 409, "SEATS_TAKEN");
}

/* Two at once for the same two seats of show "r", which lives on another partition. */
static void play_the_race(void)
{
	struct asked two[2] = {{{0}, {0}}, {{0}, {0}}};
	bool is_swapped;

	rig_show("r", 2);
	rig_await(0);
	for (int i = 0; i < 2; i++) {
		strcpy(two[i].id, rig_id());
		ask_send_reserve("r", two[i].id, i ? "secret-1" : "secret-0", "A1,A2", 0);
	}
	rig_await(2);
	is_swapped = strstr(rig_reply(0), "SEATS_TAKEN") != NULL;
	for (int i = 0; i < 2; i++)
		snprintf(two[i].reply, sizeof two[i].reply, "%s", rig_reply((size_t)i));
	first = two[is_swapped];
	second = two[!is_swapped];
	rig_expect(first.reply, 200, "RESERVED");
	rig_expect(second.reply, 409, "SEATS_TAKEN");
}

static void add_chain(struct buf *json)
{
	char of_a[40];

	strcpy(of_a, ended_of(&a));
	add_conflict(json, "A2", "reserved", "reserve", &b, &a, &a, "expired", of_a);
	add_conflict(json, "A1", "reserved", "reserve", &b, &a, &a, "expired", of_a);
	add_conflict(json, "A1", "reserved", "reserve", &again, &c, &c, "confirmed", ended_of(&c));
	add_conflict(json, "A1", "reserved", "confirm", &late, &c, &c, "confirmed", ended_of(&c));
	add_conflict(json, "A1", "sold", "reserve", &d, &c, &c, "confirmed", ended_of(&c));
	/* Taken again by the confirm, after the expire. */
	add_conflict(json, "A3", "sold", "reserve", &f, &revived, &e, "confirmed", ended_of(&e));
}

static void add_race(struct buf *json)
{
	add_conflict(json, "A1", "reserved", "reserve", &second, &first, &first, "held", NULL);
	add_conflict(json, "A2", "reserved", "reserve", &second, &first, &first, "held", NULL);
}

static const char *next_offset(int partition)
{
	return rig_sql("SELECT coalesce(max(next_offset), 0) FROM holdfast.partition_progress WHERE "
	               "partition = %d", partition);
}

static void each_refused_seat_of_a_show_is_listed_field_by_field(void **state)
{
	struct buf json = {0};

	(void)state;
	play_the_chain();
	add_chain(&json);
	topics_expect(audit("--show=c --json"),
	              "{\"conflicts\":[%s],\"refused_seats\":6,\"refused_requests\":5,\"partitions\":"
	              "[{\"partition\":%s,\"next_offset\":%s}]}",
	              json.data, rig_field(a.reply, "partition"),
	              next_offset(atoi(rig_field(a.reply, "partition"))));
	buf_release(&json);
}

static void all_partitions_come_in_their_order(void **state)
{
	struct buf chain = {0}, race = {0}, read = {0};
	bool is_race_first;

	(void)state;
	play_the_race();
	is_race_first = atoi(rig_field(first.reply, "partition")) < atoi(rig_field(a.reply, "partition"));
	assert_string_not_equal(rig_field(first.reply, "partition"), rig_field(a.reply, "partition"));
	add_chain(&chain);
	add_race(&race);
	for (int p = 0; p < RIG_PARTITIONS; p++)
		buf_print(&read, "%s{\"partition\":%d,\"next_offset\":%s}", p ? "," : "", p, next_offset(p));
	topics_expect(audit("--json"),
	          "{\"conflicts\":[%s,%s],\"refused_seats\":8,\"refused_requests\":6,\"partitions\":[%s]}",
	              (is_race_first ? race : chain).data, (is_race_first ? chain : race).data, read.data);
	buf_release(&chain);
	buf_release(&race);
	buf_release(&read);
}

static void since_leaves_out_what_was_refused_before(void **state)
{
	struct buf json = {0};
	char options[80];

	(void)state;
	add_conflict(&json, "A3", "sold", "reserve", &f, &revived, &e, "confirmed", ended_of(&e));
	snprintf(options, sizeof options, "--show=c --json --since=%s", rig_field(f.reply, "decided_at"));
	assert_true(ms_of(d.reply) < ms_of(f.reply));
	topics_expect(audit(options), "{\"conflicts\":[%s],\"refused_seats\":1,\"refused_requests\":1,"
	                              "\"partitions\":[{\"partition\":%s,\"next_offset\":%s}]}",
	              json.data, rig_field(a.reply, "partition"),
	              next_offset(atoi(rig_field(a.reply, "partition"))));
	buf_release(&json);
}

/* Python's csv module reads it; strict, so that a wrong quote is an error. */
static const char *through_csv(const char *csv, const char *print)
{
	const char *folder = getenv("HOLDFAST_RUN_DIR");
	char path[200];
	FILE *file;

	snprintf(path, sizeof path, "%s/conflicts-%ld.csv", folder ? folder : "/tmp", (long)getpid());
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(csv, file);
	fclose(file);
	return shell_run("python3 -c 'import csv,json,sys\n"
	                 "rows = list(csv.DictReader(open(sys.argv[1], newline=\"\"), strict=True))\n"
	                 "%s' %s; rm -f %s", print, path, path);
}

static void csv_says_the_same_as_json(void **state)
{
	const char *csv = audit("--csv"), *json;
	struct buf expected = {0};

	(void)state;
	assert_non_null(strstr(csv, ",gap_ms,channel\r\n"));
	/* Numbers are text there, and nothing is null. */
	json = through_csv(csv, "for r in rows:\n"
	                        "  for k in r:\n"
	                        "    if k.endswith(\"offset\") or k in (\"partition\", \"gap_ms\"): "
	                        "r[k] = int(r[k])\n"
	                        "    if r[k] == \"\": r[k] = None\n"
	                        "print(json.dumps({\"rows\": sorted(rows, key=lambda r: "
	                        "r[\"show_id\"])}))");
	buf_add_string(&expected, "");
	add_chain(&expected);
	add_race(&expected);
	topics_expect(json, "{\"rows\":[%s]}", expected.data);
	buf_release(&expected);
}

static void a_table_names_loser_and_winner(void **state)
{
	const char *table = audit("--show=c");
	char line[200];

	(void)state;
	assert_int_equal(strncmp(table, "show  seat  who     offset  ", 28), 0);
	snprintf(line, sizeof line, "  %s  %s  confirm, seat was reserved  ",
	         rig_field(late.reply, "decided_at"), late.id);
	assert_non_null(strstr(table, line));
	snprintf(line, sizeof line, "  %s  %s  hold, now confirmed\n",
	         rig_field(revived.reply, "decided_at"), e.id);
	assert_non_null(strstr(table, line));
	snprintf(line, sizeof line, "\nrefused seats: 6, refused requests: 5, requests read: %s, of "
	         "partition %s\n", next_offset(atoi(rig_field(a.reply, "partition"))),
	         rig_field(a.reply, "partition"));
	assert_non_null(strstr(table, line));
}

static void sessions_appear_nowhere(void **state)
{
	static const char *const options[] = {"", "--json", "--csv", "--by=hour", "--by=seat"};

	(void)state;
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		assert_null(strstr(audit(options[i]), "secret"));
	assert_null(strstr(rig_log(), "secret"));
}

static const char *hour_of(const char *reply)
{
	static char hour[INSTANT_TEXT_BYTES];

	snprintf(hour, sizeof hour, "%.14s00:00.000Z", rig_field(reply, "decided_at"));
	return hour;
}

static int compare_gaps(const void *left, const void *right)
{
	int64_t x = *(const int64_t *)left, y = *(const int64_t *)right;

	return (x > y) - (x < y);
}

/* The sums of the chain, hour by hour: it may have been played across the turn of an hour. */
static void totals_by_hour(void **state)
{
	const struct asked *const losers[] = {&b, &b, &again, &late, &d, &f};
	const struct asked *const takers[] = {&a, &a, &c, &c, &c, &revived};
	struct buf hours = {0};

	(void)state;
	for (int i = 0; i < 6;) {
		char hour[INSTANT_TEXT_BYTES];
		int64_t gaps[6];
		int seats = 0, requests = 0;

		strcpy(hour, hour_of(losers[i]->reply));
		for (; i < 6 && !strcmp(hour, hour_of(losers[i]->reply)); i++) {
			gaps[seats++] = ms_of(losers[i]->reply) - ms_of(takers[i]->reply);
			requests += i == 0 || losers[i] != losers[i - 1];
		}
		qsort(gaps, (size_t)seats, sizeof gaps[0], compare_gaps);
		buf_print(&hours, "%s{\"show_id\":\"c\",\"hour\":\"%s\",\"refused_seats\":%d,"
		          "\"refused_requests\":%d,\"gap_ms_min\":%lld,\"gap_ms_median\":%lld}",
		          hours.bytes ? "," : "", hour, seats, requests, (long long)gaps[0],
		          (long long)gaps[(seats - 1) / 2]);
	}
	topics_expect(audit("--show=c --by=hour --json"),
	              "{\"hours\":[%s],\"refused_seats\":6,\"refused_requests\":5,\"partitions\":"
	              "[{\"partition\":%s,\"next_offset\":%s}]}", hours.data,
	              rig_field(a.reply, "partition"), next_offset(atoi(rig_field(a.reply, "partition"))));
	buf_release(&hours);
}

static void totals_by_seat_with_the_most_refused_first(void **state)
{
	char times[4][INSTANT_TEXT_BYTES];
	const char *csv = audit("--by=seat --csv");

	(void)state;
	strcpy(times[0], rig_field(b.reply, "decided_at"));
	strcpy(times[1], rig_field(d.reply, "decided_at"));
	strcpy(times[2], rig_field(f.reply, "decided_at"));
	strcpy(times[3], rig_field(second.reply, "decided_at"));
	topics_expect(through_csv(csv, "print(json.dumps({\"rows\": [list(r.values()) for r in rows]}))"),
	              "{\"rows\":[[\"c\",\"A1\",\"4\",\"2\",\"%s\",\"%s\"],"
	              "[\"c\",\"A2\",\"1\",\"1\",\"%s\",\"%s\"],"
	              "[\"c\",\"A3\",\"1\",\"1\",\"%s\",\"%s\"],[\"r\",\"A1\",\"1\",\"1\",\"%s\",\"%s\"],"
	              "[\"r\",\"A2\",\"1\",\"1\",\"%s\",\"%s\"]]}",
	              times[0], times[1], times[0], times[0], times[2], times[2], times[3], times[3],
	              times[3], times[3]);
}

static void a_show_that_the_topic_does_not_know_has_no_conflicts(void **state)
{
	(void)state;
	assert_non_null(strstr(audit("--show=nowhere --json"), "{\"conflicts\":[],\n\"refused_seats\":0,"));
	assert_non_null(strstr(rig_log(), "no such show was created in what was read"));
	assert_int_equal(strncmp(audit("--show=nowhere"), "refused seats: 0, ", 18), 0);
}

/* Fails with exit code 2, naming the flag, before any server is asked. */
static void is_refused(const char *says, const char *one, const char *two, const char *three)
{
	size_t before = strlen(rig_log());
	long pid = rig_start("holdfast-audit", "--kafka-bootstrap-servers=127.0.0.1:1", one, two, three,
	                     NULL);

	assert_int_equal(rig_stop(pid, 0), 2);
	if (!strstr(rig_log() + before, says))
		fail_msg("not \"%s\" in %s", says, rig_log() + before);
}

static void what_does_not_go_together_is_refused(void **state)
{
	(void)state;
	is_refused("--show", "--conflicts", "--show=not a show", NULL);
	is_refused("--since", "--conflicts", "--since=yesterday", NULL);
	is_refused("--since", "--conflicts", "--since=2026-11-24T15:00:00+25:00", NULL);
	is_refused("--since", "--conflicts", "--since=2026-02-30T00:00:00Z", NULL);
	is_refused("--by", "--conflicts", "--by=minute", NULL);
	is_refused("--at", "--conflicts", "--at=5", NULL);
	is_refused("--what-if", "--conflicts", "--what-if=max_seats=2", NULL);
	is_refused("--csv and --json", "--conflicts", "--csv", "--json");
	is_refused("--csv", "--csv", NULL, NULL);
	is_refused("--since", "--since=2026-11-24T15:00:00Z", NULL, NULL);
	is_refused("--seat", "--conflicts", "--seat=A 1 ", NULL);
	is_refused("--seat", "--seat=A1", NULL, NULL);
	is_refused("--request-id", "--conflicts", "--request-id=1", NULL);
	is_refused("--by", "--by=seat", NULL, NULL);
	is_refused("--by", "--by=hour", "--json", NULL);
}

/* Beyond the committed offset nothing was answered; without one everything is looked at. */
static void what_was_not_answered_yet_is_not_listed(void **state)
{
	char value[300];
	int64_t offset;
	struct asked g = {{0}, {0}};

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	worker = 0;
	strcpy(g.id, rig_id());
	snprintf(value, sizeof value, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"r\","
	         "\"session_id\":\"secret-g\",\"seat_ids\":[\"A1\"]}", g.id);
	offset = topics_send(atoi(rig_field(first.reply, "partition")), text_of("r"), text_of(value), NULL,
	                     0);
	assert_true(offset > atoll(rig_field(second.reply, "offset")));
	assert_null(strstr(audit("--show=r --json"), g.id));
	assert_null(strstr(rig_log(), "the group has committed nothing there"));
	assert_non_null(strstr(audit("--show=r --json --group-id=other"), g.id));
	assert_non_null(strstr(rig_log(), "the group has committed nothing there"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_refused_seat_of_a_show_is_listed_field_by_field),
	    cmocka_unit_test(all_partitions_come_in_their_order),
	    cmocka_unit_test(since_leaves_out_what_was_refused_before),
	    cmocka_unit_test(csv_says_the_same_as_json),
	    cmocka_unit_test(a_table_names_loser_and_winner),
	    cmocka_unit_test(sessions_appear_nowhere),
	    cmocka_unit_test(totals_by_hour),
	    cmocka_unit_test(totals_by_seat_with_the_most_refused_first),
	    cmocka_unit_test(a_show_that_the_topic_does_not_know_has_no_conflicts),
	    cmocka_unit_test(what_does_not_go_together_is_refused),
	    cmocka_unit_test(what_was_not_answered_yet_is_not_listed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
