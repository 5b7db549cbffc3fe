#include "tests/integration/seen.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/instant.h"
#include "common/kafka/sender.h"
#include "common/kafka/topics.h"
#include "common/message/same.h"

#define ROWS_A_STATEMENT 500
#define KEPT 64

__attribute__((format(printf, 1, 0))) static char *print(const char *format, va_list args)
{
	va_list again;
	char *text;
	int bytes;

	va_copy(again, args);
	bytes = vsnprintf(NULL, 0, format, args);
	text = malloc((size_t)bytes + 1);
	assert_non_null(text);
	vsnprintf(text, (size_t)bytes + 1, format, again);
	va_end(again);
	return text;
}

static const char *keep(char *text)
{
	static char *kept[KEPT];
	static size_t next;

	free(kept[next % KEPT]);
	kept[next % KEPT] = text;
	return kept[next++ % KEPT];
}

static struct record *records_make(void)
{
	struct record *records = calloc(SEEN_MAX, sizeof *records);

	assert_non_null(records);
	return records;
}

static void add_quoted(struct buf *sql, struct text t)
{
	buf_add(sql, "'", 1);
	for (size_t i = 0; i < t.bytes; i++)
		buf_add(sql, t.data[i] == '\'' ? "''" : t.data + i, t.data[i] == '\'' ? 2 : 1);
	buf_add(sql, "'", 1);
}

/* Put the records of a topic into a temporary table (p, n, t, v). */
static void add_rows(struct buf *sql, const char *table, const struct record *records, size_t count,
                     bool has_value)
{
	for (size_t i = 0; i < count; i++) {
		if (i % ROWS_A_STATEMENT == 0)
			buf_print(sql, "%sINSERT INTO %s VALUES ", i ? ";\n" : "", table);
		else
			buf_add_string(sql, ",");
		buf_print(sql, "(%d,%lld,%lld,", (int)records[i].partition, (long long)records[i].offset,
		          (long long)records[i].timestamp_ms);
		if (has_value)
			add_quoted(sql, records[i].value);
		else
			buf_add_string(sql, "NULL");
		buf_add_string(sql, ")");
	}
	if (count)
		buf_add_string(sql, ";\n");
}

const char *seen_header(const struct record *r, const char *name)
{
	const struct record_header *h = record_header_last(r, name);

	return h && h->value.data ? keep(strndup(h->value.data, h->value.bytes)) : "";
}

static void expect_header(const struct record *r, const char *name, const char *expected)
{
	const char *found = seen_header(r, name);

	if (strcmp(found, expected) != 0)
		fail_msg("header %s is \"%s\", expected \"%s\", of %.*s", name, found, expected,
		         TEXT_ARGS(r->value));
}

static const char *source(void)
{
	static char text[300];
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_topics *topics;
	char *cluster_id;
	struct err e;

	if (text[0])
		return text;
	assert_int_equal(kafka_topics_open(&topics, &kafka, &e), RC_OK);
	assert_int_equal(kafka_topics_cluster_id(topics, &cluster_id, &e), RC_OK);
	kafka_topics_close(topics);
	snprintf(text, sizeof text, "holdfast/%s/%s", cluster_id, rig_topics.requests);
	free(cluster_id);
	return text;
}

static void expect_headers(const struct record *r, const char *what, const char *kind,
                           const char *time, const char *ce_id)
{
	char type[100];

	snprintf(type, sizeof type, "holdfast.%s.%s", what, kind);
	for (char *c = type; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	expect_header(r, "content-type", "application/json");
	expect_header(r, "ce_specversion", "1.0");
	expect_header(r, "ce_source", source());
	expect_header(r, "ce_type", type);
	expect_header(r, "ce_time", time);
	expect_header(r, "ce_id", ce_id);
}

static void check_reply(const struct record *r)
{
	struct arena arena = {0};
	struct reply_view v;
	char ce_id[200], code[12], id[UUID_TEXT_CHARS + 1] = "", time[INSTANT_TEXT_BYTES];
	struct err e;

	assert_int_equal(reply_decode(r->value, &arena, &v, &e), RC_OK);
	snprintf(ce_id, sizeof ce_id, "%s/%d/%lld", rig_topics.requests, (int)v.partition,
	         (long long)v.offset);
	snprintf(code, sizeof code, "%d", v.code);
	if (v.has_request_id)
		uuid_encode(&v.request_id, id);
	instant_print(v.decided_at_ms, time);
	expect_headers(r, "reply", keep(strndup(v.reason.data, v.reason.bytes)), time, ce_id);
	expect_header(r, "code", code);
	expect_header(r, "request_id", id);
	assert_true(id[0] || !record_header_last(r, "request_id"));
	if (v.show_id.data)
		assert_true(text_same(r->key, v.show_id));
	arena_release(&arena);
}

static void check_event(const struct record *r, const struct record *before)
{
	static int n;
	const char *value = keep(strndup(r->value.data, r->value.bytes));
	char ce_id[200];

	snprintf(ce_id, sizeof ce_id, "%s/%s/%s", rig_topics.requests, rig_field(value, "partition"),
	         rig_field(value, "offset"));
	n = before && strncmp(seen_header(before, "ce_id"), ce_id, strlen(ce_id)) == 0 &&
	            seen_header(before, "ce_id")[strlen(ce_id)] == '#'
	        ? n + 1
	        : 0;
	snprintf(ce_id + strlen(ce_id), 20, "#%d", n);
	expect_headers(r, "event", rig_field(value, "event"), rig_field(value, "at"), ce_id);
	assert_true(text_same(r->key, text_of(rig_field(value, "show_id"))));
	assert_int_equal(r->partition, atoi(rig_field(value, "partition")));
}

/* Each gives a line for what differs. */
static const char *const checks =
    "SELECT 'no reply', req.p, req.n FROM req WHERE NOT EXISTS (SELECT FROM r WHERE r.p = req.p AND "
    "r.o = req.n);\n"
    "SELECT 'replies', p, o, count(*) FROM r GROUP BY p, o HAVING count(*) <> 1;\n"
    "SELECT 'reply to nothing', p, o FROM r WHERE NOT EXISTS (SELECT FROM req WHERE req.p = r.p AND "
    "req.n = r.o);\n"
    "SELECT 'row and reply', r.v, d.partition, d.offset FROM r FULL JOIN holdfast.decisions d ON "
    "d.partition = r.p AND d.\"offset\" = r.o WHERE r.p IS NULL OR d.partition IS NULL OR "
    "(r.v->>'code')::int <> d.code OR r.v->>'reason' <> d.reason OR r.v->>'type' IS DISTINCT FROM "
    "d.type OR r.v->>'show_id' IS DISTINCT FROM d.show_id OR (r.v->>'request_id')::uuid IS DISTINCT "
    "FROM d.request_id OR (r.v->>'duplicate_of')::bigint IS DISTINCT FROM d.duplicate_of OR "
    "(r.v->>'decided_at')::timestamptz <> d.decided_at OR (r.v->>'status' = 'accepted') <> "
    "(d.code = 200);\n"
    "SELECT 'time', d.partition, d.offset FROM holdfast.decisions d JOIN (SELECT p, n, max(t) OVER "
    "(PARTITION BY p ORDER BY n) AS t FROM req) q ON q.p = d.partition AND q.n = d.offset WHERE "
    "(d.duplicate_of IS NULL OR d.code = 422) AND (extract(epoch FROM d.decided_at) * 1000)::bigint "
    "<> q.t;\n"
    "SELECT 'duplicate', a.v, b.v FROM r a JOIN r b ON b.p = a.p AND b.o = "
    "(a.v->>'duplicate_of')::bigint WHERE a.v->>'code' <> '422' AND a.v - 'request' - 'duplicate_of' "
    "<> b.v - 'request' - 'duplicate_of';\n"
    "SELECT 'progress', q.p FROM (SELECT p, max(n) AS n FROM req GROUP BY p) q LEFT JOIN "
    "holdfast.partition_progress g ON g.partition = q.p WHERE g.next_offset IS DISTINCT FROM "
    "q.n + 1 OR g.last_offset IS DISTINCT FROM q.n;\n"
    "SELECT 'events of', d.partition, d.offset, d.reason, e.events FROM holdfast.decisions d LEFT "
    "JOIN LATERAL (SELECT array_agg(ev.v->>'event' ORDER BY ev.n) AS events FROM ev WHERE "
    "(ev.v->'request'->>'partition')::int = d.partition AND (ev.v->'request'->>'offset')::bigint = "
    "d.offset) e ON true LEFT JOIN (VALUES ('SHOW_CREATED', 'show_created'), ('SEATS_ADDED', "
    "'seats_added'), ('RESERVED', 'reserved'), ('RELEASED', 'released'), ('CONFIRMED', 'sold'), "
    "('CANCELLED', 'cancelled'), ('EXPIRED', 'expired')) k (reason, kind) ON k.reason = d.reason "
    "WHERE CASE WHEN d.duplicate_of IS NULL AND k.kind IS NOT NULL THEN "
    "e.events[cardinality(e.events)] IS DISTINCT FROM k.kind OR EXISTS (SELECT FROM "
    "unnest(e.events[:cardinality(e.events) - 1]) x WHERE x <> 'expired') WHEN d.duplicate_of IS "
    "NULL AND d.reason = 'EXTENDED' THEN e.events <> ARRAY['extended'] ELSE e.events IS NOT NULL "
    "END;\n"
    "WITH last AS (SELECT DISTINCT ON (v->>'show_id', s) v->>'show_id' AS show_id, s AS seat_id, "
    "CASE v->>'event' WHEN 'reserved' THEN 'reserved' WHEN 'extended' THEN 'reserved' WHEN 'sold' "
    "THEN 'sold' ELSE 'available' END AS status, v FROM ev, "
    "jsonb_array_elements_text(v->'seat_ids') s ORDER BY v->>'show_id', s, p, n DESC) "
    "SELECT 'seat', l.v, s.* FROM last l FULL JOIN holdfast.show_seats s USING (show_id, seat_id) "
    "WHERE show_id <> :'but' AND (s.status IS DISTINCT FROM l.status OR s.reserved_by IS DISTINCT "
    "FROM CASE WHEN l.status <> 'available' THEN (l.v->>'reservation_id')::uuid END OR "
    "s.reserved_until IS DISTINCT FROM CASE WHEN l.status = 'reserved' THEN "
    "(l.v->>'reserved_until')::timestamptz END OR s.version IS DISTINCT FROM "
    "(l.v->'request'->>'offset')::bigint);\n"
    "WITH last AS (SELECT DISTINCT ON (v->>'show_id', v->>'reservation_id') v->>'show_id' AS show_id, "
    "(v->>'reservation_id')::uuid AS reservation_id, v FROM ev WHERE v ? 'reservation_id' ORDER BY "
    "v->>'show_id', v->>'reservation_id', p, n DESC), until AS (SELECT DISTINCT ON (v->>'show_id', "
    "v->>'reservation_id') v->>'show_id' AS show_id, (v->>'reservation_id')::uuid AS reservation_id, "
    "(v->>'reserved_until')::timestamptz AS until FROM ev WHERE v ? 'reserved_until' ORDER BY "
    "v->>'show_id', v->>'reservation_id', p, n DESC) "
    "SELECT 'reservation', l.v, s.* FROM last l JOIN until u USING (show_id, reservation_id) FULL "
    "JOIN holdfast.seat_reservations s USING (show_id, reservation_id) WHERE show_id <> :'but' AND "
    "(s.status IS DISTINCT FROM CASE l.v->>'event' WHEN 'reserved' THEN 'held' WHEN 'extended' THEN "
    "'held' WHEN 'sold' THEN 'confirmed' ELSE l.v->>'event' END OR s.reserved_until IS DISTINCT "
    "FROM u.until OR (s.status <> 'held' AND s.ended_at IS DISTINCT FROM "
    "(l.v->>'at')::timestamptz));\n"
    "SELECT 'holder', s.* FROM holdfast.show_seats s LEFT JOIN holdfast.seat_reservations r ON "
    "r.show_id = s.show_id AND r.reservation_id = s.reserved_by LEFT JOIN holdfast.reservation_seats "
    "l ON l.show_id = s.show_id AND l.reservation_id = s.reserved_by AND l.seat_id = s.seat_id WHERE "
    "s.show_id <> :'but' AND s.status <> 'available' AND (l.seat_id IS NULL OR r.status IS DISTINCT "
    "FROM CASE s.status WHEN 'sold' THEN 'confirmed' ELSE 'held' END);\n"
    "SELECT 'held', l.* FROM holdfast.seat_reservations r JOIN holdfast.reservation_seats l USING "
    "(show_id, reservation_id) LEFT JOIN holdfast.show_seats s USING (show_id, seat_id) WHERE "
    "show_id <> :'but' AND r.status IN ('held', 'confirmed') AND s.reserved_by IS DISTINCT FROM "
    "l.reservation_id;\n";

static void expect_no_line(const struct buf *loads, const char *but_show)
{
	const char *found;

	assert_false(loads->failed);
	found = rig_sql("\\set but '%s'\n"
	                "CREATE TEMP TABLE req (p int, n bigint, t bigint, v jsonb);"
	                "CREATE TEMP TABLE rep (p int, n bigint, t bigint, v jsonb);"
	                "CREATE TEMP TABLE ev (p int, n bigint, t bigint, v jsonb);\n%s"
	                "CREATE TEMP TABLE r AS SELECT (v->'request'->>'partition')::int AS p, "
	                "(v->'request'->>'offset')::bigint AS o, v FROM rep;"
	                "CREATE INDEX ON r (p, o); CREATE INDEX ON req (p, n);"
	                "CREATE INDEX ON ev (((v->'request'->>'partition')::int), "
	                "((v->'request'->>'offset')::bigint));"
	                "ANALYZE r; ANALYZE req; ANALYZE ev;\n%s",
	                but_show ? but_show : "", loads->data, checks);
	if (found[0])
		fail_msg("topics and rows disagree:\n%.3000s", found);
}

static void load_replies(struct buf *sql, struct record *records, const char *topic, bool is_default)
{
	size_t count = rig_read(topic, records, SEEN_MAX);

	for (size_t i = 0; i < count; i++) {
		check_reply(&records[i]);
		if (is_default) {
			const char *value = keep(strndup(records[i].value.data, records[i].value.bytes));

			assert_int_equal(records[i].partition, atoi(rig_field(value, "partition")));
		}
	}
	add_rows(sql, "rep", records, count, true);
	rig_give(records, count);
}

void seen_all_agree(const char *const *more_reply_topics, const char *but_show)
{
	struct record *records = records_make();
	struct buf sql = {0};
	size_t count;

	buf_add_string(&sql, "");
	/* The rows may run ahead of the replies, but not for long. */
	rig_await_sql("t", "SELECT count(*) > 0 FROM holdfast.decisions");
	count = rig_read(rig_topics.requests, records, SEEN_MAX);
	add_rows(&sql, "req", records, count, false);
	rig_give(records, count);
	load_replies(&sql, records, rig_topics.replies, true);
	for (; more_reply_topics && *more_reply_topics; more_reply_topics++)
		load_replies(&sql, records, *more_reply_topics, false);
	count = rig_read(rig_topics.events, records, SEEN_MAX);
	for (int32_t p = 0; p < RIG_PARTITIONS; p++) {
		const struct record *before = NULL;

		for (size_t i = 0; i < count; i++)
			if (records[i].partition == p) {
				check_event(&records[i], before);
				before = &records[i];
			}
	}
	add_rows(&sql, "ev", records, count, true);
	rig_give(records, count);
	free(records);
	expect_no_line(&sql, but_show);
	buf_release(&sql);
}

void seen_same(const char *found, const char *format, ...)
{
	struct buf where = {0};
	va_list args;
	char *expected;

	va_start(args, format);
	expected = print(format, args);
	va_end(args);
	if (!message_is_same(text_of(expected), text_of(found), &where))
		fail_msg("%s\nexpected %s\nfound    %s", where.data ? where.data : "", expected, found);
	buf_release(&where);
	free(expected);
}

const char *seen_tail(const char *show_id, const char *reply)
{
	char text[400];

	snprintf(text, sizeof text,
	         "\"decided_at\":\"%s\",\"request\":{\"topic\":\"%s\",\"partition\":%d,\"offset\":%s}",
	         rig_field(reply, "decided_at"), rig_topics.requests,
	         (int)record_partition_of(show_id, strlen(show_id), RIG_PARTITIONS),
	         rig_field(reply, "offset"));
	return keep(strdup(text));
}

static void add_seats(struct buf *line, const char *value)
{
	const char *at = strstr(value, "\"seat_ids\":[");

	if (!at)
		return;
	buf_add_string(line, " ");
	for (at += strlen("\"seat_ids\":["); *at && *at != ']'; at++)
		if (*at != '"')
			buf_add(line, at, 1);
}

/* The events of a show: as short text, or the n-th one whole. */
static const char *events_of(const char *show_id, size_t n, bool is_whole)
{
	struct record *records = records_make();
	size_t count = rig_read(rig_topics.events, records, SEEN_MAX), here = 0;
	struct buf line = {0};

	buf_add_string(&line, "");
	for (size_t i = 0; i < count; i++) {
		const char *value;

		if (!text_same(records[i].key, text_of(show_id)))
			continue;
		value = keep(strndup(records[i].value.data, records[i].value.bytes));
		if (is_whole && here == n)
			buf_add_string(&line, value);
		if (!is_whole) {
			buf_print(&line, "%s%s", here ? " " : "", rig_field(value, "event"));
			add_seats(&line, value);
		}
		here++;
	}
	rig_give(records, count);
	free(records);
	return keep(line.data);
}

const char *seen_events(const char *show_id)
{
	return events_of(show_id, 0, false);
}

const char *seen_event(const char *show_id, size_t n)
{
	return events_of(show_id, n, true);
}

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	if (!delivery->is_delivered)
		fail_msg("not delivered: %s", delivery->why);
	*(int64_t *)context = delivery->offset;
}

int64_t seen_send(int32_t partition, struct text key, struct text value,
                  const struct record_header *headers, size_t header_count)
{
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	int64_t offset = -1;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, on_delivered, &offset, &e),
	                 RC_OK);
	assert_int_equal(kafka_sender_send(sender, rig_topics.requests, partition, key, value, headers,
	                                   header_count, NULL, &e), RC_OK);
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
	assert_true(offset >= 0);
	return offset;
}

struct record seen_reply(const char *topic, int32_t partition, int64_t offset)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct record *records = records_make(), found;
	bool is_found = false;
	char place[80];

	snprintf(place, sizeof place, "\"partition\":%d,\"offset\":%lld}", (int)partition,
	         (long long)offset);
	while (!is_found) {
		size_t count = rig_read(topic, records, SEEN_MAX);

		for (size_t i = 0; i < count; i++)
			if (!is_found && strstr(records[i].value.data, place)) {
				is_found = true;
				found = records[i];
				records[i] = records[count - 1];
				count--;
			}
		rig_give(records, count);
		if (!is_found && clock_monotonic_ms() > until_ms)
			fail_msg("no reply on %s with %s\n%s", topic, place, rig_log());
	}
	free(records);
	return found;
}

int32_t seen_other_partition(const char *show_id)
{
	return (record_partition_of(show_id, strlen(show_id), RIG_PARTITIONS) + 1) % RIG_PARTITIONS;
}

__attribute__((format(printf, 2, 0))) static const char *shell(const char *before, const char *format,
                                                               va_list args)
{
	char *command = print(format, args), chunk[4096];
	struct buf whole = {0}, text = {0};
	size_t got;
	FILE *pipe;

	buf_print(&whole, "%s %s", before, command);
	buf_add_string(&text, "");
	pipe = popen(whole.data, "r");
	assert_non_null(pipe);
	while ((got = fread(chunk, 1, sizeof chunk, pipe)) > 0)
		buf_add(&text, chunk, got);
	if (pclose(pipe))
		fail_msg("%s\nprinted %s", whole.data, text.data);
	buf_release(&whole);
	free(command);
	return keep(text.data);
}

const char *seen_kafka_tool(const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = shell("compose/local/kafka-tool", format, args);
	va_end(args);
	return text;
}

const char *seen_shell(const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = shell("", format, args);
	va_end(args);
	return text;
}
