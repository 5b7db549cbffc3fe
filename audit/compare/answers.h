/*
 * answers.h - holds the replies, events and dead letters of one partition against the fold.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_ANSWERS_H
#define HOLDFAST_AUDIT_COMPARE_ANSWERS_H

#include "audit/settings.h"
#include "audit/compare/certificate.h"
#include "audit/fold/fold.h"
#include "audit/compare/report.h"
#include "common/kafka/reader.h"

struct answers;

/*
 * Open the topics of a partition, and say from where they can be compared if not from the
 * beginning.
 *
 * answers      returned, release with answers_close also where it failed
 * uncommitted  a read_uncommitted reader, which tells where partitions end
 */
enum rc answers_open(struct answers **answers, const struct audit_settings *settings,
                     int32_t partition, const struct kafka_reader *uncommitted, struct report *report,
                     struct err *e) NODISCARD;
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

/* The timestamp of the reply that was compared last; -1: there was none. */
int64_t answers_replied_ms(const struct answers *answers);

/* The latest request behind the last one compared that anything was published for. */
struct latest {
	int64_t offset;  /* -1: none */
	char what[320];  /* "reply at <topic>/<partition>/<offset>" */
};

/* Read on behind the last record compared; report what belongs to none. */
enum rc answers_finish(struct answers *answers, struct latest *latest, struct err *e) NODISCARD;

#endif
