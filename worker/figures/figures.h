/*
 * figures.h - what a worker counts, and the line about it that the log gets once a minute.
 *
 * Lanes count where something has become final: in the database, then in Kafka. metrics.def is the
 * table of all metrics; what has no function here is counted with metrics_add.
 * Threads: figures_take and figures_say belong to the main thread, the rest to any.
 */
#ifndef HOLDFAST_WORKER_FIGURES_FIGURES_H
#define HOLDFAST_WORKER_FIGURES_FIGURES_H

#include "common/service/metrics.h"
#include "worker/plan/batch.h"

enum metric {
#define METRIC(symbol, kind, samples, name, help) METRIC_##symbol,
#include "worker/figures/metrics.def"
#undef METRIC
	METRIC_COUNT,
	METRIC_FIRST_OF_SHADOWS = METRIC_SHADOW_REQUESTS, /* from there on: a worker that serves has none */
};

/* The cells of METRIC_PRODUCER_REBUILDS and METRIC_FENCED. */
enum metric_rebuild { REBUILT_NOT_COMMITTED, REBUILT_TRANSPORT_ERROR, REBUILT_COUNT };
enum metric_fence { FENCED_BY_DATABASE, FENCED_BY_KAFKA, FENCED_COUNT };

extern const struct metrics_row figures_rows[METRIC_COUNT]; /* for metrics_open */

/* Entries [first, first + count) are committed in the database, by one transaction of took_us. */
void figures_decided(const struct batch *batch, size_t first, size_t count, int64_t took_us);

/*
 * The replies of entries [first, first + count) are committed.
 *
 * replayed  how many of them were decided before this lane had the partition
 */
void figures_answered(const struct batch *batch, size_t first, size_t count, size_t replayed);
void figures_published(int64_t took_us); /* one Kafka transaction, of however many batches */

uint64_t figures_decisions(enum request_type type, enum outcome outcome); /* how many so far */

#define FIGURES_MS 60000

/* What was counted when the last line of the log was written. */
struct figures {
	int64_t next_ms; /* when the next line is due; 0: a minute after the first look */
	uint64_t decisions, accepted, batches, batched;
};

/* What was counted since. */
struct figures_line {
	uint64_t decisions, accepted, refused, batches;
	char mean_batch[24];
	int64_t lag;
};

/*
 * True, and the line, where one is due by now_ms and something was decided since the last, waits to
 * be, or the worker is not ready.
 */
bool figures_take(struct figures *figures, int64_t now_ms, bool is_ready,
                  struct figures_line *line);
void figures_say(struct figures *figures); /* write it */

#endif
