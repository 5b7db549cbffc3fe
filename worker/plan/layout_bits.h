/*
 * layout_bits.h - what a layout knows of one seat, by its number, and of one slot.
 */
#ifndef HOLDFAST_WORKER_PLAN_LAYOUT_BITS_H
#define HOLDFAST_WORKER_PLAN_LAYOUT_BITS_H

#include "worker/plan/layout_index.h"

/* Where there are more, all leaves are as soon made anew. */
#define LOG_ENTRIES(layout) ((layout)->leaf_count + 64)

/* Of a table's tree: a level of nodes over so many, each the least of TREE_FAN. */
#define TREE_FAN 8u

static inline uint32_t level_over(uint32_t count)
{
	return (count + TREE_FAN - 1) / TREE_FAN;
}

static inline unsigned flags_of(const struct layout *layout, uint32_t number)
{
	return layout->state[number] >> STATE_FLAGS_SHIFT;
}

static inline enum seat_status status_of(const struct layout *layout, uint32_t number)
{
	return layout->state[number] & ((1u << STATE_FLAGS_SHIFT) - 1);
}

static inline bool bit_at(const uint64_t *bits, uint32_t slot)
{
	return bits[slot >> 6] >> (slot & 63) & 1;
}

static inline void bit_put(uint64_t *bits, uint32_t slot, bool value)
{
	uint64_t bit = 1ull << (slot & 63);

	bits[slot >> 6] = value ? bits[slot >> 6] | bit : bits[slot >> 6] & ~bit;
}

/* Words of a set of bits by slot: what is read beyond the last slot is 0. */
static inline size_t words_of(const struct layout *layout)
{
	return (layout->slot_end >> 6) + 4;
}

/* Blocks begin at so many slots of it. */
static inline uint32_t starts_of(const struct leaf *leaf)
{
	return leaf->left < LEAF_STARTS ? leaf->left : LEAF_STARTS;
}

static inline struct text name_at(const struct layout_names *names, uint32_t i)
{
	uint32_t from = i ? names->ends[i - 1] : 0;

	return (struct text){names->bytes + from, names->ends[i] - from};
}

static inline const struct group *group_at(const struct layout *layout, uint32_t slot)
{
	return &layout->groups[layout->leaves[layout->leaf_of[slot]].group];
}

static inline bool is_free_seat(const struct layout *layout, uint32_t number)
{
	return layout->slots[number] != SLOT_NONE && bit_at(layout->is_free, layout->slots[number]);
}

/* Ordinary, once it is free. */
static inline bool is_plain_seat(const struct layout *layout, uint32_t number)
{
	return layout->channels[number] == 0 &&
	       !(flags_of(layout, number) &
	         (PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_COMPANION)));
}

#endif
