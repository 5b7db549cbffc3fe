#include "gateway/figures/figures.h"

#include <assert.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#define MS 1000
#define S 1000000

static const struct metrics_bounds time_bounds = {
    S, {1 * MS, 2500, 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 500 * MS, 1 * S,
        2500 * MS, 5 * S, 10 * S, 30 * S, 60 * S}};

/* Statuses that are answered; another is counted as the last. */
static const unsigned statuses[] = {101, 200, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409,
                                    410, 411, 413, 414, 415, 417, 422, 426, 429, 431, 500, 501,
                                    503, 504, 505, 0};
#define STATUS_COUNT (sizeof statuses / sizeof statuses[0])

static const char *const limits[] = {
    "address_mutations", "address_reads", "address_sessions", "address_wrong_keys",
    "session_mutations", "session_wrong_keys", "key_requests", "address_viewers", "in_flight",
    "partition_in_flight", "session_in_flight", "shed", "rows", "head_bytes", "body_bytes"};
#define LIMIT_COUNT (sizeof limits / sizeof limits[0])

static const char *const faults[] = {"misrouted", "unreadable", "keys"};
#define FAULT_COUNT (sizeof faults / sizeof faults[0])

static _Atomic(const struct figures_sources *) from;

static void print_answers(struct buf *text, const char *name);
static void print_closed(struct buf *text, const char *name);
static void print_in_flight(struct buf *text, const char *name);
static void print_connections(struct buf *text, const char *name);
static void print_viewers(struct buf *text, const char *name);
static void print_frames(struct buf *text, const char *name);
static void print_maps(struct buf *text, const char *name);
static void print_map_bytes(struct buf *text, const char *name);
static void print_map_loads(struct buf *text, const char *name);
static void print_snapshots(struct buf *text, const char *name);
static void print_epochs(struct buf *text, const char *name);

static const struct metrics_samples
    one_number = {0},
    times = {.bounds = &time_bounds},
    by_answer = {.cell_count = ROUTE_COUNT * STATUS_COUNT, .print = print_answers},
    by_limit = {.label = "limit", .values = limits, .cell_count = LIMIT_COUNT},
    by_fault = {.label = "kind", .values = faults, .cell_count = FAULT_COUNT},
    in_flight_gauge = {.print = print_in_flight},
    connection_gauges = {.print = print_connections},
    closed_connections = {.print = print_closed},
    viewers_gauge = {.print = print_viewers},
    frames_counted = {.print = print_frames},
    maps_gauge = {.print = print_maps},
    map_bytes_gauge = {.print = print_map_bytes},
    map_loads_counted = {.print = print_map_loads},
    snapshots_counted = {.print = print_snapshots},
    epochs_counted = {.print = print_epochs};

const struct metrics_row figures_rows[METRIC_COUNT] = {
#define METRIC(symbol, kind, samples, name, help) {METRICS_##kind, name, help, &samples},
#include "gateway/figures/metrics.def"
#undef METRIC
};

static unsigned cell_of(enum route route, size_t status)
{
	return (unsigned)((size_t)route * STATUS_COUNT + status);
}

static void print_answers(struct buf *text, const char *name)
{
	for (int route = 0; route < ROUTE_COUNT; route++)
		for (size_t i = 0; i < STATUS_COUNT; i++) {
			uint64_t count = metrics_count(METRIC_REQUESTS, cell_of((enum route)route, i));
			const char *operation = route_name((enum route)route);

			if (count)
				buf_print(text, "%s{operation=\"%s\",code=\"%u\"} %" PRIu64 "\n", name,
				          operation[0] ? operation : "none", statuses[i], count);
		}
}

/* By the names of the options. */
static void print_closed(struct buf *text, const char *name)
{
	static const struct {
		const char *limit;
		size_t offset;
	} list[] = {
	    {"head_time", offsetof(struct http_figures, head_late)},
	    {"body_time", offsetof(struct http_figures, body_late)},
	    {"keep_alive", offsetof(struct http_figures, idle_late)},
	    {"unfinished", offsetof(struct http_figures, unfinished_out)},
	    {"connections", offsetof(struct http_figures, crowded_out)},
	};
	const struct figures_sources *sources = from;
	struct http_figures door;

	if (!sources)
		return;
	sources->door(sources->context, &door);
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		uint64_t count;

		memcpy(&count, (const char *)&door + list[i].offset, sizeof count);
		buf_print(text, "%s{limit=\"%s\"} %" PRIu64 "\n", name, list[i].limit, count);
	}
}

static void print_in_flight(struct buf *text, const char *name)
{
	const struct figures_sources *sources = from;

	if (sources)
		buf_print(text, "%s %" PRIu64 "\n", name, sources->in_flight(sources->context));
}

static void print_connections(struct buf *text, const char *name)
{
	const struct figures_sources *sources = from;

	struct http_figures door;

	if (!sources)
		return;
	sources->door(sources->context, &door);
	buf_print(text, "%s{state=\"open\"} %" PRIu64 "\n", name, door.open);
}

static void print_viewers(struct buf *text, const char *name)
{
	const struct figures_sources *sources = from;
	struct http_figures door;

	if (!sources)
		return;
	sources->door(sources->context, &door);
	buf_print(text, "%s %" PRIu64 "\n", name, door.viewers);
}

static void print_frames(struct buf *text, const char *name)
{
	const struct figures_sources *sources = from;
	struct http_figures door;

	if (!sources)
		return;
	sources->door(sources->context, &door);
	buf_print(text, "%s{end=\"sent\"} %" PRIu64 "\n", name, door.frames);
	buf_print(text, "%s{end=\"missed\"} %" PRIu64 "\n", name, door.missed);
}

static void print_map_figure(struct buf *text, const char *name, size_t offset)
{
	const struct figures_sources *sources = from;
	struct figures_maps maps;

	if (!sources)
		return;
	sources->maps(sources->context, &maps);
	buf_print(text, "%s %" PRIu64 "\n", name, *(uint64_t *)(void *)((char *)&maps + offset));
}

static void print_maps(struct buf *text, const char *name)
{
	print_map_figure(text, name, offsetof(struct figures_maps, shows));
}

static void print_map_bytes(struct buf *text, const char *name)
{
	print_map_figure(text, name, offsetof(struct figures_maps, bytes));
}

static void print_map_loads(struct buf *text, const char *name)
{
	print_map_figure(text, name, offsetof(struct figures_maps, loads));
}

static void print_epochs(struct buf *text, const char *name)
{
	print_map_figure(text, name, offsetof(struct figures_maps, epochs));
}

static void print_snapshots(struct buf *text, const char *name)
{
	static const char *const whys[FIGURES_SNAPSHOTS] = {"first", "epoch", "layout", "resync"};
	const struct figures_sources *sources = from;
	struct figures_maps maps;

	if (!sources)
		return;
	sources->maps(sources->context, &maps);
	for (size_t i = 0; i < FIGURES_SNAPSHOTS; i++)
		buf_print(text, "%s{why=\"%s\"} %" PRIu64 "\n", name, whys[i], maps.snapshots[i]);
}

void figures_take_from(const struct figures_sources *sources)
{
	from = sources;
}

void figures_answered(enum route route, unsigned status, int64_t took_us)
{
	size_t i = 0;

	while (i < STATUS_COUNT - 1 && statuses[i] != status)
		i++;
	metrics_add(METRIC_REQUESTS, cell_of(route, i), 1);
	if (took_us >= 0)
		metrics_observe(METRIC_REQUEST_SECONDS, took_us);
}

void figures_waited(int64_t ms)
{
	metrics_observe(METRIC_REPLY_WAIT_SECONDS, ms * MS);
}

void figures_unknown(void)
{
	metrics_add(METRIC_UNKNOWN_OUTCOMES, 0, 1);
}

void figures_framed(int64_t delay_ms)
{
	metrics_observe(METRIC_FRAME_DELAY_SECONDS, (delay_ms > 0 ? delay_ms : 0) * MS);
}

static void count_named(unsigned metric, const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name)) {
			metrics_add(metric, (unsigned)i, 1);
			return;
		}
	assert(false && "no such name");
}

void figures_refused(const char *limit)
{
	count_named(METRIC_REFUSED, limits, LIMIT_COUNT, limit);
}

void figures_fault(const char *kind)
{
	count_named(METRIC_FAULTS, faults, FAULT_COUNT, kind);
}
