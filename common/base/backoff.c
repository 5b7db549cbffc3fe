#include "common/base/backoff.h"

#include <stdlib.h>
#include <time.h>

#include "common/base/clock.h"

/* Jitter needs no secrecy: a hash of the clock is enough, and needs no state across threads. */
static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdu;
	x ^= x >> 33;
	return x;
}

int64_t backoff_next_ms(struct backoff *b)
{
	int64_t step = b->next_ms ? b->next_ms : b->first_ms;
	int64_t half = step / 2;
	struct timespec now;

	b->next_ms = step * 2 < b->limit_ms ? step * 2 : b->limit_ms;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return step - half +
	       (int64_t)(mix((uint64_t)now.tv_nsec + (uintptr_t)b) % (uint64_t)(half + 1));
}

void backoff_reset(struct backoff *b)
{
	b->next_ms = 0;
}
