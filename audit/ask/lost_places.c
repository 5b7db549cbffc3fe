#include "audit/ask/lost_places.h"

#include <stdlib.h>
#include <string.h>

static struct lost_place *make(const struct fold *fold, struct text key, struct text area_id,
                               int64_t hour_ms)
{
	struct lost_place *place = calloc(1, sizeof *place + key.bytes);

	if (!place)
		return NULL;
	memcpy(place + 1, key.data, key.bytes);
	place->show = fold->show;
	place->area_id = area_id;
	place->hour_ms = hour_ms;
	return place;
}

/* NUL is in no name. NULL: out of memory. */
static struct lost_place *take(struct lost_place **places, const struct fold *fold,
                               struct text area_id)
{
	int64_t hour_ms = fold->verdict.decided_ms / HOUR_MS * HOUR_MS;
	struct lost_place *place = NULL;
	struct buf key = {0};

	buf_add_text(&key, fold->show->id);
	buf_add(&key, "", 1);
	buf_add_text(&key, area_id);
	buf_add(&key, "", 1);
	buf_add_u64(&key, (uint64_t)hour_ms);
	if (!key.failed)
		HASH_FIND(hh, *places, key.data, key.bytes, place);
	if (!place && !key.failed && (place = make(fold, buf_text(&key), area_id, hour_ms))) {
		HASH_ADD_KEYPTR(hh, *places, (const char *)(place + 1), key.bytes, place);
		if (!place->hh.tbl) {
			free(place);
			place = NULL;
		}
	}
	buf_release(&key);
	return place;
}

bool lost_places_add(struct lost_place **places, const struct fold *fold)
{
	const struct verdict *v = &fold->verdict;

	for (size_t i = 0; i < v->area_refusal_count; i++) {
		const struct area_refusal *refusal = &v->area_refusals[i];
		struct lost_place *place;

		if (!refusal->has_room)
			return true; /* nobody was refused places of it */
		place = take(places, fold, refusal->area_id);
		if (!place)
			return false;
		place->full_count += !refusal->is_blocked;
		place->blocked_count += refusal->is_blocked;
		place->wanted += refusal->wanted;
		place->refused += refusal->wanted - refusal->room;
	}
	return true;
}

void lost_places_release(struct lost_place **places)
{
	struct lost_place *place, *next;

	HASH_ITER(hh, *places, place, next) {
		HASH_DEL(*places, place);
		free(place);
	}
}

static int compare_places(const void *left, const void *right)
{
	const struct lost_place *a = *(const struct lost_place *const *)left;
	const struct lost_place *b = *(const struct lost_place *const *)right;
	int order = text_compare(a->show->id, b->show->id);

	if (!order)
		order = (a->hour_ms > b->hour_ms) - (a->hour_ms < b->hour_ms);
	return order ? order : text_compare(a->area_id, b->area_id);
}

const struct lost_place **lost_places_list(const struct lost_place *places, size_t *count)
{
	const struct lost_place **list;
	size_t listed = 0;

	*count = HASH_COUNT(places);
	if (*count == 0)
		return NULL;
	list = calloc(*count, sizeof *list);
	if (!list)
		return NULL;
	for (const struct lost_place *place = places; place; place = place->hh.next)
		list[listed++] = place;
	qsort(list, listed, sizeof *list, compare_places);
	return list;
}
