/*
 * due.h - reads which holds are due and announces them, page by page, oldest first.
 *
 * A round goes over every due hold. Behind a page of which nothing could be announced, because
 * there was no room, it is cut short, as most likely there is none for the next page either. But
 * every DUE_WHOLE_MS a round goes on to its end, for the partitions that do have room. A look is a
 * part of a round, of DUE_LOOK_MS at most: neither many due holds nor slow pages keep the program
 * from its other work.
 * Knows: the table of reservations, the sender. Doesn't know: who is leader.
 */
#ifndef HOLDFAST_EXPIRER_DUE_H
#define HOLDFAST_EXPIRER_DUE_H

#include "common/kafka/sender.h"
#include "common/pipeline/pipeline.h"
#include "expirer/leader.h"
#include "expirer/memory.h"

#define DUE_LOOK_MS 1000
#define DUE_WHOLE_MS 5000
#define DUE_SENDING_MAX 10000 /* announcements on their way at a time */

struct due_settings {
	const struct pipeline *pipeline;
	int64_t page_rows;
	size_t remember_max; /* 0: nothing is remembered, for a single round */
};

struct due {
	const struct due_settings *settings; /* borrowed */
	struct kafka_sender *sender;
	struct memory *memory; /* NULL: nothing is remembered */
	bool is_in_round;
	int64_t whole_ms;      /* monotonic: the end of the last round that was not cut short */
	bool is_undelivering;  /* since the last delivery some failed */
	struct err why; /* the last reason of an announcement that was not delivered; RC_OK: none */
	int64_t announced, delivered, undelivered; /* since the caller set them to 0 */
	/* The last hold that the round read. */
	int64_t reserved_until_us;
	struct buf show_id;
	struct uuid reservation_id;
};

enum rc due_open(struct due *due, const struct due_settings *settings, struct err *e) NODISCARD;
void due_close(struct due *due);

/* The next look begins a new round. */
void due_restart(struct due *due);

/*
 * Go on with the round.
 *
 * is_round_over  nothing is left of it, and it was not cut short
 *
 * RC_OK     also where something must wait: not all may be announced yet
 * RC_RETRY, RC_REOPEN  as db_run
 * RC_FATAL  as db_run, or nothing can be published any more
 */
enum rc due_look(struct due *due, struct leader *leader, bool *is_round_over,
                 struct err *e) NODISCARD;

#endif
