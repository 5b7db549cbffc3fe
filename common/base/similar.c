#include "common/base/similar.h"

#include <stdint.h>
#include <string.h>

#define NEAR_MAX 2

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t similar_distance(const char *word, size_t bytes, const char *name)
{
	size_t rows[3][SIMILAR_BYTES_MAX + 1]; /* of the letter before the last, the last, this one */
	size_t name_bytes = strlen(name);

	if (bytes > SIMILAR_BYTES_MAX || name_bytes > SIMILAR_BYTES_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= name_bytes; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= bytes; i++) {
		size_t *this = rows[i % 3];
		const size_t *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		this[0] = i;
		for (size_t j = 1; j <= name_bytes; j++) {
			this[j] = least(least(last[j], this[j - 1]) + 1,
			                last[j - 1] + (word[i - 1] != name[j - 1]));
			if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1])
				this[j] = least(this[j], before[j - 2] + 1);
		}
	}
	return rows[bytes % 3][name_bytes];
}

int similar_is_near(const char *word, size_t bytes, const char *name)
{
	size_t distance = similar_distance(word, bytes, name);

	return distance <= NEAR_MAX && distance * 2 < bytes;
}
