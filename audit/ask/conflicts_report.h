/*
 * conflicts_report.h - --conflicts: reads the requests, folds them, lists what was refused.
 *
 * Needs no database and compares nothing. Reads up to the group's committed offset, so that only
 * refusals that were answered are listed.
 * Memory: the folds of all partitions read, and the conflicts.
 */
#ifndef HOLDFAST_AUDIT_ASK_CONFLICTS_REPORT_H
#define HOLDFAST_AUDIT_ASK_CONFLICTS_REPORT_H

#include "audit/settings.h"
#include "audit/ask/conflicts_print.h"

struct conflicts_asked {
	struct text show_id; /* borrowed; data NULL: every show */
	int64_t since_ms;
	struct text seat_id; /* borrowed; data NULL: every seat */
	bool has_request_id;
	struct uuid request_id;
	enum conflicts_by by;
	enum listing_form form;
};

/*
 * Read the options' texts; NULL where one was not given. show_id: well-formed.
 *
 * RC_USAGE: the text names the flag
 */
enum rc conflicts_asked_read(struct conflicts_asked *asked, const char *show_id, const char *since,
                      const char *by, struct err *e) NODISCARD;

/*
 * Read, fold, print on stdout. That there are conflicts is no error, nor that there are none.
 * Otherwise as requests_read; nothing is printed then.
 */
enum rc conflicts_report(const struct audit_settings *settings, const struct conflicts_asked *asked,
                      struct err *e) NODISCARD;

#endif
