/*
 * stories.h - --report: the stories of shows, kept while the audit goes on, and written at its end
 * as DIR/SHOW.html and DIR/SHOW/PLOT.csv.
 */
#ifndef HOLDFAST_AUDIT_REPORT_STORIES_H
#define HOLDFAST_AUDIT_REPORT_STORIES_H

#include "audit/compare/compare.h"

struct story;

struct stories {
	const char *folder;
	struct text show_id;   /* of this show alone; data NULL: of every one */
	int64_t since_ms;      /* of shows that had a request at or after it */
	struct story *list;    /* by show_id */
	struct story *last;    /* the one met last */
};

/*
 * As compare_report, and the reports besides. How many they are is said on stderr; none is no error.
 *
 * stories  {.folder, .show_id, .since_ms}; released when it returns
 *
 * RC_FATAL  a file could not be written
 */
enum rc stories_report(struct stories *stories, const struct audit_settings *settings,
                       struct err *e) NODISCARD;

#endif
