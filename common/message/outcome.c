#include "common/message/outcome.h"

/* Sets of types of requests, for the column of outcomes.def. */
#define OF(type) (1u << REQUEST_##type)
/* A show that is there, or what it sells. */
#define CHANGING \
	(OF(CHANGE_SHOW) | OF(ADD_SEATS) | OF(CHANGE_SEATS) | OF(SET_AREAS) | OF(SET_CHANNELS) | \
	 OF(BLOCK_SEATS) | OF(UNBLOCK_SEATS))
#define TAKING (OF(RESERVE) | OF(CHANGE_HOLD)) /* places for a session */
_Static_assert(REQUEST_TYPE_COUNT < 32, "a set of types has a bit for each");

enum {
	EVERY_TYPE = OF(NONE)
#define TYPE(symbol, name, sender, bytes_max, tag, required, optional) | OF(symbol)
#include "common/message/request_types.def"
	,
	CLAIMING = 0
#define TYPE(symbol, name, sender, bytes_max, tag, required, optional) \
	| (SENDER_##sender != SENDER_PIPELINE ? OF(symbol) : 0u)
#include "common/message/request_types.def"
};

static const struct {
	int code;
	const char *reason;
	unsigned types;
	const char *message;
} outcomes[OUTCOME_COUNT] = {
#define OUTCOME(symbol, code, reason, types, message) \
	[OUTCOME_##symbol] = {code, reason, types, message},
#include "common/message/outcomes.def"
#undef OUTCOME
};

int outcome_code(enum outcome o)
{
	return outcomes[o].code;
}

const char *outcome_reason(enum outcome o)
{
	return outcomes[o].reason;
}

const char *outcome_message(enum outcome o)
{
	return outcomes[o].message;
}

bool outcome_is_accepted(enum outcome o)
{
	return outcomes[o].code == CODE_ACCEPTED;
}

bool outcome_is_of(enum outcome o, enum request_type type)
{
	return outcomes[o].types >> type & 1;
}

enum outcome outcome_of(int code, struct text reason)
{
	int o = 0;

	while (o < OUTCOME_COUNT &&
	       !(outcomes[o].code == code && text_same(text_of(outcomes[o].reason), reason)))
		o++;
	return (enum outcome)o;
}
