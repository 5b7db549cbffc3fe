/*
 * compare.h - holds topics and rows against the fold: what the audit does unless asked otherwise.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_COMPARE_H
#define HOLDFAST_AUDIT_COMPARE_COMPARE_H

#include "audit/compare/observer.h"
#include "audit/settings.h"

/*
 * Fold every partition and compare; differences and the certificate go to stdout.
 *
 * observer  NULL: nobody looks on
 *
 * RC_OK     everything is as it must be
 * RC_REJECT FROM_AUDIT: it is not
 * RC_RETRY, RC_REOPEN, RC_FATAL  the audit could not be finished, or had to leave partitions out;
 *           or what the observer returned, which goes before all else
 */
enum rc compare_report(const struct audit_settings *settings,
                       const struct compare_observer *observer, struct err *e) NODISCARD;

#endif
