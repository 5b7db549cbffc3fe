#include "tests/unit/worker/plan/naive_hall.h"

#include <stdio.h>
#include <string.h>

#include "common/message/channel.h"

/* A block as 4.3 orders it. */
struct block {
	int first; /* seat; NAIVE_NONE: there is none */
	int beyond, elsewhere, strands, ranks;
};

struct naive_seat *naive_add(struct naive_hall *hall, struct place place)
{
	struct naive_seat *seat = &hall->seats[hall->count];

	*seat = (struct naive_seat){.place = place, .status = SEAT_AVAILABLE};
	snprintf(seat->id, sizeof seat->id, "s%d", hall->count++);
	return seat;
}

static bool same_row(const struct naive_seat *a, const struct naive_seat *b)
{
	return a->place.row.data && b->place.row.data &&
	       text_same(a->place.section, b->place.section) && text_same(a->place.row, b->place.row);
}

void naive_find_neighbours(struct naive_hall *hall)
{
	for (int i = 0; i < hall->count; i++) {
		struct naive_seat *seat = &hall->seats[i];

		seat->left = seat->right = NAIVE_NONE;
		for (int j = 0; j < hall->count; j++) {
			if (!same_row(seat, &hall->seats[j]))
				continue;
			if (hall->seats[j].place.pos == seat->place.pos - 1)
				seat->left = j;
			if (hall->seats[j].place.pos == seat->place.pos + 1)
				seat->right = j;
		}
	}
}

static bool is_free(const struct naive_hall *hall, const struct naive_seat *seat)
{
	return seat->status == SEAT_AVAILABLE ||
	       (seat->status == SEAT_RESERVED && seat->until_ms <= hall->now_ms);
}

static bool is_flagged(const struct naive_seat *seat, enum place_flag flag)
{
	return seat->place.flags & PLACE_FLAG_BIT(flag);
}

static bool is_ordinary(const struct naive_hall *hall, int at)
{
	const struct naive_seat *seat = at == NAIVE_NONE ? NULL : &hall->seats[at];

	return seat && is_free(hall, seat) && !seat->channel && seat->place.row.data &&
	       !is_flagged(seat, PLACE_ACCESSIBLE) && !is_flagged(seat, PLACE_COMPANION) &&
	       !seat->is_named && !seat->is_chosen;
}

static bool is_listed(const struct text *list, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(list[i], name))
			return true;
	return count == 0;
}

static bool is_candidate(const struct naive_hall *hall, const struct layout_request *request,
                         int at)
{
	const struct naive_seat *seat = &hall->seats[at];
	const struct wish *wish = request->wish;
	bool is_open = !seat->channel && request->has_public;

	for (size_t i = 0; seat->channel && i < request->channel_count; i++)
		is_open = is_open || text_same(request->channels[i], text_of(seat->channel));
	if (!is_free(hall, seat) || !is_open || seat->is_named || seat->is_chosen ||
	    !seat->place.row.data)
		return false;
	if (!is_listed(wish->categories, wish->category_count, seat->place.category) ||
	    !is_listed(wish->sections, wish->section_count, seat->place.section))
		return false;
	if (is_flagged(seat, PLACE_RESTRICTED) && !wish->restricted)
		return false;
	return wish->accessible ||
	       (!is_flagged(seat, PLACE_ACCESSIBLE) && !is_flagged(seat, PLACE_COMPANION));
}

/* Does the end seat, with what is outside of it, leave a single? */
static int strands(const struct naive_hall *hall, int end, bool is_left)
{
	int outside = is_left ? hall->seats[end].left : hall->seats[end].right;
	int next;

	if (outside == NAIVE_NONE || !is_ordinary(hall, end) || !is_ordinary(hall, outside))
		return 0;
	next = is_left ? hall->seats[outside].left : hall->seats[outside].right;
	return next == NAIVE_NONE || !is_ordinary(hall, next);
}

static int compare(const struct naive_hall *hall, const struct block *a, const struct block *b)
{
	const struct place *at, *bt;
	int order;

	if (b->first == NAIVE_NONE)
		return -1;
	at = &hall->seats[a->first].place;
	bt = &hall->seats[b->first].place;
	if (a->elsewhere != b->elsewhere)
		return a->elsewhere - b->elsewhere;
	if (a->beyond != b->beyond)
		return a->beyond - b->beyond;
	if (a->strands != b->strands)
		return a->strands - b->strands;
	if (a->ranks != b->ranks)
		return a->ranks - b->ranks;
	order = text_compare(at->section, bt->section);
	if (!order)
		order = text_compare(at->row, bt->row);
	return order ? order : at->pos - bt->pos;
}

/* The block that begins at a seat. False: none does. */
static bool block_at(const struct naive_hall *hall, const struct layout_request *request, int first,
                     int size, struct block *block)
{
	int at = first, last = first, accessible = 0;

	*block = (struct block){.first = first};
	for (int i = 0; i < size; i++) {
		const struct naive_seat *seat = at == NAIVE_NONE ? NULL : &hall->seats[at];

		if (!seat || !is_candidate(hall, request, at) ||
		    !text_same(seat->place.category, hall->seats[first].place.category))
			return false;
		accessible += is_flagged(seat, PLACE_ACCESSIBLE);
		block->ranks += seat->place.rank ? seat->place.rank : PLACE_RANK_DEFAULT;
		last = at;
		at = seat->right;
	}
	block->beyond = request->wish->accessible ? accessible - request->wish->accessible : 0;
	block->strands = strands(hall, first, true) + strands(hall, last, false);
	return block->beyond >= 0;
}

/* only: a seat of the category, or NAIVE_NONE; near: a seat of the section that comes first */
static struct block first_block(const struct naive_hall *hall, const struct layout_request *request,
                                int size, int only, int near, const bool *is_tried)
{
	struct block best = {.first = NAIVE_NONE}, block;

	for (int i = 0; i < hall->count; i++) {
		const struct place *place = &hall->seats[i].place;

		if ((is_tried && is_tried[i]) ||
		    (only != NAIVE_NONE && !text_same(place->category, hall->seats[only].place.category)) ||
		    !block_at(hall, request, i, size, &block))
			continue;
		block.elsewhere =
		    near != NAIVE_NONE && !text_same(place->section, hall->seats[near].place.section);
		if (compare(hall, &block, &best) < 0)
			best = block;
	}
	return best;
}

static void choose(struct naive_hall *hall, int first, int size, struct layout_answer *answer,
                   int *chosen)
{
	for (int at = first; size > 0; size--, at = hall->seats[at].right) {
		hall->seats[at].is_chosen = true;
		answer->seats[(*chosen)++] = (uint32_t)at;
	}
}

static void unchoose(struct naive_hall *hall, int *chosen)
{
	for (int i = 0; i < hall->count; i++)
		hall->seats[i].is_chosen = false;
	*chosen = 0;
}

static bool split(struct naive_hall *hall, const struct layout_request *request, int pieces,
                  struct layout_answer *answer, int *chosen)
{
	bool is_tried[NAIVE_SEATS_MAX] = {false};
	int count = request->wish->count;

	for (;;) {
		struct block first = first_block(hall, request, (count + pieces - 1) / pieces, NAIVE_NONE,
		                                 NAIVE_NONE, is_tried);
		int piece = 1;

		if (first.first == NAIVE_NONE)
			return false;
		choose(hall, first.first, (count + pieces - 1) / pieces, answer, chosen);
		for (; piece < pieces; piece++) {
			int size = count / pieces + (piece < count % pieces ? 1 : 0);
			struct block next = first_block(hall, request, size, first.first, first.first, NULL);

			if (next.first == NAIVE_NONE)
				break;
			choose(hall, next.first, size, answer, chosen);
		}
		if (piece == pieces)
			return true;
		unchoose(hall, chosen);
		for (int i = 0; i < hall->count; i++)
			if (text_same(hall->seats[i].place.category, hall->seats[first.first].place.category))
				is_tried[i] = true;
	}
}

static enum layout_found find(struct naive_hall *hall, const struct layout_request *request,
                              struct layout_answer *answer, int *chosen)
{
	int count = request->wish->count;
	struct block block = first_block(hall, request, count, NAIVE_NONE, NAIVE_NONE, NULL);

	if (block.first != NAIVE_NONE) {
		choose(hall, block.first, count, answer, chosen);
		answer->pieces = 1;
		return LAYOUT_FOUND;
	}
	for (int pieces = 2; !request->wish->together && pieces <= count; pieces++) {
		if (pieces > 4)
			pieces = count;
		if (split(hall, request, pieces, answer, chosen)) {
			answer->pieces = pieces;
			return LAYOUT_FOUND;
		}
	}
	return answer->candidates < (size_t)count ? LAYOUT_NOT_ENOUGH : LAYOUT_NOT_TOGETHER;
}

enum layout_found naive_find(struct naive_hall *hall, const struct layout_request *request,
                             struct layout_answer *answer)
{
	enum layout_found found;
	int chosen = 0;

	for (size_t i = 0; i < request->named_count; i++)
		hall->seats[request->named[i]].is_named = true;
	answer->candidates = 0;
	answer->pieces = 0;
	for (int i = 0; i < hall->count; i++)
		answer->candidates += is_candidate(hall, request, i);
	found = find(hall, request, answer, &chosen);
	unchoose(hall, &chosen);
	for (size_t i = 0; i < request->named_count; i++)
		hall->seats[request->named[i]].is_named = false;
	return found;
}

/* ---- singles ---- */

/* The seats of a run, and how many of them are taken. */
struct run {
	int seats[NAIVE_SEATS_MAX], length, taken;
};

static bool is_taken(const uint32_t *named, size_t count, int seat)
{
	for (size_t i = 0; i < count; i++)
		if (named[i] == (uint32_t)seat)
			return true;
	return false;
}

static struct run run_of(const struct naive_hall *hall, int seat, const uint32_t *named,
                         size_t count)
{
	struct run run;

	run.length = run.taken = 0;
	while (hall->seats[seat].left != NAIVE_NONE && is_ordinary(hall, hall->seats[seat].left))
		seat = hall->seats[seat].left;
	for (; seat != NAIVE_NONE && is_ordinary(hall, seat); seat = hall->seats[seat].right) {
		run.seats[run.length++] = seat;
		run.taken += is_taken(named, count, seat);
	}
	return run;
}

/* Is a seat left of a category of which one is taken? */
static bool leaves_of_a_kind(const struct naive_hall *hall, const struct run *run,
                             const uint32_t *named, size_t count)
{
	for (int i = 0; i < run->length; i++)
		for (int j = 0; is_taken(named, count, run->seats[i]) && j < run->length; j++)
			if (!is_taken(named, count, run->seats[j]) &&
			    text_same(hall->seats[run->seats[i]].place.category,
			              hall->seats[run->seats[j]].place.category))
				return true;
	return false;
}

static bool is_single(const struct run *run, int i, const uint32_t *named, size_t count)
{
	return !is_taken(named, count, run->seats[i]) &&
	       (i == 0 || is_taken(named, count, run->seats[i - 1])) &&
	       (i == run->length - 1 || is_taken(named, count, run->seats[i + 1]));
}

/* Is a before b by (section, row, pos)? */
static bool is_before(const struct naive_hall *hall, uint32_t a, uint32_t b)
{
	struct block left = {.first = (int)a}, right = {.first = (int)b};

	return compare(hall, &left, &right) < 0;
}

size_t naive_singles(struct naive_hall *hall, const uint32_t *named, size_t count, uint32_t *left)
{
	size_t found = 0;

	for (int seat = 0; seat < hall->count; seat++) {
		struct run run;

		if (!is_ordinary(hall, seat) || is_taken(named, count, seat))
			continue;
		run = run_of(hall, seat, named, count);
		if (run.taken == 0 || run.length - run.taken == 1 ||
		    !leaves_of_a_kind(hall, &run, named, count))
			continue;
		for (int i = 0; i < run.length; i++)
			if (run.seats[i] == seat && is_single(&run, i, named, count))
				left[found++] = (uint32_t)seat;
	}
	for (size_t i = 1; i < found; i++)
		for (size_t j = i; j > 0 && is_before(hall, left[j], left[j - 1]); j--) {
			uint32_t moved = left[j];

			left[j] = left[j - 1];
			left[j - 1] = moved;
		}
	return found;
}

static void add_kind(struct naive_hall *hall, enum naive_kind kind, int pos, int32_t rank)
{
	struct naive_seat *seat;

	if (kind == NAIVE_AISLE)
		return;
	seat = naive_add(hall, (struct place){.row = text_of("A"), .pos = pos, .rank = rank});
	seat->status = kind == NAIVE_TAKEN ? SEAT_SOLD : SEAT_AVAILABLE;
	if (kind == NAIVE_OTHER)
		seat->place.category = text_of("other");
	if (kind == NAIVE_WHEELCHAIR)
		seat->place.flags = PLACE_FLAG_BIT(PLACE_ACCESSIBLE);
	if (kind == NAIVE_RESTRICTED)
		seat->place.flags = PLACE_FLAG_BIT(PLACE_RESTRICTED);
	if (kind == NAIVE_HOUSE)
		seat->channel = "house";
}

void naive_make_row(struct naive_hall *hall, int64_t now_ms, int length, int kinds, long row)
{
	static const int32_t ranks[NAIVE_ROW_MAX] = {3, 2, 1, 1, 2, 3, 3, 1};

	*hall = (struct naive_hall){.now_ms = now_ms};
	for (int i = 0; i < length; i++, row /= kinds)
		add_kind(hall, (enum naive_kind)(row % kinds), i + 1, ranks[i]);
}

long naive_row_count(int length, int kinds)
{
	long rows = 1;

	for (int i = 0; i < length; i++)
		rows *= kinds;
	return rows;
}

struct layout_request naive_wish(int count, int kind, struct wish *wish)
{
	static const struct text house = {"house", 5};

	*wish = (struct wish){
	    .count = count,
	    .together = kind != 0,
	    .restricted = kind == 1,
	    .accessible = kind == 2 ? (count + 1) / 2 : 0,
	};
	return (struct layout_request){
	    .wish = wish, .has_public = true, .channels = &house, .channel_count = kind == 3};
}

struct layout *naive_layout(const struct naive_hall *hall)
{
	struct layout *layout = layout_open();

	for (int i = 0; layout && i < hall->count; i++) {
		const struct naive_seat *seat = &hall->seats[i];
		const struct layout_seat added = {
		    .seat_id = seat->id,
		    .place = &seat->place,
		    .channel = text_of(seat->channel),
		    .status = seat->status,
		    .until_ms = seat->until_ms,
		};

		if (!layout_add(layout, &added)) {
			layout_close(layout);
			return NULL;
		}
	}
	if (layout && !layout_seal(layout, hall->now_ms)) {
		layout_close(layout);
		return NULL;
	}
	return layout;
}
