/*
 * random_history.h - a long history of random requests, every kind of malformed one among them,
 * with headers, wrong partitions, duplicates and bursts; the same for the same seed but for time.
 */
#ifndef HOLDFAST_TESTS_RANDOM_HISTORY_H
#define HOLDFAST_TESTS_RANDOM_HISTORY_H

#include "common/base/record.h"

struct random_history;

/*
 * reply_topic      a request in some asks for its reply there
 * partition_count  of the topic of requests
 */
struct random_history *random_history_make(uint64_t seed, const char *reply_topic,
                                           int32_t partition_count);
void random_history_release(struct random_history *h);

/* The next request: key, value, headers and partition of the record count; good until the next. */
const struct record *random_history_next(struct random_history *h);

#endif
