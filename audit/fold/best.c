#include "audit/fold/best.h"

#include <stdlib.h>
#include <string.h>

#include "audit/fold/channels.h"

/* One question on its way. */
struct search {
	struct house *house;
	const struct best_question *question;
	bool *has_section, *has_category; /* by number: may be looked at */
	bool failed;                      /* out of memory */
};

/* ---- the terms of 4.3 ---- */

static bool is_accessible(const struct seat *seat)
{
	return (seat->place->place.flags & PLACE_FLAG_BIT(PLACE_ACCESSIBLE)) != 0;
}

/* Its section and category are the part's, and looked at there. */
static bool is_candidate(const struct search *s, const struct seat *seat)
{
	const struct best_question *q = s->question;
	unsigned flags = seat->place->place.flags;

	if (seat->mark == s->house->mark)
		return false;
	if ((flags & PLACE_FLAG_BIT(PLACE_RESTRICTED)) && !q->wish->restricted)
		return false;
	if ((flags & (PLACE_FLAG_BIT(PLACE_ACCESSIBLE) | PLACE_FLAG_BIT(PLACE_COMPANION))) &&
	    !q->wish->accessible)
		return false;
	return seat_is_takable(seat, q->t_ms) && channel_opens(q->channel, seat->channel);
}

static bool is_ordinary(const struct search *s, const struct seat *seat)
{
	return seat && seat->mark != s->house->mark && seat_is_ordinary(seat, s->question->t_ms);
}

/* Would the block with this end leave one seat alone beside it? */
static bool strands(const struct search *s, const struct seat *end, int step)
{
	const struct seat *outside = seat_neighbour(end, step);

	return is_ordinary(s, end) && is_ordinary(s, outside) &&
	       !is_ordinary(s, seat_neighbour(outside, step));
}

/* In one part, where no two blocks of a size begin at one pos. */
static bool is_better_within(const struct block *a, const struct block *b)
{
	if (!b->part)
		return true;
	if (a->beyond != b->beyond)
		return a->beyond < b->beyond;
	if (a->strands != b->strands)
		return a->strands < b->strands;
	return a->ranks < b->ranks; /* else the one that was found before: its pos is lower */
}

static int32_t lowest_pos(const struct block *b)
{
	return b->part->seats[b->at]->place->place.pos;
}

/*
 * The order of blocks. Rows lie in the order of (section, row).
 *
 * beside  the number of a section, whose blocks come first; NULL: none
 */
static bool is_better(const struct block *a, const struct block *b, const size_t *beside)
{
	if (!a->part || !b->part)
		return a->part != NULL;
	if (beside && (a->part->row->section == *beside) != (b->part->row->section == *beside))
		return a->part->row->section == *beside;
	if (a->beyond != b->beyond)
		return a->beyond < b->beyond;
	if (a->strands != b->strands)
		return a->strands < b->strands;
	if (a->ranks != b->ranks)
		return a->ranks < b->ranks;
	if (a->part->row != b->part->row)
		return a->part->row < b->part->row;
	return lowest_pos(a) < lowest_pos(b);
}

/* ---- looking at one part ---- */

/* All windows of `size` in it. */
static struct finding look_at_part(const struct search *s, const struct house_part *part,
                                   int32_t size)
{
	struct finding found = {0};
	int32_t run = 0, accessible = 0, pos_before = 0;
	int64_t ranks = 0;

	for (size_t i = 0; i < part->count; i++) {
		const struct seat *seat = part->seats[i];
		const struct place *place = &seat->place->place;
		struct block block;

		if (!is_candidate(s, seat)) {
			run = 0;
			continue;
		}
		found.candidates++;
		if (run == 0 || place->pos != pos_before + 1) {
			run = accessible = 0;
			ranks = 0;
		}
		pos_before = place->pos;
		run++;
		ranks += place->rank;
		accessible += is_accessible(seat);
		if (run > size) {
			ranks -= part->seats[i - (size_t)size]->place->place.rank;
			accessible -= is_accessible(part->seats[i - (size_t)size]);
		}
		if (run < size || accessible < s->question->wish->accessible)
			continue;
		block = (struct block){.part = part, .at = i + 1 - (size_t)size, .ranks = ranks};
		if (s->question->wish->accessible)
			block.beyond = accessible - s->question->wish->accessible;
		block.strands = strands(s, part->seats[block.at], -1) + strands(s, seat, 1);
		if (is_better_within(&block, &found.first))
			found.first = block;
	}
	return found;
}

/* For blocks of that size; NULL: out of memory, and the search has failed. */
static struct finding *findings_of(struct search *s, int32_t size)
{
	const struct best_question *q = s->question;
	const struct block_kind kind = {q->channel, size, q->wish->accessible, q->wish->restricted};
	struct finding *known = memory_findings(s->house->memories, s->house->part_count, &kind);

	s->failed |= !known;
	return known;
}

static struct finding find_in_part(const struct search *s, struct finding *known, size_t number,
                                   int32_t size)
{
	const struct house_part *part = &s->house->parts[number];

	if (part->row->mark == s->house->mark) /* not as it will be the next time */
		return look_at_part(s, part, size);
	if (known[number].since != part->row->since) {
		known[number] = look_at_part(s, part, size);
		known[number].since = part->row->since;
	}
	return known[number];
}

static bool may_look_at(const struct search *s, const struct house_part *part)
{
	return s->has_category[part->category] && s->has_section[part->row->section];
}

/* ---- 1: one block ---- */

static void add_block(struct best_answer *answer, size_t *count, const struct block *block,
                      int32_t size)
{
	for (int32_t i = 0; i < size; i++)
		answer->seats[(*count)++] = block->part->seats[block->at + (size_t)i];
}

static void find_one_block(struct search *s, struct best_answer *answer)
{
	int32_t size = s->question->wish->count;
	struct finding *known = findings_of(s, size);
	struct block first = {0};
	size_t count = 0;

	for (size_t i = 0; !s->failed && i < s->house->part_count; i++) {
		struct finding found;

		if (!may_look_at(s, &s->house->parts[i]))
			continue;
		found = find_in_part(s, known, i, size);
		answer->free_seats += found.candidates;
		if (is_better(&found.first, &first, NULL))
			first = found.first;
	}
	answer->is_found = !s->failed && first.part;
	answer->pieces = 1;
	if (answer->is_found)
		add_block(answer, &count, &first, size);
}

/* ---- 2: several pieces ---- */

static void mark_named(const struct search *s)
{
	house_clear_marks(s->house);
	for (size_t i = 0; i < s->question->named_count; i++)
		house_mark(s->house, s->question->named[i]);
}

static int32_t size_of_piece(int32_t count, int32_t pieces, int32_t piece)
{
	return count / pieces + (piece < count % pieces);
}

/* The first block of that size in the category; `beside` as in is_better. */
static struct block find_piece(struct search *s, size_t category, int32_t size, size_t beside)
{
	struct finding *known = findings_of(s, size);
	struct block first = {0};

	for (size_t i = s->house->category_begins[category];
	     !s->failed && i < s->house->category_begins[category + 1]; i++) {
		size_t number = s->house->by_category[i];
		struct block found;

		if (!may_look_at(s, &s->house->parts[number]))
			continue;
		found = find_in_part(s, known, number, size).first;
		if (is_better(&found, &first, &beside))
			first = found;
	}
	return first;
}

static bool find_all_pieces(struct search *s, const struct block *first, int32_t pieces,
                            struct best_answer *answer)
{
	int32_t wanted = s->question->wish->count;
	struct block block = *first;
	size_t count = 0;

	mark_named(s);
	for (int32_t piece = 0; piece < pieces; piece++) {
		int32_t size = size_of_piece(wanted, pieces, piece);
		size_t marked = count;

		if (piece > 0)
			block = find_piece(s, first->part->category, size, first->part->row->section);
		if (!block.part)
			return false;
		add_block(answer, &count, &block, size);
		while (marked < count)
			house_mark(s->house, answer->seats[marked++]);
	}
	return true;
}

/* What there is in a category for the first piece. */
struct beginning {
	struct block first;
	size_t candidates;
};

static int compare_beginnings(const void *a, const void *b)
{
	const struct beginning *x = a, *y = b;

	return is_better(&x->first, &y->first, NULL) ? -1 : is_better(&y->first, &x->first, NULL);
}

/*
 * The first block of that size in each category that has one, in their order; but for those that
 * have too few seats in all.
 */
static size_t list_first_pieces(struct search *s, int32_t size, struct beginning *firsts)
{
	struct finding *known = findings_of(s, size);
	size_t count = 0;

	memset(firsts, 0, s->house->category_count * sizeof *firsts);
	mark_named(s);
	for (size_t i = 0; !s->failed && i < s->house->part_count; i++) {
		const struct house_part *part = &s->house->parts[i];
		struct beginning *of = &firsts[part->category];
		struct finding found;

		if (!may_look_at(s, part))
			continue;
		found = find_in_part(s, known, i, size);
		of->candidates += found.candidates;
		if (is_better(&found.first, &of->first, NULL))
			of->first = found.first;
	}
	for (size_t i = 0; i < s->house->category_count; i++)
		if (firsts[i].first.part && firsts[i].candidates >= (size_t)s->question->wish->count)
			firsts[count++] = firsts[i];
	qsort(firsts, count, sizeof *firsts, compare_beginnings);
	return count;
}

static void find_in_pieces(struct search *s, int32_t pieces, struct beginning *firsts,
                           struct best_answer *answer)
{
	int32_t size = size_of_piece(s->question->wish->count, pieces, 0);
	size_t count = list_first_pieces(s, size, firsts);

	for (size_t i = 0; !s->failed && !answer->is_found && i < count; i++)
		answer->is_found = find_all_pieces(s, &firsts[i].first, pieces, answer);
	answer->pieces = pieces;
}

static void find_apart(struct search *s, struct best_answer *answer)
{
	int32_t wanted = s->question->wish->count;
	struct beginning *firsts = calloc(s->house->category_count, sizeof *firsts);

	s->failed |= !firsts;
	for (int32_t pieces = 2; pieces <= 4 && pieces <= wanted; pieces++)
		if (!s->failed && !answer->is_found)
			find_in_pieces(s, pieces, firsts, answer);
	if (!s->failed && !answer->is_found && wanted > 4)
		find_in_pieces(s, wanted, firsts, answer);
	free(firsts);
}

/* ---- the whole ---- */

/* A list of a wish against all names; an empty list: all of them. NULL: out of memory. */
static bool *choose_names(const struct text *all, size_t count, const struct text *listed,
                          size_t listed_count)
{
	bool *is_chosen = calloc(count + 1, sizeof *is_chosen);

	for (size_t i = 0; is_chosen && i < count; i++)
		is_chosen[i] = listed_count == 0;
	for (size_t k = 0; is_chosen && k < listed_count; k++) {
		size_t low = 0, high = count;

		while (low < high) { /* the first that is not before it */
			size_t middle = low + (high - low) / 2;

			if (text_compare(all[middle], listed[k]) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < count && text_same(all[low], listed[k]))
			is_chosen[low] = true;
	}
	return is_chosen;
}

static bool find_anew(struct house *house, const struct best_question *q,
                      struct best_answer *answer)
{
	const struct wish *w = q->wish;
	struct search s = {
	    .house = house,
	    .question = q,
	    .has_section = choose_names(house->sections, house->section_count, w->sections,
	                                w->section_count),
	    .has_category = choose_names(house->categories, house->category_count, w->categories,
	                                 w->category_count),
	};

	*answer = (struct best_answer){0};
	s.failed = !s.has_section || !s.has_category;
	mark_named(&s);
	if (!s.failed)
		find_one_block(&s, answer);
	if (!s.failed && !answer->is_found && !w->together)
		find_apart(&s, answer);
	free(s.has_section);
	free(s.has_category);
	return !s.failed;
}

bool best_find(struct house *house, const struct best_question *q, struct best_answer *answer)
{
	struct memory *memory;

	if (!house->memories && !(house->memories = memories_open()))
		return false;
	house_advance(house, q->t_ms);
	if (q->named_count)
		return find_anew(house, q, answer);
	memory = memory_answer(house->memories, q);
	if (!memory)
		return false;
	if (memory->clock != house->clock) {
		memory->clock = 0;
		if (!find_anew(house, q, &memory->answer))
			return false;
		memory->clock = house->clock;
	}
	*answer = memory->answer;
	return true;
}
