/*
 * answers.h - holds the replies, events and dead letters of one partition against the fold.
 */
#ifndef HOLDFAST_AUDIT_ANSWERS_H
#define HOLDFAST_AUDIT_ANSWERS_H

#include "audit/audit.h"
#include "audit/certificate.h"
#include "audit/fold.h"
#include "audit/report.h"

struct answers;

/*
 * Open the topics of a partition, and say from where they can be compared if not from the
 * beginning.
 *
 * answers   returned, release with answers_close also where it failed
 */
enum rc answers_open(struct answers **answers, const struct audit_settings *settings,
                     int32_t partition, struct report *report, struct err *e) NODISCARD;
void answers_close(struct answers *answers); /* takes NULL */

/*
 * Compare what was published for the record that the fold decided last.
 *
 * is_answered  it is known that there must be a reply; else where nothing more was replied
 *              `is_end` is set, and nothing is compared
 */
enum rc answers_compare(struct answers *answers, const struct fold *fold,
                        const struct record *request, bool is_answered, bool *is_end,
                        struct certificate *certificate, struct err *e) NODISCARD;

/*
 * Read on behind the last record compared; report what belongs to none.
 *
 * next  offset behind the last record compared
 * last  of the latest request that anything was published for; -1: none
 */
enum rc answers_finish(struct answers *answers, int64_t next, int64_t *last,
                       struct err *e) NODISCARD;

#endif
