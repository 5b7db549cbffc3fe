/*
 * unicode.h - what libutf8proc knows of texts: when two look the same, how wide one is on a
 * terminal.
 */
#ifndef HOLDFAST_BASE_UNICODE_H
#define HOLDFAST_BASE_UNICODE_H

#include "common/base/arena.h"
#include "common/base/text.h"

/*
 * The text in Unicode's normalization form C; copied to the arena.
 *
 * t  valid UTF-8
 *
 * data NULL: it is not, or out of memory
 */
struct text unicode_nfc(struct text t, struct arena *arena);

/* Columns of a terminal that a text takes; a byte that is no UTF-8 counts as one. */
size_t unicode_width(struct text t);

/* Append a text and spaces behind it up to that width; a wider one is not cut. */
void unicode_add_padded(struct buf *b, struct text t, size_t width);

#endif
