/*
 * moment_text.h - a point in time as people write it, and as psql and RFC 3339 do.
 */
#ifndef HOLDFAST_BASE_MOMENT_TEXT_H
#define HOLDFAST_BASE_MOMENT_TEXT_H

#include <stdint.h>

/* What is taken, for errors. */
#define MOMENT_TEXT_FORMS \
	"now, a day (2026-11-24, from 00:00 UTC on), or a time: 2026-11-24T15:00:00.123Z, " \
	"2026-11-24 15:00:00+01, or local without a zone: 2026-11-24 15:00"

/*
 * Read "now", a day, or day and time, parted by T or a blank: seconds and their fraction may be
 * left out, the zone may be Z or an offset of hours, with or without minutes and a colon. Without a
 * zone it is local time (TZ).
 *
 * wall_ms  milliseconds since 1970; what is finer is cut off
 *
 * -1: another form, or no such day or time; years are 0001 to 9999
 */
int moment_text_read(const char *text, int64_t *wall_ms);

#endif
