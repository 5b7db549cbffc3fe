/*
 * best.h - best available: section 4.3 of docs/protocol.md.
 */
#ifndef HOLDFAST_AUDIT_FOLD_BEST_H
#define HOLDFAST_AUDIT_FOLD_BEST_H

#include "audit/fold/best_memory.h"
#include "audit/fold/house.h"

/* false: out of memory */
bool best_find(struct house *house, const struct best_question *question,
               struct best_answer *answer) NODISCARD;

#endif
