#include "audit/compare/snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/pipeline/binding.h"

enum rc snapshot_read(struct snapshot *s, enum query query, struct db_rows *page, struct err *e)
{
	struct db_call call = {.query = query, .args = &s->args};
	enum rc rc = db_run(s->db, &call, 1, e);

	db_args_clear(&s->args);
	*page = call.rows;
	return rc;
}

/* Rows of partitions that there are not, or that another database serves. */
static enum rc find_strays(struct snapshot *s, struct report *report, struct err *e)
{
	struct db_rows page;

	db_arg_int4(&s->args, s->database->served.first);
	db_arg_int4(&s->args, s->database->served.last);
	if (snapshot_read(s, QUERY_AUDIT_FIND_STRAY_PARTITIONS, &page, e))
		return e->rc;
	for (int i = 0; i < page.count; i++) {
		int64_t count = db_int8(&page, i, 2);
		char found[40];

		snprintf(found, sizeof found, "%" PRId64 " row%s", count, count > 1 ? "s" : "");
		report_differs(report, db_int4(&page, i, 0), db_int8(&page, i, 1), NULL, found,
		               "decision: there is no such partition in this database");
	}
	db_rows_release(&page);
	return RC_OK;
}

enum rc snapshot_open(struct snapshot *s, const struct database *database, const char *group_id,
                      int32_t partition_count, struct report *report, struct err *e)
{
	struct db_call begin[] = {{.query = QUERY_BEGIN_SNAPSHOT},
	                          {.query = QUERY_AUDIT_NO_IDLE_LIMIT},
	                          {.query = QUERY_AUDIT_PIN_ORDER}};

	*s = (struct snapshot){.database = database, .partition_count = partition_count};
	s->progress = calloc((size_t)partition_count, sizeof *s->progress);
	if (!s->progress)
		return err_out_of_memory(e);
	if (db_open(&s->db, &database->settings, e) || db_run(s->db, begin, 3, e))
		return e->rc;
	for (int i = 0; i < 3; i++)
		db_rows_release(&begin[i].rows);
	/* Answers of another group's workers would be looked for. */
	if (binding_verify_group(s->db, group_id, e) ||
	    progress_read(s->db, database->served, s->progress, report, e))
		return e->rc;
	return find_strays(s, report, e);
}

void snapshot_close(struct snapshot *s)
{
	db_close(s->db);
	db_args_release(&s->args);
	free(s->progress);
	*s = (struct snapshot){0};
}

bool snapshot_serves(const struct snapshot *s, int32_t partition)
{
	struct partition_range served = s->database->served;

	return partition >= served.first && partition <= served.last;
}
