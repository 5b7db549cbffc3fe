/*
 * cache_memory.h - memory of a cache, with every byte counted: for the files that write its tables.
 *
 * Included behind HASH_NONFATAL_OOM, it makes uthash take its own from there; `cache` is then the
 * name of the cache wherever one of its macros adds or deletes.
 */
#ifndef HOLDFAST_WORKER_STORE_CACHE_MEMORY_H
#define HOLDFAST_WORKER_STORE_CACHE_MEMORY_H

#include "worker/store/cache_tables.h"

#undef uthash_malloc
#undef uthash_free
#undef uthash_nonfatal_oom
#undef HASH_INITIAL_NUM_BUCKETS
#undef HASH_INITIAL_NUM_BUCKETS_LOG2
#define uthash_malloc(bytes) cache_take(cache, (bytes))
#define uthash_free(pointer, bytes) cache_give(cache, (pointer), (bytes))
#define uthash_nonfatal_oom(element) (cache->failed = true)
/* Most shows have few held reservations. */
#define HASH_INITIAL_NUM_BUCKETS 4U
#define HASH_INITIAL_NUM_BUCKETS_LOG2 2U

void *cache_take(struct cache *cache, size_t bytes); /* NULL: `failed` says so */
void cache_give(struct cache *cache, void *given, size_t bytes);

void cache_forget_reservation(struct cache *cache, struct cached_show *show,
                              struct cached_reservation *r);
void cache_forget_title(struct cache *cache, struct cached_show *show);
void cache_forget_channels(struct cache *cache, struct cached_show *show);
void cache_forget_areas(struct cache *cache, struct cached_show *show);
void cache_forget_whole(struct cache *cache, struct cached_show *show);
void cache_forget_show(struct cache *cache, struct cached_show *show);

/* A held reservation that was added, or goes, is this customer's. false: no memory. */
bool cache_link_customer(struct cache *cache, struct cached_show *show,
                         struct cached_reservation *r, const uint8_t hash[SHA256_BYTES]);
void cache_unlink_customer(struct cache *cache, struct cached_show *show,
                           struct cached_reservation *r);
void cache_forget_customers(struct cache *cache, struct cached_show *show); /* no held ones left */
/* Before a view is learned: what its changes make of places that were bought. */
void cache_count_sold(struct cache *cache, const struct view *view);
/* Behind its reservations: customers that it knows. */
void cache_learn_customers(struct cache *cache, struct cached_show *c, const struct show *s);

/* All areas of a show that it did not have, or what became of them. */
void cache_keep_areas(struct cache *cache, struct cached_show *c, const struct view *view,
                      const struct show *s);

static inline size_t cached_seat_bytes(size_t id_bytes)
{
	return offsetof(struct cached_seat, seat_id) + id_bytes + 1;
}

static inline size_t cached_reservation_bytes(const struct cached_reservation *r)
{
	return sizeof *r + r->ids_bytes + r->channel_bytes + r->areas_bytes;
}

#endif
