/*
 * standing.h - how each partition stands: who has it, what waits, whether it is halted and why.
 *
 * Read on a thread of its own, while somebody looks; what it tells is of a moment ago, and nothing
 * may be decided by it.
 * Threads: any may look.
 */
#ifndef HOLDFAST_GATEWAY_ROWS_STANDING_H
#define HOLDFAST_GATEWAY_ROWS_STANDING_H

#include "common/pipeline/pipeline.h"

struct standing;

struct standing_row {
	bool is_known;             /* its row was read; else nothing but owner is set */
	int64_t next_offset, epoch;
	bool is_halted;
	int64_t halted_ms, halted_offset; /* wall clock; -1: no record is to blame */
	char reason[400];          /* why it is halted */
	char owner[120];           /* client id and host of the worker; "": not known */
};

enum rc standing_open(struct standing **standing, const struct pipeline *pipeline,
                      struct err *e) NODISCARD;
void standing_close(struct standing *standing); /* takes NULL */

/*
 * rows  as many as the pipeline has partitions
 * false: nothing was read yet; ask again in a moment
 */
bool standing_read(struct standing *standing, struct standing_row *rows);

#endif
