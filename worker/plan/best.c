/*
 * layout_find: the seats that a wish gets, by 4.3 of docs/protocol.md.
 *
 * What is named in the request, and pieces chosen so far, are for that time not free in the index;
 * everything is put back before it returns.
 */
#include <assert.h>
#include <stdlib.h>

#include "worker/plan/best_search.h"

#define ELSEWHERE (1ull << KEY_EXTRA_SHIFT) /* in another section than the first piece */

/* UINT32_MAX: not there. */
static uint32_t find_name(const struct layout_names *names, struct text name)
{
	uint32_t low = 0, high = names->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (text_compare(name_at(names, middle), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < names->count && text_same(name_at(names, low), name) ? low : UINT32_MAX;
}

static void read_lists(struct search *search)
{
	struct layout *layout = search->layout;
	const struct wish *wish = search->wish;

	for (size_t i = 0; i < wish->category_count; i++) {
		uint32_t id = find_name(&layout->categories, wish->categories[i]);

		if (id != UINT32_MAX)
			search->categories[search->category_count++] = id;
	}
	for (size_t i = 0; i < wish->section_count; i++) {
		uint32_t id = find_name(&layout->sections, wish->sections[i]);

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

uint32_t search_count_category(const struct search *search, uint32_t category)
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
			count += search_count_category(search, search->categories[i]);
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

uint64_t search_best_in(const struct search *search, const struct table *table, uint32_t category,
                        uint32_t near_section)
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
			key = search_best_in(search, table, search->categories[i], UINT32_MAX);
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

void search_choose(struct search *search, uint64_t key, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		search->answer->seats[search->chosen++] =
		    search->layout->numbers[key_slot(key) + i];
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
	search_choose(search, key, size);
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
		found = search_pieces(search);
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
