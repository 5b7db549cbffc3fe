/*
 * files.h - files that the audit writes: named, and there whole or not at all.
 */
#ifndef HOLDFAST_AUDIT_PAGE_FILES_H
#define HOLDFAST_AUDIT_PAGE_FILES_H

#include "common/base/err.h"
#include "common/base/text.h"

/*
 * Append a show_id as the name of a file. What is not a letter, a digit, "-", "_" or ".", and a dot
 * at the beginning, becomes "=" and two hexadecimal digits: "tour/1" is "tour=2F1". Two ids never
 * have one name.
 */
void file_add_name(struct buf *path, struct text id);

/* Make the folder unless it is there; those above it are. RC_FATAL: it cannot be made */
enum rc folder_make(const char *path, struct err *e) NODISCARD;

/*
 * Write the file anew, under another name first.
 *
 * RC_FATAL  it could not be written; what was there is as it was
 */
enum rc file_write(const char *path, const struct buf *text, struct err *e) NODISCARD;

#endif
