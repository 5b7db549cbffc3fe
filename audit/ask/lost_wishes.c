#include "audit/ask/lost_wishes.h"

#include <stdlib.h>
#include <string.h>

/* Show, categories and sections as one key. NUL is in none of them. */
static struct lost_wish *make(struct text key, size_t categories_at, size_t sections_at)
{
	struct lost_wish *wish = calloc(1, sizeof *wish + key.bytes);
	char *text;

	if (!wish)
		return NULL;
	text = memcpy(wish + 1, key.data, key.bytes);
	wish->categories = (struct text){text + categories_at, sections_at - categories_at - 1};
	wish->sections = (struct text){text + sections_at, key.bytes - sections_at};
	return wish;
}

static struct lost_wish *take(struct lost_wish **wishes, const struct fold *fold)
{
	const struct wish *best = fold->request.best;
	struct lost_wish *wish = NULL;
	size_t categories_at, sections_at;
	struct buf key = {0};

	buf_add_text(&key, fold->show->id);
	buf_add(&key, "", 1);
	categories_at = key.bytes;
	wish_encode_names(&key, best->categories, best->category_count);
	buf_add(&key, "", 1);
	sections_at = key.bytes;
	wish_encode_names(&key, best->sections, best->section_count);
	if (!key.failed)
		HASH_FIND(hh, *wishes, key.data, key.bytes, wish);
	if (!wish && !key.failed && (wish = make(buf_text(&key), categories_at, sections_at))) {
		wish->show = fold->show;
		wish->first_ms = fold->verdict.decided_ms;
		HASH_ADD_KEYPTR(hh, *wishes, (const char *)(wish + 1), key.bytes, wish);
		if (!wish->hh.tbl) {
			free(wish);
			wish = NULL;
		}
	}
	buf_release(&key);
	return wish;
}

bool lost_wishes_add(struct lost_wish **wishes, const struct fold *fold)
{
	struct lost_wish *wish = take(wishes, fold);

	if (!wish)
		return false;
	if (fold->verdict.outcome == OUTCOME_NOT_ENOUGH_SEATS)
		wish->not_enough++;
	else
		wish->not_together++;
	wish->seat_count += (size_t)fold->request.best->count;
	if (fold->verdict.decided_ms < wish->first_ms) /* of another partition before */
		wish->first_ms = fold->verdict.decided_ms;
	if (fold->verdict.decided_ms > wish->last_ms)
		wish->last_ms = fold->verdict.decided_ms;
	return true;
}

void lost_wishes_release(struct lost_wish **wishes)
{
	struct lost_wish *wish, *next;

	HASH_ITER(hh, *wishes, wish, next) {
		HASH_DEL(*wishes, wish);
		free(wish);
	}
}

static int compare_wishes(const void *left, const void *right)
{
	const struct lost_wish *a = *(const struct lost_wish *const *)left;
	const struct lost_wish *b = *(const struct lost_wish *const *)right;
	int order = text_compare(a->show->id, b->show->id);

	if (!order)
		order = text_compare(a->categories, b->categories);
	return order ? order : text_compare(a->sections, b->sections);
}

const struct lost_wish **lost_wishes_list(const struct lost_wish *wishes, size_t *count)
{
	const struct lost_wish **list;
	size_t listed = 0;

	*count = HASH_COUNT(wishes);
	if (*count == 0)
		return NULL;
	list = calloc(*count, sizeof *list);
	if (!list)
		return NULL;
	for (const struct lost_wish *wish = wishes; wish; wish = wish->hh.next)
		list[listed++] = wish;
	qsort(list, listed, sizeof *list, compare_wishes);
	return list;
}
