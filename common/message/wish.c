#include "common/message/wish.h"

#include <stdlib.h>

#include "common/base/json.h"
#include "common/message/limits.h"

static int compare_names(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

void wish_encode_names(struct buf *b, const struct text *names, size_t count)
{
	struct text sorted[WISH_NAMES_MAX];

	for (size_t i = 0; i < count; i++)
		sorted[i] = names[i];
	qsort(sorted, count, sizeof sorted[0], compare_names);
	json_add_texts(b, sorted, count);
}
