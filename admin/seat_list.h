/*
 * seat_list.h - seat ids from a file, one a line.
 */
#ifndef HOLDFAST_ADMIN_SEAT_LIST_H
#define HOLDFAST_ADMIN_SEAT_LIST_H

#include "common/base/err.h"
#include "common/base/text.h"

struct seat_list {
	struct buf bytes;     /* the file */
	struct text *seat_ids;
	size_t count;
};

/*
 * Read a file, or standard input where it is "-". Blank lines and a byte-order mark are skipped.
 *
 * RC_USAGE: cannot be read, has no seat id, begins with a heading, has lines that are none, all of
 *           which are counted, or one comes twice
 */
enum rc seat_list_read(struct seat_list *list, const char *file, struct err *e) NODISCARD;
void seat_list_release(struct seat_list *list);

#endif
