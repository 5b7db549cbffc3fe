/*
 * table_rows.h - a row of each table against what was folded of it.
 *
 * What has a row is marked in the model, so that what has none is found.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_TABLE_ROWS_H
#define HOLDFAST_AUDIT_COMPARE_TABLE_ROWS_H

#include "audit/compare/columns.h"
#include "audit/compare/snapshot.h"
#include "audit/fold/reservations.h"

/* The page on which a row stands. */
struct page {
	struct snapshot *snapshot;
	struct db_rows rows;
};

/*
 * Compare a row.
 *
 * show    of the row; NULL: nothing made it
 * column  its report and partition; gets the row's name and the offset
 */
typedef void compare_row(const struct page *page, int row, struct show *show,
                         struct column *column);

/* The columns are those of sql/queries/audit_read_*.sql. */
compare_row row_compare_show, row_compare_channel, row_compare_area;
compare_row row_compare_seat, row_compare_place;

/* What there is to say of a row that nothing made; `found` as printf. */
void row_report_extra(const struct page *page, const struct column *column, const char *found, ...)
    __attribute__((format(printf, 3, 4)));

/* Names of rows, for the column's. */
void row_name(struct column *column, const char *what, struct text id, struct text show_id);
void row_name_reservation(struct column *column, const char *what, const struct uuid *id,
                          struct text show_id);

#endif
