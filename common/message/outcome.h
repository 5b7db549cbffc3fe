/*
 * outcome.h - what a request can come to: code, reason and message of each answer.
 *
 * All of it comes from one table, outcomes.def. Section 4 of docs/protocol.md.
 */
#ifndef HOLDFAST_MESSAGE_OUTCOME_H
#define HOLDFAST_MESSAGE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"
#include "common/message/request_types.h"

enum outcome {
#define OUTCOME(symbol, code, reason, types, message) OUTCOME_##symbol,
#include "common/message/outcomes.def"
#undef OUTCOME
	OUTCOME_COUNT,
};

#define CODE_ACCEPTED 200 /* of every outcome that is no refusal */

int outcome_code(enum outcome o);            /* 200, 400 ... */
const char *outcome_reason(enum outcome o);  /* "RESERVED" */
const char *outcome_message(enum outcome o);
bool outcome_is_accepted(enum outcome o);
/* Can a request of that type come to it? REQUEST_NONE: one whose type is not known. */
bool outcome_is_of(enum outcome o, enum request_type type);

/* The outcome of that code and reason; OUTCOME_COUNT: there is none. */
enum outcome outcome_of(int code, struct text reason);

#endif
