#include "common/base/instant.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MS_PER_S 1000

/* Days since 1970-01-01 to year, month, day in the proleptic Gregorian calendar. */
static void civil_of_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t shifted = days + 719468; /* from 0000-03-01, so that leap days come last */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	unsigned day_of_era = (unsigned)(shifted - era * 146097);
	unsigned year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	unsigned shifted_month = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
	*month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	*year = (int64_t)year_of_era + era * 400 + (*month <= 2);
}

static int64_t days_of_civil(int64_t year, unsigned month, unsigned day)
{
	int64_t shifted_year = year - (month <= 2);
	int64_t era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
	unsigned year_of_era = (unsigned)(shifted_year - era * 400);
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned day_of_era =
	    year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + (int64_t)day_of_era - 719468;
}

static void put_digits(char *to, unsigned value, int digits)
{
	while (digits-- > 0) {
		to[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

void instant_print(int64_t wall_ms, char text[INSTANT_TEXT_BYTES])
{
	int64_t day_ms = 86400 * (int64_t)MS_PER_S;
	int64_t days = wall_ms / day_ms - (wall_ms % day_ms < 0);
	unsigned ms = (unsigned)(wall_ms - days * day_ms);
	unsigned month, day;
	int64_t year;

	civil_of_days(days, &year, &month, &day);
	memcpy(text, "0000-00-00T00:00:00.000Z", INSTANT_TEXT_BYTES);
	put_digits(text, (unsigned)year, 4);
	put_digits(text + 5, month, 2);
	put_digits(text + 8, day, 2);
	put_digits(text + 11, ms / 3600000, 2);
	put_digits(text + 14, ms / 60000 % 60, 2);
	put_digits(text + 17, ms / 1000 % 60, 2);
	put_digits(text + 20, ms % 1000, 3);
}

/* February 30 is no day, though days_of_civil would take it for one in March. */
static bool is_day(int64_t year, unsigned month, unsigned day)
{
	int64_t found_year;
	unsigned found_month, found_day;

	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	civil_of_days(days_of_civil(year, month, day), &found_year, &found_month, &found_day);
	return found_day == day;
}

int instant_parse(const char *text, int64_t *wall_ms)
{
	unsigned year, month, day, hour, minute, second, ms = 0;
	int read = 0, digits = 0;

	/* sscanf alone would take a sign or a blank before a number. */
	if (strspn(text, "0123456789-T:.Z") != strlen(text) || text[0] == '-' || strstr(text, "--") ||
	    strstr(text, "T-") || strstr(text, ":-"))
		return -1;
	if (sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u%n", &year, &month, &day, &hour, &minute, &second,
	           &read) != 6 || read != 19)
		return -1;
	text += read;
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9' && digits < 3; digits++)
			ms = ms * 10 + (unsigned)(*text++ - '0');
		if (digits == 0)
			return -1;
		for (; digits < 3; digits++)
			ms *= 10;
	}
	if (strcmp(text, "Z") != 0 || !is_day(year, month, day) || hour > 23 || minute > 59 || second > 59)
		return -1;
	*wall_ms = ((days_of_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 * MS_PER_S +
	           (int64_t)second * MS_PER_S + ms;
	return 0;
}
