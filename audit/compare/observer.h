/*
 * observer.h - who looks on while the audit goes through the requests, and is told what it found.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_OBSERVER_H
#define HOLDFAST_AUDIT_COMPARE_OBSERVER_H

#include "audit/compare/certificate.h"
#include "audit/compare/summary.h"
#include "audit/fold/fold.h"

#define NOT_REPLIED (-1) /* where there was no reply to look at */

/* What was found, when all is compared and said. Everything is borrowed, until on_end returns. */
struct compared {
	const struct audit_settings *settings;
	const struct fold *folds;       /* of each partition, as of its last request */
	const struct part *parts;
	const struct certificate *certificates;
	uint64_t differences;
	struct text notes;              /* JSON: the objects of an array, with commas between them */
};

struct compare_observer {
	/*
	 * Behind each request that was folded, in the order of its partition; those that were not
	 * decided or answered yet, too.
	 *
	 * replied_ms  the timestamp of its reply, or NOT_REPLIED
	 */
	enum rc (*on_request)(void *context, const struct fold *fold, const struct record *request,
	                      int64_t replied_ms, struct err *e);
	/* Once, behind the summary; not where the audit could not be finished. */
	enum rc (*on_end)(void *context, const struct compared *compared, struct err *e);
	void *context;
};

#endif
