#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/rows_inside.h"
#include "common/clock.h"
#include "common/msg_same.h"

#define CLAIM_DAYS_MS INT64_C(2592000000) /* younger decisions are never pruned */
#define HEX_BYTES 70

enum { OFFSET, SHOW_ID, REQUEST_ID, TYPE, CODE, REASON, DUPLICATE_OF, DECIDED_AT, CONTENT, REPLY, EVENTS };

enum rc rows_read(struct rows *rows, enum query query, struct db_rows *page, struct err *e)
{
	struct db_call call = {.query = query, .args = &rows->args};
	enum rc rc = db_run(rows->db, &call, 1, NULL, e);

	db_args_clear(&rows->args);
	*page = call.rows;
	return rc;
}

static enum rc read_standing(struct db *db, int32_t partition_count, struct standing *list,
                             struct report *report, struct err *e)
{
	struct db_call call = {.query = QUERY_AUDIT_READ_PROGRESS};

	memset(list, 0, (size_t)partition_count * sizeof *list);
	if (db_run(db, &call, 1, NULL, e))
		return e->rc;
	for (int i = 0; i < call.rows.count; i++) {
		int32_t partition = db_int4(&call.rows, i, 0);
		struct standing *s;

		if (partition < 0 || partition >= partition_count) {
			if (report)
				report_differs(report, partition, NO_OFFSET, NULL, "a row",
				               "progress: there is no such partition");
			continue;
		}
		s = &list[partition];
		s->is_there = true;
		s->next_offset = db_int8(&call.rows, i, 1);
		s->has_decided = !db_is_null(&call.rows, i, 2) && !db_is_null(&call.rows, i, 3);
		s->decided_until_ms = s->has_decided ? db_time_ms(&call.rows, i, 2) : 0;
		s->last_offset = s->has_decided ? db_int8(&call.rows, i, 3) : -1;
		s->has_digest = db_text(&call.rows, i, 4).bytes == SHA256_BYTES;
		if (s->has_digest)
			memcpy(s->last_digest, db_text(&call.rows, i, 4).data, SHA256_BYTES);
	}
	db_rows_release(&call.rows);
	return RC_OK;
}

/* Rows of partitions that there are not. */
static enum rc find_strays(struct rows *rows, struct err *e)
{
	struct db_rows page;

	db_arg_int4(&rows->args, rows->partition_count);
	if (rows_read(rows, QUERY_AUDIT_FIND_STRAY_PARTITIONS, &page, e))
		return e->rc;
	for (int i = 0; i < page.count; i++)
		report_differs(rows->report, db_int4(&page, i, 0), db_int8(&page, i, 1), NULL, "a row",
		               "decision: there is no such partition");
	db_rows_release(&page);
	return RC_OK;
}

enum rc rows_open(struct rows **out, const struct db_settings *settings, int32_t partition_count,
                  struct report *report, struct err *e)
{
	struct rows *rows = calloc(1, sizeof *rows);
	struct db_call begin[] = {{.query = QUERY_AUDIT_BEGIN}, {.query = QUERY_AUDIT_NO_IDLE_LIMIT}};

	*out = rows;
	if (!rows)
		return err_out_of_memory(e);
	rows->report = report;
	rows->partition = -1;
	rows->partition_count = partition_count;
	rows->standing = calloc((size_t)partition_count, sizeof *rows->standing);
	if (!rows->standing)
		return err_out_of_memory(e);
	if (db_open(&rows->db, settings, e) || db_run(rows->db, begin, 2, NULL, e))
		return e->rc;
	db_rows_release(&begin[0].rows);
	db_rows_release(&begin[1].rows);
	if (read_standing(rows->db, partition_count, rows->standing, report, e))
		return e->rc;
	return find_strays(rows, e);
}

void rows_close(struct rows *rows)
{
	if (!rows)
		return;
	db_rows_release(&rows->page);
	db_close(rows->db);
	db_args_release(&rows->args);
	buf_release(&rows->body);
	free(rows->standing);
	free(rows);
}

const struct standing *rows_standing(const struct rows *rows, int32_t partition)
{
	return &rows->standing[partition];
}

enum rc rows_standing_now(const struct db_settings *settings, int32_t partition_count,
                          struct standing *list, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, settings, e);

	if (!rc)
		rc = read_standing(db, partition_count, list, NULL, e);
	db_close(db);
	return rc;
}

/* ---- columns ---- */

static void differs(const struct column *c, const char *name, struct text expected,
                    struct text found)
{
	char what[300];

	snprintf(what, sizeof what, "%s: %s", c->row, name);
	report_difference(c->rows->report, c->partition, c->offset, text_of(what),
	                  expected.data ? expected : text_of("null"),
	                  found.data ? found : text_of("null"));
}

static bool is_same(struct text a, struct text b)
{
	return !a.data == !b.data && a.bytes == b.bytes && (!a.bytes || !memcmp(a.data, b.data, a.bytes));
}

void column_text(const struct column *c, const char *name, struct text expected, struct text found)
{
	if (!is_same(expected, found))
		differs(c, name, expected, found);
}

void column_integer(const struct column *c, const char *name, bool is_expected, int64_t expected,
                    const struct db_rows *page, int row, int column)
{
	char texts[2][24];
	bool is_found = !db_is_null(page, row, column);
	int64_t found = is_found ? db_integer(page, row, column) : 0;

	if (is_expected == is_found && (!is_found || expected == found))
		return;
	snprintf(texts[0], sizeof texts[0], "%" PRId64, expected);
	snprintf(texts[1], sizeof texts[1], "%" PRId64, found);
	differs(c, name, text_of(is_expected ? texts[0] : NULL), text_of(is_found ? texts[1] : NULL));
}

void column_time(const struct column *c, const char *name, bool is_expected, int64_t expected_ms,
                 const struct db_rows *page, int row, int column)
{
	char texts[2][CLOCK_TEXT_BYTES];
	bool is_found = !db_is_null(page, row, column);
	int64_t found_us = is_found ? db_time_us(page, row, column) : 0;

	if (is_expected == is_found && (!is_found || expected_ms * 1000 == found_us))
		return;
	clock_print(expected_ms, texts[0]);
	clock_print(found_us / 1000, texts[1]);
	if (is_expected && is_found && expected_ms == found_us / 1000)
		differs(c, name, text_of(texts[0]), text_of("the same millisecond and microseconds more"));
	else
		differs(c, name, text_of(is_expected ? texts[0] : NULL), text_of(is_found ? texts[1] : NULL));
}

void column_uuid(const struct column *c, const char *name, const struct uuid *expected,
                 const struct db_rows *page, int row, int column)
{
	char texts[2][UUID_TEXT_CHARS + 1];
	bool is_found = !db_is_null(page, row, column);
	struct uuid found = db_uuid(page, row, column);

	if (!expected == !is_found && (!is_found || uuid_same(expected, &found)))
		return;
	uuid_encode(expected ? expected : &found, texts[0]);
	uuid_encode(&found, texts[1]);
	differs(c, name, text_of(expected ? texts[0] : NULL), text_of(is_found ? texts[1] : NULL));
}

static struct text hexadecimal(struct text t, char text[HEX_BYTES])
{
	size_t shown = t.bytes < 32 ? t.bytes : 32;

	for (size_t i = 0; i < shown; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned char)t.data[i]);
	text[2 * shown] = '\0';
	return t.data ? text_of(text) : t;
}

void column_bytes(const struct column *c, const char *name, struct text expected, struct text found)
{
	char texts[2][HEX_BYTES];

	if (!is_same(expected, found))
		differs(c, name, hexadecimal(expected, texts[0]), hexadecimal(found, texts[1]));
}

/* ---- decisions ---- */

/* The next row of the partition; NULL page.result: there is none. */
static enum rc next_row(struct rows *rows, int32_t partition, bool *is_there, struct err *e)
{
	if (rows->partition != partition) {
		db_rows_release(&rows->page);
		rows->partition = partition;
		rows->read_until = -1;
		rows->is_ended = rows->has_begun = false;
		rows->row = 0;
	}
	if (rows->row == rows->page.count && !rows->is_ended) {
		db_rows_release(&rows->page);
		rows->row = 0;
		db_arg_int4(&rows->args, partition);
		db_arg_int8(&rows->args, rows->read_until);
		if (rows_read(rows, QUERY_AUDIT_READ_DECISIONS, &rows->page, e))
			return e->rc;
		rows->is_ended = rows->page.count == 0;
		if (!rows->is_ended)
			rows->read_until = db_int8(&rows->page, rows->page.count - 1, OFFSET);
	}
	*is_there = rows->row < rows->page.count;
	return RC_OK;
}

static void report_extra(struct rows *rows, int32_t partition)
{
	report_difference(rows->report, partition, db_int8(&rows->page, rows->row, OFFSET),
	                  text_of("decision"), (struct text){NULL, 0}, text_of("a row"));
	rows->row++;
}

static void compare_reply(struct rows *rows, const struct column *c, const struct verdict *v)
{
	struct text found = db_text(&rows->page, rows->row, REPLY);
	struct message_difference d = {0};
	struct buf whole = {0};

	buf_clear(&rows->body);
	verdict_write_reply(v, &rows->body);
	if (text_same(buf_text(&rows->body), found))
		return;
	buf_add(&rows->body, "}", 1);
	buf_add_text(&whole, found);
	buf_add(&whole, "}", 1);
	if (!message_is_same_but(buf_text(&rows->body), buf_text(&whole), "message", &d)) {
		char name[200];

		snprintf(name, sizeof name, "reply: %.150s", d.path.data ? d.path.data : "");
		differs(c, name, buf_text(&d.expected), buf_text(&d.found));
	}
	message_difference_release(&d);
	buf_release(&whole);
}

static void compare_events(struct rows *rows, const struct column *c, const struct fold *fold)
{
	buf_clear(&rows->body);
	for (size_t i = 0; i < fold->change_count; i++) {
		if (i)
			buf_add(&rows->body, "\n", 1);
		verdict_write_event(&fold->verdict, fold->show, &fold->changes[i], &rows->body);
	}
	column_text(c, "events", fold->change_count ? buf_text(&rows->body) : (struct text){NULL, 0},
	            db_text(&rows->page, rows->row, EVENTS));
}

static void compare_row(struct rows *rows, const struct fold *fold, const struct record *request)
{
	const struct verdict *v = &fold->verdict;
	const struct db_rows *page = &rows->page;
	int row = rows->row;
	struct column c = {rows, request->partition, request->offset, "decision"};

	column_text(&c, "show_id", v->show_id, db_text(page, row, SHOW_ID));
	column_uuid(&c, "request_id", v->has_request_id ? &v->request_id : NULL, page, row, REQUEST_ID);
	column_text(&c, "type", text_of(request_type_name(v->type)), db_text(page, row, TYPE));
	column_integer(&c, "code", true, outcome_code(v->outcome), page, row, CODE);
	column_text(&c, "reason", text_of(outcome_reason(v->outcome)), db_text(page, row, REASON));
	column_integer(&c, "duplicate_of", v->duplicate_of != NOT_A_DUPLICATE, v->duplicate_of, page,
	               row, DUPLICATE_OF);
	column_time(&c, "decided_at", true, v->decided_ms, page, row, DECIDED_AT);
	column_bytes(&c, "content",
	             fold->is_claim ? (struct text){(const char *)fold->request.content,
	                                            sizeof fold->request.content}
	                            : (struct text){NULL, 0},
	             db_text(page, row, CONTENT));
	compare_reply(rows, &c, v);
	compare_events(rows, &c, fold);
}

enum rc rows_compare_decision(struct rows *rows, const struct fold *fold,
                              const struct record *request, struct err *e)
{
	const struct standing *s = &rows->standing[fold->partition];
	bool is_there, is_pruned;

	for (;;) {
		if (next_row(rows, fold->partition, &is_there, e))
			return e->rc;
		if (!is_there || db_int8(&rows->page, rows->row, OFFSET) >= request->offset)
			break;
		report_extra(rows, fold->partition);
	}
	if (is_there && db_int8(&rows->page, rows->row, OFFSET) == request->offset) {
		if (!rows->has_begun && fold->records > 1)
			report_note(rows->report, fold->partition,
			            "old decisions were pruned; compared from offset %" PRId64 " on",
			            request->offset);
		rows->has_begun = true;
		compare_row(rows, fold, request);
		rows->row++;
		return RC_OK;
	}
	is_pruned = !rows->has_begun && s->has_decided &&
	            s->decided_until_ms - fold->t_ms >= CLAIM_DAYS_MS;
	if (!is_pruned) {
		rows->has_begun = true;
		report_difference(rows->report, fold->partition, request->offset, text_of("decision"),
		                  text_of("a row"), (struct text){NULL, 0});
	}
	return RC_OK;
}

static void compare_standing(struct rows *rows, const struct fold *fold, int64_t last_offset,
                             const uint8_t last_digest[SHA256_BYTES])
{
	const struct standing *s = &rows->standing[fold->partition];
	struct report *report = rows->report;
	char texts[2][CLOCK_TEXT_BYTES + HEX_BYTES];
	int32_t p = fold->partition;

	if (last_offset < 0) {
		if (s->has_decided)
			report_differs(report, p, NO_OFFSET, "nothing decided", "decided", "progress");
		return;
	}
	if (s->next_offset != last_offset + 1) {
		snprintf(texts[0], sizeof texts[0], "%" PRId64, last_offset + 1);
		snprintf(texts[1], sizeof texts[1], "%" PRId64, s->next_offset);
		report_differs(report, p, last_offset, texts[0], texts[1], "progress: next_offset");
	}
	if (!s->has_decided) {
		report_differs(report, p, last_offset, "values", "null",
		               "progress: decided_until, last_offset");
		return;
	}
	if (s->decided_until_ms != fold->t_ms) {
		clock_print(fold->t_ms, texts[0]);
		clock_print(s->decided_until_ms, texts[1]);
		report_differs(report, p, last_offset, texts[0], texts[1], "progress: decided_until");
	}
	if (s->last_offset != last_offset) {
		snprintf(texts[0], sizeof texts[0], "%" PRId64, last_offset);
		snprintf(texts[1], sizeof texts[1], "%" PRId64, s->last_offset);
		report_differs(report, p, last_offset, texts[0], texts[1], "progress: last_offset");
	}
	if (!s->has_digest || memcmp(s->last_digest, last_digest, SHA256_BYTES)) {
		struct text found = {(const char *)s->last_digest, s->has_digest ? SHA256_BYTES : 0};

		(void)hexadecimal((struct text){(const char *)last_digest, SHA256_BYTES}, texts[0]);
		(void)hexadecimal(found, texts[1]);
		report_differs(report, p, last_offset, texts[0], s->has_digest ? texts[1] : "null",
		               "progress: last_digest");
	}
}

enum rc rows_finish_partition(struct rows *rows, const struct fold *fold, int64_t last_offset,
                              const uint8_t last_digest[SHA256_BYTES], struct err *e)
{
	bool is_there;

	for (;;) {
		if (next_row(rows, fold->partition, &is_there, e))
			return e->rc;
		if (!is_there)
			break;
		report_extra(rows, fold->partition);
	}
	compare_standing(rows, fold, last_offset, last_digest);
	return RC_OK;
}
