#include "producer/load/stock.h"

#include <assert.h>

void load_stock_put(struct load_stock *stock, const struct load_hold *hold)
{
	stock->holds[stock->count < LOAD_STOCK_MAX ? stock->count++ : 0] = *hold;
}

struct load_hold load_stock_take(struct load_stock *stock, uint64_t draw)
{
	struct load_hold *chosen, taken;

	assert(stock->count > 0);
	chosen = &stock->holds[draw % stock->count];
	taken = *chosen;
	*chosen = stock->holds[--stock->count];
	return taken;
}
