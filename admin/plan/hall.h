/*
 * hall.h - the seats of a house with their places, and its areas, as a plan of it says: what
 * `--plan=FILE` is read into.
 *
 * Knows: forms of plans. Doesn't know: shows, requests, servers.
 */
#ifndef HOLDFAST_ADMIN_PLAN_HALL_H
#define HOLDFAST_ADMIN_PLAN_HALL_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/message/area.h"
#include "common/message/place.h"

#define NAME_FORM "1 to 64 bytes of UTF-8 without control characters and outer spaces"

/* A seat; texts live in the hall's arena. */
struct hall_seat {
	struct text id;
	struct place place;  /* rank 0: the plan has none */
	size_t line;         /* of the file where it stands; 0: the form has no lines */
	size_t row_number;   /* of all rows in the order of the plan, from 0; where it has a row */
	double across, down; /* where it stands, in units of the plan; where has_point */
};

/* An area, which has places and no seats; texts likewise. */
struct hall_area {
	struct area given;
	size_t line;         /* of the file */
};

struct hall {
	struct arena arena;
	struct hall_seat *seats; /* in the order of the plan */
	size_t count, capacity;
	struct hall_area *areas; /* likewise */
	size_t area_count, area_capacity;
	bool is_ranked;          /* the plan says the ranks itself */
};

/* Where the audience looks, in units of the plan. */
struct focus {
	bool is_given;
	double across, down;
};

/*
 * Read a plan: CSV by RFC 4180 with a heading, or pretix's JSON, which begins with a brace.
 *
 * bytes      the file; borrowed until hall_release
 * seat_name  of a pretix plan: how a seat is called, text with {guid}, {section}, {row} and
 *            {number} in it; NULL: {guid}. Borrowed
 *
 * RC_USAGE: no plan; the first fault is named with its line, or with zone, row and seat
 */
enum rc hall_read(struct hall *hall, struct text bytes, const char *seat_name,
                  struct err *e) NODISCARD;
void hall_release(struct hall *hall);

/* X,Y as --focus takes it. RC_USAGE: it is none. */
enum rc focus_read(struct focus *focus, const char *text, struct err *e) NODISCARD;

/*
 * Give every seat that has a row a rank, unless the plan has them: by its distance from the focus,
 * or without one by how far back its row is and how far from the middle of it the seat is, two seats
 * aside counting as one row back.
 *
 * RC_USAGE: a focus, and seats without x and y
 */
enum rc hall_rank(struct hall *hall, const struct focus *focus, struct err *e) NODISCARD;

/*
 * Append what the plan was understood to be: seats by section and category, rows, and where they
 * have gaps; areas and their places; lines of at most 100 columns.
 */
void hall_describe(const struct hall *hall, struct buf *to);

/* For who reads a form of plan: one more seat, zeroed. NULL: out of memory (arena.failed). */
struct hall_seat *hall_add(struct hall *hall);
struct hall_area *hall_add_area(struct hall *hall); /* likewise */
/* What every form is checked for in the end: ids that come twice, also after NFC; places. */
enum rc hall_check(struct hall *hall, struct err *e) NODISCARD;
enum rc hall_read_csv(struct hall *hall, struct text bytes, struct err *e) NODISCARD;
enum rc hall_read_pretix(struct hall *hall, struct text bytes, const char *seat_name,
                         struct err *e) NODISCARD;

#endif
