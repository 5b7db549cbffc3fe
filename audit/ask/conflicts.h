/*
 * conflicts.h - the refused seats of what was folded: who asked, who had it, and since when; and
 * the wishes for best available that got none, and the places of areas that there was no room for.
 *
 * Knows: verdicts and the model. Doesn't know: Kafka, forms of output.
 * Memory: grows with the refused seats that are kept. They borrow from the folds, which are to
 * live as long.
 */
#ifndef HOLDFAST_AUDIT_ASK_CONFLICTS_H
#define HOLDFAST_AUDIT_ASK_CONFLICTS_H

#include "audit/ask/lost_places.h"
#include "audit/ask/lost_wishes.h"
#include "audit/fold/fold.h"

/* Why a seat was refused. */
enum conflict_why {
	CONFLICT_TAKEN,   /* somebody had it */
	CONFLICT_BLOCKED, /* it was free, and for sale by a channel that the request had no key of */
	CONFLICT_SINGLE,  /* nobody asked for it: it would have been left alone */
};

/* A seat for which a reserve, a change_hold or a late confirm was refused. */
struct conflict {
	int32_t partition;
	const struct show *show;
	struct text seat_id;
	enum conflict_why why;
	enum seat_status status;           /* of the seat, when it was refused */
	struct text channel;               /* CONFLICT_BLOCKED: which; "public" is one, too */

	/* The loser: the request that was refused. */
	int64_t offset, decided_ms;
	struct uuid request_id;
	enum request_type type;

	/* CONFLICT_TAKEN: the winner, who had the seat then, by the record at taken_at. */
	const struct reservation *winner;  /* as it is at the end of what was folded; NULL: none */
	int64_t taken_at, taken_ms;
};

struct conflicts {
	struct text show_id;               /* of this show alone; data NULL: of every one */
	int64_t since_ms;                  /* only losers of decided_ms >= this */
	struct text seat_id;               /* of this seat alone; data NULL: of every one */
	bool has_request_id;               /* of this refused request alone */
	struct uuid request_id;
	struct conflict *list;             /* in the order of conflicts_add */
	size_t count, capacity;
	size_t request_count;              /* refused requests */
	struct lost_wish *wishes;          /* of the shows and times asked for */
	struct lost_place *places;         /* likewise */
};

/*
 * Keep what the last record was refused, if it was. Duplicates repeat nothing.
 * false: out of memory.
 */
bool conflicts_add(struct conflicts *c, const struct fold *fold, const struct record *request);
void conflicts_release(struct conflicts *c);

/* "reserved" or "sold", "blocked", "single". */
const char *conflict_status(const struct conflict *c);
int64_t conflict_gap_ms(const struct conflict *c); /* from winner to loser; -1: there is no winner */

/* Of one show and one hour, UTC. */
struct conflict_hour {
	const struct show *show;
	int64_t hour_ms;                   /* its beginning */
	size_t seat_count, request_count;  /* refused */
	/* Over seats that had a winner; of an even number the lower one in the middle; -1: none had. */
	int64_t gap_ms_min, gap_ms_median;
};

/* Of one seat. */
struct conflict_seat {
	const struct show *show;
	struct text seat_id;
	size_t count;                      /* how often it was refused */
	size_t winner_count;               /* reservations that had it then */
	int64_t first_ms, last_ms;         /* when it was refused */
};

/*
 * Sum up; hours by show and time, seats from the most refused one on, then by show and seat.
 *
 * list  returned, free(3); NULL where there is none
 *
 * false: out of memory
 */
bool conflicts_sum_hours(const struct conflicts *c, struct conflict_hour **list, size_t *count);
bool conflicts_sum_seats(const struct conflicts *c, struct conflict_seat **list, size_t *count);

#endif
