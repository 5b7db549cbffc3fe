/*
 * area_batch.h - what a worker's transaction does about the area "floor" of a show of seat_batch.h,
 * and about the customer who wants places there.
 *
 * The floor has BATCH_ROOM places. BATCH_IN_FLOOR of them are in the show's hold, which is
 * of the customer 'c'; another customer, 'd', has bought as much as the show allows one.
 */
#ifndef HOLDFAST_TESTS_AREA_BATCH_H
#define HOLDFAST_TESTS_AREA_BATCH_H

#include "tests/integration/seat_batch.h"

#define BATCH_ROOM 3
#define BATCH_IN_FLOOR 2
#define BATCH_LIMIT 5         /* places of one customer */

/* Makes that of the rows of batch_rows, which have a hold. */
void area_rows(int first, int count, enum batch_hold hold);

/* What batch_read asks besides; the hold is read already. */
enum rc area_read(struct db *db, struct seat_batch *b, struct err *e) NODISCARD;
/* Is there room, in the floor and for the customer? */
bool area_can_take(const struct seat_batch *b);
enum rc area_update(struct db *db, const struct seat_batch *b, struct err *e) NODISCARD;
/* The floor among what is in the hold (BATCH_CHANGE), or in the new reservation (BATCH_RESERVE). */
enum rc area_add(struct db *db, const struct seat_batch *b, struct err *e) NODISCARD;
/* The hold without A2, with A3 and with its places in the floor. */
enum rc area_change_hold(struct db *db, const struct seat_batch *b, struct err *e) NODISCARD;

#endif
