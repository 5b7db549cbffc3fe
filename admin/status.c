#include <inttypes.h>
#include <stdio.h>

#include "admin/admin.h"
#include "admin/standings.h"
#include "common/msg_request.h"
#include "common/schema.h"

enum rc admin_show_status(const struct settings *s, const char *show_id, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args};
	const struct db_rows *r = &call.rows;
	struct db *db = NULL;
	enum rc rc;

	if (!id_is_well_formed(text_of(show_id), SHOW_ID_BYTES_MAX))
		return err_set(e, RC_REJECT, EXIT_USAGE, "command line: that is no show_id");
	db_arg_text(&args, text_of(show_id));
	rc = admin_open_database(s, &db, e);
	if (!rc)
		rc = schema_verify(db, e);
	if (!rc)
		rc = db_run(db, &call, 1, NULL, e);
	if (!rc && call.rows.count == 0)
		rc = err_set(e, RC_REJECT, EXIT_REJECTED, "there is no show %s", show_id);
	if (!rc)
		printf(s->json ? "{\"show_id\":\"%s\",\"available\":%" PRId64 ",\"held\":%" PRId64
		                 ",\"lapsed\":%" PRId64 ",\"sold\":%" PRId64 ",\"hold_seconds\":%d"
		                 ",\"max_hold_seconds\":%d,\"max_seats\":%d}\n"
		               : "show              %s\navailable         %" PRId64
		                 "\nheld              %" PRId64 "\nlapsed            %" PRId64
		                 "\nsold              %" PRId64 "\nhold_seconds      %d"
		                 "\nmax_hold_seconds  %d\nmax_seats         %d\n",
		       show_id, db_int8(r, 0, 4), db_int8(r, 0, 5), db_int8(r, 0, 6), db_int8(r, 0, 7),
		       (int)db_int4(r, 0, 1), (int)db_int4(r, 0, 2), (int)db_int4(r, 0, 3));
	db_rows_release(&call.rows);
	db_args_release(&args);
	db_close(db);
	return rc;
}

enum rc admin_status(const struct settings *s, struct err *e)
{
	struct standings standings = {0};
	struct buf text = {0};
	enum rc rc = standings_read(&standings, s, e);

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
