/*
 * layout_seal: from seats in the order they came to slots, leaves and groups.
 *
 * Every order here is total: no two seats compare equal, or the layout is refused.
 */
#include "worker/plan/layout_build.h"

#include <stdlib.h>
#include <string.h>

#include "common/message/limits.h"

/* The seats that have a row, while they are sorted. */
struct building {
	struct layout *layout;
	struct added **seats;
	uint32_t count;
};

static int by_category(const void *left, const void *right)
{
	const struct added *a = *(struct added *const *)left, *b = *(struct added *const *)right;
	int order = text_compare(a->place->category, b->place->category);

	return order ? order : (a > b) - (a < b);
}

static int by_place(const void *left, const void *right)
{
	const struct place *a = (*(struct added *const *)left)->place;
	const struct place *b = (*(struct added *const *)right)->place;
	int order = text_compare(a->section, b->section);

	if (!order)
		order = text_compare(a->row, b->row);
	return order ? order : (a->pos > b->pos) - (a->pos < b->pos);
}

static int by_group(const void *left, const void *right)
{
	const struct leaf *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

static bool same_row(const struct added *a, const struct added *b)
{
	return text_same(a->place->section, b->place->section) && text_same(a->place->row, b->place->row);
}

static bool collect(struct building *b)
{
	struct layout *layout = b->layout;

	b->seats = malloc((layout->seat_count + 1) * sizeof *b->seats);
	if (!b->seats) {
		text_say_memory_ran_out();
		return false;
	}
	for (uint32_t i = 0; i < layout->seat_count; i++) {
		const struct place *place = layout->added[i].place;

		if (!place || !place->row.data)
			continue;
		if (place->pos < 1 || place->pos > POS_MAX || place->rank < 0 ||
		    place->rank > PLACE_RANK_DEFAULT)
			return false;
		b->seats[b->count++] = &layout->added[i];
	}
	return true;
}

static struct text name_of(const struct added *seat, bool is_category)
{
	return is_category ? seat->place->category : seat->place->section;
}

/* The distinct categories or sections of the seats, which are sorted by them. */
static bool list_names(struct building *b, bool is_category, struct layout_names *names)
{
	size_t bytes = 0;

	for (int is_counted = 0; is_counted < 2; is_counted++) {
		bytes = names->count = 0;
		for (uint32_t i = 0; i < b->count; i++) {
			struct text name = name_of(b->seats[i], is_category);

			if (i == 0 || !text_same(name, name_of(b->seats[i - 1], is_category))) {
				if (is_counted && name.bytes)
					memcpy(names->bytes + bytes, name.data, name.bytes);
				bytes += name.bytes;
				if (is_counted)
					names->ends[names->count] = (uint32_t)bytes;
				names->count++;
			}
			if (is_category)
				b->seats[i]->category = names->count - 1;
		}
		if (is_counted)
			break;
		names->ends = layout_take(b->layout, names->count, sizeof *names->ends);
		names->bytes = layout_take(b->layout, bytes, 1);
		if (!names->ends || !names->bytes)
			return false;
	}
	return true;
}

static bool build_names(struct building *b)
{
	struct layout *layout = b->layout;

	qsort(b->seats, b->count, sizeof(void *), by_category);
	if (!list_names(b, true, &layout->categories))
		return false;
	qsort(b->seats, b->count, sizeof(void *), by_place);
	if (!list_names(b, false, &layout->sections))
		return false;
	layout->section_asked = layout_take(layout, layout->sections.count, sizeof(uint64_t));
	return layout->section_asked;
}

/* What is by number. */
static bool build_seats(struct layout *layout)
{
	uint32_t count = layout->seat_count;

	layout->seat_ids = layout_take(layout, count, sizeof *layout->seat_ids);
	layout->until_ms = layout_take(layout, count, sizeof *layout->until_ms);
	layout->slots = layout_take(layout, count, sizeof *layout->slots);
	layout->channels = layout_take(layout, count, sizeof *layout->channels);
	layout->heap_at = layout_take(layout, count, sizeof *layout->heap_at);
	layout->heap = layout_take(layout, count, sizeof *layout->heap);
	layout->state = layout_take(layout, count, sizeof *layout->state);
	if (!layout->seat_ids || !layout->until_ms || !layout->slots || !layout->channels ||
	    !layout->heap_at || !layout->heap || !layout->state)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct added *seat = &layout->added[i];
		unsigned flags = seat->place ? seat->place->flags : 0;

		layout->seat_ids[i] = seat->seat_id;
		layout->until_ms[i] = seat->until_ms;
		layout->slots[i] = SLOT_NONE;
		layout->channels[i] = seat->channel;
		layout->state[i] = (uint8_t)(seat->status | flags << STATE_FLAGS_SHIFT);
	}
	return true;
}

/* Slots; false: two seats at one place. */
static bool number_slots(struct building *b)
{
	uint32_t slot = SLOT_FIRST - 2;

	for (uint32_t i = 0; i < b->count; i++) {
		const struct added *before = i ? b->seats[i - 1] : NULL, *seat = b->seats[i];
		bool is_near = before && same_row(before, seat);

		if (is_near && before->place->pos == seat->place->pos)
			return false;
		is_near = is_near && before->place->pos + 1 == seat->place->pos;
		slot += is_near ? 1 : 2;
		b->layout->slots[seat - b->layout->added] = slot;
	}
	b->layout->slot_end = b->count ? slot + 1 : SLOT_FIRST;
	return true;
}

/* What is by slot, but the leaves. */
static bool build_slots(struct building *b)
{
	struct layout *layout = b->layout;
	size_t slots, words;

	if (!number_slots(b))
		return false;
	slots = (size_t)layout->slot_end + 1;
	words = words_of(layout);
	layout->numbers = layout_take(layout, slots, sizeof *layout->numbers);
	layout->leaf_of = layout_take(layout, slots + 2, sizeof *layout->leaf_of);
	layout->rank_before = layout_take(layout, slots, sizeof *layout->rank_before);
	layout->is_free = layout_take(layout, words, sizeof(uint64_t));
	layout->is_plain = layout_take(layout, words, sizeof(uint64_t));
	layout->is_accessible = layout_take(layout, words, sizeof(uint64_t));
	if (!layout->numbers || !layout->leaf_of || !layout->rank_before || !layout->is_free ||
	    !layout->is_plain || !layout->is_accessible)
		return false;
	memset(layout->leaf_of, 0xff, (slots + 2) * sizeof *layout->leaf_of);
	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t number = (uint32_t)(b->seats[i] - layout->added), slot = layout->slots[number];
		int32_t rank = b->seats[i]->place->rank;

		layout->numbers[slot] = number;
		layout->rank_before[slot + 1] = (uint32_t)(rank ? rank : PLACE_RANK_DEFAULT);
		bit_put(layout->is_plain, slot, is_plain_seat(layout, number));
		bit_put(layout->is_accessible, slot,
		        flags_of(layout, number) & PLACE_FLAG_BIT(PLACE_ACCESSIBLE));
	}
	for (uint32_t slot = 1; slot <= layout->slot_end; slot++)
		layout->rank_before[slot] += layout->rank_before[slot - 1];
	return true;
}

/* Seats from `first` on that are neighbours of one category. */
static uint32_t stretch_at(const struct building *b, uint32_t first)
{
	uint32_t end = first + 1;

	while (end < b->count && b->seats[end]->category == b->seats[first]->category &&
	       same_row(b->seats[end], b->seats[first]) &&
	       b->seats[end]->place->pos == b->seats[end - 1]->place->pos + 1)
		end++;
	return end - first;
}

/* Leaves by slot; their group is section * categories + category for now, as `keys` has it. */
static uint32_t cut_leaves(struct building *b, struct leaf *leaves, uint64_t *keys)
{
	struct layout *layout = b->layout;
	uint32_t count = 0, section = 0, stretch;

	for (uint32_t first = 0; first < b->count; first += stretch) {
		const struct added *seat = b->seats[first];
		uint32_t slot = layout->slots[seat - layout->added];

		if (first && !text_same(seat->place->section, b->seats[first - 1]->place->section))
			section++;
		stretch = stretch_at(b, first);
		if (stretch > layout->longest)
			layout->longest = stretch;
		for (uint32_t at = 0; at < stretch; at += LEAF_STARTS, count++) {
			uint32_t left = stretch - at;

			if (!leaves)
				continue;
			keys[count] = (uint64_t)section * layout->categories.count + seat->category;
			leaves[count] = (struct leaf){
			    .start = slot + at,
			    .group = 0, /* not known yet */
			    .left = (uint8_t)(left < UINT8_MAX ? left : UINT8_MAX),
			};
		}
	}
	return count;
}

static int by_number(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static uint32_t rank_of(const uint64_t *sorted, uint32_t count, uint64_t key)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (sorted[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* From the keys of leaves to groups by (section, category), and leaves in their order. */
static bool build_groups(struct layout *layout, const uint64_t *keys, uint64_t *sorted)
{
	uint32_t distinct = 0;

	memcpy(sorted, keys, layout->leaf_count * sizeof *sorted);
	qsort(sorted, layout->leaf_count, sizeof *sorted, by_number);
	for (uint32_t i = 0; i < layout->leaf_count; i++)
		if (i == 0 || sorted[i] != sorted[distinct - 1])
			sorted[distinct++] = sorted[i];
	layout->group_count = distinct;
	layout->groups = layout_take(layout, (size_t)distinct + 1, sizeof *layout->groups);
	if (!layout->groups)
		return false;
	for (uint32_t i = 0; i < distinct; i++)
		layout->groups[i] = (struct group){
		    .section = (uint32_t)(sorted[i] / layout->categories.count),
		    .category = (uint32_t)(sorted[i] % layout->categories.count),
		};
	for (uint32_t i = 0; i < layout->leaf_count; i++)
		layout->leaves[i].group = rank_of(sorted, distinct, keys[i]) & (LAYOUT_SEATS_MAX - 1);
	qsort(layout->leaves, layout->leaf_count, sizeof *layout->leaves, by_group);
	for (uint32_t i = layout->leaf_count; i-- > 0;) {
		const struct leaf *leaf = &layout->leaves[i];

		layout->groups[leaf->group].first_leaf = i;
		for (uint32_t slot = leaf->start; slot < leaf->start + starts_of(leaf); slot++)
			layout->leaf_of[slot] = i;
	}
	layout->groups[distinct].first_leaf = layout->leaf_count;
	return true;
}

static bool build_leaves(struct building *b)
{
	struct layout *layout = b->layout;
	uint64_t *keys, *sorted;
	bool is_done;

	layout->leaf_count = cut_leaves(b, NULL, NULL);
	layout->node_count = layout->leaf_count;
	for (uint32_t count = layout->leaf_count; count > 1; layout->node_count += count)
		count = level_over(count);
	layout->leaves = layout_take(layout, layout->leaf_count, sizeof *layout->leaves);
	layout->log = layout_take(layout, LOG_ENTRIES(layout), sizeof *layout->log);
	keys = calloc((size_t)layout->leaf_count + 1, sizeof *keys);
	sorted = calloc((size_t)layout->leaf_count + 1, sizeof *sorted);
	is_done = layout->leaves && layout->log && keys && sorted;
	if (is_done) {
		cut_leaves(b, layout->leaves, keys);
		is_done = build_groups(layout, keys, sorted);
	} else {
		text_say_memory_ran_out();
	}
	free(keys);
	free(sorted);
	return is_done;
}

/* The groups of each section and of each category. */
static bool build_lists(struct layout *layout)
{
	uint32_t groups = layout->group_count, *of_section, *of_category;

	of_section = layout_take(layout, (size_t)layout->sections.count + 1, sizeof *of_section);
	layout->section_groups = of_section;
	of_category = layout_take(layout, (size_t)layout->categories.count + 2, sizeof *of_category);
	layout->category_first = of_category;
	layout->of_category = layout_take(layout, groups, sizeof *layout->of_category);
	if (!of_section || !of_category || !layout->of_category)
		return false;
	for (uint32_t i = groups; i-- > 0;) {
		of_section[layout->groups[i].section] = i;
		of_category[layout->groups[i].category + 2]++;
	}
	of_section[layout->sections.count] = groups;
	/* Counted two further, so that putting each in its place leaves the beginnings. */
	for (uint32_t i = 2; i < layout->categories.count + 2; i++)
		of_category[i] += of_category[i - 1];
	for (uint32_t i = 0; i < groups; i++)
		layout->of_category[of_category[layout->groups[i].category + 1]++] = i;
	return true;
}

bool layout_seal(struct layout *layout, int64_t t_ms)
{
	struct building b = {.layout = layout};
	bool is_done = collect(&b) && build_names(&b) && build_seats(layout) && build_slots(&b) &&
	               build_leaves(&b) && build_lists(layout);

	free(b.seats);
	free(layout->added);
	layout->added = NULL;
	layout->bytes -= layout->seat_room * sizeof *layout->added;
	if (!is_done)
		return false;
	layout->now_ms = t_ms;
	for (uint32_t i = 0; i < layout->seat_count; i++) /* none was free so far */
		layout_set_status(layout, i, status_of(layout, i), layout->until_ms[i]);
	return true;
}
