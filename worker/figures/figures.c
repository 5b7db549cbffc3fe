#include "worker/figures/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/service/health.h"
#include "worker/figures/gauges.h"
#include "worker/figures/tally.h"

#define US_PER_MS 1000
#define MS 1000
#define S 1000000

#define DECISION_CELLS ((unsigned)REQUEST_TYPE_COUNT * OUTCOME_COUNT)
#define DECISION_CELL(type, outcome) ((unsigned)(type) * OUTCOME_COUNT + (unsigned)(outcome))

_Static_assert(DECISION_CELLS <= METRICS_CELLS_MAX / 2, "the rest needs cells, too");

/* ---- what is counted under each name: the column "samples" of metrics.def ---- */

static const struct metrics_bounds time_bounds = {
    S, {1 * MS, 2500, 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 500 * MS, 1 * S,
        2500 * MS, 5 * S, 10 * S, 30 * S, 60 * S}};
static const struct metrics_bounds long_time_bounds = {
    S, {50 * MS, 100 * MS, 250 * MS, 500 * MS, 1 * S, 2500 * MS, 5 * S, 10 * S, 30 * S, 60 * S,
        300 * S, 900 * S, INT64_C(3600) * S}};
static const struct metrics_bounds size_bounds = {
    1, {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000}};

static const char *const rebuild_names[REBUILT_COUNT] = {"not_committed", "transport_error"};
static const char *const fence_names[FENCED_COUNT] = {"database", "kafka"};

static void print_decisions(struct buf *text, const char *name);

static const struct metrics_samples
    one_number = {0},
    times = {.bounds = &time_bounds},
    long_times = {.bounds = &long_time_bounds},
    sizes = {.bounds = &size_bounds},
    by_decision = {.cell_count = DECISION_CELLS, .print = print_decisions},
    by_rebuild = {.label = "reason", .values = rebuild_names, .cell_count = REBUILT_COUNT},
    by_fence = {.label = "by", .values = fence_names, .cell_count = FENCED_COUNT},
    offset_gauges = {.print = gauges_print_offsets},
    waiting_gauges = {.print = gauges_print_waiting},
    wait_gauges = {.print = gauges_print_wait},
    halted_gauges = {.print = gauges_print_halted},
    surplus_gauge = {.print = gauges_print_surplus},
    shadow_requests = {.print = tally_print_requests},
    shadow_shows = {.print = tally_print_shows},
    shadow_offsets = {.print = tally_print_offsets};

const struct metrics_row figures_rows[METRIC_COUNT] = {
#define METRIC(symbol, kind, samples, name, help) {METRICS_##kind, name, help, &samples},
#include "worker/figures/metrics.def"
#undef METRIC
};

/*
 * Outcomes of one reason and several codes are one series. Those that a type may come to are there
 * from the start, with 0, since a rate does not see the first step of a counter that appears. Any
 * other pair appears when it is counted.
 */
static void print_reason(struct buf *text, const char *name, enum request_type type,
                         enum outcome first)
{
	const char *reason = outcome_reason(first), *type_name = request_type_name(type);
	bool is_expected = false;
	uint64_t count = 0;

	for (int o = 0; o < OUTCOME_COUNT; o++) {
		if (strcmp(outcome_reason((enum outcome)o), reason) != 0)
			continue;
		if (o < (int)first)
			return;
		is_expected |= outcome_is_of((enum outcome)o, type);
		count += figures_decisions(type, (enum outcome)o);
	}
	if (count || is_expected)
		buf_print(text, "%s{type=\"%s\",reason=\"%s\"} %" PRIu64 "\n", name,
		          type_name ? type_name : "none", reason, count);
}

static void print_decisions(struct buf *text, const char *name)
{
	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (int o = 0; o < OUTCOME_COUNT; o++)
			print_reason(text, name, (enum request_type)type, (enum outcome)o);
}

/* ---- counting ---- */

uint64_t figures_decisions(enum request_type type, enum outcome outcome)
{
	return metrics_count(METRIC_DECISIONS, DECISION_CELL(type, outcome));
}

void figures_decided(const struct batch *batch, size_t first, size_t count, int64_t took_us)
{
	for (size_t i = first; i < first + count; i++) {
		const struct decision *d = &batch->entries[i].decision;

		metrics_add(METRIC_DECISIONS, DECISION_CELL(d->type, d->outcome), 1);
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

/* ---- the line of the log ---- */

static struct figures count_up(void)
{
	struct figures now = {0};

	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (int o = 0; o < OUTCOME_COUNT; o++) {
			uint64_t count = figures_decisions((enum request_type)type, (enum outcome)o);

			now.decisions += count;
			now.accepted += outcome_is_accepted((enum outcome)o) ? count : 0;
		}
	now.batches = metrics_observed(METRIC_BATCH_SIZE, &now.batched);
	return now;
}

bool figures_take(struct figures *figures, int64_t now_ms, bool is_ready,
                  struct figures_line *line)
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
	    .lag = gauges_lag(),
	};
	line->refused = line->decisions - line->accepted;
	tenths = line->batches ? (now.batched - figures->batched) * 10 / line->batches : 0;
	snprintf(line->mean_batch, sizeof line->mean_batch, "%" PRIu64 ".%" PRIu64, tenths / 10,
	         tenths % 10);
	now.next_ms = now_ms + FIGURES_MS;
	*figures = now;
	return line->decisions > 0 || line->lag > 0 || !is_ready;
}

void figures_say(struct figures *figures)
{
	struct figures_line line;
	struct buf why = {0};
	bool is_ready = health_is_ready(&why);
	struct text first = buf_text(&why); /* of the reasons */

	first.bytes = first.data ? strcspn(first.data, "\n") : 0;
	if (figures_take(figures, clock_monotonic_ms(), is_ready, &line))
		log_info("figures", F_INT("decisions", line.decisions), F_INT("accepted", line.accepted),
		         F_INT("refused", line.refused), F_INT("batches", line.batches),
		         F_STR("mean_batch", line.mean_batch), F_INT("lag", line.lag),
		         {.name = is_ready ? NULL : "not_ready", .string = first.data,
		          .string_bytes = first.bytes});
	buf_release(&why);
}
