#include "common/message/status.h"

static const char *const seat_statuses[] = {
	[SEAT_AVAILABLE] = "available",
	[SEAT_RESERVED] = "reserved",
	[SEAT_SOLD] = "sold",
};

static const char *const reservation_statuses[] = {
	[RESERVATION_HELD] = "held",           [RESERVATION_RELEASED] = "released",
	[RESERVATION_EXPIRED] = "expired",     [RESERVATION_CONFIRMED] = "confirmed",
	[RESERVATION_CANCELLED] = "cancelled",
};

#define COUNT_OF(array) (int)(sizeof(array) / sizeof(array)[0])
_Static_assert(COUNT_OF(seat_statuses) == SEAT_STATUS_COUNT, "every status has a name");
_Static_assert(COUNT_OF(reservation_statuses) == RESERVATION_STATUS_COUNT,
               "every status has a name");

/* The place of a name in a table; -1: it is not there. */
static int find_name(struct text name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (text_same(name, text_of(names[i])))
			return i;
	return -1;
}

const char *seat_status_name(enum seat_status s)
{
	return seat_statuses[s];
}

const char *refused_status_name(enum seat_status s)
{
	return s == SEAT_AVAILABLE ? "blocked" : seat_status_name(s);
}

bool seat_status_of(struct text name, enum seat_status *s)
{
	int found = find_name(name, seat_statuses, COUNT_OF(seat_statuses));

	if (found >= 0)
		*s = (enum seat_status)found;
	return found >= 0;
}

const char *reservation_status_name(enum reservation_status s)
{
	return reservation_statuses[s];
}

bool reservation_status_of(struct text name, enum reservation_status *s)
{
	int found = find_name(name, reservation_statuses, COUNT_OF(reservation_statuses));

	if (found >= 0)
		*s = (enum reservation_status)found;
	return found >= 0;
}
