#include "common/message/seat_state.h"

static const struct {
	const char *name;
	char mark;
} states[STATE_COUNT] = {
    [STATE_AVAILABLE] = {"available", '.'}, [STATE_BLOCKED] = {"blocked", '-'},
    [STATE_HELD] = {"held", 'o'},           [STATE_LAPSED] = {"lapsed", '?'},
    [STATE_SOLD] = {"sold", '#'},
};

const char *seat_state_name(enum seat_state state)
{
	return states[state].name;
}

char seat_state_mark(enum seat_state state)
{
	return states[state].mark;
}
