/*
 * place.h - where a seat is and what is said of it: section, row, category, flags.
 *
 * `seats` of section 3 of docs/protocol.md. Integers and bytes only: the organiser ranks his seats,
 * nobody computes from x and y.
 */
#ifndef HOLDFAST_MESSAGE_PLACE_H
#define HOLDFAST_MESSAGE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

enum place_flag { PLACE_ACCESSIBLE, PLACE_COMPANION, PLACE_RESTRICTED, PLACE_FLAG_COUNT };
#define PLACE_FLAG_BIT(flag) (1u << (flag))

#define PLACE_RANK_DEFAULT 1000000 /* also the greatest: the last that is offered */

/* A place as it is given; texts are borrowed. The default of rank is not filled in. */
struct place {
	struct text section, row, category; /* data NULL: absent */
	int32_t pos;        /* from 1 on; 0: absent, and row is, too */
	int32_t rank;       /* from 1 on, lower is better; 0: absent */
	uint8_t flags;      /* PLACE_FLAG_BIT of each */
	/* As given, for events; rows and decisions need the set alone. */
	uint8_t flag_list[PLACE_FLAG_COUNT];
	uint8_t flag_count;
	bool has_flags;     /* given, though it may be empty */
	bool has_point;
	int32_t x, y;       /* where has_point; 0 to 1000000 */
};

const char *place_flag_name(enum place_flag flag); /* "accessible" ... */
bool place_flag_of(struct text name, enum place_flag *flag); /* false: no such */

/* Append it as an element of `seats`: what was given and nothing else. */
void place_encode(struct buf *b, struct text seat_id, const struct place *p);

#endif
