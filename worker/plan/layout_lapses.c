/*
 * The heap of a layout: seats that are reserved, the one whose time comes first at its head.
 * Seats of one time come in any order, which nobody can see: they are all free at once.
 */
#include "worker/plan/layout_build.h"

static void place(struct layout *layout, uint32_t at, uint32_t number)
{
	layout->heap[at] = number;
	layout->heap_at[number] = at + 1;
}

static bool is_before(const struct layout *layout, uint32_t a, uint32_t b)
{
	return layout->until_ms[a] < layout->until_ms[b];
}

/* To where it belongs, from a hole at `at`. */
static void rise(struct layout *layout, uint32_t at, uint32_t number)
{
	while (at > 0 && is_before(layout, number, layout->heap[(at - 1) / 2])) {
		place(layout, at, layout->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	place(layout, at, number);
}

static void sink(struct layout *layout, uint32_t at, uint32_t number)
{
	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= layout->heap_count)
			break;
		if (child + 1 < layout->heap_count &&
		    is_before(layout, layout->heap[child + 1], layout->heap[child]))
			child++;
		if (!is_before(layout, layout->heap[child], number))
			break;
		place(layout, at, layout->heap[child]);
		at = child;
	}
	place(layout, at, number);
}

void lapses_put(struct layout *layout, uint32_t number)
{
	if (!layout->heap_at[number])
		rise(layout, layout->heap_count++, number);
}

void lapses_drop(struct layout *layout, uint32_t number)
{
	uint32_t at = layout->heap_at[number], last;

	if (!at--)
		return;
	layout->heap_at[number] = 0;
	last = layout->heap[--layout->heap_count];
	if (last == number)
		return;
	if (at > 0 && is_before(layout, last, layout->heap[(at - 1) / 2]))
		rise(layout, at, last);
	else
		sink(layout, at, last);
}
