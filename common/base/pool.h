/*
 * pool.h - pieces of memory of one size that are used again and again, also where one thread takes
 * them and another gives them back: which is what malloc is slow at.
 *
 * Threads: any, but for pool_open and pool_close.
 * A build with AddressSanitizer keeps none, so that it sees who uses a piece that was given back.
 */
#ifndef HOLDFAST_BASE_POOL_H
#define HOLDFAST_BASE_POOL_H

#include <pthread.h>
#include <stddef.h>

struct pool {
	pthread_mutex_t lock; /* of what follows but the sizes */
	struct pool_piece *first;
	size_t piece_bytes;
	unsigned count, kept_max;
};

/* kept_max: that are kept for the next one; it may have given more than that. */
void pool_open(struct pool *pool, size_t piece_bytes, unsigned kept_max);
void pool_close(struct pool *pool); /* frees those that it keeps */

/*
 * A piece of at least so many bytes, which may be more than its pieces have; what is in it, nobody
 * knows. Release with pool_give, of the same pool, saying the same size. NULL: no memory
 */
void *pool_take(struct pool *pool, size_t bytes);
void pool_give(struct pool *pool, void *piece, size_t bytes); /* takes NULL */

#endif
