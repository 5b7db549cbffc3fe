/*
 * probe.h - reads partitions whose requests could not be read until they can, as the client library
 * does not say when a fetch that failed succeeds and finds nothing.
 *
 * Threads: the main one.
 * Limits: one reader for all of them, open only while there are any.
 */
#ifndef HOLDFAST_WORKER_PROBE_H
#define HOLDFAST_WORKER_PROBE_H

#include "worker/lane/lane.h"

struct kafka_reader;

struct probe {
	const struct pipeline *pipeline; /* borrowed */
	struct kafka_reader *reader;     /* NULL: nothing is probed */
	bool *is_read;                   /* by partition: it reads it */
};

/* RC_FATAL: out of memory */
enum rc probe_open(struct probe *probe, const struct pipeline *pipeline, struct err *e) NODISCARD;
void probe_close(struct probe *probe);
/* Read on where lanes are deaf, and tell those whose partition was read (lane_could_hear). */
void probe_look(struct probe *probe, struct lane *const *lanes, size_t count);

#endif
