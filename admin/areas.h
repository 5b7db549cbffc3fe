/*
 * areas.h - areas of a show, as rows have them, for `show areas` and `show status`.
 */
#ifndef HOLDFAST_ADMIN_AREAS_H
#define HOLDFAST_ADMIN_AREAS_H

#include "common/message/seat_state.h"
#include "common/base/json.h"
#include "common/db/db.h"

/* Add the places of all, by what they are; rows of admin_read_areas. */
void areas_count(const struct db_rows *areas, int64_t counts[STATE_COUNT]);

/* An array of objects; and a table for people, nothing where there are none. */
void areas_write(const struct db_rows *areas, const char *key, struct json *j);
void areas_print(const struct db_rows *areas, struct buf *to);

#endif
