/*
 * holdfast-audit --at: a show as it was, held against the rows that stood in the database then.
 * holdfast-audit --what-if: the same history under another policy. Neither needs a database.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/base/partitioner.h"
#include "common/kafka/txn.h"
#include "tests/integration/agree.h"
#include "tests/integration/ask.h"
#include "tests/integration/shell.h"
#include "tests/integration/topics.h"

#define SHOW "m"
#define HISTORY_MAX 100
#define GARBAGE "{\"type\":\"reserve\""

static long worker;
static int32_t partition;
static char other[20], far_off[20]; /* a show on the same partition, and one on another */

static int set_up(void **state)
{
	if (rig_make(state))
		return -1;
	partition = partition_of_key(SHOW, strlen(SHOW), RIG_PARTITIONS);
	for (int i = 0; !other[0] || !far_off[0]; i++) {
		char name[20];
		int bytes = snprintf(name, sizeof name, "other-%d", i);

		strcpy(partition_of_key(name, (size_t)bytes, RIG_PARTITIONS) == partition ? other : far_off,
		       name);
	}
	worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = rig_stop(worker, SIGTERM);

	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

/* What the audit prints when asked like that; it exits 0. */
static const char *look(const char *arguments)
{
	const char *build = getenv("HOLDFAST_BUILD");

	return shell_run("env -u DATABASE_URL %s/holdfast-audit %s", build ? build : "build", arguments);
}

/* What it says on stderr when it exits 2. */
static const char *is_refused(const char *arguments)
{
	const char *build = getenv("HOLDFAST_BUILD");

	return shell_run("env -u DATABASE_URL %s/holdfast-audit %s 2>&1 >/dev/null; test $? = 2",
	                 build ? build : "build", arguments);
}

static void says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected %s in\n%s", part, text);
}

/* ---- the history ---- */

/* Keep the show's rows as they are behind the request that was answered. */
static const char *keep_rows(const char *reply)
{
	const char *offset = rig_field(reply, "offset");

	(void)rig_sql("INSERT INTO past_offsets VALUES (%s); INSERT INTO past SELECT %s, * FROM "
	              "holdfast.show_seats WHERE show_id = '" SHOW "'", offset, offset);
	return reply;
}

static const char *ask_more(const char *type, const char *id, const char *more)
{
	return keep_rows(ask(SHOW, id, type, more));
}

static void reserves(const char *id, const char *session, const char *seats, int seconds, int code,
                     const char *reason)
{
	rig_expect(keep_rows(ask_reserve(SHOW, id, session, seats, seconds)), code, reason);
}

static void asks_of(const char *type, const char *hold, const char *more, int code,
                    const char *reason)
{
	char all[300];

	snprintf(all, sizeof all, ",\"reservation_id\":\"%s\"%s", hold, more);
	rig_expect(ask_more(type, rig_id(), all), code, reason);
}

static void other_show_asks(const char *session)
{
	(void)ask_reserve(other, rig_id(), session, "A1", 0);
}

static void await_lapse(void)
{
	rig_await_sql("t", "SELECT bool_and(reserved_until < now() - interval '50 ms') FROM "
	                   "holdfast.seat_reservations WHERE show_id = '" SHOW "' AND "
	                   "reserved_until < created_at + interval '10 s'");
}

/* Nothing here rests on a hold of 1 second being live still when the next request comes. */
static void write_history(void)
{
	char a[UUID_TEXT_CHARS + 1], b[UUID_TEXT_CHARS + 1], c[UUID_TEXT_CHARS + 1];
	char d[UUID_TEXT_CHARS + 1], e[UUID_TEXT_CHARS + 1], f[UUID_TEXT_CHARS + 1];

	strcpy(a, rig_id()), strcpy(b, rig_id()), strcpy(c, rig_id());
	strcpy(d, rig_id()), strcpy(e, rig_id()), strcpy(f, rig_id());
	(void)rig_sql("CREATE TABLE past_offsets (after bigint); CREATE TABLE past AS SELECT "
	              "0::bigint AS after, * FROM holdfast.show_seats LIMIT 0");
	rig_show(other, 3);
	rig_show(far_off, 1);
	rig_expect(rig_ask(SHOW, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"" SHOW
	                         "\",\"seat_ids\":[\"A1\"]}", rig_id()), 404, "UNKNOWN_SHOW");
	rig_expect(ask_more("create_show", rig_id(), ",\"owner_key\":\"boss-secret\",\"max_seats\":3"), 200,
	           "SHOW_CREATED");
	rig_expect(ask_more("add_seats", rig_id(), ",\"owner_key\":\"boss-secret\","
	               "\"seat_ids\":[\"A1\",\"A2\",\"A3\",\"A4\"]"), 200, "SEATS_ADDED");
	reserves(a, "alice-secret", "A2,A1", 1, 200, "RESERVED");
	rig_expect(ask_more("add_seats", rig_id(), ",\"owner_key\":\"boss-secret\","
	               "\"seat_ids\":[\"B1\",\"B2\",\"B4\"]"), 200, "SEATS_ADDED");
	other_show_asks("o1");
	reserves(c, "carol-secret", "A4", 60, 200, "RESERVED");
	reserves(rig_id(), "bob-secret", "A3,A4", 60, 409, "SEATS_TAKEN");
	asks_of("extend", c, ",\"session_id\":\"carol-secret\",\"hold_seconds\":90", 200, "EXTENDED");
	asks_of("confirm", c, ",\"session_id\":\"carol-secret\"", 200, "CONFIRMED");
	reserves(e, "erin-secret", "B1", 1, 200, "RESERVED");
	reserves(f, "frank-secret", "B2", 1, 200, "RESERVED");
	reserves(b, "gina-secret", "B4", 1, 200, "RESERVED"); /* no record will end it */
	await_lapse();
	other_show_asks("o2");
	reserves(d, "dave-secret", "A1", 60, 200, "RESERVED"); /* ends Alice's */
	reserves(d, "dave-secret", "A1", 60, 200, "RESERVED"); /* again */
	asks_of("confirm", a, ",\"session_id\":\"alice-secret\"", 410, "HOLD_EXPIRED");
	asks_of("confirm", e, ",\"session_id\":\"erin-secret\"", 200, "CONFIRMED");
	asks_of("expire", f, "", 200, "EXPIRED");
	rig_expect(keep_rows(rig_ask(SHOW, GARBAGE)), 400, "INVALID_REQUEST");
	asks_of("release", d, ",\"session_id\":\"dave-secret\"", 200, "RELEASED");
	asks_of("cancel", c, ",\"owner_key\":\"boss-secret\"", 200, "CANCELLED");
	other_show_asks("o3");
}

/* Offset and t of each request of the partition, by the contract's rule, to compare with. */
static void keep_log(void)
{
	static struct record records[HISTORY_MAX];
	size_t count = rig_read(rig_topics.requests, records, HISTORY_MAX);
	struct buf sql = {0};
	int64_t t_ms = 0;

	buf_add_string(&sql, "CREATE TABLE log (o bigint, t timestamptz)");
	for (size_t i = 0; i < count; i++) {
		char time[INSTANT_TEXT_BYTES];

		if (records[i].partition != partition)
			continue;
		if (records[i].timestamp_ms > t_ms)
			t_ms = records[i].timestamp_ms;
		instant_print(t_ms, time);
		buf_print(&sql, "; INSERT INTO log VALUES (%lld, '%s')", (long long)records[i].offset, time);
	}
	(void)rig_sql("%s", sql.data);
	buf_release(&sql);
	rig_give(records, count);
}

#define TEXT_OF(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

/*
 * Every offset and every time at which something changes, and one millisecond before it; with the
 * JSON that must be printed. One line each: what --at gets, a blank, the JSON.
 */
static const char *expected_maps(void)
{
	return rig_sql(
	    "SELECT moments.at || ' ' || (jsonb_strip_nulls(jsonb_build_object('show_id', '" SHOW "', "
	    "'exists', moments.o IS NOT NULL AND moments.o >= (SELECT min(after) FROM past_offsets), "
	    "'at', jsonb_build_object('partition', %d, 'offset', moments.o, 't', " TEXT_OF("moments.t")
	    "))) || CASE WHEN moments.o >= (SELECT min(after) FROM past_offsets) THEN "
	    "jsonb_build_object('policy', '{\"hold_seconds\":600,\"max_hold_seconds\":1800,"
	    "\"max_seats\":3}'::jsonb, 'seats', ("
	    "SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('seat_id', seat_id, "
	    "'status', status, 'is_lapsed', CASE WHEN reserved_until <= moments.t THEN true END, "
	    "'reservation_id', reserved_by, 'reserved_until', " TEXT_OF("reserved_until")
	    ", 'taken_at_offset', taken_at, 'version', version)) ORDER BY seat_id), '[]') "
	    "FROM past WHERE after = moments.row), 'totals', ("
	    "SELECT jsonb_build_object('seats', count(*), "
	    "'available', count(*) FILTER (WHERE status = 'available'), "
	    "'blocked', 0, 'held', count(*) FILTER (WHERE reserved_until > moments.t), "
	    "'lapsed', count(*) FILTER (WHERE reserved_until <= moments.t), "
	    "'sold', count(*) FILTER (WHERE status = 'sold')) FROM past WHERE after = moments.row)) "
	    "ELSE '{}' END) "
	    "FROM (SELECT *, (SELECT max(after) FROM past_offsets WHERE after <= named.o) AS row FROM ("
	    "SELECT o::text AS at, o, t FROM log UNION ALL "
	    "SELECT DISTINCT " TEXT_OF("t") ", (SELECT max(o) FROM log WHERE log.t <= times.t), t FROM ("
	    "SELECT t FROM log UNION SELECT t - interval '1 ms' FROM log UNION "
	    "SELECT reserved_until FROM past UNION "
	    "SELECT reserved_until - interval '1 ms' FROM past) AS times WHERE t < now()) AS named) "
	    "AS moments", (int)partition);
}

/* ---- time travel ---- */

/* The tests below look at the history that the first one writes. */
static void every_offset_and_every_time_has_its_map(void **state)
{
	char *maps, *line, *rest;
	int offsets = 0, times = 0, lapsed = 0;

	(void)state;
	write_history();
	keep_log();
	maps = strdup(expected_maps());
	for (line = strtok_r(maps, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *json = strchr(line, ' '), arguments[120];
		const char *found;

		assert_non_null(json);
		*json++ = '\0';
		snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%s --json", line);
		found = look(arguments);
		if (strstr(found, "secret"))
			fail_msg("a secret: %s", found);
		topics_expect(found, "%s", json);
		*(strchr(line, ':') ? &times : &offsets) += 1;
		lapsed += strstr(found, "is_lapsed") != NULL;
	}
	free(maps);
	assert_int_equal(offsets, atoi(rig_sql("SELECT count(*) FROM log")));
	assert_in_range(times, offsets + 4, 4 * HISTORY_MAX);
	assert_true(lapsed > 2); /* or the history is not what it was written for */
}

static void people_get_it_drawn(void **state)
{
	char arguments[100];
	const char *found;

	(void)state;
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%s",
	         rig_sql("SELECT max(o) FROM log"));
	found = look(arguments);
	says(found, "   1\nA  ....\nB  #. ?\n\n. available  o held  ? lapsed  # sold\n"
	            "7 seats: 5 available, 0 held, 1 lapsed, 1 sold\n");
	says(found, "lapsed  ");
	says(found, "  B4\n");
	if (strstr(found, "note:") || strstr(found, "secret"))
		fail_msg("%s", found);
	setenv("COLUMNS", "6", 1);
	found = look(arguments);
	unsetenv("COLUMNS");
	says(found, "available:\n  A1..A4,\n  B2\nlapsed:\n  B4\nsold:\n  B1\n");
}

static void a_show_that_did_not_exist_is_no_error(void **state)
{
	(void)state;
	says(look("--show=" SHOW " --at=1"), " after offset 1 of partition ");
	says(look("--show=" SHOW " --at=1"), "\nthe show did not exist then\n");
	says(look("--show=" SHOW " --at=2"), "\nthe show did not exist then\n"); /* named, not created */
	says(look("--show=" SHOW " --at=2020-01-01T00:00:00Z"),
	     " at 2020-01-01T00:00:00.000Z, before the first request of partition ");
	says(look("--show=never --at=2020-01-01T00:00:00Z"), "\nthe show did not exist then\n");
}

static void an_offset_beyond_the_end_is_refused_with_the_bound(void **state)
{
	char arguments[100], bound[100];
	int end = atoi(rig_sql("SELECT max(o) + 1 FROM log"));

	(void)state;
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%d", end);
	snprintf(bound, sizeof bound, "--at=%d is beyond the end of the log: partition %d, which has the "
	         "show " SHOW ", has offsets below %d", end, (int)partition, end);
	says(is_refused(arguments), bound);
	says(is_refused("--show=" SHOW " --at=9223372036854775807"), "is beyond the end of the log");
}

static void flags_that_do_not_go_together_are_refused(void **state)
{
	(void)state;
	says(is_refused("--at=1"), "--at needs --show");
	says(is_refused("--show=" SHOW), "--show needs --at");
	says(is_refused("--show=a,b --at=1"), "--show must be a show_id");
	says(is_refused("--show=" SHOW " --at=later"), "--at must be an offset");
	says(is_refused("--show=" SHOW " --at=1 --what-if=max_seats=1"), "--at and --what-if");
	says(is_refused("--what-if=max_seats=51"), "max_seats must be 1..50");
}

static void a_time_to_come_is_noted(void **state)
{
	const char *found = look("--show=" SHOW " --at=2999-12-31T23:59:59.999Z --json");

	(void)state;
	says(found, "\"t\":\"2999-12-31T23:59:59.999Z\"");
	says(found, "\"notes\":[\"that time is still to come");
}

static void what_is_not_answered_yet_is_noted(void **state)
{
	char arguments[100], note[200];
	int64_t offset = atoi(rig_sql("SELECT max(o) + 1 FROM log"));
	const char *found;

	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	assert_int_equal(topics_send(partition, text_of(SHOW), text_of(GARBAGE), NULL, 0), offset);
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%d", (int)offset - 1);
	found = look(arguments);
	if (strstr(found, "note:"))
		fail_msg("%s", found);
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%d", (int)offset);
	snprintf(note, sizeof note, "note: not answered yet by group %s: what the show was asked from "
	         "offset %d on\n", getenv("HOLDFAST_GROUP_ID"), (int)offset);
	says(look(arguments), note);
	says(look("--what-if=max_seats=3"), "note: 1 of the requests are not answered yet\n");
	says(look("--show=" SHOW " --at=1 --group-id=nobody"), "did not exist then\n");
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%d --group-id=nobody", (int)offset);
	says(look(arguments), "note: group nobody has committed nothing of partition");
	worker = rig_start("holdfast-worker", NULL);
	rig_expect(rig_ask(SHOW, GARBAGE), 400, "INVALID_REQUEST");
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%d", (int)offset);
	found = look(arguments);
	if (strstr(found, "note:"))
		fail_msg("%s", found);
}

/* Where the log of the partition ends, for those who may not see an open transaction or may. */
static int64_t end_of(bool is_committed)
{
	int64_t first, end;

	rig_bounds(rig_topics.requests, partition, is_committed, &first, &end);
	return end;
}

static void await_end(bool is_committed, int64_t end)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (end_of(is_committed) < end)
		assert_true(clock_monotonic_ms() < until_ms);
}

static void an_open_transaction_cannot_be_looked_into(void **state)
{
	const struct kafka_settings kafka = rig_kafka();
	const char *const topics[] = {rig_topics.requests};
	int64_t end = end_of(true);
	char arguments[100], note[100];
	struct kafka_txn *txn;
	struct err e;

	(void)state;
	assert_int_equal(kafka_txn_open(&txn, &kafka, rig_topics.requests, topics, 1, RIG_WAIT_MS, &e),
	                 RC_OK);
	assert_int_equal(kafka_txn_begin(txn, &e), RC_OK);
	assert_int_equal(kafka_txn_send(txn, 0, partition, text_of(SHOW), text_of(GARBAGE), NULL, 0, &e),
	                 RC_OK);
	await_end(false, end + 1);
	snprintf(arguments, sizeof arguments, "--show=" SHOW " --at=%d", (int)end);
	snprintf(note, sizeof note, "to be seen are offsets below %d", (int)end);
	says(is_refused(arguments), "cannot be seen yet: a transaction is open");
	says(is_refused(arguments), note);
	snprintf(note, sizeof note, "note: a transaction is open: what lies from offset %d on cannot be "
	         "seen yet\n", (int)end);
	says(look("--show=" SHOW " --at=2999-12-31T23:59:59.999Z"), note);
	kafka_txn_close(txn);
	/* The next of that id aborts it: then there is an offset without a request. */
	assert_int_equal(kafka_txn_open(&txn, &kafka, rig_topics.requests, topics, 1, RIG_WAIT_MS, &e),
	                 RC_OK);
	kafka_txn_close(txn);
	await_end(true, end + 2);
	snprintf(note, sizeof note, " after offset %d of partition", (int)end - 1);
	says(look(arguments), note);
	snprintf(note, sizeof note, " (at offset %d there is no request)\n", (int)end);
	says(look(arguments), note);
}

/* ---- what if ---- */

/* The figures that the tables have of everything, and two that they do not have. */
static const char *real_figures(void)
{
	return rig_sql(
	    "WITH d AS (SELECT *, duplicate_of IS NOT NULL AND reason <> 'IDEMPOTENCY_MISMATCH' AS again "
	    "FROM holdfast.decisions), own AS (SELECT * FROM d WHERE NOT again AND "
	    "type IS DISTINCT FROM 'expire'), others AS (SELECT reason, count(*) AS n FROM own WHERE "
	    "code <> 200 AND reason <> 'SEATS_TAKEN' GROUP BY reason), "
	    "r AS (SELECT r.*, CASE WHEN status = 'held' AND reserved_until <= (SELECT max(t) FROM log) "
	    "THEN 'expired' ELSE status END AS became FROM holdfast.seat_reservations r) "
	    "SELECT jsonb_build_object("
	    "'requests', (SELECT count(*) FROM d), 'repeated', (SELECT count(*) FROM d WHERE again), "
	    "'expire', (SELECT count(*) FROM d WHERE type = 'expire'), "
	    "'own_hold_seconds', 7, 'holds_given', (SELECT count(*) FROM r), "
	    "'seats_taken', (SELECT count(*) FROM own WHERE reason = 'SEATS_TAKEN'), 'seats_refused', 3, "
	    "'places_refused', 0, 'places_sold', (SELECT coalesce(sum(sold), 0) FROM holdfast.show_areas), "
	    "'others_refused', (SELECT sum(n) FROM others), "
	    "'holds_sold', (SELECT count(*) FROM r WHERE became = 'confirmed'), "
	    "'holds_cancelled', (SELECT count(*) FROM r WHERE became = 'cancelled'), "
	    "'holds_released', (SELECT count(*) FROM r WHERE became = 'released'), "
	    "'holds_lapsed', (SELECT count(*) FROM r WHERE became = 'expired'), "
	    "'holds_held', (SELECT count(*) FROM r WHERE became = 'held'), "
	    "'seats_sold', (SELECT count(*) FROM holdfast.show_seats WHERE status = 'sold'), "
	    "'seats_revived', (SELECT count(*) FROM holdfast.reservation_seats JOIN r USING (show_id, "
	    "reservation_id) WHERE became = 'confirmed' AND ended_at >= reserved_until), "
	    "'others_refused_by_reason', (SELECT jsonb_object_agg(reason, n) FROM others))");
}

/* The member of that name, an object. */
static const char *member(const char *json, const char *name)
{
	static char copy[2000];
	char start[40];
	const char *at;
	size_t bytes = 0;
	int depth = 0;

	snprintf(start, sizeof start, "\"%s\":{", name);
	at = strstr(json, start);
	assert_non_null(at);
	at += strlen(start) - 1;
	do
		depth += at[bytes] == '{' ? 1 : at[bytes] == '}' ? -1 : 0;
	while (at[bytes++] && depth);
	assert_true(bytes < sizeof copy);
	snprintf(copy, sizeof copy, "%.*s", (int)bytes, at);
	return copy;
}

static void the_real_figures_are_those_of_the_database(void **state)
{
	const char *found = look("--what-if=hold_seconds=600,max_hold_seconds=1800 --json");

	(void)state;
	topics_expect(member(found, "real"), "%s", real_figures());
	/* It is the policy that all shows have. */
	topics_expect(member(found, "what_if"), "%s", member(found, "real"));
	says(found, "\"difference\":{\"requests\":0,");
	says(found, "\"warning\":\"This is no forecast");
}

/* Every hold there is asks for 1 second or for 60. */
static void another_policy_decides_the_same_history_otherwise(void **state)
{
	const char *found = look("--what-if=max_seats=1,max_hold_seconds=59 --show=" SHOW " --json");

	(void)state;
	says(found, "\"real\":{\"policy\":{\"hold_seconds\":600,\"max_hold_seconds\":1800,"
	            "\"max_seats\":3,\"max_customer_seats\":0,\"max_customer_holds\":0,"
	            "\"singles\":\"allow\"},\"requests\":");
	says(found, "\"what_if\":{\"policy\":{\"hold_seconds\":59,\"max_hold_seconds\":59,"
	            "\"max_seats\":1,\"max_customer_seats\":0,\"max_customer_holds\":0,"
	            "\"singles\":\"allow\"},\"requests\":");
	says(member(found, "real"), "\"repeated\":1,\"expire\":1,\"own_hold_seconds\":7,"
	                            "\"holds_given\":6,\"seats_taken\":1,\"seats_refused\":1,");
	/* Alice and Bob ask for two seats, Carol and Dave for too long; Erin, Frank, Gina do neither. */
	says(member(found, "what_if"), "\"repeated\":1,\"expire\":1,\"own_hold_seconds\":7,"
	                               "\"holds_given\":3,\"seats_taken\":0,\"seats_refused\":0,");
	says(member(found, "what_if"), "\"TOO_MANY_SEATS\":2,\"HOLD_TOO_LONG\":3,"
	                               "\"UNKNOWN_RESERVATION\":4");
	says(member(found, "what_if"), "\"holds_sold\":1,\"holds_cancelled\":0,\"holds_released\":0,"
	                               "\"holds_lapsed\":2,\"holds_held\":0,\"seats_sold\":1,"
	                               "\"seats_revived\":1,");
	says(found, "\"notes\":[\"3 more requests are refused because they ask for a longer hold");
	if (strstr(found, "secret"))
		fail_msg("%s", found);
	says(look("--what-if=max_seats=1 --show=never"), "note: there is no show never\n");
}

/* As a page and CSV besides: the same figures, and sold is what the rows have. */
static void both_policies_are_drawn_over_time(void **state)
{
	char options[200], folder[] = "/tmp/holdfast-what-if-XXXXXX";
	const char *found, *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(options, sizeof options, "--what-if=max_seats=1 --show=" SHOW " --report=%s", folder);
	found = look(options);
	assert_string_equal(found, look("--what-if=max_seats=1 --show=" SHOW));
	page = shell_run("cat %s/what-if.html", folder);
	says(page, "<title>" SHOW ": under another policy</title>");
	says(page, "{\"format\":1,\"asked\":\"max_seats=1\",\"show_id\":\"" SHOW "\",");
	if (strstr(page, "secret") || strstr(page, "{{plot}}"))
		fail_msg("%s", page);
	/* Given, refused in all, and sold at the end: of minutes, as the history is shorter than ten. */
	topics_expect(shell_run("python3 -c 'import csv,json,sys\n"
	                        "for name in (\"minutes\", \"seconds\"):\n"
	                        "  rows = list(csv.DictReader(open(sys.argv[1] + \"/what-if/\" + name + "
	                        "\".csv\", newline=\"\"), strict=True))\n"
	                        "  sums = {k: sum(int(r[k]) for r in rows) for k in rows[0] if k != "
	                        "\"start\"}\n"
	                        "  print(json.dumps({\"given\": sums[\"real_given\"], \"refused\": "
	                        "sums[\"real_refused\"], \"sold\": int(rows[-1][\"real_sold\"])}))' %s | "
	                        "sort -u", folder),
	              "{\"given\":6,\"refused\":%s,\"sold\":%s}",
	              rig_sql("SELECT count(*) FROM holdfast.decisions WHERE (show_id = '" SHOW "' OR "
	                      "show_id IS NULL) AND code <> 200 AND duplicate_of IS NULL AND type IS "
	                      "DISTINCT FROM 'expire'"),
	              rig_sql("SELECT count(*) FROM holdfast.show_seats WHERE show_id = '" SHOW "' AND "
	                      "status = 'sold'"));
	(void)shell_run("rm -r %s", folder);
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	agree_all(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_offset_and_every_time_has_its_map),
	    cmocka_unit_test(people_get_it_drawn),
	    cmocka_unit_test(a_show_that_did_not_exist_is_no_error),
	    cmocka_unit_test(an_offset_beyond_the_end_is_refused_with_the_bound),
	    cmocka_unit_test(flags_that_do_not_go_together_are_refused),
	    cmocka_unit_test(a_time_to_come_is_noted),
	    cmocka_unit_test(the_real_figures_are_those_of_the_database),
	    cmocka_unit_test(another_policy_decides_the_same_history_otherwise),
	    cmocka_unit_test(both_policies_are_drawn_over_time),
	    cmocka_unit_test(what_is_not_answered_yet_is_noted),
	    cmocka_unit_test(an_open_transaction_cannot_be_looked_into),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
