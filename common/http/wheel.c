#include "common/http/wheel.h"

#include <stddef.h>
#include <string.h>

#define BITS 64

void wheel_open(struct wheel *w, int64_t now_ms)
{
	memset(w, 0, sizeof *w);
	w->tick = now_ms / WHEEL_TICK_MS;
}

void wheel_cancel(struct wheel_entry *e)
{
	if (!e->link)
		return;
	*e->link = e->next;
	if (e->next)
		e->next->link = e->link;
	e->next = NULL;
	e->link = NULL;
}

/* Never into the slot that is looked at: wheel_take would meet it there again. */
void wheel_set(struct wheel *w, struct wheel_entry *e, int64_t at_ms)
{
	int64_t tick = (at_ms + WHEEL_TICK_MS - 1) / WHEEL_TICK_MS;
	unsigned slot;

	wheel_cancel(e);
	if (tick <= w->tick)
		tick = w->tick + 1;
	if (tick >= w->tick + WHEEL_SLOTS)
		tick = w->tick + WHEEL_SLOTS - 1;
	slot = (unsigned)(tick % WHEEL_SLOTS);
	e->at_ms = at_ms;
	e->next = w->slots[slot];
	e->link = &w->slots[slot];
	if (e->next)
		e->next->link = &e->next;
	w->slots[slot] = e;
	w->used[slot / BITS] |= UINT64_C(1) << slot % BITS;
}

struct wheel_entry *wheel_take(struct wheel *w, int64_t now_ms)
{
	int64_t now = now_ms / WHEEL_TICK_MS;

	for (;;) {
		unsigned slot = (unsigned)(w->tick % WHEEL_SLOTS);
		struct wheel_entry *e = w->slots[slot];

		if (e && e->at_ms <= now_ms) {
			wheel_cancel(e);
			return e;
		}
		if (e) {
			wheel_set(w, e, e->at_ms);
			continue;
		}
		w->used[slot / BITS] &= ~(UINT64_C(1) << slot % BITS);
		if (w->tick >= now)
			return NULL;
		/* What is empty all round needs not be looked at slot by slot. */
		w->tick = now - w->tick > WHEEL_SLOTS ? now - WHEEL_SLOTS : w->tick + 1;
	}
}

/* How many slots from here is the next that is used? WHEEL_SLOTS: there is none. */
static int64_t next_used(const struct wheel *w)
{
	int64_t away = 1;

	while (away < WHEEL_SLOTS) {
		unsigned slot = (unsigned)((w->tick + away) % WHEEL_SLOTS);
		uint64_t rest = w->used[slot / BITS] >> slot % BITS;

		if (rest)
			return away + __builtin_ctzll(rest);
		away += BITS - slot % BITS;
	}
	return WHEEL_SLOTS;
}

int64_t wheel_wait_ms(struct wheel *w, int64_t now_ms)
{
	int64_t away = next_used(w), wait_ms;

	if (away >= WHEEL_SLOTS)
		return -1;
	wait_ms = (w->tick + away) * WHEEL_TICK_MS - now_ms;
	return wait_ms > 0 ? wait_ms : 0;
}
