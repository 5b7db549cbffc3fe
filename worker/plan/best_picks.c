#include "worker/plan/best_picks.h"

#include <stdlib.h>
#include <string.h>

#include "worker/plan/layout_build.h"

static bool is_open(const struct pick *pick, uint32_t channel)
{
	for (uint32_t i = 0; i < pick->open_count; i++)
		if (pick->open[i] == channel)
			return true;
	return false;
}

static bool is_eligible(const struct layout *layout, const struct pick *pick, uint32_t number)
{
	unsigned flags = flags_of(layout, number);

	if (!pick->restricted && flags & PLACE_FLAG_BIT(PLACE_RESTRICTED))
		return false;
	if (!pick->accessible &&
	    flags & (PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_COMPANION)))
		return false;
	return is_open(pick, layout->channels[number]);
}

/* Which the request asks for, without anything that takes memory. */
static void describe(const struct layout *layout, const struct layout_request *request,
                     struct pick *pick)
{
	*pick = (struct pick){
	    .restricted = request->wish->restricted,
	    .accessible = request->wish->accessible > 0,
	};
	if (request->has_public)
		pick->open[pick->open_count++] = 0;
	for (size_t i = 0; i < request->channel_count; i++) {
		uint32_t id = layout_find_channel(layout, request->channels[i]), at = pick->open_count;

		if (id == CHANNEL_NONE || is_open(pick, id) || at == LAYOUT_OPEN_MAX)
			continue;
		for (; at > 0 && pick->open[at - 1] > id; at--)
			pick->open[at] = pick->open[at - 1];
		pick->open[at] = id;
		pick->open_count++;
	}
}

static bool is_same(const struct pick *a, const struct pick *b)
{
	return a->restricted == b->restricted && a->accessible == b->accessible &&
	       a->open_count == b->open_count &&
	       memcmp(a->open, b->open, a->open_count * sizeof *a->open) == 0;
}

static size_t pick_bytes(const struct layout *layout)
{
	return sizeof(struct pick) + words_of(layout) * sizeof(uint64_t) +
	       ((size_t)layout->group_count + layout->categories.count + 2) * sizeof(uint32_t);
}

static void release(struct layout *layout, size_t bytes)
{
	layout->bytes -= bytes;
	layout->pick_bytes -= bytes;
}

static void drop_table(struct layout *layout, struct table **at)
{
	struct table *table = *at;

	*at = table->next;
	release(layout, table_bytes(layout));
	free(table);
}

static void drop_refused(struct layout *layout, struct refused **at)
{
	struct refused *refused = *at;

	*at = refused->next;
	release(layout, refused_bytes(layout));
	free(refused);
}

static void drop_pick(struct layout *layout, struct pick **at)
{
	struct pick *pick = *at;

	while (pick->refused)
		drop_refused(layout, &pick->refused);
	while (pick->tables)
		drop_table(layout, &pick->tables);
	*at = pick->next;
	release(layout, pick_bytes(layout));
	free(pick->in_group);
	free(pick->in_category);
	free(pick->eligible);
	free(pick);
}

/* The one that was not used for longest goes: a table, or a pick without any. False: none may. */
static bool drop_oldest(struct layout *layout)
{
	struct table **oldest_table = NULL;
	struct refused **oldest_refused = NULL;
	struct pick **oldest_pick = NULL;
	uint64_t oldest = layout->turn;

	for (struct pick **pick = &layout->picks; *pick; pick = &(*pick)->next) {
		for (struct table **table = &(*pick)->tables; *table; table = &(*table)->next)
			if ((*table)->used < oldest) {
				oldest = (*table)->used;
				oldest_table = table;
				oldest_refused = NULL;
				oldest_pick = NULL;
			}
		for (struct refused **refused = &(*pick)->refused; *refused; refused = &(*refused)->next)
			if ((*refused)->used < oldest) {
				oldest = (*refused)->used;
				oldest_refused = refused;
				oldest_table = NULL;
				oldest_pick = NULL;
			}
		if (!(*pick)->tables && !(*pick)->refused && (*pick)->used < oldest) {
			oldest = (*pick)->used;
			oldest_pick = pick;
		}
	}
	if (oldest_pick)
		drop_pick(layout, oldest_pick);
	else if (oldest_refused)
		drop_refused(layout, oldest_refused);
	else if (oldest_table)
		drop_table(layout, oldest_table);
	return oldest_pick || oldest_refused || oldest_table;
}

void picks_make_room(struct layout *layout, size_t bytes)
{
	size_t bytes_max = (size_t)layout->seat_count * TABLE_SEAT_BYTES + PICKS_BYTES_FREE;

	while (layout->pick_bytes + bytes > bytes_max && drop_oldest(layout))
		;
	layout->pick_bytes += bytes;
}

/* A candidate more in the group, or one less. */
static void count(const struct layout *layout, struct pick *pick, uint32_t group, bool is_more)
{
	uint32_t *in_category = &pick->in_category[layout->groups[group].category];
	uint32_t more = is_more ? 1 : UINT32_MAX, most = *in_category + is_more;

	pick->in_group[group] += more;
	*in_category += more;
	pick->candidates += more;
	if (most <= LAYOUT_CHOSEN_MAX)
		pick->enough[most] += more;
}

static bool fill(struct layout *layout, struct pick *pick)
{
	pick->eligible = layout_take(layout, words_of(layout), sizeof *pick->eligible);
	pick->in_group = layout_take(layout, (size_t)layout->group_count + 1, sizeof *pick->in_group);
	pick->in_category =
	    layout_take(layout, (size_t)layout->categories.count + 1, sizeof *pick->in_category);
	if (!pick->eligible || !pick->in_group || !pick->in_category)
		return false;
	for (uint32_t i = 0; i < layout->leaf_count; i++) {
		const struct leaf *leaf = &layout->leaves[i];

		for (uint32_t slot = leaf->start; slot < leaf->start + starts_of(leaf); slot++) {
			if (!is_eligible(layout, pick, layout->numbers[slot]))
				continue;
			bit_put(pick->eligible, slot, true);
			if (!bit_at(layout->is_free, slot))
				continue;
			count(layout, pick, leaf->group, true);
		}
	}
	return true;
}

struct pick *pick_find(struct layout *layout, const struct layout_request *request)
{
	struct pick asked, *pick = layout->picks;

	describe(layout, request, &asked);
	while (pick && !is_same(pick, &asked))
		pick = pick->next;
	if (!pick) {
		picks_make_room(layout, pick_bytes(layout));
		pick = layout_take(layout, 1, sizeof *pick);
		if (!pick)
			return NULL;
		*pick = asked;
		pick->next = layout->picks;
		layout->picks = pick;
		if (!fill(layout, pick)) {
			drop_pick(layout, &layout->picks); /* nothing may be counted in it */
			return NULL;
		}
	}
	pick->used = layout->turn;
	return pick;
}

void picks_count(struct layout *layout, uint32_t slot, bool is_free)
{
	uint32_t group = layout->leaves[layout->leaf_of[slot]].group;

	for (struct pick *pick = layout->picks; pick; pick = pick->next)
		if (bit_at(pick->eligible, slot))
			count(layout, pick, group, is_free);
}

void picks_put_channel(struct layout *layout, uint32_t number)
{
	for (struct pick *pick = layout->picks; pick; pick = pick->next)
		bit_put(pick->eligible, layout->slots[number], is_eligible(layout, pick, number));
}

void picks_close(struct layout *layout)
{
	while (layout->picks)
		drop_pick(layout, &layout->picks);
}
