/*
 * best_search.h - a wish while it is answered: what best.c and best_pieces.c share.
 */
#ifndef HOLDFAST_WORKER_PLAN_BEST_SEARCH_H
#define HOLDFAST_WORKER_PLAN_BEST_SEARCH_H

#include "worker/plan/best_picks.h"

struct search {
	struct layout *layout;
	const struct wish *wish;
	struct pick *pick;
	/* Listed and there; no section where none is listed. */
	uint32_t categories[LAYOUT_NAMES_MAX], sections[LAYOUT_NAMES_MAX];
	size_t category_count, section_count;
	struct layout_answer *answer;
	uint32_t chosen; /* seats of the answer, which are not free for now */
};

/* Candidates in the sections that are asked for. */
uint32_t search_count_category(const struct search *search, uint32_t category);
/* near_section: blocks elsewhere come after all of it; UINT32_MAX: sections are alike */
uint64_t search_best_in(const struct search *search, const struct table *table, uint32_t category,
                        uint32_t near_section);
/* The block is the answer's next. */
void search_choose(struct search *search, uint64_t key, uint32_t size);

/* best_pieces.c: in two pieces or more, where it cannot be one. */
enum layout_found search_pieces(struct search *search);

#endif
