/*
 * customers.h - what a customer has of a show.
 */
#ifndef HOLDFAST_AUDIT_FOLD_CUSTOMERS_H
#define HOLDFAST_AUDIT_FOLD_CUSTOMERS_H

#include "audit/fold/reservations.h"

/* Find one, or add him. NULL: there is none; out of memory. */
struct buyer *show_find_buyer(const struct show *show, const uint8_t hash[SHA256_BYTES]);
struct buyer *show_take_buyer(struct model *m, struct show *show, const uint8_t hash[SHA256_BYTES]);

/* The reservation, which was just made, is his. */
void buyer_add(struct buyer *buyer, struct reservation *r);
/* What he has at t: places of live holds and of what he bought, and live holds. NULL: nothing */
struct customer_has buyer_has(struct buyer *buyer, int64_t t_ms);

#endif
