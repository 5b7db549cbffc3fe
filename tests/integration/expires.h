/*
 * expires.h - the expires that came to the request topic, for the tests of the expirer.
 */
#ifndef HOLDFAST_TESTS_EXPIRES_H
#define HOLDFAST_TESTS_EXPIRES_H

#include "common/base/ids.h"

#define EXPIRES_MAX 300000
#define EXPIRES_FIRST_WAIT_MS 5000 /* before a hold is announced again */

struct expire {
	struct uuid reservation_id, request_id;
	int64_t appended_ms;
};

extern struct expire *expires;
extern size_t expires_count;

/* Begin at the topic's present end. */
void expires_open(void);
void expires_close(void);
/* Read what comes within wait_ms, at the longest until there are `count`; each must be well made. */
void expires_collect(size_t count, int64_t wait_ms);
/* How many holds are among those expires; a repeat must have a request id of its own and come late. */
size_t expires_distinct(void);

#endif
