#include "common/base/ranges.h"

#include <string.h>

#define BLANKS " \t"
#define DIGITS "0123456789"

/* How many bytes of "4-7=" or "4=" there are at the place; 0: no entry begins here. */
static size_t range_bytes(const char *at)
{
	size_t bytes = strspn(at, DIGITS);

	if (bytes && at[bytes] == '-') {
		size_t more = strspn(at + bytes + 1, DIGITS);

		bytes = more ? bytes + 1 + more : 0;
	}
	return bytes && at[bytes] == '=' ? bytes + 1 : 0;
}

/* The comma that ends the entry, or the end of the text. */
static const char *end_of_entry(const char *at)
{
	for (; *at; at++)
		if (*at == ',' && range_bytes(at + 1 + strspn(at + 1, BLANKS)))
			return at;
	return at;
}

bool ranges_take(const char **at, struct ranges_entry *entry)
{
	const char *start = *at + strspn(*at, BLANKS), *end;
	size_t bytes = range_bytes(start);

	if (!bytes)
		return false;
	end = end_of_entry(start);
	entry->range = (struct text){start, bytes - 1};
	entry->value = (struct text){start + bytes, (size_t)(end - start) - bytes};
	while (entry->value.bytes && strchr(BLANKS, entry->value.data[entry->value.bytes - 1]))
		entry->value.bytes--;
	*at = *end ? end + 1 : end;
	return true;
}
