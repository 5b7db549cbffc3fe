#include "gateway/live/map_event.h"

bool map_event_read(struct text json, struct arena *arena, struct map_event *ev)
{
	(void)json;
	(void)arena;
	*ev = (struct map_event){.is_known = false};
	return false;
}
