/*
 * house.h - a show and its seats, as rows have them, for `show status`.
 */
#ifndef HOLDFAST_ADMIN_HOUSE_H
#define HOLDFAST_ADMIN_HOUSE_H

#include "common/base/json.h"
#include "common/db/db.h"

/* What a seat is; in the order of the second column of admin_read_seats. */
enum seat_state { STATE_AVAILABLE, STATE_BLOCKED, STATE_HELD, STATE_LAPSED, STATE_SOLD, STATE_COUNT };

struct house_rows {
	const char *show_id;
	const struct db_rows *show, *channels, *seats; /* borrowed */
};

/* One object, and a line for people each figure, the categories, the channels, and the drawing. */
void house_write(const struct house_rows *house, struct json *j);
void house_print(const struct house_rows *house, struct buf *to);

#endif
