/*
 * naive_hall.h - best available and singles as 4.3 and 4.4 of docs/protocol.md say them: every
 * window of every row, no index. For tests, against which the worker's layout is held.
 */
#ifndef HOLDFAST_TESTS_NAIVE_HALL_H
#define HOLDFAST_TESTS_NAIVE_HALL_H

#include "worker/plan/layout.h"

#define NAIVE_SEATS_MAX 1200
#define NAIVE_NONE (-1)

struct naive_seat {
	char id[12];
	struct place place;
	const char *channel; /* NULL: public */
	enum seat_status status;
	int64_t until_ms;
	int left, right;     /* neighbours, or NAIVE_NONE */
	bool is_named, is_chosen;
};

struct naive_hall {
	struct naive_seat seats[NAIVE_SEATS_MAX];
	int count;
	int64_t now_ms;
};

struct naive_seat *naive_add(struct naive_hall *hall, struct place place);
void naive_find_neighbours(struct naive_hall *hall); /* once all are there */
enum layout_found naive_find(struct naive_hall *hall, const struct layout_request *request,
                             struct layout_answer *answer);
size_t naive_singles(struct naive_hall *hall, const uint32_t *named, size_t count, uint32_t *left);

/* What a place of a row may be. */
enum naive_kind {
	NAIVE_TAKEN,
	NAIVE_FREE,
	NAIVE_OTHER, /* of another category */
	NAIVE_WHEELCHAIR,
	NAIVE_RESTRICTED,
	NAIVE_HOUSE, /* of the channel "house" */
	NAIVE_AISLE, /* no seat */
	NAIVE_KIND_COUNT,
};
#define NAIVE_ROW_MAX 8

/*
 * One of the rows that places of the first `kinds` kinds can make, row below naive_row_count. Ranks
 * fall and rise, with ties.
 */
void naive_make_row(struct naive_hall *hall, int64_t now_ms, int length, int kinds, long row);
long naive_row_count(int length, int kinds);

/* A wish of each kind, kind below NAIVE_WISH_KINDS: `wish` is filled in, and lent to the request. */
#define NAIVE_WISH_KINDS 4
struct layout_request naive_wish(int count, int kind, struct wish *wish);

/* A layout of the same seats. */
struct layout *naive_layout(const struct naive_hall *hall);

#endif
