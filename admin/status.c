/*
 * Says how a show stands, and how the partitions do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/servers.h"
#include "admin/standings.h"
#include "common/base/json.h"
#include "common/base/partitioner.h"
#include "common/message/request.h"

/* Where the show's rows are: the map alone says how many partitions there are. */
static const struct database *find_database(const struct database_map *map, const char *show_id)
{
	int32_t partitions = database_map_partitions(map);

	return database_of(map, partitions ? partition_of_key(show_id, strlen(show_id), partitions)
	                                   : 0);
}

/* What is shown, and its column in the row. */
static const struct {
	const char *name;
	int column;
	bool is_policy; /* an int4 */
} figures[] = {
    {"available", 4, false},   {"held", 5, false},            {"lapsed", 6, false},
    {"sold", 7, false},        {"hold_seconds", 1, true},     {"max_hold_seconds", 2, true},
    {"max_seats", 3, true},
};

static void print_status(bool is_json, const char *show_id, const struct db_rows *r, struct buf *to)
{
	struct json j = {.to = to};

	if (is_json) {
		json_open_object(&j, NULL);
		json_write_string(&j, "show_id", show_id);
	} else {
		buf_print(to, "%-16s  %s\n", "show", show_id);
	}
	for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
		int64_t figure = figures[i].is_policy ? db_int4(r, 0, figures[i].column)
		                                      : db_int8(r, 0, figures[i].column);

		if (is_json)
			json_write_integer(&j, figures[i].name, figure);
		else
			buf_print(to, "%-16s  %" PRId64 "\n", figures[i].name, figure);
	}
	if (!is_json)
		return;
	json_close_object(&j);
	buf_add_string(to, "\n");
}

static enum rc show_status(const struct settings *s, const struct pipeline *pipeline,
                           const char *show_id, struct err *e)
{
	const struct database *database = find_database(&pipeline->databases, show_id);
	struct buf text = {0};
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args};
	struct db *db = NULL;
	enum rc rc = servers_open_shows(s, pipeline, database, &db, e);

	if (rc)
		return rc;
	db_arg_text(&args, text_of(show_id));
	rc = db_run(db, &call, 1, e);
	if (rc)
		database_blame(database, e);
	else if (call.rows.count == 0)
		rc = err_set(e, RC_REJECT, FROM_REPLY, "there is no show %s", show_id);
	else
		print_status(s->json, show_id, &call.rows, &text);
	if (!rc && text.failed)
		rc = err_out_of_memory(e);
	if (!rc)
		fputs(buf_text(&text).data, stdout);
	buf_release(&text);
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
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: that is no show_id");
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
