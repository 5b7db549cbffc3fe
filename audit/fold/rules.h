/*
 * rules.h - row 6 of section 4 of docs/protocol.md: the table of each type, one function a type.
 *
 * Rows 1 to 5 are in fold.c, which calls this for what they leave undecided.
 */
#ifndef HOLDFAST_AUDIT_FOLD_RULES_H
#define HOLDFAST_AUDIT_FOLD_RULES_H

#include "audit/fold/fold_state.h"
#include "common/base/err.h"

/*
 * Decide fold->request, which is readable and of fold->show, and change the model.
 * false: out of memory.
 */
bool rules_find_verdict(struct fold *fold, int64_t offset) NODISCARD;

#endif
