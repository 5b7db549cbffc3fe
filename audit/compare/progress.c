#include "audit/compare/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/compare/texts.h"

enum { PARTITION, NEXT_OFFSET, DECIDED_UNTIL, LAST_OFFSET, LAST_DIGEST };

static void read_row(const struct db_rows *rows, int i, struct progress *row)
{
	struct text digest = db_text(rows, i, LAST_DIGEST);

	*row = (struct progress){
	    .is_there = true,
	    .next_offset = db_int8(rows, i, NEXT_OFFSET),
	    .has_decided_until = !db_is_null(rows, i, DECIDED_UNTIL),
	    .has_last_offset = !db_is_null(rows, i, LAST_OFFSET),
	    .has_last_digest = digest.data && digest.bytes == SHA256_BYTES,
	    .decided_until_us = db_time_us(rows, i, DECIDED_UNTIL),
	    .last_offset = db_int8(rows, i, LAST_OFFSET),
	};
	if (row->has_last_digest)
		memcpy(row->last_digest, digest.data, SHA256_BYTES);
}

enum rc progress_read(struct db *db, struct partition_range served, struct progress *list,
                      struct report *report, struct err *e)
{
	struct db_call call = {.query = QUERY_AUDIT_READ_PROGRESS};

	memset(list + served.first, 0, (size_t)(served.last - served.first + 1) * sizeof *list);
	if (db_run(db, &call, 1, e))
		return e->rc;
	for (int i = 0; i < call.rows.count; i++) {
		int32_t partition = db_int4(&call.rows, i, PARTITION);

		if (partition >= served.first && partition <= served.last)
			read_row(&call.rows, i, &list[partition]);
		else if (report)
			report_differs(report, partition, NO_OFFSET, NULL, "a row",
			               "progress: there is no such partition in this database");
	}
	db_rows_release(&call.rows);
	return RC_OK;
}

enum rc progress_read_now(const struct database *database, struct progress *list, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = progress_read(db, database->served, list, NULL, e);
	db_close(db);
	return rc;
}

int64_t progress_bound(struct progress *row, int64_t committed, struct report *report,
                       int32_t partition)
{
	char expected[48], found[24];

	if (!row->is_there && committed > 0) {
		row->is_wrong = true;
		report_differs(report, partition, committed - 1, "a row", NULL, "progress");
		return committed;
	}
	if (row->next_offset >= committed || !row->has_last_offset ||
	    row->last_offset < row->next_offset)
		return row->next_offset;
	row->is_wrong = true;
	snprintf(expected, sizeof expected, "%" PRId64 ", behind last_offset", row->last_offset + 1);
	snprintf(found, sizeof found, "%" PRId64, row->next_offset);
	report_differs(report, partition, row->last_offset, expected, found, "progress: next_offset");
	return row->last_offset + 1;
}

/* One column; NULL texts are null. */
static void compare(struct report *report, int32_t partition, int64_t offset, const char *column,
                    const char *expected, const char *found)
{
	if (!expected != !found || (expected && strcmp(expected, found) != 0))
		report_differs(report, partition, offset, expected ? expected : "null",
		               found ? found : "null", "progress: %s", column);
}

void progress_compare(const struct progress *row, struct report *report, int32_t partition,
                      int64_t t_ms, int64_t last_offset, const uint8_t last_digest[SHA256_BYTES])
{
	bool is_decided = last_offset >= 0;
	int64_t offset = is_decided ? last_offset : NO_OFFSET;
	char texts[2][TEXTS_BYTES];

	if (!row->is_there) {
		if (is_decided && !row->is_wrong)
			report_differs(report, partition, offset, "a row", NULL, "progress");
		return;
	}
	if (!row->is_wrong)
		compare(report, partition, offset, "next_offset",
		        print_integer(last_offset + 1, texts[0]), print_integer(row->next_offset, texts[1]));
	compare(report, partition, offset, "decided_until",
	        is_decided ? print_time(t_ms * 1000, texts[0]) : NULL,
	        row->has_decided_until ? print_time(row->decided_until_us, texts[1]) : NULL);
	compare(report, partition, offset, "last_offset",
	        is_decided ? print_integer(last_offset, texts[0]) : NULL,
	        row->has_last_offset ? print_integer(row->last_offset, texts[1]) : NULL);
	compare(report, partition, offset, "last_digest",
	        is_decided ? print_hex(last_digest, SHA256_BYTES, texts[0]) : NULL,
	        row->has_last_digest ? print_hex(row->last_digest, SHA256_BYTES, texts[1]) : NULL);
}
