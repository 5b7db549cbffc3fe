/*
 * buckets.h - token buckets by key, in a table of fixed size: how often somebody may ask.
 *
 * A bucket that is full is as good as none. Where there is no room, the fullest of some goes, so
 * that nobody is refused for want of memory, and who asks much is forgotten last.
 * Threads: a table belongs to one thread, or to a lock.
 */
#ifndef HOLDFAST_GATEWAY_API_BUCKETS_H
#define HOLDFAST_GATEWAY_API_BUCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUCKET_KEY_BYTES 16

struct bucket_limit {
	int32_t tokens; /* that come back */
	int32_t in_ms;  /* in so many milliseconds; 0: no limit */
	int32_t burst;  /* tokens that a full bucket has, at least 1 */
};

struct buckets;

/*
 * max   buckets kept, rounded up; each takes 24 bytes
 * seed  at random, so that nobody can choose keys that share a place
 * NULL: out of memory
 */
struct buckets *buckets_open(size_t max, uint64_t seed);
void buckets_close(struct buckets *buckets); /* takes NULL */

/*
 * Take one token.
 *
 * limit     of this key; may differ from key to key, not from call to call
 * now_ms    a clock that never goes back
 * retry_ms  where false: until there is a token again
 */
bool buckets_take(struct buckets *buckets, const uint8_t key[BUCKET_KEY_BYTES],
                  struct bucket_limit limit, int64_t now_ms, int64_t *retry_ms);
/* Is there one? It is left there. */
bool buckets_has(struct buckets *buckets, const uint8_t key[BUCKET_KEY_BYTES],
                 struct bucket_limit limit, int64_t now_ms, int64_t *retry_ms);

#endif
