#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/compare/rows_inside.h"
#include "audit/compare/texts.h"
#include "audit/fold/limits.h"
#include "common/message/packed.h"
#include "common/message/same.h"
#include "common/pipeline/binding.h"

enum { OFFSET, SHOW_ID, REQUEST_ID, TYPE, CODE, REASON, DUPLICATE_OF, DECIDED_AT, CONTENT, REPLY,
       EVENTS };

enum rc rows_read(struct rows *rows, enum query query, struct db_rows *page, struct err *e)
{
	struct db_call call = {.query = query, .args = &rows->args};
	enum rc rc = db_run(rows->db, &call, 1, e);

	db_args_clear(&rows->args);
	*page = call.rows;
	return rc;
}

/* Rows of partitions that there are not, or that another database serves. */
static enum rc find_strays(struct rows *rows, struct err *e)
{
	struct db_rows page;

	db_arg_int4(&rows->args, rows->database->served.first);
	db_arg_int4(&rows->args, rows->database->served.last);
	if (rows_read(rows, QUERY_AUDIT_FIND_STRAY_PARTITIONS, &page, e))
		return e->rc;
	for (int i = 0; i < page.count; i++) {
		int64_t count = db_int8(&page, i, 2);
		char found[40];

		snprintf(found, sizeof found, "%" PRId64 " row%s", count, count > 1 ? "s" : "");
		report_differs(rows->report, db_int4(&page, i, 0), db_int8(&page, i, 1), NULL, found,
		               "decision: there is no such partition in this database");
	}
	db_rows_release(&page);
	return RC_OK;
}

enum rc rows_open(struct rows **out, const struct database *database, const char *group_id,
                  int32_t partition_count, struct report *report, struct err *e)
{
	struct rows *rows = calloc(1, sizeof *rows);
	struct db_call begin[] = {{.query = QUERY_AUDIT_BEGIN}, {.query = QUERY_AUDIT_NO_IDLE_LIMIT}};

	*out = rows;
	if (!rows)
		return err_out_of_memory(e);
	rows->database = database;
	rows->report = report;
	rows->partition = -1;
	rows->partition_count = partition_count;
	rows->progress = calloc((size_t)partition_count, sizeof *rows->progress);
	if (!rows->progress)
		return err_out_of_memory(e);
	if (db_open(&rows->db, &database->settings, e) || db_run(rows->db, begin, 2, e))
		return e->rc;
	db_rows_release(&begin[0].rows);
	db_rows_release(&begin[1].rows);
	/* Answers of another group's workers would be looked for. */
	if (binding_verify_group(rows->db, group_id, e) ||
	    progress_read(rows->db, database->served, rows->progress, report, e))
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
	buf_release(&rows->found);
	arena_release(&rows->expanded);
	free(rows->progress);
	free(rows);
}

struct progress *rows_progress(struct rows *rows, int32_t partition)
{
	return &rows->progress[partition];
}

enum rc rows_progress_now(const struct database *database, struct progress *list, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = progress_read(db, database->served, list, NULL, e);
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

void column_text(const struct column *c, const char *name, struct text expected, struct text found)
{
	if (!text_identical(expected, found))
		differs(c, name, expected, found);
}

void column_integer(const struct column *c, const char *name, bool is_expected, int64_t expected,
                    const struct db_rows *page, int row, int column)
{
	char texts[2][TEXTS_BYTES];
	bool is_found = !db_is_null(page, row, column);
	int64_t found = is_found ? db_integer(page, row, column) : 0;

	if (is_expected == is_found && (!is_found || expected == found))
		return;
	differs(c, name, text_of(is_expected ? print_integer(expected, texts[0]) : NULL),
	        text_of(is_found ? print_integer(found, texts[1]) : NULL));
}

void column_time(const struct column *c, const char *name, bool is_expected, int64_t expected_ms,
                 const struct db_rows *page, int row, int column)
{
	char texts[2][TEXTS_BYTES];
	bool is_found = !db_is_null(page, row, column);
	int64_t found_us = is_found ? db_time_us(page, row, column) : 0;

	if (is_expected == is_found && (!is_found || expected_ms * 1000 == found_us))
		return;
	differs(c, name, text_of(is_expected ? print_time(expected_ms * 1000, texts[0]) : NULL),
	        text_of(is_found ? print_time(found_us, texts[1]) : NULL));
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

static struct text hexadecimal(struct text t, char text[TEXTS_BYTES])
{
	return t.data ? text_of(print_hex(t.data, t.bytes, text)) : t;
}

void column_bytes(const struct column *c, const char *name, struct text expected, struct text found)
{
	char texts[2][TEXTS_BYTES];

	if (!text_identical(expected, found))
		differs(c, name, hexadecimal(expected, texts[0]), hexadecimal(found, texts[1]));
}

/* ---- decisions ---- */

/* The next row of the partition; NULL page.result: there is none. */
static enum rc next_row(struct rows *rows, int32_t partition, bool *is_there, struct err *e)
{
	if (rows->partition != partition) {
		db_rows_release(&rows->page);
		rows->partition = partition;
		rows->read_until = INT64_MIN;
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

/* A row that belongs to no record below D. */
static void report_extra(struct rows *rows, int32_t partition)
{
	const struct db_rows *page = &rows->page;
	char found[120];

	snprintf(found, sizeof found, "a row: %d %.*s", (int)db_int4(page, rows->row, CODE),
	         TEXT_ARGS(db_text(page, rows->row, REASON)));
	report_difference(rows->report, partition, db_int8(page, rows->row, OFFSET), text_of("decision"),
	                  (struct text){NULL, 0}, text_of(found));
	rows->row++;
}

/* Two bodies, of a reply or an event, which lack their end. */
static void compare_body(const struct column *c, const char *name, struct text expected,
                         struct text found)
{
	struct message_difference d = {0};
	struct buf whole[2] = {{0}, {0}};
	char path[200];

	buf_add_text(&whole[0], expected);
	buf_add(&whole[0], "}", 1);
	buf_add_text(&whole[1], found);
	buf_add(&whole[1], "}", 1);
	if (!message_is_same_but(buf_text(&whole[0]), buf_text(&whole[1]), "message", &d)) {
		snprintf(path, sizeof path, "%s: %.150s", name, d.path.data ? d.path.data : "");
		differs(c, path, buf_text(&d.expected), buf_text(&d.found));
	}
	message_difference_release(&d);
	buf_release(&whole[0]);
	buf_release(&whole[1]);
}

#define UNREADABLE text_of("bytes that cannot be read")

static void compare_reply(struct rows *rows, const struct column *c, const struct verdict *v)
{
	arena_clear(&rows->expanded);
	buf_clear(&rows->body);
	buf_clear(&rows->found);
	verdict_write_reply(v, &rows->body);
	rows->reply = (struct reply){
	    .outcome = v->outcome,
	    .type = v->type,
	    .has_request_id = v->has_request_id,
	    .request_id = v->request_id,
	    .show_id = v->show_id,
	    .decided_at_ms = v->decided_ms,
	};
	if (!packed_expand_reply(&rows->found, db_text(&rows->page, rows->row, REPLY), &rows->reply,
	                         &rows->expanded))
		differs(c, "reply", buf_text(&rows->body), UNREADABLE);
	else if (!text_same(buf_text(&rows->body), buf_text(&rows->found)))
		compare_body(c, "reply", buf_text(&rows->body), buf_text(&rows->found));
}

static bool next_event(struct rows *rows, struct packed_events *left)
{
	buf_clear(&rows->found);
	return packed_expand_event(&rows->found, left, &rows->reply, &rows->expanded);
}

static void compare_events(struct rows *rows, const struct column *c, const struct fold *fold)
{
	struct text kept = db_text(&rows->page, rows->row, EVENTS);
	struct packed_events left;
	bool is_told = false;
	char name[40];
	size_t i;

	if (kept.data && !kept.bytes) {
		if (!fold->change_count)
			differs(c, "events", text_of(NULL), kept);
		kept.data = NULL;
	}
	left = packed_open_events(kept);
	for (i = 0; i < fold->change_count; i++) {
		bool is_there = next_event(rows, &left);

		is_told = left.failed;
		buf_clear(&rows->body);
		verdict_write_event(&fold->verdict, fold->show, &fold->changes[i], &rows->body);
		snprintf(name, sizeof name, "event %zu", i);
		if (!is_there)
			differs(c, name, buf_text(&rows->body), left.failed ? UNREADABLE : text_of("nothing"));
		else if (!text_same(buf_text(&rows->found), buf_text(&rows->body)))
			compare_body(c, name, buf_text(&rows->body), buf_text(&rows->found));
	}
	for (; next_event(rows, &left); i++) {
		snprintf(name, sizeof name, "event %zu", i);
		differs(c, name, text_of("nothing"), buf_text(&rows->found));
	}
	if (left.failed && !is_told)
		differs(c, "events", text_of("nothing more"), UNREADABLE);
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
	const struct progress *progress = &rows->progress[fold->partition];
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
	is_pruned = !rows->has_begun && progress->has_decided_until &&
	            progress->decided_until_us / 1000 - fold->t_ms >= CLAIM_LASTS_MS;
	if (!is_pruned) {
		rows->has_begun = true;
		report_difference(rows->report, fold->partition, request->offset, text_of("decision"),
		                  text_of("a row"), (struct text){NULL, 0});
	}
	return RC_OK;
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
	progress_compare(&rows->progress[fold->partition], rows->report, fold->partition, fold->t_ms,
	                 last_offset, last_digest);
	return RC_OK;
}
