#include "tests/integration/ask.h"

#include <stdio.h>

#define MORE_BYTES 400

const char *ask(const char *show_id, const char *request_id, const char *type, const char *more)
{
	return rig_ask(show_id, "{\"type\":\"%s\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}", type,
	               request_id, show_id, more);
}

/* What stands behind the show_id of a reserve. */
static struct buf reserve_of(const char *session, const char *seats, int hold_seconds)
{
	struct buf more = {0};

	buf_print(&more, ",\"session_id\":\"%s\",\"seat_ids\":[%s", session, seats[0] ? "\"" : "");
	for (const char *at = seats; *at; at++)
		buf_add(&more, *at == ',' ? "\",\"" : at, *at == ',' ? 3 : 1);
	buf_print(&more, "%s]", seats[0] ? "\"" : "");
	if (hold_seconds)
		buf_print(&more, ",\"hold_seconds\":%d", hold_seconds);
	assert_false(more.failed);
	return more;
}

const char *ask_reserve(const char *show_id, const char *request_id, const char *session,
                        const char *seats, int hold_seconds)
{
	struct buf more = reserve_of(session, seats, hold_seconds);
	const char *reply = ask(show_id, request_id, "reserve", more.data);

	buf_release(&more);
	return reply;
}

void ask_send_reserve(const char *show_id, const char *request_id, const char *session,
                      const char *seats, int hold_seconds)
{
	struct buf more = reserve_of(session, seats, hold_seconds);

	rig_send(show_id, "{\"type\":\"reserve\",\"request_id\":\"%s\",\"show_id\":\"%s\"%s}", request_id,
	         show_id, more.data);
	buf_release(&more);
}

const char *ask_on_hold(const char *show_id, const char *type, const char *hold,
                        const char *session)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, ",\"reservation_id\":\"%s\",\"session_id\":\"%s\"", hold, session);
	return ask(show_id, rig_id(), type, more);
}

const char *ask_extend(const char *show_id, const char *hold, const char *session,
                       int hold_seconds)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, ",\"reservation_id\":\"%s\",\"session_id\":\"%s\",\"hold_seconds\":%d",
	         hold, session, hold_seconds);
	return ask(show_id, rig_id(), "extend", more);
}

const char *ask_cancel(const char *show_id, const char *hold, const char *owner_key)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, ",\"reservation_id\":\"%s\",\"owner_key\":\"%s\"", hold, owner_key);
	return ask(show_id, rig_id(), "cancel", more);
}

const char *ask_expire(const char *show_id, const char *hold)
{
	char more[MORE_BYTES];

	snprintf(more, sizeof more, ",\"reservation_id\":\"%s\"", hold);
	return ask(show_id, rig_id(), "expire", more);
}

void ask_await_lapse(const char *show_id, int hold_seconds_max)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT bool_and(reserved_until < now() - interval '50 ms') FROM "
	         "holdfast.seat_reservations WHERE show_id = '%s' AND status = 'held' AND (%d = 0 OR "
	         "reserved_until <= created_at + interval '%d s')", show_id, hold_seconds_max,
	         hold_seconds_max);
	rig_await_sql("t", sql);
}
