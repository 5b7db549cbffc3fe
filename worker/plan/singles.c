/*
 * layout_singles: the seats that named ones would leave alone, by 4.4 of docs/protocol.md.
 *
 * Runs and what is named of them come in the order of slots.
 */
#include "worker/plan/layout_bits.h"

static bool is_ordinary(const struct layout *layout, uint32_t slot)
{
	return bit_at(layout->is_free, slot) && bit_at(layout->is_plain, slot);
}

/* All 64 slots of it. */
static bool is_ordinary_word(const struct layout *layout, uint32_t slot)
{
	return (layout->is_free[slot >> 6] & layout->is_plain[slot >> 6]) == UINT64_MAX;
}

/* The named seats that are ordinary but for that, sorted; how many they are. */
static size_t sort_slots(const struct layout *layout, const uint32_t *named, size_t count,
                         uint32_t *slots)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t slot = layout->slots[named[i]];
		size_t at = kept;

		if (slot == SLOT_NONE || !is_ordinary(layout, slot))
			continue;
		for (; at > 0 && slots[at - 1] > slot; at--)
			slots[at] = slots[at - 1];
		slots[at] = slot;
		kept++;
	}
	return kept;
}

/* The first slot of the run that this one is in, and the last. */
static uint32_t run_from(const struct layout *layout, uint32_t from)
{
	while (is_ordinary(layout, from - 1))
		from -= from % 64 == 0 && is_ordinary_word(layout, from - 1) ? 64 : 1;
	return from;
}

static uint32_t run_to(const struct layout *layout, uint32_t to)
{
	while (is_ordinary(layout, to + 1))
		to += to % 64 == 63 && is_ordinary_word(layout, to + 1) ? 64 : 1;
	return to;
}

/* The group's seats in [from, to], but no more than most. */
static size_t count_group(const struct layout *layout, uint32_t group, uint32_t from, uint32_t to,
                          size_t most)
{
	uint32_t low = layout->groups[group].first_leaf, end = layout->groups[group + 1].first_leaf;
	uint32_t high = end;
	size_t count = 0;

	while (low < high) { /* the first leaf that ends at `from` or behind */
		uint32_t middle = low + (high - low) / 2;

		if (layout->leaves[middle].start + starts_of(&layout->leaves[middle]) <= from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < end && layout->leaves[low].start <= to && count < most; low++) {
		uint32_t first = layout->leaves[low].start, last = first + starts_of(&layout->leaves[low]) - 1;

		count += (last < to ? last : to) - (first > from ? first : from) + 1;
	}
	return count < most ? count : most;
}

/* Is nothing left of the run [from, to] in any category that is taken of it? */
static bool is_all_of_its_kind(const struct layout *layout, const uint32_t *taken, size_t count,
                               uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t group = layout->leaves[layout->leaf_of[taken[i]]].group;
		size_t of_it = 0;

		for (size_t j = 0; j < count; j++)
			of_it += layout->leaves[layout->leaf_of[taken[j]]].group == group;
		if (count_group(layout, group, from, to, of_it + 1) > of_it)
			return false;
	}
	return true;
}

/* Single seats between and beside those taken, which are all that is taken of [from, to]. */
static size_t find_left(const uint32_t *taken, size_t count, uint32_t from, uint32_t to,
                        uint32_t *left)
{
	size_t found = 0;

	if (taken[0] - from == 1)
		left[found++] = from;
	for (size_t i = 1; i < count; i++)
		if (taken[i] - taken[i - 1] == 2)
			left[found++] = taken[i] - 1;
	if (to - taken[count - 1] == 1)
		left[found++] = to;
	return found;
}

/* Is any ordinary seat beside a taken one alone? Few requests get further. */
static bool may_leave_one(const struct layout *layout, const uint32_t *taken, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t slot = taken[i];
		bool is_near = i + 1 < count && taken[i + 1] == slot + 2;

		if (is_ordinary(layout, slot - 1) && !is_ordinary(layout, slot - 2))
			return true;
		if (is_ordinary(layout, slot + 1) && (is_near || !is_ordinary(layout, slot + 2)))
			return true;
	}
	return false;
}

size_t layout_singles(const struct layout *layout, const uint32_t *named, size_t count,
                      uint32_t *left)
{
	uint32_t slots[LAYOUT_NAMED_MAX];
	size_t kept = sort_slots(layout, named, count, slots), found = 0, end;

	if (!may_leave_one(layout, slots, kept))
		return 0;
	for (size_t first = 0; first < kept; first = end) {
		uint32_t from = run_from(layout, slots[first]), to = run_to(layout, slots[first]);
		size_t more;

		for (end = first + 1; end < kept && slots[end] <= to; end++)
			;
		more = find_left(slots + first, end - first, from, to, left + found);
		if (to - from + 1 - (end - first) == 1 ||
		    (more && is_all_of_its_kind(layout, slots + first, end - first, from, to)))
			continue;
		found += more;
	}
	for (size_t i = 0; i < found; i++)
		left[i] = layout->numbers[left[i]];
	return found;
}
