/*
 * summary.h - what was found out of each partition, and the end of the report, which tells it.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_SUMMARY_H
#define HOLDFAST_AUDIT_COMPARE_SUMMARY_H

#include "audit/compare/answers.h"
#include "audit/settings.h"

/* What is known of one partition when it has been gone through. */
struct part {
	int64_t kept_from;      /* above 0: requests are gone from its head, and nothing was compared */
	int64_t bound;          /* D; without a database there is none */
	int64_t committed;      /* C; -1: the group has none */
	int64_t last;           /* the last record folded; -1: none */
	uint8_t last_digest[SHA256_BYTES];
	int64_t answered;       /* behind the last record whose answers were compared */
	uint64_t unanswered;    /* records from there on */
	struct latest latest;   /* what was published of those */
	int64_t odd_clock;      /* the first record not on LogAppendTime */
	uint64_t odd_clocks;
	uint64_t counts[OUTCOME_COUNT];
};

/*
 * Print what was decided in each partition, the certificate where all was compared and nothing
 * differs, and the verdict.
 *
 * parts, certificates  one for each partition
 *
 * RC_REJECT FROM_AUDIT: there are differences
 * RC_FATAL  FROM_PIPELINE: there are none in what was compared, but not all was
 * RC_FATAL  what was printed could not be written
 */
enum rc summary_print(const struct audit_settings *settings, const struct part *parts,
                      const struct certificate *certificates, struct report *report,
                      struct err *e) NODISCARD;

#endif
