/*
 * stock.h - reservations that were granted to the load generator, which it may change, confirm and
 * release.
 */
#ifndef HOLDFAST_PRODUCER_LOAD_STOCK_H
#define HOLDFAST_PRODUCER_LOAD_STOCK_H

#include <stdint.h>

#include "common/base/ids.h"
#include "producer/load/plan.h"

#define LOAD_STOCK_MAX 65536 /* beyond it the first is forgotten for the next one */

struct load_hold {
	struct uuid id;
	uint32_t show;
	uint64_t session;
	enum load_wish wish;             /* what it was made of */
	uint32_t first_seat, seat_count; /* as in the step that made it */
	uint32_t turns;                  /* how often it was changed */
};

struct load_stock {
	struct load_hold holds[LOAD_STOCK_MAX];
	uint32_t count;
};

void load_stock_put(struct load_stock *stock, const struct load_hold *hold);
/* Take one of them, which the draw chooses; there must be one. */
struct load_hold load_stock_take(struct load_stock *stock, uint64_t draw);

#endif
