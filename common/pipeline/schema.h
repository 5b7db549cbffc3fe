/*
 * schema.h - the schema's version.
 *
 * Knows: sql/migrations, the table schema_migrations. Doesn't know: what else is in the database.
 * Threads: those of the session.
 * Rights: schema_migrate needs CREATE on the database the first time and afterwards to own the
 * schema; schema_verify reads. Neither needs a superuser.
 */
#ifndef HOLDFAST_PIPELINE_SCHEMA_H
#define HOLDFAST_PIPELINE_SCHEMA_H

#include "common/db/db.h"
#include "common/base/err.h"

/*
 * Bring the schema to this program's version: each missing migration in a transaction of its own,
 * all under one lock, so that several may try at once.
 *
 * applied  how many were missing
 *
 * RC_OK     the schema is of this program's version
 * RC_RETRY  another one migrates and takes long; what is applied stays, the call may be repeated
 * RC_REOPEN session gone; the call may be repeated
 * RC_FATAL  FROM_PIPELINE: the schema is newer than the program, or the role has not the right;
 *           FROM_PROGRAM: a migration failed and was rolled back
 */
enum rc schema_migrate(struct db *db, int *applied, struct err *e) NODISCARD;

/*
 * Check the schema's version.
 *
 * RC_FATAL FROM_PIPELINE: none there, or another version
 */
enum rc schema_verify(struct db *db, struct err *e) NODISCARD;

/* Is there a schema of holdfast's, of whatever version? */
enum rc schema_find(struct db *db, bool *is_there, struct err *e) NODISCARD;

/*
 * Make the tables that a scratch database has besides: what a shadow has compared, and what it found.
 * Safe to repeat. Codes as of db_run
 */
enum rc schema_make_shadow(struct db *db, struct err *e) NODISCARD;

/*
 * Draw another epoch (hand_changes.epoch): the rows are about to be those of another history.
 *
 * RC_RETRY, RC_REOPEN, RC_FATAL: as of db_run
 */
enum rc schema_draw_epoch(struct db *db, struct err *e) NODISCARD;

#endif
