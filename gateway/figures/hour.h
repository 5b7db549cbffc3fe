/*
 * hour.h - the last hour, for people to see: decisions and conflicts by time, the slowest answers.
 *
 * Threads: any.
 */
#ifndef HOLDFAST_GATEWAY_FIGURES_HOUR_H
#define HOLDFAST_GATEWAY_FIGURES_HOUR_H

#include "common/base/ids.h"
#include "gateway/api/routes.h"

#define HOUR_SLICES 180
#define HOUR_SLICE_MS 20000
#define HOUR_SLOWEST 10
#define HOUR_SLOW_US 1000 /* faster answers are not worth a look */

struct hour_slice {
	uint32_t decisions, conflicts;
};

struct hour_slow {
	int64_t took_us, at_ms; /* wall clock, when it was answered */
	enum route route;
	unsigned status;
	struct uuid request_id;
};

/* now_ms: a clock that never goes back; of any thread, and the same clock each time */
void hour_decided(bool is_conflict, int64_t now_ms);
void hour_answered(const struct hour_slow *answer, int64_t now_ms);

struct hour {
	struct hour_slice slices[HOUR_SLICES]; /* the oldest first; the last one is not over */
	struct hour_slow slowest[HOUR_SLOWEST];
	size_t slow_count;                     /* the slowest first */
};
void hour_read(struct hour *hour, int64_t now_ms);

#endif
