#include "gateway/rows/listing.h"

#include "common/base/json.h"

static void write_time(struct json *j, const char *name, const struct db_rows *rows, int row,
                       int column)
{
	if (!db_is_null(rows, row, column))
		json_write_time(j, name, db_time_ms(rows, row, column));
}

static void write_show(struct buf *to, const struct db_rows *rows, int row)
{
	struct json j = {.to = to};

	if (to->bytes > 1)
		buf_add(to, ",", 1);
	json_open_object(&j, NULL);
	json_write_text(&j, "show_id", db_text(rows, row, 0));
	if (!db_is_null(rows, row, 1))
		json_write_text(&j, "title", db_text(rows, row, 1));
	write_time(&j, "on_sale_from", rows, row, 2);
	write_time(&j, "on_sale_until", rows, row, 3);
	json_write_bool(&j, "closed", db_bool(rows, row, 4));
	json_write_integer(&j, "places", db_int8(rows, row, 5));
	json_write_integer(&j, "free", db_int8(rows, row, 6));
	json_close_object(&j);
}

enum rc listing_read(struct db *db, struct buf *to, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_GATEWAY_LIST_SHOWS, .args = &args};
	enum rc rc = db_run(db, &call, 1, e);

	for (int row = 0; !rc && row < call.rows.count; row++)
		write_show(to, &call.rows, row);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}
