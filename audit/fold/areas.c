#include "audit/fold/areas.h"

#include <assert.h>

#include "audit/fold/lapses.h"

struct show_area *show_find_area(const struct show *show, struct text id)
{
	struct show_area *area;

	HASH_FIND(hh, show->areas, id.data, id.bytes, area);
	return area;
}

static struct show_area *make_area(struct arena *memory, struct show *show, struct text id,
                                   int64_t offset)
{
	struct show_area *area = arena_take(memory, sizeof *area);

	if (!area)
		return NULL;
	area->id = arena_copy(memory, id);
	area->version = offset;
	area->number = (uint32_t)HASH_COUNT(show->areas);
	if (!area->id.data)
		return NULL;
	HASH_ADD_KEYPTR(hh, show->areas, area->id.data, area->id.bytes, area);
	return area->hh.tbl ? area : NULL;
}

/* Leaves what is the same. false: out of memory */
static bool set_text(struct arena *memory, struct text *to, struct text from, bool *is_another)
{
	if (text_identical(*to, from))
		return true;
	*is_another = true;
	*to = from.data ? arena_copy(memory, from) : from;
	return !from.data || to->data;
}

bool show_set_area(struct arena *memory, struct show *show, const struct area *given,
                   int64_t offset)
{
	struct show_area *area = show_find_area(show, given->area_id);
	bool is_another;

	if (!area && !(area = make_area(memory, show, given->area_id, offset)))
		return false;
	assert(show_area_taken(area) <= given->capacity);
	is_another = area->capacity != given->capacity;
	area->capacity = given->capacity;
	if (!set_text(memory, &area->channel, given->channel, &is_another) ||
	    !set_text(memory, &area->category, given->category, &is_another))
		return false;
	if (is_another)
		area->version = offset;
	return true;
}

int64_t show_area_held(const struct show_area *area)
{
	return lapses_sum(area->held);
}

int64_t show_area_taken(const struct show_area *area)
{
	return show_area_held(area) + area->sold;
}

int64_t show_area_room(const struct show_area *area, int64_t t_ms)
{
	return area->capacity - show_area_taken(area) + lapses_sum_at(area->held, t_ms);
}
