/*
 * report.h - what came of a load: counts, rates and latencies, as text and as JSON.
 */
#ifndef HOLDFAST_PRODUCER_LOAD_REPORT_H
#define HOLDFAST_PRODUCER_LOAD_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/message/reply.h"
#include "producer/load/histogram.h"

/* Times are of the monotonic clock, in microseconds; zeroed is the report before the first request. */
struct load_report {
	bool is_awaiting;         /* replies, not only deliveries */
	double rate_asked;        /* a second; 0: as fast as can be */
	int64_t start_us;         /* when the first request was due */
	int64_t last_sent_us;
	int64_t last_answered_us; /* its reply, or without is_awaiting its delivery */
	int64_t behind_us;        /* by which a request was sent later than due, at worst */
	uint64_t sent;
	uint64_t sent_again;      /* of these, one of the last once more */
	uint64_t answered;
	uint64_t unanswered;      /* no reply in time */
	uint64_t undelivered;
	uint64_t outcomes[OUTCOME_COUNT];
	/* From when the request was due, so that one that had to queue counts its wait in. */
	struct histogram due_to_reply;
	/* From the request's append time to the timestamp of its reply's record. */
	struct histogram append_to_reply;
};

void load_report_print(const struct load_report *report);
bool load_report_print_json(const struct load_report *report); /* false: out of memory, nothing */

#endif
