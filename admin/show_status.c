/*
 * Says how a show stands, and who has a seat of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/house.h"
#include "admin/seat.h"
#include "admin/servers.h"
#include "common/base/partitioner.h"
#include "common/message/name.h"
#include "common/message/request.h"

#define CALLS_MAX 3

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

/* The pipeline's part of both commands. */
static enum rc ask_show(const struct settings *s, const char *show_id, struct db_call *calls,
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

static enum rc print(struct buf *text, struct err *e)
{
	if (text->failed)
		return err_out_of_memory(e);
	fputs(buf_text(text).data, stdout);
	return RC_OK;
}

enum rc admin_show_status(const struct settings *s, const struct named *named, struct err *e)
{
	struct db_args args = {0};
	struct db_call calls[CALLS_MAX] = {
	    {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args},
	    {.query = QUERY_ADMIN_READ_CHANNELS, .args = &args},
	    {.query = QUERY_ADMIN_READ_SEATS, .args = &args},
	};
	const struct house_rows house = {named->show_id, &calls[0].rows, &calls[1].rows,
	                                 &calls[2].rows};
	struct buf text = {0};
	struct json j = {.to = &text};
	enum rc rc;

	db_arg_text(&args, text_of(named->show_id));
	rc = ask_show(s, named->show_id, calls, CALLS_MAX, e);
	if (!rc && !calls[0].rows.count)
		rc = err_set(e, RC_REJECT, FROM_REPLY, "there is no show %s", named->show_id);
	if (!rc && s->json) {
		house_write(&house, &j);
		buf_add_string(&text, "\n");
	} else if (!rc) {
		house_print(&house, &text);
	}
	if (!rc)
		rc = print(&text, e);
	for (int i = 0; i < CALLS_MAX; i++)
		db_rows_release(&calls[i].rows);
	buf_release(&text);
	db_args_release(&args);
	return rc;
}

enum rc admin_show_seat(const struct settings *s, const struct named *named, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_ADMIN_SHOW_SEAT, .args = &args};
	struct buf text = {0};
	struct json j = {.to = &text};
	enum rc rc;

	if (!name_is_well_formed(text_of(named->seat_id)))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: that is no seat's name");
	db_arg_text(&args, text_of(named->show_id));
	db_arg_text(&args, text_of(named->seat_id));
	rc = ask_show(s, named->show_id, &call, 1, e);
	if (!rc && !call.rows.count)
		rc = err_set(e, RC_REJECT, FROM_REPLY, "there is no show %s with a seat %s", named->show_id,
		             named->seat_id);
	if (!rc && s->json) {
		seat_write(named->show_id, named->seat_id, &call.rows, &j);
		buf_add_string(&text, "\n");
	} else if (!rc) {
		seat_print(named->show_id, named->seat_id, &call.rows, &text);
	}
	if (!rc)
		rc = print(&text, e);
	db_rows_release(&call.rows);
	buf_release(&text);
	db_args_release(&args);
	return rc;
}
