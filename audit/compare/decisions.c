#include "audit/compare/decisions.h"

#include <inttypes.h>
#include <stdio.h>

#include "audit/compare/columns.h"
#include "audit/fold/body.h"
#include "audit/fold/limits.h"
#include "common/message/packed.h"
#include "common/message/same.h"

enum { OFFSET, SHOW_ID, REQUEST_ID, TYPE, CODE, REASON, DUPLICATE_OF, DECIDED_AT, CONTENT, REPLY,
       EVENTS };

void decisions_open(struct decisions *d, struct snapshot *snapshot, struct report *report)
{
	*d = (struct decisions){.snapshot = snapshot, .report = report, .partition = -1};
}

void decisions_close(struct decisions *d)
{
	db_rows_release(&d->page);
	buf_release(&d->body);
	buf_release(&d->found);
	arena_release(&d->expanded);
}

/* Go to the next row of the partition, which is row `row` of the page where there is one. */
static enum rc next_row(struct decisions *d, int32_t partition, bool *is_there, struct err *e)
{
	if (d->partition != partition) {
		db_rows_release(&d->page);
		d->partition = partition;
		d->read_until = INT64_MIN;
		d->is_ended = d->has_begun = false;
		d->row = 0;
	}
	if (d->row == d->page.count && !d->is_ended) {
		db_rows_release(&d->page);
		d->row = 0;
		db_arg_int4(&d->snapshot->args, partition);
		db_arg_int8(&d->snapshot->args, d->read_until);
		if (snapshot_read(d->snapshot, QUERY_AUDIT_READ_DECISIONS, &d->page, e))
			return e->rc;
		d->is_ended = d->page.count == 0;
		if (!d->is_ended)
			d->read_until = db_int8(&d->page, d->page.count - 1, OFFSET);
	}
	*is_there = d->row < d->page.count;
	return RC_OK;
}

/* A row that belongs to no record below D. */
static void report_extra(struct decisions *d, int32_t partition)
{
	const struct db_rows *page = &d->page;
	char found[120];

	snprintf(found, sizeof found, "a row: %d %.*s", (int)db_int4(page, d->row, CODE),
	         TEXT_ARGS(db_text(page, d->row, REASON)));
	report_difference(d->report, partition, db_int8(page, d->row, OFFSET), text_of("decision"),
	                  (struct text){NULL, 0}, text_of(found));
	d->row++;
}

/* Two bodies, of a reply or an event, which lack their end. */
static void compare_body(const struct column *c, const char *name, struct text expected,
                         struct text found)
{
	struct message_difference difference = {0};
	struct buf whole[2] = {{0}, {0}};
	char path[200];

	buf_add_text(&whole[0], expected);
	buf_add(&whole[0], "}", 1);
	buf_add_text(&whole[1], found);
	buf_add(&whole[1], "}", 1);
	if (!message_is_same_but(buf_text(&whole[0]), buf_text(&whole[1]), "message", &difference)) {
		snprintf(path, sizeof path, "%s: %.150s", name, buf_text(&difference.path).data);
		column_differs(c, path, buf_text(&difference.expected), buf_text(&difference.found));
	}
	message_difference_release(&difference);
	buf_release(&whole[0]);
	buf_release(&whole[1]);
}

#define UNREADABLE text_of("bytes that cannot be read")

static void compare_reply(struct decisions *d, const struct column *c, const struct verdict *v)
{
	arena_clear(&d->expanded);
	buf_clear(&d->body);
	buf_clear(&d->found);
	body_write_reply(v, &d->body);
	d->reply = (struct reply){
	    .outcome = v->outcome,
	    .type = v->type,
	    .has_request_id = v->has_request_id,
	    .request_id = v->request_id,
	    .show_id = v->show_id,
	    .decided_at_ms = v->decided_ms,
	};
	if (!packed_expand_reply(&d->found, db_text(&d->page, d->row, REPLY), &d->reply,
	                         &d->expanded))
		column_differs(c, "reply", buf_text(&d->body), UNREADABLE);
	else if (!text_same(buf_text(&d->body), buf_text(&d->found)))
		compare_body(c, "reply", buf_text(&d->body), buf_text(&d->found));
}

static bool next_event(struct decisions *d, struct packed_events *left)
{
	buf_clear(&d->found);
	return packed_expand_event(&d->found, left, &d->reply, &d->expanded);
}

static void compare_events(struct decisions *d, const struct column *c, const struct fold *fold)
{
	struct text kept = db_text(&d->page, d->row, EVENTS);
	struct packed_events left;
	bool is_told = false;
	char name[40];
	size_t i;

	if (kept.data && !kept.bytes) {
		if (!fold->change_count)
			column_differs(c, "events", text_of(NULL), kept);
		kept.data = NULL;
	}
	left = packed_open_events(kept);
	for (i = 0; i < fold->change_count; i++) {
		bool is_there = next_event(d, &left);

		is_told = left.failed;
		buf_clear(&d->body);
		body_write_event(&fold->verdict, fold->show, &fold->changes[i], &d->body);
		snprintf(name, sizeof name, "event %zu", i);
		if (!is_there)
			column_differs(c, name, buf_text(&d->body), left.failed ? UNREADABLE : text_of("nothing"));
		else if (!text_same(buf_text(&d->found), buf_text(&d->body)))
			compare_body(c, name, buf_text(&d->body), buf_text(&d->found));
	}
	for (; next_event(d, &left); i++) {
		snprintf(name, sizeof name, "event %zu", i);
		column_differs(c, name, text_of("nothing"), buf_text(&d->found));
	}
	if (left.failed && !is_told)
		column_differs(c, "events", text_of("nothing more"), UNREADABLE);
}

static void compare_row(struct decisions *d, const struct fold *fold, const struct record *request)
{
	const struct verdict *v = &fold->verdict;
	const struct db_rows *page = &d->page;
	int row = d->row;
	struct column c = {d->report, request->partition, request->offset, "decision"};

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
	compare_reply(d, &c, v);
	compare_events(d, &c, fold);
}

enum rc decisions_compare(struct decisions *d, const struct fold *fold,
                              const struct record *request, struct err *e)
{
	const struct progress *progress = &d->snapshot->progress[fold->partition];
	bool is_there, is_pruned;

	for (;;) {
		if (next_row(d, fold->partition, &is_there, e))
			return e->rc;
		if (!is_there || db_int8(&d->page, d->row, OFFSET) >= request->offset)
			break;
		report_extra(d, fold->partition);
	}
	if (is_there && db_int8(&d->page, d->row, OFFSET) == request->offset) {
		if (!d->has_begun && fold->records > 1)
			report_note(d->report, fold->partition,
			            "old decisions were pruned; compared from offset %" PRId64 " on",
			            request->offset);
		d->has_begun = true;
		compare_row(d, fold, request);
		d->row++;
		return RC_OK;
	}
	is_pruned = !d->has_begun && progress->has_decided_until &&
	            progress->decided_until_us / 1000 - fold->t_ms >= CLAIM_LASTS_MS;
	if (!is_pruned) {
		d->has_begun = true;
		report_difference(d->report, fold->partition, request->offset, text_of("decision"),
		                  text_of("a row"), (struct text){NULL, 0});
	}
	return RC_OK;
}

enum rc decisions_finish(struct decisions *d, int32_t partition, struct err *e)
{
	bool is_there;

	for (;;) {
		if (next_row(d, partition, &is_there, e))
			return e->rc;
		if (!is_there)
			return RC_OK;
		report_extra(d, partition);
	}
}
