/*
 * positions.h - how far each partition is decided, and how fast: for who waits.
 *
 * Read from the databases twice a second, on a thread of its own.
 * Threads: any may ask.
 */
#ifndef HOLDFAST_GATEWAY_ROWS_POSITIONS_H
#define HOLDFAST_GATEWAY_ROWS_POSITIONS_H

#include "common/pipeline/pipeline.h"

struct positions;

struct position {
	bool is_known;         /* read at most POSITION_FRESH_MS ago; else nothing but end_offset is set */
	int64_t at_ms;         /* when it was read, monotonic */
	int64_t next_offset;   /* the first that is not decided */
	int64_t end_offset;    /* of the partition; always set; -1: not known */
	double per_ms;         /* decided in the last 10 s, while there was something to decide (pace.h);
	                          0: nothing, or not known */
	int64_t current_ms;    /* for so long without a break it has decided what was there; 0: not now */
};
#define POSITION_FRESH_MS 1000

enum rc positions_open(struct positions **positions, const struct pipeline *pipeline,
                       struct err *e) NODISCARD;
void positions_close(struct positions *positions); /* takes NULL */

/* Why the brokers do not say how far the topics are, a literal; NULL: they do. */
const char *positions_trouble(struct positions *positions);
struct position position_of(struct positions *positions, int32_t partition);
/*
 * Is everything decided that is in the partition now? It asks a broker where the partition ends, and
 * waits for that for a moment at most; false, too, where it is not told.
 */
bool positions_is_all_decided(struct positions *positions, int32_t partition);
/* How many are before an offset; -1: not known. And in how long it is decided, at that pace. */
int64_t position_before(const struct position *position, int64_t offset);
int64_t position_eta_ms(const struct position *position, int64_t offset); /* -1: not known */

#endif
