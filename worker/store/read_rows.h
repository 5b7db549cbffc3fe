/*
 * read_rows.h - rows as they come into a view.
 *
 * For read.c alone. Shows, seats, claims and places count as learned only when it says so. Shows,
 * channels and places are in read_halls.c, areas in read_areas.c.
 */
#ifndef HOLDFAST_WORKER_STORE_READ_ROWS_H
#define HOLDFAST_WORKER_STORE_READ_ROWS_H

#include "common/db/db.h"
#include "worker/plan/view.h"

/* RC_FATAL: a row cannot be read, or no memory. */
enum rc shows_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc seats_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc reservations_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc sessions_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc customers_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc claims_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc channels_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc areas_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc lapsing_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc places_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;
enum rc slots_read(struct view *view, const struct db_rows *rows, struct err *e) NODISCARD;

/* What of a place has no form of its own in a row: a bit a flag, of column 7 or another. */
enum rc flags_read(struct arena *arena, const struct db_rows *rows, int row, int column,
                   uint8_t *flags, struct err *e) NODISCARD;

/*
 * What a reservation has of areas, each with its count and place; a column that is null has none.
 * Nothing else of them is set.
 */
enum rc reserved_areas_read(struct arena *arena, const struct db_rows *rows, int row, int column,
                            struct reservation *r, struct err *e) NODISCARD;

/* Keys of worker_read_slots. */
void slots_write_keys(const struct slot *wanted, struct db_args *args);

/* false: the column is not as long as it must be. */
bool rows_copy_digest(uint8_t *to, size_t bytes, struct text from) NODISCARD;

#endif
