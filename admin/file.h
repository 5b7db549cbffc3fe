/*
 * file.h - a file that an option names, or standard input.
 */
#ifndef HOLDFAST_ADMIN_FILE_H
#define HOLDFAST_ADMIN_FILE_H

#include "common/base/err.h"
#include "common/base/text.h"

/*
 * Append all of it; without a byte-order mark at its head. "-" is standard input.
 *
 * flag  the option that names it, for errors: "--seats"
 *
 * RC_USAGE: it cannot be read
 */
enum rc file_read(struct buf *bytes, const char *flag, const char *file, struct err *e) NODISCARD;

#endif
