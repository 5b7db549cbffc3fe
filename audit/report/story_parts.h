/*
 * story_parts.h - the parts of a report's JSON; for story_json.c alone.
 */
#ifndef HOLDFAST_AUDIT_REPORT_STORY_PARTS_H
#define HOLDFAST_AUDIT_REPORT_STORY_PARTS_H

#include "audit/report/figures.h"

#define RESERVATION_IDS_MAX 200000 /* ids are told where there are no more reservations */

/* ---- numbers of an array, side by side ---- */

/* The difference to the one before, which becomes this one. */
void column_add_difference(struct buf *b, bool is_first, int64_t *before, int64_t now);
void column_add_number(struct buf *b, bool is_first, int64_t number);
void column_add_id(struct buf *b, const struct uuid *id); /* 32 hexadecimal digits */

/* ---- members of the document ---- */

void story_write_totals(const struct figures *f, struct json *j);
void story_write_layout(const struct figures *f, struct json *j);
void story_write_reservations(const struct figures *f, struct json *j);
void story_write_changes(const struct figures *f, struct json *j);
void story_write_area_changes(const struct figures *f, struct json *j);
void story_write_refusals(const struct figures *f, struct json *j); /* three of them */

#endif
