/*
 * private.h - files that hold secrets: who may read and write them.
 *
 * Only regular files are judged. Their group may read them, as services and their operators share
 * files by that; a pipe or what the shell makes of <( ) is the user's own.
 */
#ifndef HOLDFAST_BASE_PRIVATE_H
#define HOLDFAST_BASE_PRIVATE_H

#include <stdbool.h>
#include <stdio.h>

#include "common/base/err.h"

/*
 * Refuse a file that others than its owner can write, and where it is_secret one that anybody can
 * read.
 *
 * what  begins the text: "config /etc/holdfast/worker.conf"
 *
 * RC_USAGE; the text has the mode and what to do
 */
enum rc private_judge(FILE *file, const char *what, bool is_secret, struct err *e) NODISCARD;
/* Can anybody read it? For what is no secret, and still nobody's business. */
bool private_is_read_by_all(FILE *file);
/* private_judge of a file with secrets that a library reads; whether it is there is its business. */
enum rc private_judge_path(const char *path, const char *what, struct err *e) NODISCARD;

#endif
