/*
 * A wish in pieces: section 4.3 of docs/protocol.md, step 2.
 *
 * Categories are tried one after the other. Which of them have nothing stays known (best_refused.c),
 * as a house may have thousands of categories in shreds, and every wish would try them all again.
 */
#include <stdlib.h>

#include "worker/plan/best_search.h"

#define PIECES_EVEN_MAX 4 /* in so many pieces at most, before every seat is one */

/* A category in which as many seats as wished for are to be had, and its first piece. */
struct attempt {
	uint64_t first;
	uint32_t category;
};

struct parting {
	struct search *search;
	struct refused *refused;
	struct attempt *attempts; /* a heap, the least first piece at its head */
	uint32_t count, pieces;
	uint64_t *in_vain;        /* of `refused`, for so many pieces */
};

/* ---- the heap ---- */

static void sink(struct parting *parting, uint32_t at)
{
	struct attempt *all = parting->attempts, sunk = all[at];

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child >= parting->count)
			break;
		if (child + 1 < parting->count && all[child + 1].first < all[child].first)
			child++;
		if (sunk.first <= all[child].first)
			break;
		all[at] = all[child];
		at = child;
	}
	all[at] = sunk;
}

static struct attempt take_least(struct parting *parting)
{
	struct attempt least = parting->attempts[0];

	parting->attempts[0] = parting->attempts[--parting->count];
	if (parting->count)
		sink(parting, 0);
	return least;
}

/* ---- which categories are tried ---- */

static void consider(struct parting *parting, uint32_t category)
{
	const struct search *search = parting->search;

	if (search_count_category(search, category) < (uint32_t)search->wish->count)
		bit_put(parting->in_vain, category, true);
	else
		parting->attempts[parting->count++].category = category;
}

static void list_attempts(struct parting *parting)
{
	const struct search *search = parting->search;
	uint32_t all = search->layout->categories.count;

	parting->count = 0;
	for (size_t i = 0; i < search->category_count; i++)
		if (!bit_at(parting->in_vain, search->categories[i]))
			consider(parting, search->categories[i]);
	for (uint32_t from = 0; !search->wish->category_count && from < all; from += 64) {
		uint64_t rest = ~parting->in_vain[from >> 6];

		for (; rest; rest &= rest - 1) {
			uint32_t category = from + (uint32_t)__builtin_ctzll(rest);

			if (category < all)
				consider(parting, category);
		}
	}
}

static void find_first_pieces(struct parting *parting, const struct table *table)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < parting->count; i++) {
		uint32_t category = parting->attempts[i].category;
		uint64_t first = search_best_in(parting->search, table, category, UINT32_MAX);

		if (first == KEY_NONE)
			bit_put(parting->in_vain, category, true);
		else
			parting->attempts[count++] = (struct attempt){first, category};
	}
	parting->count = count;
	for (uint32_t i = count / 2; i-- > 0;)
		sink(parting, i);
}

/* ---- one category ---- */

static void put_chosen(const struct search *search, uint32_t first, bool is_free)
{
	for (uint32_t i = first; i < search->chosen; i++)
		layout_put_free(search->layout, search->answer->seats[i], is_free);
}

/* All pieces in one category, the first of which is known. */
static enum layout_found fill_pieces(struct search *search, const struct attempt *attempt,
                                     uint32_t pieces)
{
	struct layout *layout = search->layout;
	uint32_t count = (uint32_t)search->wish->count, size = (count + pieces - 1) / pieces;
	uint32_t section = group_at(layout, key_slot(attempt->first))->section;
	enum layout_found found = LAYOUT_FOUND;

	search_choose(search, attempt->first, size);
	put_chosen(search, 0, false);
	for (uint32_t i = 1; i < pieces && found == LAYOUT_FOUND; i++) {
		uint32_t before = search->chosen;
		const struct table *table;
		uint64_t key;

		size = count / pieces + (i < count % pieces);
		table = table_find(layout, search->pick, size, 0);
		if (!table) {
			found = LAYOUT_NO_MEMORY;
			break;
		}
		key = search_best_in(search, table, attempt->category, section);
		if (key == KEY_NONE) {
			found = LAYOUT_NOT_TOGETHER;
			break;
		}
		search_choose(search, key, size);
		put_chosen(search, before, false);
	}
	put_chosen(search, 0, true);
	if (found != LAYOUT_FOUND)
		search->chosen = 0;
	return found;
}

/* ---- all of them ---- */

static enum layout_found try_least(struct parting *parting)
{
	struct search *search = parting->search;
	const struct attempt attempt = take_least(parting);
	enum layout_found found = fill_pieces(search, &attempt, parting->pieces);

	if (found == LAYOUT_FOUND)
		search->answer->pieces = (int)parting->pieces;
	else if (found == LAYOUT_NOT_TOGETHER)
		bit_put(parting->in_vain, attempt.category, true);
	return found;
}

/* The first piece of all, which mostly is the one: then no category needs to be looked at. */
static enum layout_found try_first_of_all(struct parting *parting, const struct table *table)
{
	const struct layout *layout = parting->search->layout;
	uint64_t first = table_best(layout, table);
	uint32_t category;

	if (first == KEY_NONE)
		return LAYOUT_NOT_TOGETHER;
	category = group_at(layout, key_slot(first))->category;
	parting->count = 0;
	if (!bit_at(parting->in_vain, category))
		consider(parting, category);
	if (parting->count == 0)
		return LAYOUT_NOT_TOGETHER;
	parting->attempts[0].first = first;
	return try_least(parting);
}

static enum layout_found try_all(struct parting *parting, const struct table *table)
{
	enum layout_found found = LAYOUT_NOT_TOGETHER;

	list_attempts(parting);
	find_first_pieces(parting, table);
	while (parting->count && found == LAYOUT_NOT_TOGETHER)
		found = try_least(parting);
	return found;
}

static enum layout_found split(struct parting *parting, uint32_t pieces)
{
	struct search *search = parting->search;
	const struct wish *wish = search->wish;
	uint32_t size = ((uint32_t)wish->count + pieces - 1) / pieces;
	const struct table *table = table_find(search->layout, search->pick, size, 0);
	enum layout_found found = LAYOUT_NOT_TOGETHER;

	if (!table)
		return LAYOUT_NO_MEMORY;
	parting->pieces = pieces;
	parting->in_vain = refused_in(search->layout, parting->refused, pieces);
	if (!wish->category_count && !wish->section_count)
		found = try_first_of_all(parting, table);
	if (found != LAYOUT_NOT_TOGETHER)
		return found;
	/* What was tried and put back may be in the table as it was tried. */
	table = table_find(search->layout, search->pick, size, 0);
	return table ? try_all(parting, table) : LAYOUT_NO_MEMORY;
}

enum layout_found search_pieces(struct search *search)
{
	uint32_t wished = (uint32_t)search->wish->count, enough = search->pick->enough[wished];
	struct parting parting = {.search = search};
	enum layout_found found = LAYOUT_NOT_TOGETHER;

	if (enough == 0)
		return found;
	parting.refused = refused_find(search->layout, search->pick, wished, search->sections,
	                               search->section_count);
	parting.attempts = malloc(enough * sizeof *parting.attempts);
	if (!parting.attempts)
		text_say_memory_ran_out();
	if (!parting.refused || !parting.attempts) {
		free(parting.attempts);
		return LAYOUT_NO_MEMORY;
	}
	for (uint32_t pieces = 2; pieces <= PIECES_EVEN_MAX && pieces <= wished; pieces++) {
		found = split(&parting, pieces);
		if (found != LAYOUT_NOT_TOGETHER)
			break;
	}
	if (found == LAYOUT_NOT_TOGETHER && wished > PIECES_EVEN_MAX)
		found = split(&parting, wished);
	refused_keep(search->layout, parting.refused);
	free(parting.attempts);
	return found;
}
