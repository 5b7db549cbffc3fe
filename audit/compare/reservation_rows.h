/*
 * reservation_rows.h - the rows of a reservation, its seats and its areas, against what was folded.
 *
 * Rows of seats come in the order of `place`, in which those that are in it came in.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_RESERVATION_ROWS_H
#define HOLDFAST_AUDIT_COMPARE_RESERVATION_ROWS_H

#include "audit/compare/table_rows.h"

compare_row row_compare_reservation, row_compare_reservation_seat, row_compare_reservation_area;

/* Behind all rows: what of a show's reservations has none, and areas that came in another order. */
void reservation_rows_find_missing(struct column *column, const struct show *show);

#endif
