#include "audit/report/wishes.h"

#include <stdlib.h>
#include <string.h>

/* The key is the count in 4 bytes, then the two lists, NUL between them. */
static struct asked_wish *make(struct text key, size_t sections_at, int32_t count)
{
	struct asked_wish *wish = calloc(1, sizeof *wish + key.bytes);
	const char *text;

	if (!wish)
		return NULL;
	text = memcpy(wish + 1, key.data, key.bytes);
	wish->categories = (struct text){text + 4, sections_at - 1 - 4};
	wish->sections = (struct text){text + sections_at, key.bytes - sections_at};
	wish->count = count;
	return wish;
}

static struct asked_wish *take(struct wishes *wishes, const struct wish *asked)
{
	struct asked_wish *wish = NULL;
	struct buf key = {0};
	size_t sections_at;

	buf_add_u32(&key, (uint32_t)asked->count);
	wish_encode_names(&key, asked->categories, asked->category_count);
	buf_add(&key, "", 1);
	sections_at = key.bytes;
	wish_encode_names(&key, asked->sections, asked->section_count);
	if (!key.failed)
		HASH_FIND(hh, wishes->list, key.data, key.bytes, wish);
	if (!wish && !key.failed && (wish = make(buf_text(&key), sections_at, asked->count))) {
		HASH_ADD_KEYPTR(hh, wishes->list, (const char *)(wish + 1), key.bytes, wish);
		if (!wish->hh.tbl) {
			free(wish);
			wish = NULL;
		}
	}
	buf_release(&key);
	return wish;
}

bool wishes_add(struct wishes *wishes, const struct wish *asked, bool is_granted)
{
	struct asked_wish *wish = take(wishes, asked);

	if (!wish)
		return false;
	wish->asked++;
	wishes->asked++;
	wish->granted += is_granted;
	wishes->granted += is_granted;
	return true;
}

void wishes_release(struct wishes *wishes)
{
	struct asked_wish *wish, *next;

	HASH_ITER(hh, wishes->list, wish, next) {
		HASH_DEL(wishes->list, wish);
		free(wish);
	}
}

static int compare_wishes(const void *left, const void *right)
{
	const struct asked_wish *a = *(const struct asked_wish *const *)left;
	const struct asked_wish *b = *(const struct asked_wish *const *)right;
	int64_t more = (b->asked - b->granted) - (a->asked - a->granted);
	int order;

	if (!more)
		more = b->asked - a->asked;
	if (more)
		return more > 0 ? 1 : -1;
	order = text_compare(a->categories, b->categories);
	if (!order)
		order = text_compare(a->sections, b->sections);
	return order ? order : (a->count > b->count) - (a->count < b->count);
}

const struct asked_wish **wishes_list(const struct wishes *wishes, size_t *count)
{
	const struct asked_wish **list;
	size_t listed = 0;

	*count = HASH_COUNT(wishes->list);
	list = *count ? calloc(*count, sizeof *list) : NULL;
	if (!list)
		return NULL;
	for (const struct asked_wish *wish = wishes->list; wish; wish = wish->hh.next)
		list[listed++] = wish;
	qsort(list, listed, sizeof *list, compare_wishes);
	return list;
}
