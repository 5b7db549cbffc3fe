/*
 * best_picks.h - what best available knows of a layout: picks and their tables.
 *
 * A pick is what a kind of request may be given: bits of the seats that are candidates once free,
 * and how many are. A table is the least key of each leaf and group for one pick, one size and one
 * count of accessible seats; it is brought up to date when it is used, from the log of leaves that
 * have changed. Beside it stands which categories were tried in vain for wishes in pieces.
 *
 * Limits: TABLE_SEAT_BYTES a seat and PICKS_BYTES_FREE for all together; what was not used for
 * longest goes first. A table that is needed at once is there, whatever the limits say.
 */
#ifndef HOLDFAST_WORKER_PLAN_BEST_PICKS_H
#define HOLDFAST_WORKER_PLAN_BEST_PICKS_H

#include "worker/plan/layout_bits.h"

#define TABLE_SEAT_BYTES 12
#define PICKS_BYTES_FREE 65536u

struct table {
	struct table *next;
	uint64_t used;    /* layout->turn when it was */
	uint32_t size, accessible;
	uint32_t read;    /* entries of the log that are in it */
	bool is_stale;    /* not from the log: all of it is to be made anew */
	uint64_t nodes[]; /* best_tables.c */
};

#define REFUSED_WAYS 4 /* in two, three and four pieces, and in single seats */

/* Categories that have nothing for so many seats in pieces, of these sections or of any. */
struct refused {
	struct refused *next;
	uint64_t used;
	uint32_t count, read; /* read, is_stale: as of a table */
	bool is_stale;
	uint32_t sections[LAYOUT_NAMES_MAX]; /* ascending; none: all */
	size_t section_count;
	uint64_t in_vain[]; /* a bit for each category, for each of REFUSED_WAYS */
};

struct pick {
	struct pick *next;
	uint64_t used;
	uint32_t open[LAYOUT_OPEN_MAX]; /* channels, sorted; 0: public */
	uint32_t open_count;
	bool restricted, accessible;
	struct table *tables;
	struct refused *refused;
	uint64_t *eligible; /* by slot */
	uint32_t *in_group, *in_category; /* candidates */
	uint32_t candidates;
	uint32_t enough[LAYOUT_CHOSEN_MAX + 1]; /* categories with so many candidates or more */
};

/* The block's first slot. */
static inline uint32_t key_slot(uint64_t key)
{
	return (uint32_t)(key & ((1ull << KEY_SLOT_BITS) - 1));
}

/* NULL: out of memory */
struct pick *pick_find(struct layout *layout, const struct layout_request *request);
/* The seat at the slot has become free, or is it no longer. */
void picks_count(struct layout *layout, uint32_t slot, bool is_free);
/* The seat, which is not free, has another channel. */
void picks_put_channel(struct layout *layout, uint32_t number);
void picks_close(struct layout *layout);
/* Room for so many more bytes, from what was not used for longest, nothing of this turn. */
void picks_make_room(struct layout *layout, size_t bytes);

/* Up to date. NULL: out of memory */
struct table *table_find(struct layout *layout, struct pick *pick, uint32_t size,
                         uint32_t accessible);
uint64_t table_best(const struct layout *layout, const struct table *table);
uint64_t table_best_of(const struct layout *layout, const struct table *table, uint32_t group);
size_t table_bytes(const struct layout *layout);

/* Up to date. NULL: out of memory */
struct refused *refused_find(struct layout *layout, struct pick *pick, uint32_t count,
                             const uint32_t *sections, size_t section_count);
/* Its bits for so many pieces: 2, 3, 4 or, where that is more, `count`. */
uint64_t *refused_in(const struct layout *layout, struct refused *refused, uint32_t pieces);
/* What has changed since refused_find() was put back, and counts for nothing. */
void refused_keep(struct layout *layout, struct refused *refused);
size_t refused_bytes(const struct layout *layout);

/* A seat at the slot has become another: the leaves whose blocks it may concern. */
void tables_mark(struct layout *layout, uint32_t slot);

#endif
