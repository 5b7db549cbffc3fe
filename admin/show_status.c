/*
 * Says how a show stands, and who has a seat of it.
 */
#include "admin/admin.h"
#include "admin/house.h"
#include "admin/seat.h"
#include "admin/show_rows.h"
#include "common/message/name.h"

#define CALLS_MAX 4

enum rc admin_show_status(const struct settings *s, const struct named *named, struct err *e)
{
	struct db_args args = {0};
	struct db_call calls[CALLS_MAX] = {
	    {.query = QUERY_ADMIN_SHOW_STATUS, .args = &args},
	    {.query = QUERY_ADMIN_READ_CHANNELS, .args = &args},
	    {.query = QUERY_ADMIN_READ_SEATS, .args = &args},
	    {.query = QUERY_ADMIN_READ_AREAS, .args = &args},
	};
	const struct house_rows house = {named->show_id, &calls[0].rows, &calls[1].rows,
	                                 &calls[2].rows, &calls[3].rows};
	struct buf text = {0};
	struct json j = {.to = &text};
	enum rc rc;

	db_arg_text(&args, text_of(named->show_id));
	rc = show_rows_read(s, named->show_id, calls, CALLS_MAX, e);
	if (!rc && !calls[0].rows.count)
		rc = err_set(e, RC_REJECT, FROM_REPLY, "there is no show %s", named->show_id);
	if (!rc && s->json) {
		house_write(&house, &j);
		buf_add_string(&text, "\n");
	} else if (!rc) {
		house_print(&house, &text);
	}
	if (!rc)
		rc = show_rows_print(&text, e);
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
	rc = show_rows_read(s, named->show_id, &call, 1, e);
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
		rc = show_rows_print(&text, e);
	db_rows_release(&call.rows);
	buf_release(&text);
	db_args_release(&args);
	return rc;
}
