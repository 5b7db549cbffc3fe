/*
 * layout_index.h - what a layout is made of. layout.h is for everybody else.
 *
 * A seat with a row has a slot: slots are in the order of (section, row, pos), neighbours have
 * slots that differ by 1, and between two stretches of neighbours is one that no seat has. So
 * the bits of a stretch, of `free` for instance, stand side by side and end in a 0.
 *
 * A block begins at a slot. A leaf is up to LEAF_STARTS such starts of one stretch of neighbours of
 * one category; a group is the leaves of one (section, category). Leaves are in the order of
 * (group, slot), groups in the order of (section, category).
 *
 * A key is a block as an integer: extra 6 bits | strands 2 | sum of ranks 26 | slot 30. Less is
 * better, by the order of 4.3; `extra` is the count of accessible seats beyond those wished for, or
 * for a further piece whether it is in another section than the first.
 */
#ifndef HOLDFAST_WORKER_PLAN_LAYOUT_INDEX_H
#define HOLDFAST_WORKER_PLAN_LAYOUT_INDEX_H

#include "worker/plan/layout.h"

#define SLOT_FIRST 64u   /* bits before it are 0: a look to the left needs no bound */
#define SLOT_NONE UINT32_MAX
#define LEAF_NONE UINT32_MAX
#define LEAF_STARTS 64u
#define BLOCK_MAX 50u
#define STATE_FLAGS_SHIFT 2
#define KEY_NONE UINT64_MAX
#define KEY_SLOT_BITS 30
#define KEY_SUM_BITS 26
#define KEY_STRANDS_SHIFT (KEY_SLOT_BITS + KEY_SUM_BITS)
#define KEY_EXTRA_SHIFT (KEY_STRANDS_SHIFT + 2)

_Static_assert(2ull * LAYOUT_SEATS_MAX + SLOT_FIRST < 1ull << KEY_SLOT_BITS, "a slot fits");
_Static_assert((uint64_t)BLOCK_MAX * PLACE_RANK_DEFAULT < 1ull << KEY_SUM_BITS, "a sum fits");
_Static_assert(LAYOUT_CHOSEN_MAX == BLOCK_MAX && BLOCK_MAX < 1u << 6, "extra fits");
_Static_assert(SEAT_STATUS_COUNT <= 1 << STATE_FLAGS_SHIFT, "a status fits");

#define LEAF_GROUP_BITS 24

/* As many as a house may have seats, or nearly: small. */
struct leaf {
	uint32_t start;
	uint32_t group : LEAF_GROUP_BITS;
	uint32_t left : 8;   /* slots from the start to the stretch's end, UINT8_MAX where more */
	uint32_t changed_at; /* its last entry in the log, counted from 1; 0: none */
};
_Static_assert(LAYOUT_SEATS_MAX <= 1u << LEAF_GROUP_BITS, "a group fits");

/* Distinct names in their order, one behind the other; absent is empty, and the first. */
struct layout_names {
	uint32_t count;
	uint32_t *ends; /* of each in `bytes` */
	char *bytes;
};

struct group {
	uint32_t section, category, first_leaf;
};

struct pick;  /* best_picks.h */
struct added; /* layout_build.h */

struct layout {
	int64_t now_ms;
	uint32_t seat_count, seat_room;
	struct added *added;
	/* By number. */
	const char **seat_ids;
	int64_t *until_ms;
	uint32_t *slots, *channels, *heap_at; /* heap_at: index in heap + 1; 0: not in it */
	uint8_t *state;                       /* status | flags << STATE_FLAGS_SHIFT */
	uint32_t *heap, heap_count;           /* reserved seats, the earliest until_ms first */
	/* By slot. */
	uint32_t slot_end, longest; /* longest stretch of neighbours of one category */
	uint32_t *numbers, *leaf_of, *rank_before; /* rank_before: modulo 2^32 */
	uint64_t *is_free, *is_plain, *is_accessible; /* plain: ordinary once free */
	struct leaf *leaves;
	struct group *groups; /* one more than there are: where the next would begin */
	uint32_t leaf_count, group_count;
	uint32_t node_count;                   /* of a table's tree */
	uint32_t *section_groups;              /* the first group of each, and the end */
	uint32_t *category_first, *of_category; /* the groups of each category by section */
	struct layout_names sections, categories;
	uint64_t *section_asked;               /* turn of the last request that listed it */
	struct text *channel_names;            /* of channel id - 1 */
	uint32_t *channel_order, channel_count, channel_room;
	/* What is asked. */
	struct pick *picks;
	uint64_t turn;
	uint32_t *log, log_count, log_read; /* log_read: of the table that is furthest */
	size_t bytes, pick_bytes;
};

/* Free or not as far as candidates go; its status stays. */
void layout_put_free(struct layout *layout, uint32_t number, bool is_free);

#endif
