/*
 * instant.h - a point in time as text, and back: RFC 3339, UTC. No clock is read here.
 */
#ifndef HOLDFAST_BASE_INSTANT_H
#define HOLDFAST_BASE_INSTANT_H

#include <stdint.h>

#define INSTANT_TEXT_BYTES 25 /* "2026-11-24T15:00:00.123Z" and its NUL */

/* Milliseconds since 1970; years 0000 to 9999. */
void instant_print(int64_t wall_ms, char text[INSTANT_TEXT_BYTES]);
/* The same form back (fraction of 0 to 3 digits, "Z"); -1 where it is another form. */
int instant_parse(const char *text, int64_t *wall_ms);

#endif
