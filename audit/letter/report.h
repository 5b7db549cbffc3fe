/*
 * report.h - the letters about one request id, or about one reservation, from the topics alone.
 *
 * Knows: requests, folded up to their end; the reply. Doesn't know: the database.
 * Memory: a fold of one partition at a time.
 */
#ifndef HOLDFAST_AUDIT_LETTER_REPORT_H
#define HOLDFAST_AUDIT_LETTER_REPORT_H

#include "audit/settings.h"
#include "common/base/ids.h"

/* What --request-id or --reservation-id asks for. */
struct letter_asked {
	struct uuid id;
	bool is_reservation;
	struct text show_id; /* its partition alone; data NULL: all of them */
	const char *folder;  /* for pages: request-<id>.html, reservation-<id>.html; NULL: none */
};

/*
 * Find every record of that id, and print what came of each on stdout: a letter, or JSON. Where a
 * folder is named the letters are written there as a page first.
 *
 * RC_OK      printed
 * RC_USAGE   there is no such request
 * RC_REJECT  FROM_AUDIT: printed, but a reply is not the one that must be there
 * RC_FATAL   FROM_SETTINGS, FROM_PROGRAM: the page cannot be written
 * RC_FATAL   FROM_PIPELINE: what it rests on is gone from the head of the topic
 * RC_RETRY, RC_FATAL as requests_read; nothing was printed
 */
enum rc letter_report(const struct audit_settings *settings, const struct letter_asked *asked,
                      struct err *e) NODISCARD;

#endif
