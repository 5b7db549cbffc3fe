/*
 * seat_list.h - names of seats from a file, one a line.
 */
#ifndef HOLDFAST_ADMIN_SEAT_LIST_H
#define HOLDFAST_ADMIN_SEAT_LIST_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/base/text.h"

struct seat_list {
	struct buf bytes;     /* the file */
	struct text *seat_ids;
	size_t count;
	bool is_like_table;   /* each line has a comma, a semicolon: a name may, a table does */
};

/*
 * Read a file, or standard input where it is "-". Blank lines and a byte-order mark are skipped.
 *
 * RC_USAGE: cannot be read, has no seat, begins with a heading, has lines that are no names, all of
 *           which are counted, or one comes twice, byte for byte or as it is seen (Unicode NFC)
 */
enum rc seat_list_read(struct seat_list *list, const char *file, struct err *e) NODISCARD;
void seat_list_release(struct seat_list *list);

#endif
