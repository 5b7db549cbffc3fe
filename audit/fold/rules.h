/*
 * rules.h - the tables of section 4 that each type of request has, one function a type.
 */
#ifndef HOLDFAST_AUDIT_FOLD_RULES_H
#define HOLDFAST_AUDIT_FOLD_RULES_H

#include "audit/fold/fold_state.h"

/*
 * Decide fold->request, which is readable and of fold->show, and change the model.
 * false: out of memory.
 */
bool rules_find_verdict(struct fold *fold, int64_t offset);

#endif
