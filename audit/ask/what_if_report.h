/*
 * what_if_report.h - folds the topics under two policies, and prints what differs.
 */
#ifndef HOLDFAST_AUDIT_ASK_WHAT_IF_REPORT_H
#define HOLDFAST_AUDIT_ASK_WHAT_IF_REPORT_H

#include "audit/ask/what_if.h"

/*
 * Fold and print on stdout.
 *
 * show_id  NULL: every show
 * folder   where a page is written before, what_if_page.h; NULL: none
 *
 * RC_RETRY, RC_FATAL as requests_read and what_if_page_write; nothing was printed
 */
enum rc what_if_report(const struct audit_settings *settings, const char *show_id,
                       const struct other_policy *policy, const char *folder,
                       struct err *e) NODISCARD;

#endif
