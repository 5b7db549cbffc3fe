/*
 * list_flags.h - flags that are lists: A1,A2 and of areas ID:N,ID:N.
 */
#ifndef HOLDFAST_PRODUCER_LIST_FLAGS_H
#define HOLDFAST_PRODUCER_LIST_FLAGS_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/message/area.h"

/*
 * Cut a list at its commas; spaces behind them are no part of a name. The texts point into it.
 *
 * NULL: the list is NULL, or out of memory (arena->failed)
 */
struct text *list_cut(const char *list, struct arena *arena, size_t *count);

/*
 * Read places in areas; an id may have colons, the last one counts. What is too much or no name is
 * not refused here. The list is NULL: none.
 *
 * RC_USAGE: one is not ID:N
 */
enum rc list_read_areas(const char *list, const char *flag, struct arena *arena,
                        const struct area_count **areas, size_t *count, struct err *e) NODISCARD;

#endif
