/*
 * rules.h - the decision table: what each type of request comes to, in the present state.
 *
 * Row 6 of section 4 of docs/protocol.md; the table in rules.c reads like that section, and
 * rules_list.h says where each of its rules is. Rows 1 to 5 are in plan.c.
 */
#ifndef HOLDFAST_WORKER_PLAN_RULES_H
#define HOLDFAST_WORKER_PLAN_RULES_H

#include "worker/plan/turn.h"

/* Run the rules of the request's type. False: out of memory. */
bool rules_decide(struct turn *turn) NODISCARD;

#endif
