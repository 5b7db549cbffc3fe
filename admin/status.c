/*
 * Says how a show stands, and how the partitions do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/servers.h"
#include "admin/standings.h"
#include "common/base/record.h"
#include "common/message/request.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"

/* Where the show's rows are: the map alone says how many partitions there are. */
static const struct database *find_database(const struct database_map *map, const char *show_id)
{
	int32_t partitions = database_map_partitions(map);

	return database_of(map, partitions ? record_partition_of(show_id, strlen(show_id), partitions)
	                                   : 0);
}

/*
 * Is it the database of this topic, and of these partitions? Kafka is not asked: its cluster is
 * taken as read, and without a map its number of partitions.
 */
static enum rc verify_place(struct db *db, const struct pipeline *pipeline,
                            const struct database *database, struct err *e)
{
	struct binding own = {0};
	enum rc rc = binding_read(db, &own, e);

	if (!rc) {
		bool is_mapped = database->name[0] != '\0';
		int32_t count = is_mapped ? database_map_partitions(&pipeline->databases)
		                          : own.partition_count;
		struct partition_range all = {0, count - 1};

		rc = binding_verify(db, own.cluster_id, pipeline->topics.requests, count,
		                    is_mapped ? database->served : all, e);
	}
	binding_release(&own);
	return rc;
}

static void print_status(const struct settings *s, const char *show_id, const struct db_rows *r)
{
	printf(s->json ? "{\"show_id\":\"%s\",\"available\":%" PRId64 ",\"held\":%" PRId64
	                 ",\"lapsed\":%" PRId64 ",\"sold\":%" PRId64 ",\"hold_seconds\":%d"
	                 ",\"max_hold_seconds\":%d,\"max_seats\":%d}\n"
	               : "show              %s\navailable         %" PRId64
	                 "\nheld              %" PRId64 "\nlapsed            %" PRId64
	                 "\nsold              %" PRId64 "\nhold_seconds      %d"
	                 "\nmax_hold_seconds  %d\nmax_seats         %d\n",
	       show_id, db_int8(r, 0, 4), db_int8(r, 0, 5), db_int8(r, 0, 6), db_int8(r, 0, 7),
	       (int)db_int4(r, 0, 1), (int)db_int4(r, 0, 2), (int)db_int4(r, 0, 3));
}

static enum rc show_status(const struct settings *s, const struct pipeline *pipeline,
                           const char *show_id, struct err *e)
{
	const struct database *database = find_database(&pipeline->databases, show_id);
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args};
	struct db *db = NULL;
	enum rc rc = servers_open_database(s, database, &db, e);

	if (rc)
		return rc;
	db_arg_text(&args, text_of(show_id));
	rc = schema_verify(db, e);
	if (!rc)
		rc = verify_place(db, pipeline, database, e);
	if (!rc)
		rc = db_run(db, &call, 1, e);
	if (rc)
		database_blame(database, e);
	else if (call.rows.count == 0)
		rc = err_set(e, RC_REJECT, EXIT_REJECTED, "there is no show %s", show_id);
	else
		print_status(s, show_id, &call.rows);
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_close(db);
	return rc;
}

enum rc admin_show_status(const struct settings *s, const char *show_id, struct err *e)
{
	struct pipeline pipeline = {0};
	enum rc rc;

	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_REJECT, EXIT_USAGE, "command line: that is no show_id");
	rc = servers_read(s, &pipeline, e);
	if (!rc)
		rc = servers_read_databases(s, &pipeline, e);
	if (!rc)
		rc = show_status(s, &pipeline, show_id, e);
	pipeline_release(&pipeline);
	return rc;
}

enum rc admin_status(const struct settings *s, const char *show_id, struct err *e)
{
	struct standings standings = {0};
	struct buf text = {0};
	enum rc rc = standings_read(&standings, s, e);

	(void)show_id;
	if (!rc) {
		standings_print(&standings, s->json, &text);
		if (text.failed)
			rc = err_out_of_memory(e);
		else
			fputs(buf_text(&text).data, stdout);
	}
	buf_release(&text);
	standings_release(&standings);
	return rc;
}
