#include "worker/figures.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/service/metrics.h"

#define US_PER_MS 1000

void figures_decided(const struct batch *batch, size_t first, size_t count, int64_t took_us)
{
	for (size_t i = first; i < first + count; i++) {
		const struct decision *d = &batch->entries[i].decision;

		metrics_add(METRIC_DECISIONS, METRIC_DECISION_CELL(d->type, d->outcome), 1);
		if (d->outcome == OUTCOME_SEATS_TAKEN && d->duplicate_of == NOT_A_DUPLICATE)
			metrics_add(METRIC_CONFLICTS, 0, 1);
		if (d->holds_expired)
			metrics_add(METRIC_EXPIRATIONS, 0, d->holds_expired);
		if (d->outcome == OUTCOME_EXPIRED)
			metrics_observe(METRIC_EXPIRY_LATENESS_SECONDS, d->late_ms * US_PER_MS);
	}
	metrics_observe(METRIC_BATCH_SIZE, (int64_t)count);
	metrics_observe(METRIC_DB_TRANSACTION_SECONDS, took_us);
}

void figures_answered(const struct batch *batch, size_t first, size_t count, size_t replayed)
{
	int64_t now_ms = clock_wall_ms();

	for (size_t i = first; i < first + count; i++)
		metrics_observe(METRIC_DECISION_SECONDS,
		                (now_ms - batch->entries[i].record.timestamp_ms) * US_PER_MS);
	metrics_add(METRIC_REPLAYED_REPLIES, 0, replayed);
}

void figures_published(int64_t took_us)
{
	metrics_observe(METRIC_KAFKA_TRANSACTION_SECONDS, took_us);
}

static struct figures count_up(void)
{
	struct figures now = {0};

	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (int o = 0; o < OUTCOME_COUNT; o++) {
			uint64_t count = metrics_count(METRIC_DECISIONS, METRIC_DECISION_CELL(type, o));

			now.decisions += count;
			now.accepted += outcome_code((enum outcome)o) == 200 ? count : 0;
		}
	now.batches = metrics_observed(METRIC_BATCH_SIZE, &now.batched);
	return now;
}

bool figures_take(struct figures *figures, int64_t now_ms, struct figures_line *line)
{
	struct figures now;
	uint64_t tenths;

	if (!figures->next_ms)
		figures->next_ms = now_ms + FIGURES_MS;
	if (now_ms < figures->next_ms)
		return false;
	now = count_up();
	*line = (struct figures_line){
	    .decisions = now.decisions - figures->decisions,
	    .accepted = now.accepted - figures->accepted,
	    .batches = now.batches - figures->batches,
	    .lag = metrics_lag(),
	};
	line->refused = line->decisions - line->accepted;
	tenths = line->batches ? (now.batched - figures->batched) * 10 / line->batches : 0;
	snprintf(line->mean_batch, sizeof line->mean_batch, "%" PRIu64 ".%" PRIu64, tenths / 10,
	         tenths % 10);
	now.next_ms = now_ms + FIGURES_MS;
	*figures = now;
	return line->decisions > 0;
}

void figures_say(struct figures *figures)
{
	struct figures_line line;

	if (figures_take(figures, clock_monotonic_ms(), &line))
		log_info("figures", F_INT("decisions", line.decisions), F_INT("accepted", line.accepted),
		         F_INT("refused", line.refused), F_INT("batches", line.batches),
		         F_STR("mean_batch", line.mean_batch), F_INT("lag", line.lag));
}
