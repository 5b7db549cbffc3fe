/*
 * settings.h - what all lanes and rebuilds of a worker are given, never changed after the start.
 */
#ifndef HOLDFAST_WORKER_LANE_SETTINGS_H
#define HOLDFAST_WORKER_LANE_SETTINGS_H

#include "common/pipeline/pipeline.h"

#define LANE_ACQUIRE_MS 20000 /* longest time in which an assignment waits for its lanes */

struct lane_settings {
	const struct pipeline *pipeline;
	size_t batch_max;
	size_t cached_seats; /* of a lane; 0: no cache */
};

#endif
