#include "common/message/policy.h"

#include <stdlib.h>
#include <string.h>

bool policy_read_limit(const char *text, int32_t max, int32_t *limit)
{
	size_t digits = strspn(text, "0123456789");

	if (digits < 1 || digits > 9 || text[digits])
		return false;
	*limit = (int32_t)strtol(text, NULL, 10);
	return *limit <= max;
}
