/*
 * expirer_seen.h - the expires that came to the request topic, for the tests of the expirer.
 */
#ifndef HOLDFAST_TESTS_EXPIRER_SEEN_H
#define HOLDFAST_TESTS_EXPIRER_SEEN_H

#include "common/base/ids.h"

#define SEEN_MAX 300000
#define SEEN_FIRST_WAIT_MS 5000 /* before a hold is announced again */

struct seen {
	struct uuid reservation_id, request_id;
	int64_t appended_ms;
};

extern struct seen *seen;
extern size_t seen_count;

/* Begin at the topic's present end. */
void seen_open(void);
void seen_close(void);
/* Read what comes within wait_ms, at the longest until there are `count`; each must be well made. */
void seen_collect(size_t count, int64_t wait_ms);
/* How many holds are among those seen; a repeat must have a request id of its own and come late. */
size_t seen_distinct(void);

#endif
