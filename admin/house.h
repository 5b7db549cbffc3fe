/*
 * house.h - a show, its seats and its areas, as rows have them, for `show status`.
 */
#ifndef HOLDFAST_ADMIN_HOUSE_H
#define HOLDFAST_ADMIN_HOUSE_H

#include "common/base/json.h"
#include "common/db/db.h"

struct house_rows {
	const char *show_id;
	const struct db_rows *show, *channels, *seats, *areas; /* borrowed */
};

/* One object, and for people a line each figure, the categories, areas, channels, and the drawing. */
void house_write(const struct house_rows *house, struct json *j);
void house_print(const struct house_rows *house, struct buf *to);

#endif
