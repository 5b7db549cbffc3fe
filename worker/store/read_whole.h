/*
 * read_whole.h - shows read as a whole: their held reservations, their customers; all seats with
 * their places, and the layout over them.
 *
 * For read.c alone.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_WHOLE_H
#define HOLDFAST_WORKER_STORE_READ_WHOLE_H

#include "common/db/db.h"
#include "worker/store/cache.h"

/*
 * Give the cache the held reservations that it chose, or that belong to a whole show.
 *
 * rows_max  with more rows they are not all
 */
enum rc held_read(struct arena *arena, struct cache *cache, size_t rows_max,
                  const struct db_rows *rows, struct err *e) NODISCARD;

/* Likewise, what the customers of the show that it chose have bought. */
enum rc sold_read(struct cache *cache, size_t rows_max, const struct db_rows *rows,
                  struct err *e) NODISCARD;

/*
 * Give the cache all seats of the show, behind cache_begin_whole, and their layout. Nothing of it
 * lapses before layout_advance says so.
 *
 * seats, places  both in the order of seat ids
 */
enum rc whole_read(struct arena *arena, struct cache *cache, struct show *show,
                   const struct db_rows *seats, const struct db_rows *places,
                   struct err *e) NODISCARD;

#endif
