/* The part of a cache about areas: their rows, and from when on holds may lapse there. */
#define HASH_NONFATAL_OOM 1
#include "worker/store/cache.h"

#include <string.h>

#include "worker/store/cache_memory.h"

static size_t bytes_of(const struct cached_area *area)
{
	return sizeof *area + area->hh.keylen + 1 + area->channel_bytes + area->category_bytes;
}

static void forget(struct cache *cache, struct cached_show *show, struct cached_area *area)
{
	HASH_DELETE(hh, show->areas, area);
	cache_give(cache, area, bytes_of(area));
}

void cache_forget_areas(struct cache *cache, struct cached_show *show)
{
	struct cached_area *area, *next;

	HASH_ITER(hh, show->areas, area, next)
		forget(cache, show, area);
}

static struct cached_area *add(struct cache *cache, struct cached_show *show,
                               const struct area_row *from)
{
	const struct text channel = from->row.channel, category = from->row.category;
	size_t id_bytes = from->area_id.bytes;
	size_t bytes = sizeof(struct cached_area) + id_bytes + 1 + channel.bytes + category.bytes;
	struct cached_area *area = cache_take(cache, bytes);

	if (!area)
		return NULL;
	*area = (struct cached_area){.channel_bytes = channel.bytes, .category_bytes = category.bytes};
	memcpy(area->texts, from->area_id.data, id_bytes);
	area->texts[id_bytes] = '\0';
	if (channel.bytes)
		memcpy(area->texts + id_bytes + 1, channel.data, channel.bytes);
	if (category.bytes)
		memcpy(area->texts + id_bytes + 1 + channel.bytes, category.data, category.bytes);
	HASH_ADD_KEYPTR(hh, show->areas, area->texts, id_bytes, area);
	if (!cache->failed)
		return area;
	cache_give(cache, area, bytes);
	return NULL;
}

static bool has_texts_of(const struct cached_area *area, const struct area_row *from)
{
	const char *channel = area->texts + area->hh.keylen + 1;

	return text_same((struct text){channel, area->channel_bytes}, from->row.channel) &&
	       text_same((struct text){channel + area->channel_bytes, area->category_bytes},
	                 from->row.category);
}

static void keep(struct cache *cache, struct cached_show *show, const struct area_row *from,
                 int64_t lapses_from_ms)
{
	struct cached_area *area = NULL;

	HASH_FIND(hh, show->areas, from->area_id.data, from->area_id.bytes, area);
	if (area && !has_texts_of(area, from)) {
		forget(cache, show, area);
		area = NULL;
	}
	if (!area && !(area = add(cache, show, from)))
		return;
	area->capacity = from->row.capacity;
	area->held = from->row.held;
	area->sold = from->row.sold;
	area->version = from->row.version;
	area->lapses_from_ms = lapses_from_ms;
}

void cache_keep_areas(struct cache *cache, struct cached_show *c, const struct view *view,
                      const struct show *s)
{
	for (const struct area_row *area = s->areas; area && !cache->failed; area = area->hh.next)
		if (!c->has_areas || area->is_changed || area->rows_known)
			keep(cache, c, area, view_lapses_from(view, area));
	c->has_areas = true;
}
