/*
 * show_rows.h - what the database has of a show, for commands that only look.
 */
#ifndef HOLDFAST_ADMIN_SHOW_ROWS_H
#define HOLDFAST_ADMIN_SHOW_ROWS_H

#include "admin/settings.h"
#include "common/base/text.h"
#include "common/db/db.h"

/*
 * Run statements in one go on the database where the show's rows are.
 *
 * calls  their rows are filled in; release each whatever comes back
 *
 * RC_USAGE: that is no show_id
 */
enum rc show_rows_read(const struct settings *s, const char *show_id, struct db_call *calls,
                       int count, struct err *e) NODISCARD;

/* Put a text on stdout. RC_FATAL: memory ran out while it was made. */
enum rc show_rows_print(struct buf *text, struct err *e) NODISCARD;

#endif
