#include "tests/integration/agree.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/kafka/topics.h"
#include "tests/integration/topics.h"

#define ROWS_A_STATEMENT 500

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

static void expect_header(const struct record *r, const char *name, const char *expected)
{
	const char *found = topics_header(r, name);

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
	expect_headers(r, "reply", rig_keep(strndup(v.reason.data, v.reason.bytes)), time, ce_id);
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
	const char *value = rig_keep(strndup(r->value.data, r->value.bytes));
	char ce_id[200];

	snprintf(ce_id, sizeof ce_id, "%s/%s/%s", rig_topics.requests, rig_field(value, "partition"),
	         rig_field(value, "offset"));
	n = before && strncmp(topics_header(before, "ce_id"), ce_id, strlen(ce_id)) == 0 &&
	            topics_header(before, "ce_id")[strlen(ce_id)] == '#'
	        ? n + 1
	        : 0;
	snprintf(ce_id + strlen(ce_id), 20, "#%d", n);
	expect_headers(r, "event", rig_field(value, "event"), rig_field(value, "at"), ce_id);
	assert_true(text_same(r->key, text_of(rig_field(value, "show_id"))));
	assert_int_equal(r->partition, atoi(rig_field(value, "partition")));
}

static void expect_no_line(const struct buf *loads, const char *but_show)
{
	const char *found;

	assert_false(loads->failed);
	found = rig_sql("\\set but '%s'\n\\i tests/integration/agree_tables.sql\n%s"
	                "\\i tests/integration/agree.sql\n", but_show ? but_show : "", loads->data);
	if (found[0])
		fail_msg("topics and rows disagree:\n%.3000s", found);
}

static void load_replies(struct buf *sql, struct record *records, const char *topic, bool is_default)
{
	size_t count = rig_read(topic, records, TOPICS_RECORDS_MAX);

	for (size_t i = 0; i < count; i++) {
		check_reply(&records[i]);
		if (is_default) {
			const char *value = rig_keep(strndup(records[i].value.data, records[i].value.bytes));

			assert_int_equal(records[i].partition, atoi(rig_field(value, "partition")));
		}
	}
	add_rows(sql, "rep", records, count, true);
	rig_give(records, count);
}

void agree_all(const char *const *more_reply_topics, const char *but_show)
{
	struct record *records = topics_records();
	struct buf sql = {0};
	size_t count;

	buf_add_string(&sql, "");
	/* The rows may run ahead of the replies, but not for long. */
	rig_await_sql("t", "SELECT count(*) > 0 FROM holdfast.decisions");
	count = rig_read(rig_topics.requests, records, TOPICS_RECORDS_MAX);
	add_rows(&sql, "req", records, count, false);
	rig_give(records, count);
	load_replies(&sql, records, rig_topics.replies, true);
	for (; more_reply_topics && *more_reply_topics; more_reply_topics++)
		load_replies(&sql, records, *more_reply_topics, false);
	count = rig_read(rig_topics.events, records, TOPICS_RECORDS_MAX);
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
