/*
 * story_json.h - the report of a show as JSON: docs/report.md, "The data".
 */
#ifndef HOLDFAST_AUDIT_REPORT_STORY_JSON_H
#define HOLDFAST_AUDIT_REPORT_STORY_JSON_H

#include "audit/compare/observer.h"
#include "audit/report/figures.h"

#define STORY_FORMAT 1

/* Append it. That it is true, as far as that was found, stands in it, too. */
void story_write(const struct figures *f, const struct compared *compared, struct buf *b);

#endif
