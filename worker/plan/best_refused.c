/*
 * The categories that were tried in vain for a wish in pieces. One comes out again when a leaf of it
 * has changed: nothing else can make the answer another.
 */
#include <stdlib.h>
#include <string.h>

#include "worker/plan/best_picks.h"
#include "worker/plan/layout_build.h"

static size_t words_each(const struct layout *layout)
{
	return (layout->categories.count >> 6) + 1;
}

size_t refused_bytes(const struct layout *layout)
{
	return sizeof(struct refused) + REFUSED_WAYS * words_each(layout) * sizeof(uint64_t);
}

uint64_t *refused_in(const struct layout *layout, struct refused *refused, uint32_t pieces)
{
	uint32_t way = pieces - 2 < REFUSED_WAYS - 1 ? pieces - 2 : REFUSED_WAYS - 1;

	return refused->in_vain + way * words_each(layout);
}

static void bring_up_to_date(struct layout *layout, struct refused *refused)
{
	if (refused->is_stale)
		memset(refused->in_vain, 0, refused_bytes(layout) - sizeof *refused);
	for (uint32_t i = refused->read; i < layout->log_count && !refused->is_stale; i++) {
		const struct leaf *leaf = &layout->leaves[layout->log[i]];

		if (leaf->changed_at != i + 1)
			continue;
		for (uint32_t way = 0; way < REFUSED_WAYS; way++)
			bit_put(refused->in_vain + way * words_each(layout),
			        layout->groups[leaf->group].category, false);
	}
	refused_keep(layout, refused);
}

void refused_keep(struct layout *layout, struct refused *refused)
{
	refused->is_stale = false;
	refused->read = layout->log_read = layout->log_count;
}

/* Ascending, so that the order in which they were listed does not count. */
static void sort(uint32_t *numbers, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t at = i; at > 0 && numbers[at - 1] > numbers[at]; at--) {
			uint32_t less = numbers[at];

			numbers[at] = numbers[at - 1];
			numbers[at - 1] = less;
		}
}

static bool is_of(const struct refused *a, const struct refused *b)
{
	return a->count == b->count && a->section_count == b->section_count &&
	       memcmp(a->sections, b->sections, a->section_count * sizeof *a->sections) == 0;
}

struct refused *refused_find(struct layout *layout, struct pick *pick, uint32_t count,
                             const uint32_t *sections, size_t section_count)
{
	struct refused asked = {.count = count, .section_count = section_count};
	struct refused *refused = pick->refused;

	memcpy(asked.sections, sections, section_count * sizeof *sections);
	sort(asked.sections, section_count);
	while (refused && !is_of(refused, &asked))
		refused = refused->next;
	if (!refused) {
		picks_make_room(layout, refused_bytes(layout));
		refused = layout_take(layout, 1, refused_bytes(layout));
		if (!refused)
			return NULL;
		*refused = asked;
		refused->next = pick->refused;
		refused->read = layout->log_count;
		pick->refused = refused;
	}
	refused->used = layout->turn;
	bring_up_to_date(layout, refused);
	return refused;
}
