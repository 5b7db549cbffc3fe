/*
 * commands.h - the table of holdfast-admin's commands: which words call which.
 */
#ifndef HOLDFAST_ADMIN_COMMANDS_H
#define HOLDFAST_ADMIN_COMMANDS_H

#include "admin/admin.h"
#include "common/base/text.h"

/* Append a line or two on each, for --help. */
void commands_describe(struct buf *to);

/*
 * Run the one that the words of the command line call.
 *
 * RC_USAGE: they call none
 * else      as of admin.h
 */
enum rc commands_run(const struct settings *s, char **words, int count, struct err *e) NODISCARD;

#endif
