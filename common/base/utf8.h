/*
 * utf8.h - characters in UTF-8, one by one.
 */
#ifndef HOLDFAST_BASE_UTF8_H
#define HOLDFAST_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

/*
 * The code point at the beginning of a text, and how many bytes it has there: 1 to 4. 0: the text
 * is empty, or begins with something else (RFC 3629: shortest form, no surrogate, at most
 * U+10FFFF).
 */
size_t utf8_read(struct text t, uint32_t *point);

#endif
