/*
 * timeline.h - an on-sale over time: what came, what was decided, how long it took.
 */
#ifndef HOLDFAST_AUDIT_REPORT_TIMELINE_H
#define HOLDFAST_AUDIT_REPORT_TIMELINE_H

#include "audit/report/story.h"
#include "audit/report/table.h"

/* Replies that took longer than this make a queue. */
#define QUEUE_MS 1000

#define OPENING_BEFORE_MS INT64_C(60000) /* what is told by the second, around the opening */
#define OPENING_AFTER_MS INT64_C(600000)

/* Of waits: where at least that many of a hundred are not above. NO_NUMBER: there are none. */
struct waits {
	int64_t count, p50_ms, p99_ms, max_ms, over_1s;
};

/*
 * When it opened: at on_sale_from as it is at the end, where that is not before the first request and
 * something was asked for then or later; else at the beginning of the minute in which most was asked
 * for; where nothing was, when the first request came.
 */
int64_t timeline_opening(const struct story *s);

/* Of all requests for which `is_meant` says true. false: out of memory */
bool timeline_waits(const struct story *s, bool (*is_meant)(const struct story_request *q, int of),
                    int of, struct waits *waits) NODISCARD;

/*
 * A row for each stretch of `unit_ms`, counted from 1970, in which a request came at or after
 * from_ms and before until_ms.
 *
 * table  {.name}; its columns are set
 *
 * false: out of memory
 */
bool timeline_by(const struct story *s, int64_t unit_ms, int64_t from_ms, int64_t until_ms,
                 struct table *table) NODISCARD;

/* Stretches of requests that waited longer than QUEUE_MS, the next within QUEUE_MS of the last. */
bool timeline_queue(const struct story *s, struct table *table) NODISCARD;

#endif
