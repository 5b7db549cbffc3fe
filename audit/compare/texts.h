/*
 * texts.h - values of columns as a report shows them.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_TEXTS_H
#define HOLDFAST_AUDIT_COMPARE_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#define TEXTS_BYTES 80
#define TEXTS_HEX_BYTES_MAX 32 /* more are not shown */

/* Each gives `text`. */
const char *print_integer(int64_t value, char text[TEXTS_BYTES]);
/* RFC 3339 in UTC, with microseconds where there are any; infinity; outside of the years 1 to 9999
 * a number. */
const char *print_time(int64_t us, char text[TEXTS_BYTES]);
const char *print_hex(const void *data, size_t bytes, char text[TEXTS_BYTES]);

#endif
