#include "audit/compare/texts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"

#define YEAR_1_US INT64_C(-62135596800000000)
#define YEAR_10000_US INT64_C(253402300800000000)

const char *print_integer(int64_t value, char text[TEXTS_BYTES])
{
	snprintf(text, TEXTS_BYTES, "%" PRId64, value);
	return text;
}

const char *print_time(int64_t us, char text[TEXTS_BYTES])
{
	int64_t below_ms = us % 1000 + (us % 1000 < 0 ? 1000 : 0);

	if (us == INT64_MAX || us == INT64_MIN) {
		snprintf(text, TEXTS_BYTES, us > 0 ? "infinity" : "-infinity");
	} else if (us < YEAR_1_US || us >= YEAR_10000_US) {
		snprintf(text, TEXTS_BYTES, "%" PRId64 " us from 1970", us);
	} else {
		instant_print((us - below_ms) / 1000, text);
		if (below_ms) /* in place of the Z */
			snprintf(text + strlen(text) - 1, 5, "%03dZ", (int)below_ms);
	}
	return text;
}

const char *print_hex(const void *data, size_t bytes, char text[TEXTS_BYTES])
{
	size_t shown = bytes < TEXTS_HEX_BYTES_MAX ? bytes : TEXTS_HEX_BYTES_MAX;

	text[0] = '\0';
	for (size_t i = 0; i < shown; i++)
		snprintf(text + 2 * i, 3, "%02x", ((const unsigned char *)data)[i]);
	if (shown < bytes)
		snprintf(text + 2 * shown, 4, "...");
	return text;
}
