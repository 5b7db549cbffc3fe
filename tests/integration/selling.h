/*
 * selling.h - what organisers set at random, and what customers wish: fields of requests.
 *
 * Each is appended to a request that is open yet, with a comma before it. Windows are about the
 * time it is now, and are soon lifted again, so that most reserves find a show on sale.
 */
#ifndef HOLDFAST_TESTS_SELLING_H
#define HOLDFAST_TESTS_SELLING_H

#include <stdbool.h>

#include "common/base/text.h"

struct selling {
	unsigned (*below)(void *of, unsigned limit); /* the caller's random numbers */
	void *of;
	const char *prefix; /* of the seats' names */
	unsigned seats;     /* of each show, numbered from 0 */
	const char *owner;  /* the shows' owner_key */
	bool is_timeless;   /* windows are always open: the same comes of it at any time */
};

/* The name of a seat as JSON; two of nine are not ASCII. */
void selling_add_name(struct buf *b, const struct selling *s, unsigned seat);

/* seat_ids and seats of the whole hall: rows of ten with an aisle, one seat of eight has no place. */
void selling_add_hall(struct buf *b, const struct selling *s);

/* One of the types that an organiser changes a show with, and its fields. */
const char *selling_type(const struct selling *s);
void selling_add_fields(struct buf *b, const struct selling *s, const char *type);

/* `best` of a reserve, and, in one of six, a channel_key. */
void selling_add_best(struct buf *b, const struct selling *s);
void selling_add_key(struct buf *b, const struct selling *s);
/* One of a dozen customers, mostly. */
void selling_add_customer(struct buf *b, const struct selling *s);
/* Places of one or two of the areas that organisers set. */
void selling_add_areas(struct buf *b, const struct selling *s);

/*
 * What a change_hold adds and drops, and what a cancel gives back: of some all, by no field.
 *
 * reserve  the request that the hold is of; what stands in it is mostly still in the hold
 */
void selling_add_change(struct buf *b, const struct selling *s, const char *reserve);
void selling_add_part(struct buf *b, const struct selling *s, const char *reserve);

#endif
