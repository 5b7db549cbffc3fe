/* The part of view.h about customers: what one has of a show that limits it. */
#define HASH_NONFATAL_OOM 1
#include "worker/plan/view.h"

#include <string.h>

#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) (view->failed = true)

struct customer *view_find_customer(const struct show *show, const uint8_t hash[SHA256_BYTES])
{
	struct customer *customer = NULL;

	HASH_FIND_BYHASHVALUE(hh, show->customers, hash, SHA256_BYTES, digest_hash(hash), customer);
	return customer;
}

struct customer *view_customer(struct view *view, struct show *show,
                               const uint8_t hash[SHA256_BYTES])
{
	struct customer *customer = view_find_customer(show, hash);

	if (customer)
		return customer;
	customer = arena_take(view->arena, sizeof *customer);
	if (!customer) {
		view->failed = true;
		return NULL;
	}
	memcpy(customer->hash, hash, SHA256_BYTES);
	customer->show = show;
	HASH_ADD_BYHASHVALUE(hh, show->customers, hash, SHA256_BYTES, digest_hash(hash), customer);
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
