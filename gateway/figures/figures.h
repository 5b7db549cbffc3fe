/*
 * figures.h - what a gateway counts.
 *
 * Threads: any.
 */
#ifndef HOLDFAST_GATEWAY_FIGURES_FIGURES_H
#define HOLDFAST_GATEWAY_FIGURES_FIGURES_H

#include <stdint.h>

#include "common/http/http.h"
#include "common/service/metrics.h"
#include "gateway/api/routes.h"

enum figures_metric {
#define METRIC(symbol, kind, samples, name, help) METRIC_##symbol,
#include "gateway/figures/metrics.def"
#undef METRIC
	METRIC_COUNT
};
extern const struct metrics_row figures_rows[METRIC_COUNT];

/* Of the seat maps. */
#define FIGURES_SNAPSHOTS 4
struct figures_maps {
	uint64_t shows, bytes;                 /* now */
	uint64_t loads, epochs;                /* since the start, as the next */
	uint64_t snapshots[FIGURES_SNAPSHOTS]; /* because of "first", "epoch", "layout", "resync" */
};

/* Where the gauges are taken from, when somebody looks. */
struct figures_sources {
	void *context;
	uint64_t (*in_flight)(void *context);
	void (*door)(void *context, struct http_figures *figures);
	void (*maps)(void *context, struct figures_maps *maps);
};
void figures_take_from(const struct figures_sources *sources); /* NULL: from nowhere any more */

/* took_us: -1: there was no whole request */
void figures_answered(enum route route, unsigned status, int64_t took_us);
void figures_waited(int64_t ms);
void figures_unknown(void);
void figures_framed(int64_t delay_ms);
void figures_refused(const char *limit); /* one of its table; another is a bug */
void figures_fault(const char *kind);    /* likewise */

#endif
