/*
 * holdfast-audit --request-id and --reservation-id: a letter about every request of a history in
 * which everything happens once, each of its facts held against rows, replies and events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/shell.h"
#include "tests/integration/small_history.h"
#include "tests/integration/topics.h"

#define RECORDS_MAX 400

/* Exit code and stdout of the audit, without a database. stderr goes to where rig_log reads. */
static const char *audit(int exit_code, const char *options)
{
	const char *build = getenv("HOLDFAST_BUILD");

	return shell_run("env -u DATABASE_URL -u HOLDFAST_DATABASE_URL %s/holdfast-audit %s 2>>%s; "
	                 "test $? "
	                 "= %d", build ? build : "build", options, rig_log_path(), exit_code);
}

/* Each record of a topic that is a JSON object as a row of that table: where it is, and its value. */
static void keep_records(const char *topic, const char *table)
{
	static struct record records[RECORDS_MAX];
	size_t count = rig_read(topic, records, RECORDS_MAX);
	struct buf sql = {0};

	buf_print(&sql, "CREATE TABLE IF NOT EXISTS %s (topic text, p int, o bigint, at bigint, v "
	                "jsonb)",
	          table);
	for (size_t i = 0; i < count; i++)
		if (records[i].value.data && records[i].value.bytes > 20 && records[i].value.data[0] == '{' &&
		    records[i].value.data[records[i].value.bytes - 1] == '}')
			buf_print(&sql, "; INSERT INTO %s VALUES ('%s', %d, %lld, %lld, "
			                "$j$%.*s$j$)", table, topic,
			          (int)records[i].partition, (long long)records[i].offset,
			          (long long)records[i].timestamp_ms, TEXT_ARGS(records[i].value));
	(void)rig_sql("%s", sql.data);
	buf_release(&sql);
	rig_give(records, count);
}

/* A letter about every request id there is, as JSON in the table letters. */
static void write_letters(void)
{
	const char *build = getenv("HOLDFAST_BUILD");
	const char *ids = rig_sql("SELECT string_agg(DISTINCT request_id::text, ' ') FROM "
	                          "holdfast.decisions");
	const char *lines = shell_run("for id in %s; do env -u DATABASE_URL %s/holdfast-audit --json "
	                              "--request-id=$id --reply-topics=%s 2>>%s || exit; done", ids,
	                              build ? build : "build", small_own_topic, rig_log_path());
	struct buf sql = {0};

	buf_add_string(&sql, "CREATE TABLE letters AS SELECT jsonb_array_elements(j->'letters') AS j "
	                     "FROM "
	                     "(VALUES ");
	for (const char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1)
		buf_print(&sql, "%s($j$%.*s$j$::jsonb)", line == lines ? "" : ",", (int)(end - line), line);
	buf_add_string(&sql, ") AS all_of_them (j)");
	(void)rig_sql("%s", sql.data);
	buf_release(&sql);
}

static int make(void **state)
{
	if (small_history_make(state))
		return -1;
	keep_records(rig_topics.replies, "replies");
	keep_records(small_own_topic, "replies");
	keep_records(rig_topics.events, "events");
	keep_records(rig_topics.requests, "requests");
	write_letters();
	(void)rig_sql("CREATE VIEW taken AS SELECT l.j, s FROM letters l, "
	              "jsonb_array_elements(j#>'{before,seats}') s WHERE s ? 'taken_at_offset'");
	return 0;
}

/* Rows of a question, which is to have none. */
static void none(const char *sql)
{
	const char *rows = rig_sql("%s", sql);

	if (rows[0])
		fail_msg("%s has\n%s", sql, rows);
}

static void is(const char *expected, const char *sql)
{
	const char *found = rig_sql("%s", sql);

	if (strcmp(found, expected) != 0)
		fail_msg("%s: expected %s, found %s", sql, expected, found);
}

#define OFFSET "(j->>'offset')::bigint"
#define PARTITION "(j->>'partition')::int"
#define UTC(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
#define MS(text) "(extract(epoch FROM (" text ")::timestamptz) * 1000)::bigint"

static void each_decision_has_its_letter_and_says_the_same(void **state)
{
	(void)state;
	/* All but the repeats, which stand in the letter of the first. */
	is("t", "SELECT count(*) > 40 AND count(*) = (SELECT count(*) FROM holdfast.decisions WHERE "
	        "request_id IS NOT NULL AND duplicate_of IS NULL) FROM letters");
	none("SELECT j FROM letters LEFT JOIN holdfast.decisions d ON d.partition = " PARTITION " AND "
	     "d.\"offset\" = " OFFSET " WHERE d.request_id::text IS DISTINCT FROM j->>'request_id' OR "
	     "d.reason <> j#>>'{answer,reason}' OR d.code <> (j#>>'{answer,code}')::int OR "
	     UTC("d.decided_at") " <> j->>'decided_at' OR d.type IS DISTINCT FROM j->>'type'");
	is("2", "SELECT count(*) FROM letters CROSS JOIN jsonb_array_elements(j->'repeats') r JOIN "
	        "holdfast.decisions d ON d.\"offset\" = (r->>'offset')::bigint AND d.duplicate_of = "
	        "" OFFSET
	        " WHERE (r->>'other_content')::boolean = (d.code = 422)");
	none("SELECT j FROM letters LEFT JOIN requests r ON r.p = " PARTITION " AND r.o = " OFFSET
	     " WHERE " MS("j->>'appended_at'") " IS DISTINCT FROM r.at");
}

static void each_reply_stands_where_the_letter_says(void **state)
{
	(void)state;
	none("SELECT j FROM letters LEFT JOIN replies r ON r.p = (j#>>'{answer,partition}')::int AND "
	     "r.o = "
	     "(j#>>'{answer,offset}')::bigint AND r.topic = j#>>'{answer,topic}' WHERE "
	     "j#>>'{answer,published}' <> 'yes' OR j#>'{answer,differs}' IS NOT NULL OR "
	     "(r.v#>>'{request,offset}')::bigint IS DISTINCT FROM " OFFSET " OR "
	     "(r.v#>>'{request,partition}')::int IS DISTINCT FROM " PARTITION " OR "
	     MS("j#>>'{answer,published_at}'") " <> r.at OR (j#>>'{answer,wait_ms}')::bigint <> r.at - "
	     MS("j->>'decided_at'"));
	/* Of the listed topic, too. */
	is("1", "SELECT count(*) FROM letters WHERE j#>>'{answer,topic}' LIKE '%.own'");
}

static void each_seat_that_was_had_was_had_by_whom_it_says(void **state)
{
	(void)state;
	is("t", "SELECT count(*) > 3 FROM taken");
	/* As the reply has it. */
	none("SELECT j, s FROM taken JOIN replies r ON (r.v#>>'{request,offset}')::bigint = "
	     "" OFFSET " AND "
	     "(r.v#>>'{request,partition}')::int = " PARTITION " WHERE NOT r.v->'unavailable' @> "
	     "jsonb_build_array(jsonb_build_object('seat_id', s->'seat_id', 'status', s->'status', "
	     "'taken_at_offset', s->'taken_at_offset'))");
	/* Its holder, and when, by the event that gave it. */
	none("SELECT j, s FROM taken LEFT JOIN events e ON (e.v#>>'{request,offset}')::bigint = "
	     "(s->>'taken_at_offset')::bigint AND (e.v#>>'{request,partition}')::int = " PARTITION
	     " AND e.v->'seat_ids' ? (s->>'seat_id') AND e.v->>'event' IN ('reserved', 'sold') WHERE "
	     "e.v->>'reservation_id' IS DISTINCT FROM s->>'reservation_id' OR e.v->>'at' IS DISTINCT "
	     "FROM "
	     "s->>'taken_at' OR (s->>'before_ms')::bigint <> " MS("j->>'decided_at'") " - "
	     MS("s->>'taken_at'"));
	/* What it came to, by the first event that says so. */
	none("SELECT j, s FROM taken WHERE (s->>'gone_at_offset')::bigint IS DISTINCT FROM (SELECT "
	     "min((v#>>'{request,offset}')::bigint) FROM events WHERE "
	     "(v#>>'{request,partition}')::int = "
	     PARTITION " AND v->>'event' IN ('released', 'expired', 'cancelled') AND "
	               "v->>'reservation_id' = "
	     "s->>'reservation_id' AND v->'seat_ids' ? (s->>'seat_id') AND "
	     "(v#>>'{request,offset}')::bigint "
	     "> " OFFSET ")");
}

static void what_came_of_a_reservation_are_its_events(void **state)
{
	(void)state;
	is("t", "SELECT count(*) > 10 FROM letters WHERE j#>>'{answer,reason}' = 'RESERVED'");
	none("SELECT j FROM letters JOIN holdfast.seat_reservations r ON r.reservation_id::text = "
	     "j->>'request_id' WHERE j#>>'{answer,reason}' = 'RESERVED' AND (j->>'reservation_status' "
	     "<> "
	     "r.status OR (SELECT jsonb_agg(jsonb_build_array(l->'event', l->'offset', l->'seat_ids', "
	     "l->'areas') ORDER BY n) FROM jsonb_array_elements(j->'later') WITH ORDINALITY AS l (l, "
	     "n) "
	     "WHERE l ? 'event') IS DISTINCT FROM (SELECT jsonb_agg(jsonb_build_array(v->'event', "
	     "v#>'{request,offset}', v->'seat_ids', v->'areas') ORDER BY o) FROM events WHERE "
	     "v->>'reservation_id' = j->>'request_id' AND (v#>>'{request,offset}')::bigint > "
	     "" OFFSET "))");
	/* What was asked of it in vain stands there, too. */
	is("2", "SELECT count(*) FROM letters, jsonb_array_elements(j->'later') l WHERE "
	        "j#>>'{answer,reason}' = "
	        "'RESERVED' AND NOT l ? 'event' AND l->>'reason' IN ('ALREADY_RESERVED', "
	        "'WRONG_OWNER')");
}

static void places_of_areas_are_counted_as_they_were(void **state)
{
	(void)state;
	is("K|1|0|4|1|3|" SMALL_ID("7f") "|3",
	   "SELECT a->>'area_id', a->>'wanted', a->>'room', a->>'capacity', a->>'sold', a->>'held', "
	   "a->>'last_reservation_id', a->>'last_count' FROM letters, "
	   "jsonb_array_elements(j#>'{before,areas}') a WHERE j->>'request_id' = '" SMALL_ID("80") "'");
}

/* Every secret of every request, as a word, and every hash of one. */
static void no_secret_is_in_any(void **state)
{
	(void)state;
	(void)rig_sql("CREATE VIEW secrets AS SELECT s->>'value' AS secret FROM requests, "
	              "jsonb_path_query(v, 'lax $.keyvalue() ? (@.key like_regex \"_id$|_key$\")') s "
	              "WHERE "
	              "s->>'key' NOT IN ('show_id', 'request_id', 'reservation_id') UNION SELECT "
	              "jsonb_path_query(v, 'lax $.channels[*].channel_key')->>0 FROM requests");
	is("t", "SELECT count(*) > 15 FROM secrets");
	/* "none" was a guess, and no key. */
	none("SELECT secret, j FROM secrets, letters WHERE secret <> 'none' AND j::text ~ ('\\m' || "
	     "secret || '\\M')");
	none("SELECT l.j FROM holdfast.seat_reservations, letters l WHERE l.j::text LIKE '%' || "
	     "encode(session_hash, 'hex') || '%'");
}

static void people_get_a_letter_of_the_reservation_alone(void **state)
{
	const char *letter = audit(0, "--reservation-id=" SMALL_ID("10") " --show=opera");

	(void)state;
	assert_memory_equal(letter, "Zw\xc3\xb6lf (opera)\nReservation " SMALL_ID("10") "\n\nWhat you "
	                                                                                "asked ",
	                    80);
	assert_non_null(strstr(letter, "the hold was made longer, until "));
	assert_null(strstr(letter, "alice"));
	/* Upper case is the same id, and the whole log is read where no show is named. */
	assert_string_equal(audit(0, "--reservation-id=" SMALL_ID("10")), letter);
}

/* With --report besides as a page, which says the same. */
static void a_page_of_it_is_written_beside(void **state)
{
	char options[200], folder[] = "/tmp/holdfast-letters-XXXXXX";
	const char *letter, *page;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(options, sizeof options, "--reservation-id=" SMALL_ID("10") " --report=%s/new", folder);
	letter = audit(0, options);
	assert_string_equal(audit(0, "--reservation-id=" SMALL_ID("10")), letter);
	page = shell_run("cat %s/new/reservation-" SMALL_ID("10") ".html && ls %s/new && rm -r %s", folder,
	                 folder, folder);
	assert_non_null(strstr(page, "<h1>Zw\xc3\xb6lf (opera)</h1>\n<p>Reservation " SMALL_ID("10")));
	assert_non_null(strstr(page, "</html>\nreservation-" SMALL_ID("10") ".html\n"));
	assert_null(strstr(page, "alice"));
	assert_null(strstr(page, "{{"));
	assert_null(strstr(page, "<script"));
}

static void what_is_not_there_is_said(void **state)
{
	(void)state;
	(void)audit(2, "--request-id=" SMALL_ID("99"));
	assert_non_null(strstr(rig_log(), "there is no request of this id in "));
	(void)audit(2, "--reservation-id=" SMALL_ID("01"));
	assert_non_null(strstr(rig_log(), "there is no reservation of this id in "));
	(void)audit(2, "--request-id=" SMALL_ID("10") " --show=nowhere");
	assert_non_null(strstr(rig_log(), "for the show nowhere, which does not exist: partition "));
	(void)audit(2, "--request-id=" SMALL_ID("10") " --show=hall");
	assert_non_null(strstr(rig_log(), "for the show hall: partition 1 of "));
	(void)audit(2, "--request-id=10");
	assert_non_null(strstr(rig_log(), "--request-id must be a UUID"));
	(void)audit(2, "--request-id=" SMALL_ID("10") " --at=1 --show=opera");
	(void)audit(2, "--request-id=" SMALL_ID("10") " --reservation-id=" SMALL_ID("10"));
}

/* Its own topic is not named: there the reply is not looked for, and so not found. */
static void a_reply_that_is_not_found_is_not_made_up(void **state)
{
	(void)state;
	assert_non_null(strstr(audit(0, "--request-id=" SMALL_ID("60")), "is not kept any more"));
}

/* A reply that nobody gave, by hand. */
static void write_reply(const char *topic, int32_t partition, int32_t of, long long offset)
{
	(void)shell_run("echo '{\"request_id\":\"%s\",\"code\":409,\"reason\":\"SEATS_TAKEN\","
	                "\"decided_at\":\"2026-11-24T15:00:00.123Z\",\"request\":{\"topic\":\"%s\","
	                "\"partition\":%d,\"offset\":%lld}}' | kcat -P -b \"$KAFKA_BOOTSTRAP_SERVERS\" "
	                "-t %s -p %d", SMALL_ID("98"), rig_topics.requests, (int)of, offset, topic,
	                (int)partition);
}

/*
 * Last: nobody decides it, and then somebody answers who must not; where it asked for the answer, and
 * behind one to a request of another partition.
 */
static void a_request_without_an_answer_and_one_with_another_are_told(void **state)
{
	static const char second[4] = {0, 0, 0, 1};
	const struct record_header route[] = {
	    {text_of("kafka_replyTopic"), text_of(small_own_topic)},
	    {text_of("kafka_replyPartition"), {second, sizeof second}},
	};
	char options[200];
	long long offset;

	(void)state;
	snprintf(options, sizeof options, "--request-id=" SMALL_ID("98") " --reply-topics=%s",
	         small_own_topic);
	offset = topics_send(0, text_of("opera"),
	                     text_of("{\"type\":\"reserve\",\"request_id\":\"" SMALL_ID("98")
	                             "\",\"show_id\":\"opera\",\"session_id\":\"zoe\","
	                             "\"seat_ids\":[\"A6\"]}"),
	                     route, 2);
	write_reply(small_own_topic, 1, 1, offset + 5);
	assert_non_null(strstr(audit(0, options), "Nothing yet."));
	write_reply(small_own_topic, 1, 0, offset);
	assert_non_null(strstr(audit(6, options), "Attention: the reply"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_decision_has_its_letter_and_says_the_same),
	    cmocka_unit_test(each_reply_stands_where_the_letter_says),
	    cmocka_unit_test(each_seat_that_was_had_was_had_by_whom_it_says),
	    cmocka_unit_test(what_came_of_a_reservation_are_its_events),
	    cmocka_unit_test(places_of_areas_are_counted_as_they_were),
	    cmocka_unit_test(no_secret_is_in_any),
	    cmocka_unit_test(people_get_a_letter_of_the_reservation_alone),
	    cmocka_unit_test(a_page_of_it_is_written_beside),
	    cmocka_unit_test(what_is_not_there_is_said),
	    cmocka_unit_test(a_reply_that_is_not_found_is_not_made_up),
	    cmocka_unit_test(a_request_without_an_answer_and_one_with_another_are_told),
	};

	return cmocka_run_group_tests(tests, make, rig_drop);
}
