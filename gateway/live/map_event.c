#include "gateway/live/map_event.h"

#include "common/message/tree.h"

static bool read_seat_ids(const struct cJSON *list, struct arena *arena, struct map_event *ev)
{
	const struct cJSON *element;
	struct text *ids;

	for (element = json_first(list); element; element = json_next(element))
		ev->seat_count++;
	ids = arena_take(arena, (ev->seat_count + 1) * sizeof *ids);
	ev->seat_ids = ids;
	for (element = json_first(list); ids && element; element = json_next(element), ids++) {
		struct text id = json_text(element);

		if (!id.data)
			return false;
		*ids = arena_copy(arena, id);
	}
	return !arena->failed;
}

static bool read_areas(const struct cJSON *list, struct arena *arena, struct map_event *ev)
{
	const struct cJSON *element;
	struct area_count *areas;

	for (element = json_first(list); element; element = json_next(element))
		ev->area_count++;
	areas = arena_take(arena, (ev->area_count + 1) * sizeof *areas);
	ev->areas = areas;
	for (element = json_first(list); areas && element; element = json_next(element), areas++) {
		struct text id = json_text(json_member(element, "area_id"));
		int64_t count;

		if (!id.data || !json_integer(json_member(element, "count"), 0, INT32_MAX, &count))
			return false;
		*areas = (struct area_count){arena_copy(arena, id), (int32_t)count};
	}
	return !arena->failed;
}

static bool read_request(const struct cJSON *request, struct map_event *ev)
{
	int64_t partition;

	if (!json_integer(json_member(request, "partition"), 0, INT32_MAX, &partition) ||
	    !json_integer(json_member(request, "offset"), 0, JSON_INTEGER_MAX, &ev->offset))
		return false;
	ev->partition = (int32_t)partition;
	return true;
}

static bool read_event(const struct cJSON *event, struct arena *arena, struct map_event *ev)
{
	struct text kind = json_text(json_member(event, "event"));
	struct text show_id = json_text(json_member(event, "show_id"));

	if (!kind.data || !show_id.data || !json_time(json_member(event, "at"), &ev->at_ms) ||
	    !read_request(json_member(event, "request"), ev))
		return false;
	ev->show_id = arena_copy(arena, show_id);
	ev->is_known = event_kind_of(kind, &ev->kind);
	if (!ev->is_known)
		return !arena->failed;
	ev->is_retaken = json_member(event, "retaken") != NULL;
	if (event_has_reservation(ev->kind) &&
	    (!uuid_decode(json_text(json_member(event, "reservation_id")), &ev->reservation_id) ||
	     !read_areas(json_member(event, "areas"), arena, ev)))
		return false;
	return read_seat_ids(json_member(event, "seat_ids"), arena, ev);
}

bool map_event_read(struct text json, struct arena *arena, struct map_event *ev)
{
	const char *why;
	struct arena parsed = {0};
	const struct cJSON *event = json_parse(json, &parsed, &why);
	bool is_fine;

	*ev = (struct map_event){.is_known = false};
	is_fine = event && read_event(event, arena, ev);
	arena->failed = arena->failed || parsed.failed;
	arena_release(&parsed);
	return is_fine;
}
