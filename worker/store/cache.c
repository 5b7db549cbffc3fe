/* Memory and forgetting; cache_keep.c and those of areas and customers learn, cache_fill.c looks up. */
#define HASH_NONFATAL_OOM 1
#include "worker/store/cache.h"

#include <stdlib.h>

#include <utlist.h>

#include "worker/store/cache_memory.h"

/* What glibc's malloc takes for it. */
static size_t weight(size_t bytes)
{
	return (bytes + 8 + 15) / 16 * 16;
}

void *cache_take(struct cache *cache, size_t bytes)
{
	void *taken = malloc(bytes);

	if (taken)
		cache->bytes += weight(bytes);
	else
		cache->failed = true;
	return taken;
}

void cache_give(struct cache *cache, void *given, size_t bytes)
{
	cache->bytes -= weight(bytes);
	free(given);
}

void cache_forget_reservation(struct cache *cache, struct cached_show *show,
                              struct cached_reservation *r)
{
	if (r->customer)
		cache_unlink_customer(cache, show, r);
	HASH_DELETE(hh, show->held, r);
	HASH_DELETE(by_session, show->sessions, r);
	cache_give(cache, r, cached_reservation_bytes(r));
}

void cache_forget_title(struct cache *cache, struct cached_show *show)
{
	if (show->policy.title.data)
		cache_give(cache, (char *)show->policy.title.data, show->policy.title.bytes + 1);
	show->policy.title = (struct text){NULL, 0};
}

void cache_forget_channels(struct cache *cache, struct cached_show *show)
{
	for (struct cached_channel *channel; (channel = show->channels); ) {
		show->channels = channel->next;
		cache_give(cache, channel, sizeof *channel + channel->texts_bytes);
	}
}

void cache_forget_whole(struct cache *cache, struct cached_show *show)
{
	if (show->whole.built)
		show->whole.close(show->whole.built);
	show->whole = (struct whole){0};
	cache->bytes -= show->whole_bytes;
	show->whole_bytes = 0;
}

void cache_forget_show(struct cache *cache, struct cached_show *show)
{
	struct cached_seat *seat, *next_seat;
	struct cached_reservation *r, *next;

	HASH_ITER(hh, show->seats, seat, next_seat) {
		HASH_DELETE(hh, show->seats, seat);
		cache->seats--;
		cache_give(cache, seat, cached_seat_bytes(seat->hh.keylen));
	}
	HASH_ITER(hh, show->held, r, next)
		cache_forget_reservation(cache, show, r);
	cache_forget_customers(cache, show);
	for (struct cached_name *name; (name = show->names); ) {
		show->names = name->next;
		cache_give(cache, name, sizeof *name + name->bytes);
	}
	cache_forget_whole(cache, show);
	cache_forget_channels(cache, show);
	cache_forget_areas(cache, show);
	cache_forget_title(cache, show);
	DL_DELETE(cache->by_use, show);
	HASH_DELETE(hh, cache->shows, show);
	cache_give(cache, show, sizeof *show + show->hh.keylen);
}

struct cache *cache_open(size_t seats_max)
{
	struct cache *cache = calloc(1, sizeof *cache);

	if (cache)
		cache->seats_max = seats_max;
	return cache;
}

void cache_drop(struct cache *cache)
{
	if (!cache)
		return;
	while (cache->by_use)
		cache_forget_show(cache, cache->by_use);
	cache->reading = cache->reading_sold = NULL;
	cache->failed = false;
}

void cache_close(struct cache *cache)
{
	cache_drop(cache);
	free(cache);
}

bool cache_begin(struct cache *cache, int64_t hand_changes)
{
	bool is_fine;

	if (!cache)
		return true;
	is_fine = !cache->shows || (hand_changes >= 0 && hand_changes == cache->hand_changes);
	if (!is_fine)
		cache_drop(cache);
	cache->hand_changes = hand_changes;
	cache->calm -= cache->calm > 0;
	return is_fine;
}

size_t cache_seats(const struct cache *cache)
{
	return cache ? cache->seats : 0;
}

size_t cache_bytes(const struct cache *cache)
{
	return cache ? cache->bytes : 0;
}
