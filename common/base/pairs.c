#include "common/base/pairs.h"

#include <stdlib.h>
#include <string.h>

static void drop_at(struct pairs *pairs, size_t i)
{
	free(pairs->names[i]);
	free(pairs->values[i]);
	pairs->count--;
	for (; i < pairs->count; i++) {
		pairs->names[i] = pairs->names[i + 1];
		pairs->values[i] = pairs->values[i + 1];
	}
}

void pairs_drop(struct pairs *pairs, const char *name)
{
	for (size_t i = pairs->count; i-- > 0;)
		if (strcmp(pairs->names[i], name) == 0)
			drop_at(pairs, i);
}

static bool grow_pairs(struct pairs *pairs)
{
	size_t bytes = (pairs->count + 1) * sizeof(char *);
	char **names = realloc(pairs->names, bytes);
	char **values;

	if (names)
		pairs->names = names;
	values = names ? realloc(pairs->values, bytes) : NULL;
	if (values)
		pairs->values = values;
	return values;
}

enum rc pairs_set(struct pairs *pairs, const char *name, size_t name_bytes, const char *value,
                  size_t value_bytes, struct err *e)
{
	char *name_copy = strndup(name, name_bytes);
	char *value_copy = strndup(value, value_bytes);

	if (!name_copy || !value_copy || !grow_pairs(pairs)) {
		free(name_copy);
		free(value_copy);
		return err_out_of_memory(e);
	}
	pairs_drop(pairs, name_copy);
	pairs->names[pairs->count] = name_copy;
	pairs->values[pairs->count] = value_copy;
	pairs->count++;
	return RC_OK;
}

bool pairs_has(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->names[i], name) == 0)
			return true;
	return false;
}

void pairs_release(struct pairs *pairs)
{
	while (pairs->count)
		drop_at(pairs, pairs->count - 1);
	free(pairs->names);
	free(pairs->values);
	*pairs = (struct pairs){0};
}
