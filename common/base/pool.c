#include "common/base/pool.h"

#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#define KEEPS_NONE 1
#else
#define KEEPS_NONE 0
#endif

struct pool_piece {
	struct pool_piece *next;
};

void pool_open(struct pool *pool, size_t piece_bytes, unsigned kept_max)
{
	*pool = (struct pool){.piece_bytes = piece_bytes, .kept_max = KEEPS_NONE ? 0 : kept_max};
	pthread_mutex_init(&pool->lock, NULL);
}

void pool_close(struct pool *pool)
{
	while (pool->first) {
		struct pool_piece *next = pool->first->next;

		free(pool->first);
		pool->first = next;
	}
	pthread_mutex_destroy(&pool->lock);
}

void *pool_take(struct pool *pool, size_t bytes)
{
	struct pool_piece *piece;

	if (bytes > pool->piece_bytes)
		return malloc(bytes);
	pthread_mutex_lock(&pool->lock);
	piece = pool->first;
	if (piece) {
		pool->first = piece->next;
		pool->count--;
	}
	pthread_mutex_unlock(&pool->lock);
	return piece ? piece : malloc(pool->piece_bytes);
}

void pool_give(struct pool *pool, void *given, size_t bytes)
{
	struct pool_piece *piece = given;

	if (piece && bytes <= pool->piece_bytes) {
		pthread_mutex_lock(&pool->lock);
		if (pool->count < pool->kept_max) {
			piece->next = pool->first;
			pool->first = piece;
			pool->count++;
			piece = NULL;
		}
		pthread_mutex_unlock(&pool->lock);
	}
	free(piece);
}
