/*
 * figures.h - what the worker counts: lanes at the two places where something became final, the
 * main thread once a minute for the log.
 *
 * Threads: figures_decided, _answered and _published belong to lanes and their answerers, the rest
 * to the main thread.
 */
#ifndef HOLDFAST_WORKER_FIGURES_H
#define HOLDFAST_WORKER_FIGURES_H

#include "worker/plan/batch.h"

#define FIGURES_MS 60000

/* Entries [first, first + count) are committed in the database, by one transaction of took_us. */
void figures_decided(const struct batch *batch, size_t first, size_t count, int64_t took_us);

/*
 * The replies of entries [first, first + count) are committed.
 *
 * replayed  how many of them were decided before this lane had the partition
 */
void figures_answered(const struct batch *batch, size_t first, size_t count, size_t replayed);
void figures_published(int64_t took_us); /* one Kafka transaction, of however many batches */

/* What was counted between two lines of the log. */
struct figures {
	int64_t next_ms; /* when the next line is due; 0: a minute after the first look */
	uint64_t decisions, accepted, batches, batched; /* up to the last line */
};

struct figures_line {
	uint64_t decisions, accepted, refused, batches;
	char mean_batch[24];
	int64_t lag;
};

/* True, and the line, where one is due by now_ms and something was decided since the last. */
bool figures_take(struct figures *figures, int64_t now_ms, struct figures_line *line);
void figures_say(struct figures *figures); /* write it */

#endif
