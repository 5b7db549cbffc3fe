/*
 * read_halls.h - rows of shows, channels and places, as they come into a view.
 *
 * For read.c alone. Of what is read nothing counts as learned yet, but slots that are taken.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_HALLS_H
#define HOLDFAST_WORKER_STORE_READ_HALLS_H

#include "common/db/db.h"
#include "worker/plan/view.h"

/* RC_FATAL: a row cannot be read, or no memory. */
enum rc shows_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc channels_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc places_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc slots_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;

/* Keys of worker_read_slots. */
void slots_write_keys(const struct slot *wanted, struct db_args *args);

/* false: the column is not as long as it must be. */
bool rows_copy_digest(uint8_t *to, size_t bytes, struct text from) NODISCARD;

#endif
