/*
 * similar.h - which of some names a misspelt word may have meant.
 */
#ifndef HOLDFAST_BASE_SIMILAR_H
#define HOLDFAST_BASE_SIMILAR_H

#include <stddef.h>

#define SIMILAR_BYTES_MAX 64 /* of a word; longer ones resemble nothing */

/*
 * How far two words are apart: letters to be put in, taken out or changed, and neighbours to be
 * swapped. SIZE_MAX where one of them is too long.
 *
 * bytes  of `word`, which need not end there
 */
size_t similar_distance(const char *word, size_t bytes, const char *name);

/* Near enough to be asked about: two letters at most, and less than half of the word. */
int similar_is_near(const char *word, size_t bytes, const char *name);

#endif
