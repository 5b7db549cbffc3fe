/* The part of view.h about customers: what one has of a show that limits it. */
#include "worker/plan/view.h"

#include <string.h>

#define SLOTS_FIRST 64u

/* Where he is, or would be. */
static struct customer_slot *slot_of(const struct customers *all,
                                     const uint8_t hash[SHA256_BYTES])
{
	uint32_t last = all->room - 1, at = digest_hash(hash) & last;

	for (;; at = (at + 1) & last) {
		struct customer_slot *slot = &all->slots[at];

		if (!slot->customer || (slot->hash == digest_hash(hash) &&
		                        !memcmp(slot->customer->hash, hash, SHA256_BYTES)))
			return slot;
	}
}

static bool make_room(struct arena *arena, struct customers *all)
{
	struct customers grown = {.room = all->room ? 4 * all->room : SLOTS_FIRST};

	grown.slots = arena_take(arena, grown.room * sizeof *grown.slots);
	if (!grown.slots)
		return false;
	for (uint32_t i = 0; i < all->room; i++) {
		uint32_t at = all->slots[i].hash & (grown.room - 1);

		if (!all->slots[i].customer)
			continue;
		while (grown.slots[at].customer)
			at = (at + 1) & (grown.room - 1);
		grown.slots[at] = all->slots[i];
	}
	all->slots = grown.slots;
	all->room = grown.room;
	return true;
}

struct customer *view_find_customer(const struct show *show, const uint8_t hash[SHA256_BYTES])
{
	return show->customers.room ? slot_of(&show->customers, hash)->customer : NULL;
}

struct customer *view_customer(struct view *view, struct show *show,
                               const uint8_t hash[SHA256_BYTES])
{
	struct customers *all = &show->customers;
	struct customer *customer = view_find_customer(show, hash);

	if (customer)
		return customer;
	customer = arena_take(view->arena, sizeof *customer);
	if (!customer || (2 * all->count >= all->room && !make_room(view->arena, all))) {
		view->failed = true;
		return NULL;
	}
	memcpy(customer->hash, hash, SHA256_BYTES);
	customer->show = show;
	*slot_of(all, hash) = (struct customer_slot){customer, digest_hash(hash)};
	all->count++;
	customer->next_of_show = all->all;
	all->all = customer;
	customer->known = WANTED;
	customer->next_wanted = view->wanted_customers;
	view->wanted_customers = customer;
	return customer;
}

void view_want_limit(struct view *view, const struct reservation *r)
{
	bool is_taken_again = r->confirm_ms && r->reserved_until_ms <= r->confirm_ms &&
	                      (r->status == RESERVATION_HELD || r->status == RESERVATION_EXPIRED);
	bool is_added_to = r->is_added_to && r->status == RESERVATION_HELD;

	if ((is_taken_again || is_added_to) && r->show->policy.max_customer_seats)
		(void)view_customer(view, r->show, r->customer_hash);
}

void view_add_hold(struct view *view, struct customer *customer, const struct uuid *id)
{
	struct reservation *r = view_reservation(view, customer->show, id);

	if (!r)
		return;
	r->next_of_customer = customer->held;
	customer->held = r;
}

void view_learn_customer(struct customer *customer, int64_t sold)
{
	customer->known = KNOWN;
	customer->sold = sold;
}

struct customer *view_take_customers(struct view *view)
{
	struct customer *taken = NULL, *customer, *next;

	customer = view->wanted_customers;
	view->wanted_customers = NULL;
	for (; customer; customer = next) {
		const struct show *show = customer->show;
		struct customer **list = &taken;

		next = customer->next_wanted;
		if (show->known != KNOWN)
			list = &view->wanted_customers;
		else if (!show->exists || !policy_limits_customers(&show->policy))
			continue;
		customer->next_wanted = *list;
		*list = customer;
	}
	return taken;
}
