/*
 * plan.h - what the load generator sends, one request after another.
 *
 * A pure function of its settings and the seed: the same seed gives the same types, shows, seats and
 * repetitions, in the same order. What only the run can know is left to the runner: request ids,
 * sessions, and which granted reservation a confirm or a release is about.
 *
 * Knows: how shows and seats are chosen. Doesn't know: Kafka, time, replies.
 */
#ifndef HOLDFAST_PRODUCER_LOAD_PLAN_H
#define HOLDFAST_PRODUCER_LOAD_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/message/place.h"
#include "common/message/request.h"

#define LOAD_SHOWS_MAX 100000
#define LOAD_SEATS_MAX 1000000
#define LOAD_RECENT 256 /* how far back a request that is sent again may lie */
#define LOAD_SKEW_MAX 5
#define LOAD_ROW_SEATS_DEFAULT 50
#define LOAD_SECTION_ROWS 10

enum load_placement {
	PLACE_BY_HASH, /* prefix-1, prefix-2 ..., wherever these fall */
	PLACE_ON_ONE,  /* only numbers whose shows fall on the partition of prefix-1 */
	PLACE_EVENLY,  /* the first show on partition 0, the second on 1 ... */
};

/* Of a random draw: what each weighs. */
struct load_mix {
	uint32_t reserve; /* of seats, as --pick says */
	uint32_t confirm, release, change; /* of granted reservations */
	uint32_t best, area; /* reserves of seats that the worker chooses, and of places in the area */
};

/* What a reserve asks for. */
enum load_wish { WISH_SEATS, WISH_BEST, WISH_AREA };

struct load_settings {
	const char *show_prefix; /* borrowed */
	uint32_t shows;
	uint32_t seats;                /* of each show */
	uint32_t seats_min, seats_max; /* of one reserve; seats_max at most `seats` */
	double skew;                   /* exponent of Zipf's law for shows and seats; 0: all alike */
	bool is_in_order;              /* seats are taken in order and none twice, until all are taken */
	bool is_best;                  /* the worker chooses, what the plan says of seats is left out */
	uint32_t row_seats;            /* seats in a row; 0: they have no places */
	struct load_mix mix;
	uint64_t holds;                /* the first so many are reserves, whatever the mix says */
	uint32_t area_capacity;        /* of LOAD_AREA_ID of each show; 0: it has none */
	uint32_t customers;            /* that reserves are of; 0: of none */
	int32_t max_customer_seats, max_customer_holds; /* of shows that are made; 0: no limit */
	uint32_t duplicates_percent;
	enum load_placement placement;
	int32_t partition_count;
	uint64_t seed;
};

/* The next request. */
struct load_step {
	bool is_again;           /* one of the last LOAD_RECENT requests once more: the one that lies */
	uint32_t back;           /* so far back, 1 the last one. The rest is of a new request: */
	enum request_type type;  /* reserve, change_hold, confirm or release */
	uint32_t show;           /* reserve, or where nothing is granted yet and it becomes one */
	enum load_wish wish;     /* likewise, and so the next three */
	uint32_t first_seat;     /* seats stand side by side; where holds are changed one more is free */
	uint32_t seat_count;     /* behind them, */
	uint32_t customer;       /* the first has number 0 */
	uint64_t draw;           /* for the choice among granted reservations */
};

/* "2-4" or "3"; "uniform" or an exponent; "reserve:90,confirm:10", which may be without reserves. */
bool load_read_range(const char *text, uint32_t *min, uint32_t *max);
bool load_read_skew(const char *text, double *skew);
bool load_read_mix(const char *text, struct load_mix *mix);
uint64_t load_mix_reserves(const struct load_mix *mix); /* what reserves weigh together */

struct load_plan;

/*
 * RC_USAGE: a show_id would be too long, or seats_max is above `seats`
 */
enum rc load_plan_open(struct load_plan **plan, const struct load_settings *settings,
                       struct err *e) NODISCARD;
void load_plan_close(struct load_plan *plan); /* takes NULL */

void load_plan_next(struct load_plan *plan, struct load_step *step);
const char *load_plan_show_id(const struct load_plan *plan, uint32_t show);

#define LOAD_AREA_ID "floor"

/* A seat's id, the first has number 0. */
#define LOAD_SEAT_ID_BYTES 16
void load_seat_id(uint32_t seat, char text[LOAD_SEAT_ID_BYTES]);

/* Its place in rows of so many, ten rows a section; those in front and in the middle rank first. */
struct load_place_texts {
	char section[24], row[12];
};
struct place load_place(uint32_t seat, uint32_t row_seats, struct load_place_texts *texts);

/* Numbers that look random and follow from the state alone; any state will do. */
uint64_t load_random(uint64_t *state);

#endif
