/*
 * disputes.h - finds the requests of one id in what is folded, and collects what is known of them.
 *
 * Knows: folds. Doesn't know: Kafka, replies as they were published, words (letter.h).
 * Memory: grows with the requests of that id, what came of them, and the areas of all shows.
 */
#ifndef HOLDFAST_AUDIT_LETTER_DISPUTES_H
#define HOLDFAST_AUDIT_LETTER_DISPUTES_H

#include "audit/letter/dispute.h"
#include "common/base/err.h"

/* Who had places of an area last. */
struct area_taker;

struct disputes {
	struct uuid id;
	bool is_reservation;               /* the reserve of that id alone */
	struct text show_id;               /* of this show alone; data NULL: of every one */
	struct dispute *first, **end;      /* end: NULL at first */
	struct area_taker *takers;
};

/* Keep what the last record of the fold has to do with it. false: out of memory. */
bool disputes_add(struct disputes *d, const struct fold *fold,
                  const struct record *request) NODISCARD;
void disputes_release(struct disputes *d);

#endif
