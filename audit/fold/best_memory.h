/*
 * best_memory.h - what best available found before, as long as it would find the same; for best.c.
 *
 * Limits: FINDINGS_MAX kinds of block, the one that was used longest ago goes; ANSWERS_MAX answers,
 * all of which go when there are more.
 */
#ifndef HOLDFAST_AUDIT_FOLD_BEST_MEMORY_H
#define HOLDFAST_AUDIT_FOLD_BEST_MEMORY_H

#include "audit/fold/model_setting.h"
#include "common/base/err.h"
#include "common/message/limits.h"
#include "common/message/wish.h"

#define FINDINGS_MAX 64
#define ANSWERS_MAX 1024

struct house_part;

struct best_question {
	const struct wish *wish;
	const struct show_channel *channel; /* the request's; NULL: it has no key */
	struct seat *const *named;          /* seats that the request names */
	size_t named_count;
	int64_t t_ms;
};

struct best_answer {
	bool is_found;
	struct seat *seats[RESERVE_SEATS_MAX]; /* piece by piece, pos ascending; wish->count of them */
	int32_t pieces;
	size_t free_seats;                     /* candidates; where nothing is found */
};

/* n candidates side by side, in one part. Without a part: there is none. */
struct block {
	const struct house_part *part;
	size_t at;             /* of its first seat, in the part */
	int32_t beyond;        /* accessible seats beyond those asked for */
	int32_t strands;
	int64_t ranks;         /* their sum */
};

/* What was found in a part, for one kind of block. */
struct finding {
	uint64_t since;        /* of the row then; 0: not looked at yet */
	struct block first;
	size_t candidates;
};

/* All that the first block of a part depends on besides its seats. */
struct block_kind {
	const struct show_channel *channel;
	int32_t size, accessible;
	bool restricted;
};

struct memories;
struct memories *memories_open(void); /* NULL: out of memory */
void memories_release(struct memories *m); /* takes NULL */

/* One a part of the house, until the next call. NULL: out of memory. */
struct finding *memory_findings(struct memories *m, size_t part_count,
                                const struct block_kind *kind) NODISCARD;

/*
 * An answer to a question that names no seats, until the next call.
 *
 * clock  the house's when it was found; the caller sets both. 0: never
 */
struct memory {
	uint64_t clock;
	struct best_answer answer;
	struct text wish;      /* what it depends on besides the seats; behind the struct */
	UT_hash_handle hh;
};

/* NULL: out of memory. */
struct memory *memory_answer(struct memories *m, const struct best_question *question) NODISCARD;

#endif
