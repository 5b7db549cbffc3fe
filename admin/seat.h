/*
 * seat.h - what the row of admin_show_seat says of a seat: who has it, where it stands.
 */
#ifndef HOLDFAST_ADMIN_SEAT_H
#define HOLDFAST_ADMIN_SEAT_H

#include "common/base/json.h"
#include "common/db/rows.h"

void seat_write(const char *show_id, const char *seat_id, const struct db_rows *row, struct json *j);
void seat_print(const char *show_id, const char *seat_id, const struct db_rows *row, struct buf *to);

#endif
