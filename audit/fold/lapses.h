/*
 * lapses.h - the places of held reservations in one area, in the order in which they lapse.
 *
 * A tree by (reserved_until, offset of the reserve), whose nodes are the shares themselves. Each
 * knows the sum of the places below it, so that what has lapsed at any t is asked for and not
 * remembered.
 * Cost: grows with the logarithm of the held reservations that have places in the area.
 */
#ifndef HOLDFAST_AUDIT_FOLD_LAPSES_H
#define HOLDFAST_AUDIT_FOLD_LAPSES_H

#include <stdint.h>

#include "audit/fold/model_reservation.h"

/* Put in, take out; what it is ordered by and its count do not change in between. */
void lapses_add(struct share **root, struct share *share);
void lapses_remove(struct share **root, struct share *share);

int64_t lapses_sum(const struct share *root);                   /* of all places */
int64_t lapses_sum_at(const struct share *root, int64_t t_ms);  /* of those that have lapsed at t */
struct share *lapses_first(struct share *root);                 /* NULL: there is none */

#endif
