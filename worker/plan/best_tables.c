/*
 * The tables of best available: the least key of every leaf, made from bits, and over them a tree.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "worker/plan/best_picks.h"
#include "worker/plan/layout_build.h"

#define LOOK_BEHIND 2u /* slots before a block and behind it that its strands depend on */

/* 128 bits from some slot on; room for LOOK_BEHIND, LEAF_STARTS, a block and LOOK_BEHIND. */
struct window {
	uint64_t low, high;
};
_Static_assert(LEAF_STARTS + BLOCK_MAX + 2 * LOOK_BEHIND <= 128, "a leaf and its blocks fit");

static struct window window_at(const uint64_t *bits, uint32_t slot)
{
	const uint64_t *word = bits + (slot >> 6);
	unsigned shift = slot & 63;

	if (shift == 0)
		return (struct window){word[0], word[1]};
	return (struct window){word[0] >> shift | word[1] << (64 - shift),
	                       word[1] >> shift | word[2] << (64 - shift)};
}

static struct window both(struct window a, struct window b)
{
	return (struct window){a.low & b.low, a.high & b.high};
}

static struct window without(struct window a, struct window b)
{
	return (struct window){a.low & ~b.low, a.high & ~b.high};
}

/* What is `by` further on; 0 < by < 64. */
static struct window ahead(struct window w, unsigned by)
{
	return (struct window){w.low >> by | w.high << (64 - by), w.high >> by};
}

static struct window back(struct window w, unsigned by)
{
	return (struct window){w.low << by, w.high << by | w.low >> (64 - by)};
}

static struct window first_bits(unsigned count)
{
	if (count >= 64)
		return (struct window){UINT64_MAX, count >= 128 ? UINT64_MAX : (1ull << (count - 64)) - 1};
	return (struct window){(1ull << count) - 1, 0};
}

/* Starts of blocks: where `size` bits follow one another. */
static struct window block_starts(struct window w, uint32_t size)
{
	for (uint32_t have = 1, more; have < size; have += more) {
		more = have < size - have ? have : size - have;
		w = both(w, ahead(w, more));
	}
	return w;
}

/* The blocks that begin in a leaf, each a bit counted from its first start. */
struct blocks {
	uint64_t all;
	uint64_t with_left, with_right; /* blocks that strand a seat on that side */
};

static struct blocks find_blocks(const struct layout *layout, const struct pick *pick,
                                 const struct leaf *leaf, uint32_t size)
{
	uint32_t from = leaf->start - LOOK_BEHIND;
	struct window is_free = window_at(layout->is_free, from);
	struct window candidates = both(is_free, window_at(pick->eligible, from));
	struct window ordinary = both(is_free, window_at(layout->is_plain, from));
	struct window left, right, starts;

	candidates = both(candidates, first_bits(LOOK_BEHIND + leaf->left));
	starts = block_starts(candidates, size);
	left = without(both(ordinary, back(ordinary, 1)), back(ordinary, 2));
	right = without(both(ordinary, ahead(ordinary, 1)), ahead(ordinary, 2));
	return (struct blocks){
	    .all = ahead(starts, LOOK_BEHIND).low & first_bits(starts_of(leaf)).low,
	    .with_left = ahead(left, LOOK_BEHIND).low,
	    .with_right = ahead(right, LOOK_BEHIND + size - 1).low,
	};
}

static uint64_t key_of(const struct layout *layout, uint32_t start, uint32_t size, unsigned strands)
{
	uint32_t sum = layout->rank_before[start + size] - layout->rank_before[start];

	return (uint64_t)strands << KEY_STRANDS_SHIFT | (uint64_t)sum << KEY_SLOT_BITS | start;
}

static uint64_t least_key(const struct layout *layout, const struct leaf *leaf,
                          const struct blocks *blocks, uint32_t size)
{
	uint64_t least = KEY_NONE, two = blocks->with_left & blocks->with_right;
	uint64_t some = blocks->with_left | blocks->with_right;
	const uint64_t by_strands[] = {blocks->all & ~some, blocks->all & some & ~two,
	                               blocks->all & two};

	for (unsigned strands = 0; strands < 3 && least == KEY_NONE; strands++)
		for (uint64_t rest = by_strands[strands]; rest; rest &= rest - 1) {
			uint32_t start = leaf->start + (uint32_t)__builtin_ctzll(rest);
			uint64_t key = key_of(layout, start, size, strands);

			if (key < least || (fault_has_bug(FAULT_BUG_TIE_OTHERWISE) &&
			                    key >> KEY_SLOT_BITS == least >> KEY_SLOT_BITS))
				least = key;
		}
	return least;
}

/* The same with at least so many accessible seats, and as few more as can be. */
static uint64_t least_accessible_key(const struct layout *layout, const struct leaf *leaf,
                                     const struct blocks *blocks, const struct table *table)
{
	struct window accessible = window_at(layout->is_accessible, leaf->start);
	uint64_t least = KEY_NONE;

	for (uint64_t rest = blocks->all; rest; rest &= rest - 1) {
		unsigned at = (unsigned)__builtin_ctzll(rest);
		struct window block = both(at ? ahead(accessible, at) : accessible,
		                           first_bits(table->size));
		uint32_t count = (uint32_t)__builtin_popcountll(block.low);
		unsigned strands = (unsigned)(blocks->with_left >> at & 1) +
		                   (unsigned)(blocks->with_right >> at & 1);
		uint64_t key;

		if (count < table->accessible)
			continue;
		key = key_of(layout, leaf->start + at, table->size, strands) |
		      (uint64_t)(count - table->accessible) << KEY_EXTRA_SHIFT;
		if (key < least)
			least = key;
	}
	return least;
}

static uint64_t leaf_key(const struct layout *layout, const struct pick *pick,
                         const struct table *table, const struct leaf *leaf)
{
	struct blocks blocks;

	if (leaf->left < table->size)
		return KEY_NONE;
	blocks = find_blocks(layout, pick, leaf, table->size);
	if (table->accessible)
		return least_accessible_key(layout, leaf, &blocks, table);
	return least_key(layout, leaf, &blocks, table->size);
}

/*
 * ---- the tree: the keys of all leaves, then level by level the least of each TREE_FAN below, the
 * last of all. Behind it, where groups are wide, the least of each group. ----
 */

/* Others have their few leaves looked at: a house of small categories has no room for more. */
static bool has_roots(const struct layout *layout)
{
	return layout->leaf_count >= TREE_FAN * layout->group_count;
}

static uint64_t *root_of(const struct layout *layout, struct table *table, uint32_t group)
{
	return table->nodes + layout->node_count + group;
}

size_t table_bytes(const struct layout *layout)
{
	size_t nodes = (size_t)layout->node_count + (has_roots(layout) ? layout->group_count : 0);

	return sizeof(struct table) + nodes * sizeof(uint64_t);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t least_of(const uint64_t *nodes, uint32_t from, uint32_t to)
{
	uint64_t least = KEY_NONE;

	for (; from < to; from++)
		least = less(least, nodes[from]);
	return least;
}

/* Of the leaves of a group, from what the tree has over them. */
static uint64_t least_in(const struct layout *layout, const struct table *table, uint32_t group)
{
	uint32_t from = layout->groups[group].first_leaf, to = layout->groups[group + 1].first_leaf;
	uint32_t count = layout->leaf_count;
	const uint64_t *level = table->nodes;
	uint64_t least = KEY_NONE;

	while (to - from > TREE_FAN) {
		uint32_t inner_from = level_over(from), inner_to = to / TREE_FAN;

		least = less(least, least_of(level, from, inner_from * TREE_FAN));
		least = less(least, least_of(level, inner_to * TREE_FAN, to));
		from = inner_from;
		to = inner_to;
		level += count;
		count = level_over(count);
	}
	return less(least, least_of(level, from, to));
}

uint64_t table_best_of(const struct layout *layout, const struct table *table, uint32_t group)
{
	return has_roots(layout) ? table->nodes[layout->node_count + group]
	                         : least_in(layout, table, group);
}

uint64_t table_best(const struct layout *layout, const struct table *table)
{
	return layout->node_count ? table->nodes[layout->node_count - 1] : KEY_NONE;
}

static uint64_t least_below(const uint64_t *level, uint32_t count, uint32_t parent)
{
	uint32_t from = parent * TREE_FAN;

	return least_of(level, from, count - from < TREE_FAN ? count : from + TREE_FAN);
}

static void put_key(const struct layout *layout, struct table *table, uint32_t leaf, uint64_t key)
{
	uint32_t group = layout->leaves[leaf].group, at = leaf, count = layout->leaf_count;
	uint64_t *level = table->nodes, before = level[leaf];

	if (before == key)
		return;
	level[leaf] = key;
	while (count > 1) {
		uint64_t *above = level + count, least;

		least = least_below(level, count, at /= TREE_FAN);
		count = level_over(count);
		if (above[at] == least)
			break;
		above[at] = least;
		level = above;
	}
	if (has_roots(layout) && (before == *root_of(layout, table, group) ||
	                          key < *root_of(layout, table, group)))
		*root_of(layout, table, group) = least_in(layout, table, group);
}

static void make_all(const struct layout *layout, const struct pick *pick, struct table *table)
{
	uint64_t *level = table->nodes;

	for (uint32_t i = 0; i < layout->leaf_count; i++)
		level[i] = leaf_key(layout, pick, table, &layout->leaves[i]);
	for (uint32_t count = layout->leaf_count; count > 1; count = level_over(count)) {
		for (uint32_t i = 0; i < level_over(count); i++)
			level[count + i] = least_below(level, count, i);
		level += count;
	}
	for (uint32_t group = 0; has_roots(layout) && group < layout->group_count; group++)
		*root_of(layout, table, group) = least_in(layout, table, group);
}

static void bring_up_to_date(struct layout *layout, const struct pick *pick, struct table *table)
{
	if (table->is_stale)
		make_all(layout, pick, table);
	for (uint32_t i = table->read; i < layout->log_count && !table->is_stale; i++)
		if (layout->leaves[layout->log[i]].changed_at == i + 1)
			put_key(layout, table, layout->log[i],
			        leaf_key(layout, pick, table, &layout->leaves[layout->log[i]]));
	table->is_stale = false;
	table->read = layout->log_read = layout->log_count;
}

struct table *table_find(struct layout *layout, struct pick *pick, uint32_t size,
                         uint32_t accessible)
{
	struct table *table = pick->tables;

	while (table && (table->size != size || table->accessible != accessible))
		table = table->next;
	if (!table) {
		picks_make_room(layout, table_bytes(layout));
		table = layout_take(layout, 1, table_bytes(layout));
		if (!table)
			return NULL;
		table->size = size;
		table->accessible = accessible;
		table->is_stale = true;
		table->next = pick->tables;
		pick->tables = table;
	}
	table->used = layout->turn;
	bring_up_to_date(layout, pick, table);
	return table;
}

/* The log is full and begins anew. Who has not read all of it is made anew when it is used. */
static void empty_log(struct layout *layout)
{
	for (struct pick *pick = layout->picks; pick; pick = pick->next) {
		for (struct table *table = pick->tables; table; table = table->next) {
			table->is_stale = table->is_stale || table->read < layout->log_count;
			table->read = 0;
		}
		for (struct refused *refused = pick->refused; refused; refused = refused->next) {
			refused->is_stale = refused->is_stale || refused->read < layout->log_count;
			refused->read = 0;
		}
	}
	for (uint32_t i = 0; i < layout->leaf_count; i++)
		layout->leaves[i].changed_at = 0;
	layout->log_count = layout->log_read = 0;
}

static void mark(struct layout *layout, uint32_t at)
{
	struct leaf *leaf = &layout->leaves[at];

	if (leaf->changed_at > layout->log_read)
		return; /* no table has seen its last change yet */
	if (layout->log_count == LOG_ENTRIES(layout))
		empty_log(layout);
	layout->log[layout->log_count++] = at;
	leaf->changed_at = layout->log_count;
}

void tables_mark(struct layout *layout, uint32_t slot)
{
	uint32_t before = LEAF_NONE;

	/* Blocks that the seat is in, and those that end or begin up to LOOK_BEHIND from it. */
	for (uint32_t near = slot - LOOK_BEHIND; layout->picks && near <= slot + LOOK_BEHIND; near++) {
		uint32_t at = layout->leaf_of[near];
		const struct leaf *leaf;

		if (at == LEAF_NONE)
			continue;
		if (at != before)
			mark(layout, at);
		before = at;
		/* A block may begin in the leaf before, where that is of the same stretch. */
		leaf = &layout->leaves[at];
		if (near - leaf->start < BLOCK_MAX && at > 0 && leaf[-1].group == leaf->group &&
		    leaf[-1].start + LEAF_STARTS == leaf->start && leaf[-1].left > LEAF_STARTS)
			mark(layout, at - 1);
	}
}
