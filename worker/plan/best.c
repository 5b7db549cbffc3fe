/*
 * layout_find: the seats that a wish gets, by 4.3 of docs/protocol.md.
 *
 * What is named in the request, and pieces chosen so far, are for that time not free in the index;
 * everything is put back before it returns.
 */
#include <assert.h>
#include <stdlib.h>

#include "worker/plan/best_picks.h"

#define PIECES_EVEN_MAX 4 /* in so many pieces at most, before every seat is one */
#define ELSEWHERE (1ull << KEY_EXTRA_SHIFT) /* in another section than the first piece */

/* A wish, while it is answered. */
struct search {
	struct layout *layout;
	const struct wish *wish;
	struct pick *pick;
	/* Listed and there. */
	uint32_t categories[LAYOUT_NAMES_MAX], sections[LAYOUT_NAMES_MAX];
	size_t category_count, section_count;
	struct layout_answer *answer;
	uint32_t chosen; /* seats of the answer, which are not free for now */
};

/* A category in which as many seats as wished for are to be had, and its first piece. */
struct attempt {
	uint64_t first;
	uint32_t category;
};

/* UINT32_MAX: not there. */
static uint32_t find_name(const struct text *names, uint32_t count, struct text name)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (text_compare(names[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && text_same(names[low], name) ? low : UINT32_MAX;
}

static void read_lists(struct search *search)
{
	struct layout *layout = search->layout;
	const struct wish *wish = search->wish;

	for (size_t i = 0; i < wish->category_count; i++) {
		uint32_t id = find_name(layout->categories, layout->category_count, wish->categories[i]);

		if (id != UINT32_MAX)
			search->categories[search->category_count++] = id;
	}
	for (size_t i = 0; i < wish->section_count; i++) {
		uint32_t id = find_name(layout->sections, layout->section_count, wish->sections[i]);

		if (id == UINT32_MAX)
			continue;
		layout->section_asked[id] = layout->turn;
		search->sections[search->section_count++] = id;
	}
}

static bool is_asked(const struct search *search, uint32_t group)
{
	const struct layout *layout = search->layout;

	return !search->wish->section_count ||
	       layout->section_asked[layout->groups[group].section] == layout->turn;
}

static uint32_t count_in_category(const struct search *search, uint32_t category)
{
	const struct layout *layout = search->layout;
	uint32_t count = 0;

	if (!search->wish->section_count || search->pick->in_category[category] == 0)
		return search->pick->in_category[category];
	for (uint32_t i = layout->category_first[category]; i < layout->category_first[category + 1];
	     i++)
		if (is_asked(search, layout->of_category[i]))
			count += search->pick->in_group[layout->of_category[i]];
	return count;
}

static size_t count_candidates(const struct search *search)
{
	const struct layout *layout = search->layout;
	size_t count = 0;

	if (search->wish->category_count) {
		for (size_t i = 0; i < search->category_count; i++)
			count += count_in_category(search, search->categories[i]);
		return count;
	}
	if (!search->wish->section_count || search->pick->candidates == 0)
		return search->pick->candidates;
	for (size_t i = 0; i < search->section_count; i++)
		for (uint32_t group = layout->section_groups[search->sections[i]];
		     group < layout->section_groups[search->sections[i] + 1]; group++)
			count += search->pick->in_group[group];
	return count;
}

/* near_section: blocks elsewhere come after all of it; UINT32_MAX: sections are alike */
static uint64_t best_in_category(const struct search *search, const struct table *table,
                                 uint32_t category, uint32_t near_section)
{
	const struct layout *layout = search->layout;
	uint64_t best = KEY_NONE;

	for (uint32_t i = layout->category_first[category]; i < layout->category_first[category + 1];
	     i++) {
		uint32_t group = layout->of_category[i];
		uint64_t key = table_best_of(layout, table, group);

		if (key == KEY_NONE || !is_asked(search, group))
			continue;
		if (near_section != UINT32_MAX && layout->groups[group].section != near_section)
			key |= ELSEWHERE;
		if (key < best)
			best = key;
	}
	return best;
}

static uint64_t best_of_all(const struct search *search, const struct table *table)
{
	const struct layout *layout = search->layout;
	uint64_t best = KEY_NONE, key;

	if (search->wish->category_count) {
		for (size_t i = 0; i < search->category_count; i++) {
			key = best_in_category(search, table, search->categories[i], UINT32_MAX);
			best = key < best ? key : best;
		}
		return best;
	}
	if (!search->wish->section_count)
		return table_best(layout, table);
	for (size_t i = 0; i < search->section_count; i++)
		for (uint32_t group = layout->section_groups[search->sections[i]];
		     group < layout->section_groups[search->sections[i] + 1]; group++) {
			key = table_best_of(layout, table, group);
			best = key < best ? key : best;
		}
	return best;
}

/* ---- what is chosen ---- */

static uint32_t slot_of(uint64_t key)
{
	return (uint32_t)(key & ((1ull << KEY_SLOT_BITS) - 1));
}

static void choose(struct search *search, uint64_t key, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		search->answer->seats[search->chosen++] =
		    search->layout->numbers[slot_of(key) + i];
}

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
	uint32_t section = group_at(layout, slot_of(attempt->first))->section;
	enum layout_found found = LAYOUT_FOUND;

	choose(search, attempt->first, size);
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
		key = best_in_category(search, table, attempt->category, section);
		if (key == KEY_NONE) {
			found = LAYOUT_NOT_TOGETHER;
			break;
		}
		choose(search, key, size);
		put_chosen(search, before, false);
	}
	put_chosen(search, 0, true);
	if (found != LAYOUT_FOUND)
		search->chosen = 0;
	return found;
}

/* ---- in several pieces ---- */

static int by_first(const void *left, const void *right)
{
	const struct attempt *a = left, *b = right;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->category > b->category) - (a->category < b->category); /* both have none */
}

/* The categories that have enough seats, and how many they are. attempts NULL: that alone */
static uint32_t list_attempts(const struct search *search, struct attempt *attempts)
{
	bool is_listed = search->wish->category_count > 0;
	uint32_t all = is_listed ? (uint32_t)search->category_count : search->layout->category_count;
	uint32_t count = 0;

	for (uint32_t i = 0; i < all; i++) {
		uint32_t category = is_listed ? search->categories[i] : i;

		if (count_in_category(search, category) < (uint32_t)search->wish->count)
			continue;
		if (attempts)
			attempts[count].category = category;
		count++;
	}
	return count;
}

static enum layout_found split(struct search *search, struct attempt *attempts, uint32_t count,
                               uint32_t pieces)
{
	uint32_t size = ((uint32_t)search->wish->count + pieces - 1) / pieces;
	enum layout_found found = LAYOUT_NOT_TOGETHER;
	const struct table *table = table_find(search->layout, search->pick, size, 0);

	if (!table)
		return LAYOUT_NO_MEMORY;
	for (uint32_t i = 0; i < count; i++)
		attempts[i].first = best_in_category(search, table, attempts[i].category, UINT32_MAX);
	qsort(attempts, count, sizeof *attempts, by_first);
	for (uint32_t i = 0; i < count && found == LAYOUT_NOT_TOGETHER; i++) {
		if (attempts[i].first == KEY_NONE)
			break;
		found = fill_pieces(search, &attempts[i], pieces);
	}
	if (found == LAYOUT_FOUND)
		search->answer->pieces = (int)pieces;
	return found;
}

static enum layout_found find_pieces(struct search *search)
{
	uint32_t count = list_attempts(search, NULL), wished = (uint32_t)search->wish->count;
	enum layout_found found = LAYOUT_NOT_TOGETHER;
	struct attempt *attempts;

	if (count == 0)
		return found;
	attempts = malloc(count * sizeof *attempts);
	if (!attempts) {
		text_say_memory_ran_out();
		return LAYOUT_NO_MEMORY;
	}
	list_attempts(search, attempts);
	for (uint32_t pieces = 2; pieces <= PIECES_EVEN_MAX && pieces <= wished; pieces++) {
		found = split(search, attempts, count, pieces);
		if (found != LAYOUT_NOT_TOGETHER)
			break;
	}
	if (found == LAYOUT_NOT_TOGETHER && wished > PIECES_EVEN_MAX)
		found = split(search, attempts, count, wished);
	free(attempts);
	return found;
}

static enum layout_found find_together(struct search *search)
{
	uint32_t size = (uint32_t)search->wish->count;
	const struct table *table;
	uint64_t key;

	if (size > search->layout->longest)
		return LAYOUT_NOT_TOGETHER;
	table = table_find(search->layout, search->pick, size, (uint32_t)search->wish->accessible);
	if (!table)
		return LAYOUT_NO_MEMORY;
	key = best_of_all(search, table);
	if (key == KEY_NONE)
		return LAYOUT_NOT_TOGETHER;
	choose(search, key, size);
	search->answer->pieces = 1;
	return LAYOUT_FOUND;
}

static enum layout_found find(struct search *search, const struct layout_request *request)
{
	enum layout_found found;

	search->pick = pick_find(search->layout, request);
	if (!search->pick)
		return LAYOUT_NO_MEMORY;
	read_lists(search);
	search->answer->candidates = count_candidates(search);
	if (search->answer->candidates < (size_t)search->wish->count)
		return LAYOUT_NOT_ENOUGH;
	found = find_together(search);
	if (found == LAYOUT_NOT_TOGETHER && !search->wish->together)
		found = find_pieces(search);
	return found;
}

enum layout_found layout_find(struct layout *layout, const struct layout_request *request,
                              struct layout_answer *answer)
{
	struct search search = {.layout = layout, .wish = request->wish, .answer = answer};
	bool was_free[LAYOUT_NAMED_MAX];
	enum layout_found found;

	assert(request->wish->count >= 1 && request->wish->count <= LAYOUT_CHOSEN_MAX);
	assert(request->wish->category_count <= LAYOUT_NAMES_MAX);
	assert(request->wish->section_count <= LAYOUT_NAMES_MAX);
	assert(request->named_count <= LAYOUT_NAMED_MAX);
	layout->turn++;
	answer->pieces = 0;
	answer->candidates = 0;
	for (size_t i = 0; i < request->named_count; i++) {
		was_free[i] = is_free_seat(layout, request->named[i]);
		layout_put_free(layout, request->named[i], false);
	}
	found = find(&search, request);
	for (size_t i = request->named_count; i-- > 0;)
		layout_put_free(layout, request->named[i], was_free[i]);
	return found;
}
