/*
 * story_parts.h - the parts of a report's JSON; for story_json.c alone.
 */
#ifndef HOLDFAST_AUDIT_REPORT_STORY_PARTS_H
#define HOLDFAST_AUDIT_REPORT_STORY_PARTS_H

#include "audit/report/figures.h"

void write_totals(const struct figures *f, struct json *j);
void write_layout(const struct figures *f, struct json *j);

#endif
