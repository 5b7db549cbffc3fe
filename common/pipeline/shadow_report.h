/*
 * shadow_report.h - what a shadow has compared and found, as its scratch databases have it: for
 * people, or as JSON.
 *
 * Knows: the tables shadow_progress and shadow_differences. Doesn't know: who compares.
 * Limits: SHADOW_REPORT_SHOWS_MAX differences of a database, those of the requests appended first.
 */
#ifndef HOLDFAST_PIPELINE_SHADOW_REPORT_H
#define HOLDFAST_PIPELINE_SHADOW_REPORT_H

#include "common/base/json.h"
#include "common/db/db.h"

#define SHADOW_REPORT_SHOWS_MAX 1000

struct shadow_report {
	bool is_json;
	struct buf partitions, differences;
	struct json partition_list, difference_list; /* where it is JSON */
	int64_t same, reworded, different, unseen, shows;
	size_t listed; /* differences */
};

/* release with shadow_report_release, which takes a zeroed one */
void shadow_report_open(struct shadow_report *report, bool is_json);
void shadow_report_release(struct shadow_report *report);

/* Add what one scratch database has. Codes as of db_run */
enum rc shadow_report_read(struct shadow_report *report, struct db *db, struct err *e) NODISCARD;
/* Append the whole, behind the last one that was read; memory that ran out: to->failed. */
void shadow_report_print(struct shadow_report *report, struct buf *to);

#endif
