/* The part of a cache about customers: what each has of a show. */
#define HASH_NONFATAL_OOM 1
#include "worker/store/cache.h"

#include <string.h>

#include <utlist.h>

#include "worker/store/cache_memory.h"

static struct cached_customer *find(const struct cached_show *show,
                                    const uint8_t hash[SHA256_BYTES])
{
	struct cached_customer *c = NULL;

	if (digest_bits_may_have(&show->customer_bits, hash))
		HASH_FIND_BYHASHVALUE(hh, show->customers, hash, SHA256_BYTES, digest_hash(hash), c);
	return c;
}

static size_t bytes_of_bits(unsigned bits_log2)
{
	return ((size_t)1 << bits_log2) / 8;
}

/* Bits for all that are in the table and one more, each with DIGEST_BITS. false: no memory */
static bool make_bits(struct cache *cache, struct cached_show *show)
{
	struct digest_bits bits = {.log2 = DIGEST_BITS_LOG2_FIRST};
	struct cached_customer *c, *next;

	while ((size_t)1 << bits.log2 < 2 * DIGEST_BITS * ((size_t)HASH_COUNT(show->customers) + 1))
		bits.log2++;
	bits.bits = cache_take(cache, bytes_of_bits(bits.log2));
	if (!bits.bits)
		return false;
	memset(bits.bits, 0, bytes_of_bits(bits.log2));
	HASH_ITER(hh, show->customers, c, next)
		digest_bits_put(&bits, c->hash);
	if (show->customer_bits.bits)
		cache_give(cache, show->customer_bits.bits, bytes_of_bits(show->customer_bits.log2));
	show->customer_bits = bits;
	return true;
}

static bool has_bits_for_one_more(const struct cached_show *show)
{
	return show->customer_bits.bits && ((size_t)HASH_COUNT(show->customers) + 1) * DIGEST_BITS <=
	                                       (size_t)1 << show->customer_bits.log2;
}

/* Find, or make one that has nothing. NULL: no memory. */
static struct cached_customer *take(struct cache *cache, struct cached_show *show,
                                    const uint8_t hash[SHA256_BYTES])
{
	struct cached_customer *c = find(show, hash);

	if (c)
		return c;
	if ((!has_bits_for_one_more(show) && !make_bits(cache, show)) ||
	    !(c = cache_take(cache, sizeof *c)))
		return NULL;
	*c = (struct cached_customer){.held = NULL};
	memcpy(c->hash, hash, SHA256_BYTES);
	HASH_ADD_BYHASHVALUE(hh, show->customers, hash, SHA256_BYTES, digest_hash(hash), c);
	digest_bits_put(&show->customer_bits, hash);
	if (!cache->failed)
		return c;
	cache_give(cache, c, sizeof *c);
	return NULL;
}

static void forget(struct cache *cache, struct cached_show *show, struct cached_customer *c)
{
	HASH_DELETE(hh, show->customers, c);
	cache_give(cache, c, sizeof *c);
}

/* One of whom nothing is known, or that he has nothing where that is known of everybody. */
static void forget_if_empty(struct cache *cache, struct cached_show *show,
                            struct cached_customer *c)
{
	if (!c->held && (show->has_all_sold ? c->sold == 0 : !c->is_known))
		forget(cache, show, c);
}

bool cache_link_customer(struct cache *cache, struct cached_show *show,
                         struct cached_reservation *r, const uint8_t hash[SHA256_BYTES])
{
	r->customer = take(cache, show, hash);
	if (r->customer)
		DL_APPEND2(r->customer->held, r, prev_of_customer, next_of_customer);
	return r->customer;
}

void cache_unlink_customer(struct cache *cache, struct cached_show *show,
                           struct cached_reservation *r)
{
	struct cached_customer *c = r->customer;

	DL_DELETE2(c->held, r, prev_of_customer, next_of_customer);
	r->customer = NULL;
	forget_if_empty(cache, show, c);
}

void cache_forget_customers(struct cache *cache, struct cached_show *show)
{
	struct cached_customer *c, *next;

	HASH_ITER(hh, show->customers, c, next)
		forget(cache, show, c);
	if (show->customer_bits.bits)
		cache_give(cache, show->customer_bits.bits, bytes_of_bits(show->customer_bits.log2));
	show->customer_bits.bits = NULL;
}

void cache_count_sold(struct cache *cache, const struct view *view)
{
	for (const struct reservation *r = view->changed_reservations; r; r = r->next_changed) {
		struct cached_show *show = r->show->cached;
		struct cached_customer *c;
		int32_t before = 0, after = 0;

		if (!r->has_customer || !show)
			continue;
		if (r->existed && r->seen_status == RESERVATION_CONFIRMED)
			before = r->seen_places;
		if (r->status == RESERVATION_CONFIRMED)
			after = r->places;
		if (before == after)
			continue;
		c = show->has_all_sold ? take(cache, show, r->customer_hash) : find(show, r->customer_hash);
		if (!c || !(show->has_all_sold || c->is_known))
			continue;
		c->sold += after - before;
		forget_if_empty(cache, show, c);
	}
}

void cache_learn_customers(struct cache *cache, struct cached_show *c, const struct show *s)
{
	if (c->has_all_held && c->has_all_sold)
		return; /* whatever they have is there */
	for (const struct customer *from = s->customers.all; from; from = from->next_of_show) {
		struct cached_customer *to;

		if (from->known != KNOWN)
			continue;
		to = take(cache, c, from->hash);
		if (!to)
			return;
		to->sold = from->sold;
		to->is_known = true;
	}
}

/* ---- what all customers of a show have bought ---- */

struct text cache_choose_sold(struct cache *cache, const struct view *view, size_t *rows_max)
{
	if (!cache)
		return (struct text){NULL, 0};
	for (const struct customer *c = view->wanted_customers;
	     c && !cache->calm && !cache->failed && !cache->reading_sold; c = c->next_wanted) {
		struct cached_show *show = c->show->cached;

		if (show && ++show->customers_asked >= CACHE_BUSY_SESSIONS && !show->has_all_sold &&
		    !show->has_too_many_sold && (show->has_all_held || show == cache->reading))
			cache->reading_sold = show;
	}
	if (!cache->reading_sold)
		return (struct text){NULL, 0};
	*rows_max = cache->seats_max / CACHE_HELD_PART;
	return (struct text){cache->reading_sold->show_id, cache->reading_sold->hh.keylen};
}

bool cache_reads_sold_of(const struct cache *cache, const struct show *show)
{
	return cache && cache->reading_sold && show->cached == cache->reading_sold;
}

void cache_add_sold(struct cache *cache, const uint8_t hash[SHA256_BYTES], int64_t places)
{
	struct cached_customer *c = take(cache, cache->reading_sold, hash);

	if (c)
		c->sold = places;
}

void cache_end_sold(struct cache *cache, bool is_all)
{
	cache->reading_sold->has_all_sold = is_all && !cache->failed;
	cache->reading_sold->has_too_many_sold = !is_all;
	cache->reading_sold = NULL;
}
