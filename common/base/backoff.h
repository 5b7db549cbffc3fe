/*
 * backoff.h - how long to wait before the next try: doubling, with jitter, up to a limit.
 */
#ifndef HOLDFAST_BASE_BACKOFF_H
#define HOLDFAST_BASE_BACKOFF_H

#include <stdint.h>

struct backoff {
	int64_t first_ms;
	int64_t limit_ms;
	int64_t next_ms; /* 0: start with first_ms */
};

int64_t backoff_next_ms(struct backoff *b); /* between half of and the whole present step */
void backoff_reset(struct backoff *b);

#endif
