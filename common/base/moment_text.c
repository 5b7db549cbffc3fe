#include "common/base/moment_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/instant.h"

#define OFFSET_HOURS_MAX 23 /* of RFC 3339 */

struct parts {
	unsigned year, month, day, hour, minute, second, ms;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly so many digits. */
static bool take_number(const char **at, int digits, unsigned *number)
{
	*number = 0;
	for (int i = 0; i < digits; i++, (*at)++) {
		if (!is_digit(**at))
			return false;
		*number = *number * 10 + (unsigned)(**at - '0');
	}
	return true;
}

static bool take(const char **at, char wanted)
{
	if (**at != wanted)
		return false;
	(*at)++;
	return true;
}

static bool take_day(const char **at, struct parts *m)
{
	return take_number(at, 4, &m->year) && take(at, '-') && take_number(at, 2, &m->month) &&
	       take(at, '-') && take_number(at, 2, &m->day) && m->year > 0;
}

static bool take_fraction(const char **at, unsigned *ms)
{
	unsigned unit = 100;

	if (!is_digit(**at))
		return false;
	for (; is_digit(**at); (*at)++, unit /= 10)
		*ms += unit * (unsigned)(**at - '0');
	return true;
}

static bool take_time(const char **at, struct parts *m)
{
	if (!take_number(at, 2, &m->hour) || !take(at, ':') || !take_number(at, 2, &m->minute))
		return false;
	if (!take(at, ':'))
		return true;
	return take_number(at, 2, &m->second) && (!take(at, '.') || take_fraction(at, &m->ms));
}

/* Z, or an offset. has_zone false: nothing stands there. */
static bool take_zone(const char **at, bool *has_zone, int64_t *offset_ms)
{
	unsigned hours, minutes = 0;
	int64_t sign = **at == '-' ? -1 : 1;

	*offset_ms = 0;
	*has_zone = **at != '\0';
	if (!*has_zone || take(at, 'Z') || take(at, 'z'))
		return !**at;
	if ((!take(at, '+') && !take(at, '-')) || !take_number(at, 2, &hours) ||
	    hours > OFFSET_HOURS_MAX)
		return false;
	(void)take(at, ':');
	if (**at && (!take_number(at, 2, &minutes) || minutes > 59))
		return false;
	*offset_ms = sign * (int64_t)(hours * 60 + minutes) * 60000;
	return !**at && (*at)[-1] != ':';
}

/* As if it were UTC; -1: there is no such time. */
static int of_utc(const struct parts *m, int64_t *wall_ms)
{
	char text[64];

	snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", m->year, m->month, m->day,
	         m->hour, m->minute, m->second, m->ms);
	return instant_parse(text, wall_ms);
}

static int of_local(const struct parts *m, int64_t *wall_ms)
{
	struct tm tm = {
	    .tm_year = (int)m->year - 1900,
	    .tm_mon = (int)m->month - 1,
	    .tm_mday = (int)m->day,
	    .tm_hour = (int)m->hour,
	    .tm_min = (int)m->minute,
	    .tm_sec = (int)m->second,
	    .tm_isdst = -1,
	};
	time_t seconds;

	if (of_utc(m, wall_ms)) /* mktime would make the first of March of the 30th of February */
		return -1;
	seconds = mktime(&tm);
	*wall_ms = (int64_t)seconds * 1000 + m->ms;
	return 0;
}

int moment_text_read(const char *text, int64_t *wall_ms)
{
	struct parts m = {0};
	const char *at = text;
	int64_t offset_ms;
	bool has_zone;

	if (!strcmp(text, "now")) {
		*wall_ms = clock_wall_ms();
		return 0;
	}
	if (!take_day(&at, &m))
		return -1;
	if (!*at)
		return of_utc(&m, wall_ms);
	if ((!take(&at, 'T') && !take(&at, 't') && !take(&at, ' ')) || !take_time(&at, &m) ||
	    !take_zone(&at, &has_zone, &offset_ms))
		return -1;
	if (!has_zone)
		return of_local(&m, wall_ms);
	if (of_utc(&m, wall_ms))
		return -1;
	*wall_ms -= offset_ms;
	return 0;
}
