#include "worker/store/recall.h"

#include "common/message/packed.h"

static void recall_row(struct batch *batch, struct entry *entry, const struct db_rows *rows,
                       int row)
{
	struct decision *d = &entry->decision;

	*d = (struct decision){
	    .duplicate_of = db_is_null(rows, row, 6) ? NOT_A_DUPLICATE : db_int8(rows, row, 6),
	    .has_request_id = !db_is_null(rows, row, 1),
	    .show_id = db_is_null(rows, row, 2) ? (struct text){NULL, 0}
	                                        : arena_copy(&batch->plan, db_text(rows, row, 2)),
	    .type = request_type_of(db_text(rows, row, 3)),
	    .outcome = outcome_of(db_int4(rows, row, 4), db_text(rows, row, 5)),
	    .decided_at_ms = db_time_ms(rows, row, 7),
	    .reply = arena_copy(&batch->plan, db_text(rows, row, 8)),
	    .events = db_is_null(rows, row, 9) ? (struct text){NULL, 0}
	                                       : arena_copy(&batch->plan, db_text(rows, row, 9)),
	};
	if (d->has_request_id)
		d->request_id = db_uuid(rows, row, 1);
}

static bool is_readable(const struct decision *d, struct arena *arena)
{
	struct reply head = decision_head(d);

	return d->outcome != OUTCOME_COUNT && packed_is_readable(d->reply, d->events, &head, arena);
}

/* RC_FATAL: a row is not there or cannot be read. */
static enum rc recall_rows(struct batch *batch, size_t first, size_t count,
                           const struct db_rows *rows, struct err *e)
{
	size_t found = 0;

	for (int row = 0; row < rows->count && found < count; row++) {
		struct entry *entry = &batch->entries[first + found];

		if (db_int8(rows, row, 0) != entry->record.offset)
			continue;
		recall_row(batch, entry, rows, row);
		if (batch->plan.failed)
			return err_out_of_memory(e);
		if (!is_readable(&entry->decision, &batch->plan))
			return batch->plan.failed
			           ? err_out_of_memory(e)
			           : err_set(e, RC_FATAL, FROM_PIPELINE,
			                     "the decision row of offset %lld cannot be read",
			                     (long long)entry->record.offset);
		found++;
	}
	if (found < count)
		return err_set(e, RC_FATAL, FROM_PIPELINE, "offset %lld is decided but has no decision row",
		               (long long)batch->entries[first + found].record.offset);
	return RC_OK;
}

enum rc recall_decisions(struct db *db, int32_t partition, struct batch *batch, size_t first,
                         size_t count, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_WORKER_READ_DECISIONS, .args = &args};
	enum rc rc;

	db_arg_int4(&args, partition);
	db_arg_int8(&args, batch->entries[first].record.offset);
	db_arg_int8(&args, batch->entries[first + count - 1].record.offset);
	rc = db_run(db, &call, 1, e);
	if (!rc)
		rc = recall_rows(batch, first, count, &call.rows, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}
