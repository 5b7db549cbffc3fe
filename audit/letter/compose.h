/*
 * compose.h - makes the letter of a dispute.
 *
 * Knows: what is said, in which order. Doesn't know: Kafka, clocks, forms of output.
 */
#ifndef HOLDFAST_AUDIT_LETTER_COMPOSE_H
#define HOLDFAST_AUDIT_LETTER_COMPOSE_H

#include "audit/letter/letter.h"

/* Write it. l: zeroed, or used before. That memory ran out shows in l->text.failed. */
void letter_write(struct letter *l, const struct dispute *one, const struct answer *answer,
                  const struct letter_source *source);

#endif
