/*
 * commit.h - a group's committed offset, and whether a worker of ours has set it.
 *
 * Anybody can set a group's offset. What a worker commits, in one transaction with its replies,
 * carries a mark in the metadata of the offset, which tools that set offsets leave empty.
 */
#ifndef HOLDFAST_KAFKA_COMMIT_H
#define HOLDFAST_KAFKA_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

#define KAFKA_COMMIT_MARK "holdfast-worker"

struct kafka_commit {
	int64_t offset; /* -1: there is none */
	bool is_marked; /* false: set by hand, or by a worker of a version that had no mark */
};

#endif
