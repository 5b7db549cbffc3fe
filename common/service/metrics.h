/*
 * metrics.h - what the program has counted and measured, and its text for Prometheus.
 *
 * One table, metrics.def, names the metrics. Their labels come from fixed sets: no show, seat or
 * request is ever one. Whoever counts only touches atomics.
 * Threads: any, but metrics_open and metrics_open_partitions once, before whoever counts.
 */
#ifndef HOLDFAST_SERVICE_METRICS_H
#define HOLDFAST_SERVICE_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/message/reply.h"

enum metric {
#define METRIC(symbol, owner, kind, name, help) METRIC_##symbol,
#include "common/service/metrics.def"
#undef METRIC
	METRIC_COUNT,
};

/* The cells of a counter with labels. One without has cell 0. */
#define METRIC_DECISION_CELL(type, outcome) ((unsigned)(type) * OUTCOME_COUNT + (unsigned)(outcome))
enum metric_rebuild { REBUILT_NOT_COMMITTED, REBUILT_TRANSPORT_ERROR, REBUILT_COUNT };
enum metric_fence { FENCED_BY_DATABASE, FENCED_BY_KAFKA, FENCED_COUNT };

/* program: borrowed for ever. has_lanes: a worker; others have METRIC_BUILD_INFO alone. */
void metrics_open(const char *program, bool has_lanes);

void metrics_add(enum metric m, unsigned cell, uint64_t n);
uint64_t metrics_count(enum metric m, unsigned cell);

/* Into a histogram: microseconds, or requests for METRIC_BATCH_SIZE. Less than 0 counts as 0. */
void metrics_observe(enum metric m, int64_t value);
uint64_t metrics_observed(enum metric m, uint64_t *sum); /* how often; sum may be NULL */

/* Partitions 0 to count - 1. A partition has no gauges until it is set to be halted or not. */
enum metric_offset { OFFSET_DECIDED, OFFSET_REPLIED, OFFSET_END, OFFSET_KINDS };

enum rc metrics_open_partitions(int32_t count, struct err *e) NODISCARD;
void metrics_set_offset(int32_t partition, enum metric_offset kind, int64_t offset); /* -1: none */
void metrics_set_halted(int32_t partition, bool is_halted);
void metrics_forget_partition(int32_t partition); /* it has no gauges any more */
int64_t metrics_lag(void); /* requests that are not answered, over all partitions with gauges */

void metrics_print(struct buf *text);
void metrics_close(void); /* forgets everything */

#endif
