/*
 * kept_rows.h - the rows of one run, kept to be compared with those of another.
 */
#ifndef HOLDFAST_TESTS_KEPT_ROWS_H
#define HOLDFAST_TESTS_KEPT_ROWS_H

#include "tests/integration/own_database.h"

/* What a run makes; all else belongs to the database. */
static const char *const kept_tables[] = {
    "shows", "show_channels", "show_areas", "show_seats", "seat_places", "seat_reservations",
    "reservation_seats", "reservation_areas", "decisions", "partition_progress"};
#define KEPT_TABLES (sizeof kept_tables / sizeof kept_tables[0])

static inline void kept_clear(struct db *db)
{
	struct buf sql = {0};

	for (size_t i = 0; i < KEPT_TABLES; i++)
		buf_print(&sql, "%s holdfast.%s", i ? "," : "TRUNCATE", kept_tables[i]);
	own_run(db, sql.data);
	buf_release(&sql);
}

static inline void keep_rows(struct db *db)
{
	struct buf sql = {0};

	buf_add_string(&sql, "DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept;");
	for (size_t i = 0; i < KEPT_TABLES; i++)
		buf_print(&sql, "CREATE TABLE kept.%s AS TABLE holdfast.%s;", kept_tables[i], kept_tables[i]);
	own_run(db, sql.data);
	buf_release(&sql);
}

/* All but the number of owners, each of which raises it. */
static inline void expect_rows_as_kept(struct db *db, const char *note)
{
	struct buf sql = {0};
	struct err e;

	buf_add_string(&sql, "UPDATE kept.partition_progress SET owner_epoch = p.owner_epoch FROM "
	                     "holdfast.partition_progress AS p;");
	for (size_t i = 0; i < KEPT_TABLES; i++)
		buf_print(&sql, "DO $$ BEGIN ASSERT NOT EXISTS (TABLE kept.%s EXCEPT ALL TABLE holdfast.%s) "
		                "AND NOT EXISTS (TABLE holdfast.%s EXCEPT ALL TABLE kept.%s), '%s'; END $$;",
		          kept_tables[i], kept_tables[i], kept_tables[i], kept_tables[i], kept_tables[i]);
	if (db_run_script(db, sql.data, &e) != RC_OK)
		fail_msg("%s: %s", note, e.text);
	buf_release(&sql);
}

#endif
