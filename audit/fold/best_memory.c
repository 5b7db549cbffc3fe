#include "audit/fold/best_memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct findings {
	struct block_kind kind;
	uint64_t used;         /* when last, by memories->uses */
	struct finding *list;
};

struct memories {
	struct findings findings[FINDINGS_MAX];
	size_t finding_count;
	uint64_t uses;
	struct memory *answers;
};

static void forget_answers(struct memories *m)
{
	struct memory *memory, *next;

	HASH_ITER(hh, m->answers, memory, next) {
		HASH_DEL(m->answers, memory);
		free(memory);
	}
}

struct memories *memories_open(void)
{
	return calloc(1, sizeof(struct memories));
}

void memories_release(struct memories *m)
{
	if (!m)
		return;
	forget_answers(m);
	for (size_t i = 0; i < m->finding_count; i++)
		free(m->findings[i].list);
	free(m);
}

static bool is_same_kind(const struct block_kind *a, const struct block_kind *b)
{
	return a->channel == b->channel && a->size == b->size && a->accessible == b->accessible &&
	       a->restricted == b->restricted;
}

static struct findings *take_findings(struct memories *m)
{
	struct findings *oldest = &m->findings[0];

	if (m->finding_count < FINDINGS_MAX)
		return &m->findings[m->finding_count++];
	for (size_t i = 1; i < FINDINGS_MAX; i++)
		if (m->findings[i].used < oldest->used)
			oldest = &m->findings[i];
	return oldest;
}

struct finding *memory_findings(struct memories *m, size_t part_count, const struct block_kind *kind)
{
	struct findings *f;

	for (size_t i = 0; i < m->finding_count; i++) {
		f = &m->findings[i];
		if (is_same_kind(&f->kind, kind)) {
			f->used = ++m->uses;
			return f->list;
		}
	}
	f = take_findings(m);
	free(f->list);
	*f = (struct findings){
	    .kind = *kind,
	    .used = ++m->uses,
	    .list = calloc(part_count + 1, sizeof(struct finding)),
	};
	return f->list;
}

/* ---- answers ---- */

static int compare_names(const void *a, const void *b)
{
	return text_compare(**(const struct text *const *)a, **(const struct text *const *)b);
}

static void write_names(struct buf *b, const struct text *names, size_t count)
{
	const struct text *sorted[WISH_NAMES_MAX];

	assert(count <= WISH_NAMES_MAX);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &names[i];
	qsort(sorted, count, sizeof sorted[0], compare_names);
	for (size_t i = 0; i < count; i++) {
		buf_add_text(b, *sorted[i]);
		buf_add(b, "", 1);
	}
	buf_add(b, "", 1);
}

/* All that the answer depends on besides the seats. */
static void write_wish(struct buf *b, const struct best_question *q)
{
	const struct wish *w = q->wish;

	if (q->channel)
		buf_add_text(b, q->channel->name);
	buf_print(b, "\n%d %d %d %d\n", (int)w->count, (int)w->accessible, w->together, w->restricted);
	write_names(b, w->categories, w->category_count);
	write_names(b, w->sections, w->section_count);
}

static struct memory *remember(struct memories *m, struct text wish)
{
	struct memory *memory;

	if (HASH_COUNT(m->answers) >= ANSWERS_MAX)
		forget_answers(m);
	memory = calloc(1, sizeof *memory + wish.bytes);
	if (!memory)
		return NULL;
	memcpy(memory + 1, wish.data, wish.bytes);
	memory->wish = (struct text){(const char *)(memory + 1), wish.bytes};
	HASH_ADD_KEYPTR(hh, m->answers, memory->wish.data, memory->wish.bytes, memory);
	if (memory->hh.tbl)
		return memory;
	free(memory);
	return NULL;
}

struct memory *memory_answer(struct memories *m, const struct best_question *question)
{
	struct memory *memory = NULL;
	struct buf wish = {0};

	write_wish(&wish, question);
	if (!wish.failed) {
		HASH_FIND(hh, m->answers, wish.data, wish.bytes, memory);
		if (!memory)
			memory = remember(m, buf_text(&wish));
	}
	buf_release(&wish);
	return memory;
}
