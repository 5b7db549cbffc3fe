#include "admin/show_rows.h"

#include <stdio.h>
#include <string.h>

#include "admin/servers.h"
#include "common/base/partitioner.h"
#include "common/message/request.h"

/* Where the show's rows are: the map alone says how many partitions there are. */
static const struct database *find_database(const struct database_map *map, const char *show_id)
{
	int32_t partitions = database_map_partitions(map);

	return database_of(map, partitions ? partition_of_key(show_id, strlen(show_id), partitions)
	                                   : 0);
}

/* Run the statements on the show's database; the rows are returned. */
static enum rc ask(const struct settings *s, const struct pipeline *pipeline, const char *show_id,
                   struct db_call *calls, int count, struct err *e)
{
	const struct database *database = find_database(&pipeline->databases, show_id);
	struct db *db = NULL;
	enum rc rc = servers_open_shows(s, pipeline, database, &db, e);

	if (rc)
		return rc;
	rc = db_run(db, calls, count, e);
	if (rc)
		database_blame(database, e);
	db_close(db);
	return rc;
}

enum rc show_rows_read(const struct settings *s, const char *show_id, struct db_call *calls,
                       int count, struct err *e)
{
	struct pipeline pipeline = {0};
	enum rc rc;

	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: that is no show_id");
	rc = servers_read(s, &pipeline, e);
	if (!rc)
		rc = servers_read_databases(s, &pipeline, e);
	if (!rc)
		rc = ask(s, &pipeline, show_id, calls, count, e);
	pipeline_release(&pipeline);
	return rc;
}

enum rc show_rows_print(struct buf *text, struct err *e)
{
	if (text->failed)
		return err_out_of_memory(e);
	fputs(buf_text(text).data, stdout);
	return RC_OK;
}
