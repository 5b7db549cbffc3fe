/*
 * layout.h - the seats of one show by where they are, for best available and for singles: sections
 * 4.3 and 4.4 of docs/protocol.md.
 *
 * Seats are added once, then the layout is sealed; from then on only statuses, channels and the
 * time change. Every answer is a function of that state and the question alone: what was asked
 * before changes how long it takes, never what it says.
 * Seats have numbers: the order in which they were added, from 0 on.
 * Limits: LAYOUT_SEATS_MAX seats; LAYOUT_SEAT_BYTES a seat where a section has ten seats of a
 * category or more.
 */
#ifndef HOLDFAST_WORKER_PLAN_LAYOUT_H
#define HOLDFAST_WORKER_PLAN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/message/place.h"
#include "common/message/status.h"
#include "common/message/wish.h"

#define LAYOUT_SEATS_MAX (1u << 24)
#define LAYOUT_SEAT_BYTES 60
#define LAYOUT_CHOSEN_MAX 50 /* seats of one wish */
#define LAYOUT_NAMED_MAX 50
#define LAYOUT_NAMES_MAX 20 /* sections or categories of one wish */
#define LAYOUT_SINGLES_MAX (2 * LAYOUT_NAMED_MAX)
#define LAYOUT_OPEN_MAX 22 /* channels open to one request, the public seats counted as one */

struct layout;

/* A seat as it is added. */
struct layout_seat {
	const char *seat_id;       /* borrowed as long as the layout lives */
	const struct place *place; /* borrowed until layout_seal; NULL: the seat has none. rank 0: the
	                              default */
	struct text channel;       /* borrowed for the call; data NULL: public */
	enum seat_status status;
	int64_t until_ms;          /* of a reserved one: from then on it is free; INT64_MAX: never */
};

/* NULL: out of memory. */
struct layout *layout_open(void);
void layout_close(struct layout *layout); /* takes NULL */
size_t layout_bytes(const struct layout *layout);
size_t layout_seats(const struct layout *layout);

/* false: out of memory, or beyond LAYOUT_SEATS_MAX; close it */
bool layout_add(struct layout *layout, const struct layout_seat *seat);
/*
 * The seats are complete: build the index, at the time t_ms.
 *
 * false: out of memory, or two seats at one place, or a rank or pos out of its bounds; close it
 */
bool layout_seal(struct layout *layout, int64_t t_ms);

const char *layout_seat_id(const struct layout *layout, uint32_t number);

/*
 * It is t_ms now. Reserved seats whose time has come are free; where t_ms is earlier than it was,
 * those whose time has not come are reserved again, which looks at every seat.
 */
void layout_advance(struct layout *layout, int64_t t_ms);
/* until_ms counts for a reserved seat alone. */
void layout_set_status(struct layout *layout, uint32_t number, enum seat_status status,
                       int64_t until_ms);
/* data NULL: public. false: out of memory, and the layout is no longer right: close it */
bool layout_set_channel(struct layout *layout, uint32_t number, struct text channel);

/* What a request may be given. Everything is borrowed. */
struct layout_request {
	const struct wish *wish;
	bool has_public;             /* public seats are open to it */
	const struct text *channels; /* and those of these channels; at most LAYOUT_OPEN_MAX - 1 */
	size_t channel_count;
	const uint32_t *named;       /* seats named in it: neither candidates nor ordinary */
	size_t named_count;
};

enum layout_found {
	LAYOUT_FOUND,
	LAYOUT_NOT_ENOUGH,
	LAYOUT_NOT_TOGETHER,
	LAYOUT_NO_MEMORY, /* nothing was found out; close the layout */
};

struct layout_answer {
	uint32_t seats[LAYOUT_CHOSEN_MAX]; /* wish->count of them, piece by piece, pos ascending */
	int pieces;
	size_t candidates; /* free_seats of a refusal */
};

/* The seats that the wish gets: 4.3. Changes no status. */
enum layout_found layout_find(struct layout *layout, const struct layout_request *request,
                              struct layout_answer *answer);

/*
 * The seats that would be left alone, and must not: 4.4.
 *
 * named  at most LAYOUT_NAMED_MAX, all free; distinct
 * left   LAYOUT_SINGLES_MAX of room; returned by (section, row, pos)
 */
size_t layout_singles(const struct layout *layout, const uint32_t *named, size_t count,
                      uint32_t *left);

#endif
