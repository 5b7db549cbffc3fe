#include "audit/report/list.h"

#include <stdlib.h>

#define CAPACITY_FIRST 64

bool list_make_room(struct extent *extent, void *list, size_t more, size_t bytes)
{
	size_t capacity = extent->capacity ? extent->capacity : CAPACITY_FIRST;
	void *grown = list;

	while (capacity - extent->count < more)
		capacity *= 2;
	if (!list || capacity != extent->capacity)
		grown = realloc(list, capacity * bytes);
	if (!grown)
		return false;
	extent->list = grown;
	extent->capacity = capacity;
	return true;
}
