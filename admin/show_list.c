/*
 * Lists the shows of all databases, with their seats by status.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/admin.h"
#include "admin/servers.h"
#include "common/program/listing.h"

/* In the order of the columns of admin_list_shows. */
static const struct listing_column columns[] = {
    {"show", false}, {"title", false}, {"available", true}, {"blocked", true},
    {"held", true},  {"lapsed", true}, {"sold", true},
};

/* The rows of each database, one behind the other. */
struct shows {
	struct db_rows *of_database;
	size_t count;
};

static void print_cell(const void *context, size_t row, size_t column, struct buf *b)
{
	const struct shows *shows = context;
	const struct db_rows *rows = shows->of_database;

	for (; row >= (size_t)rows->count; rows++)
		row -= (size_t)rows->count;
	if (columns[column].is_number)
		buf_print(b, "%" PRId64, db_int8(rows, (int)row, (int)column));
	else
		buf_add_text(b, db_text(rows, (int)row, (int)column));
}

static enum rc read_database(const struct settings *s, const struct pipeline *pipeline,
                             const struct database *database, struct db_rows *rows, struct err *e)
{
	struct db_call call = {.query = QUERY_ADMIN_LIST_SHOWS};
	struct db *db = NULL;
	enum rc rc = servers_open_shows(s, pipeline, database, &db, e);

	if (rc)
		return rc;
	rc = db_run(db, &call, 1, e);
	if (rc)
		database_blame(database, e);
	*rows = call.rows;
	db_close(db);
	return rc;
}

static enum rc list(const struct settings *s, const struct pipeline *pipeline, struct shows *shows,
                    struct err *e)
{
	const struct database_map *map = &pipeline->databases;
	struct listing listing = {
	    .columns = columns,
	    .column_count = sizeof columns / sizeof columns[0],
	    .cell = print_cell,
	    .context = shows,
	};
	enum rc rc = RC_OK;

	for (; !rc && shows->count < map->count; shows->count++) {
		struct db_rows *rows = &shows->of_database[shows->count];

		rc = read_database(s, pipeline, &map->list[shows->count], rows, e);
		listing.row_count += (size_t)rows->count;
	}
	if (!rc)
		rc = listing_print(&listing, s->json ? LISTING_JSON : LISTING_TABLE, stdout, e);
	if (!rc && s->json)
		puts("");
	return rc;
}

enum rc admin_show_list(const struct settings *s, const struct named *named, struct err *e)
{
	struct pipeline pipeline = {0};
	struct shows shows = {0};
	enum rc rc = servers_read(s, &pipeline, e);

	(void)named;
	if (!rc)
		rc = servers_read_databases(s, &pipeline, e);
	if (!rc) {
		shows.of_database = calloc(pipeline.databases.count, sizeof *shows.of_database);
		rc = shows.of_database ? list(s, &pipeline, &shows, e) : err_out_of_memory(e);
	}
	for (size_t i = 0; i < shows.count; i++)
		db_rows_release(&shows.of_database[i]);
	free(shows.of_database);
	pipeline_release(&pipeline);
	return rc;
}
