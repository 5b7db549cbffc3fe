/*
 * collect.h - what disputes.c is made of: what stood before a request, and what came of it.
 *
 * For disputes.c alone. Whatever returns bool says false where memory is short.
 */
#ifndef HOLDFAST_AUDIT_LETTER_COLLECT_H
#define HOLDFAST_AUDIT_LETTER_COLLECT_H

#include "audit/letter/dispute.h"
#include "common/base/err.h"

#define DISPUTE_LATER_MAX 400   /* what is kept; all are counted */
#define DISPUTE_REPEATS_MAX 100

/* Who had places of an area last. */
struct area_taker;

/* The seats and areas of the request that the fold decided last, as they stood before it. */
bool before_collect(struct dispute *one, const struct fold *fold,
                    const struct area_taker *takers) NODISCARD;

/* Who came into an area last, show by show; every record is told. */
bool takers_note(struct area_taker **takers, const struct fold *fold, int64_t offset) NODISCARD;
void takers_release(struct area_taker **takers);

/* What the last record, which came later, did with its reservation and with seats it did not get. */
bool later_collect(struct dispute *one, const struct fold *fold, int64_t offset) NODISCARD;

#endif
