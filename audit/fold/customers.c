#include "audit/fold/customers.h"

#include <string.h>

struct buyer *show_find_buyer(const struct show *show, const uint8_t hash[SHA256_BYTES])
{
	struct buyer *buyer;

	HASH_FIND(hh, show->buyers, hash, SHA256_BYTES, buyer);
	return buyer;
}

struct buyer *show_take_buyer(struct model *m, struct show *show, const uint8_t hash[SHA256_BYTES])
{
	struct buyer *buyer = show_find_buyer(show, hash);

	if (buyer || !(buyer = arena_take(&m->memory, sizeof *buyer)))
		return buyer;
	memcpy(buyer->hash, hash, SHA256_BYTES);
	HASH_ADD(hh, show->buyers, hash, SHA256_BYTES, buyer);
	return buyer->hh.tbl ? buyer : NULL;
}

void buyer_add(struct buyer *buyer, struct reservation *r)
{
	r->buyer = buyer;
	r->next_of_buyer = buyer->holds;
	buyer->holds = r;
}

struct customer_has buyer_has(struct buyer *buyer, int64_t t_ms)
{
	struct customer_has has = {.seats = buyer ? buyer->places_bought : 0};
	struct reservation **at = buyer ? &buyer->holds : NULL;

	while (at && *at) {
		const struct reservation *r = *at;

		if (r->status != RESERVATION_HELD) {
			*at = r->next_of_buyer;
			continue;
		}
		if (!reservation_has_lapsed(r, t_ms)) {
			has.seats += r->places;
			has.holds++;
		}
		at = &(*at)->next_of_buyer;
	}
	return has;
}
