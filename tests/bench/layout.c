/*
 * layout - how long the choice of the best seats takes by itself, and what a layout weighs.
 *
 * Wishes are put to a layout until it refuses them, and the seats of each are taken, as the planner
 * does; no request, no rows, no database. Prints lines of a name and a figure: `_us` is the
 * processor's microseconds a wish, `_ms` milliseconds, `.bytes` bytes a seat, at most so far.
 *
 *   show        100,000 seats, rows of 40 in sections of 50 rows, wishes for 1 to 8 of them
 *   categories  20,000 seats in one row, each a category of its own, wishes for one
 *   parted      the same, wishes for 1 to 10 that may be parted
 *   of-N        20,000 seats in rows of 100, N seats a category, wishes for 1 to 8
 *   row         30,000 seats in one row, wishes for 1 to 8
 *   shreds      2,000 categories of ten seats in pieces of five, two and two, wishes for nine that
 *               may be parted: none has two or three pieces that do, which each has to be asked once
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "worker/plan/layout.h"

#define NAME_BYTES 16
#define REFUSALS 100000
#define SHREDS 1000 /* wishes */

struct house {
	size_t count;
	struct house_seat {
		char id[NAME_BYTES], section[NAME_BYTES], row[NAME_BYTES], category[NAME_BYTES];
		struct place place;
	} *seats;
	struct layout *layout;
	double bytes; /* a seat, at most so far */
};

static unsigned seed = 1; /* the same wishes each time */

static unsigned any(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % below;
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void print(const char *house, const char *what, double value)
{
	printf("%s.%s %.4f\n", house, what, value);
}

static void weigh(struct house *h)
{
	double bytes = (double)layout_bytes(h->layout) / (double)h->count;

	if (bytes > h->bytes)
		h->bytes = bytes;
}

static void name(char text[NAME_BYTES], const char *what, size_t number)
{
	snprintf(text, NAME_BYTES, "%s%05u", what, (unsigned)(number % 100000));
}

/* Seat `i` is set by `set`. */
static void build(struct house *h, const char *house, size_t count,
                  void set(struct house_seat *seat, size_t i))
{
	double start_us;

	*h = (struct house){.count = count, .seats = calloc(count, sizeof h->seats[0])};
	if (!h->seats)
		abort();
	for (size_t i = 0; i < count; i++) {
		struct house_seat *s = &h->seats[i];

		name(s->id, "seat-", i);
		set(s, i);
		s->place.section = text_of(s->section);
		s->place.row = text_of(s->row);
		s->place.category = text_of(s->category);
	}
	start_us = now_us();
	h->layout = layout_open();
	for (size_t i = 0; i < count; i++) {
		const struct layout_seat seat = {.seat_id = h->seats[i].id,
		                                 .place = &h->seats[i].place,
		                                 .status = SEAT_AVAILABLE,
		                                 .until_ms = INT64_MAX};

		if (!h->layout || !layout_add(h->layout, &seat))
			abort();
	}
	if (!layout_seal(h->layout, 0))
		abort();
	print(house, "build_ms", (now_us() - start_us) / 1e3);
	weigh(h);
}

static enum layout_found find(struct house *h, const struct wish *wish, struct layout_answer *answer)
{
	const struct layout_request request = {.wish = wish, .has_public = true};
	enum layout_found found = layout_find(h->layout, &request, answer);

	if (found == LAYOUT_NO_MEMORY)
		abort();
	return found;
}

/*
 * Wishes for one to `most` seats until all are sold, what is refused meanwhile counted to those that
 * are granted; then wishes that find nothing.
 */
static void sell_out(struct house *h, const char *house, unsigned most, bool is_together)
{
	struct wish wish = {.together = is_together, .has_together = true};
	struct layout_answer answer;
	double start_us = now_us();
	size_t granted = 0, left = h->count;

	while (left) {
		wish.count = 1 + (int32_t)any(most);
		if (find(h, &wish, &answer) != LAYOUT_FOUND) {
			wish.count = 1; /* what is left is sold one by one */
			if (find(h, &wish, &answer) != LAYOUT_FOUND)
				abort();
		}
		for (int i = 0; i < wish.count; i++)
			layout_set_status(h->layout, answer.seats[i], SEAT_RESERVED, INT64_MAX);
		left -= (size_t)wish.count;
		granted++;
		if (granted % 1024 == 0)
			weigh(h);
	}
	print(house, "granted_us", (now_us() - start_us) / (double)granted);
	start_us = now_us();
	for (unsigned i = 0; i < REFUSALS; i++) {
		wish.count = 1 + (int32_t)any(most);
		if (find(h, &wish, &answer) == LAYOUT_FOUND)
			abort();
	}
	print(house, "refused_us", (now_us() - start_us) / REFUSALS);
	weigh(h);
	print(house, "bytes", h->bytes);
}

static void close_house(struct house *h)
{
	layout_close(h->layout);
	free(h->seats);
}

static void set_show(struct house_seat *s, size_t i)
{
	size_t row = i / 40, place = i % 40;

	name(s->section, "section-", row / 50);
	name(s->row, "", row % 50);
	name(s->category, "", row / 50 % 5);
	s->place.pos = (int32_t)(place < 20 ? place + 1 : place + 2); /* an aisle in the middle */
	s->place.rank = 1 + (int32_t)(row % 50 * 100 + (place < 20 ? 20 - place : place - 19));
}

static void set_categories(struct house_seat *s, size_t i)
{
	name(s->category, "", i);
	s->place.pos = (int32_t)i + 1;
	s->place.rank = 1 + (int32_t)(i * 7919 % 1000);
}

static size_t category_seats; /* of the house that is built */

static void set_small(struct house_seat *s, size_t i)
{
	name(s->category, "", i / category_seats);
	name(s->row, "", i / 100);
	s->place.pos = (int32_t)(i % 100) + 1;
	s->place.rank = 1 + (int32_t)(i * 7919 % 1000);
}

static void set_row(struct house_seat *s, size_t i)
{
	name(s->category, "", 0);
	s->place.pos = (int32_t)i + 1;
	s->place.rank = 1 + (int32_t)(i * 7919 % 1000);
}

static void set_shreds(struct house_seat *s, size_t i)
{
	name(s->category, "", i / 10);
	name(s->row, "", i / 5);
	s->place.pos = (int32_t)(i % 5) + 1;
	s->place.rank = 1 + (int32_t)(i * 7919 % 1000);
}

/* How many seats a category needs so that the index is as small as promised. */
static void weigh_small_categories(void)
{
	static const size_t sizes[] = {2, 5, 10, 20, 50, 100};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		char house[NAME_BYTES];
		struct house h;

		category_seats = sizes[i];
		snprintf(house, sizeof house, "of-%u", (unsigned)sizes[i]);
		build(&h, house, 20000, set_small);
		sell_out(&h, house, 8, true);
		close_house(&h);
	}
}

/* The first wish; the same again; then each is taken until there is none, and asked for in vain. */
static void part(struct house *h)
{
	const struct wish wish = {.count = 9, .together = false, .has_together = true};
	struct layout_answer answer;
	double start_us;
	unsigned granted = 0;

	for (uint32_t i = 7; i < h->count; i += 10)
		layout_set_status(h->layout, i, SEAT_SOLD, INT64_MAX);
	start_us = now_us();
	(void)find(h, &wish, &answer);
	print("shreds", "first_ms", (now_us() - start_us) / 1e3);
	start_us = now_us();
	for (int i = 0; i < SHREDS; i++)
		(void)find(h, &wish, &answer);
	print("shreds", "wish_us", (now_us() - start_us) / SHREDS);
	start_us = now_us();
	while (find(h, &wish, &answer) == LAYOUT_FOUND) {
		for (int i = 0; i < wish.count; i++)
			layout_set_status(h->layout, answer.seats[i], SEAT_RESERVED, INT64_MAX);
		granted++;
	}
	print("shreds", "granted_us", (now_us() - start_us) / granted);
	start_us = now_us();
	for (int i = 0; i < SHREDS; i++)
		(void)find(h, &wish, &answer);
	print("shreds", "refused_us", (now_us() - start_us) / SHREDS);
	weigh(h);
	print("shreds", "bytes", h->bytes);
}

int main(void)
{
	struct house h;

	build(&h, "show", 100000, set_show);
	sell_out(&h, "show", 8, true);
	close_house(&h);
	build(&h, "categories", 20000, set_categories);
	sell_out(&h, "categories", 1, true);
	close_house(&h);
	build(&h, "parted", 20000, set_categories);
	sell_out(&h, "parted", 10, false);
	close_house(&h);
	weigh_small_categories();
	build(&h, "row", 30000, set_row);
	sell_out(&h, "row", 8, true);
	close_house(&h);
	build(&h, "shreds", 20000, set_shreds);
	part(&h);
	close_house(&h);
	return 0;
}
