/*
 * glance.h - what can be told of a request that is refused: its head may be malformed, or half there.
 *
 * Nothing may be done on the word of what is found here but to say how the refusal can be read.
 * Knows: bytes, as parse.h, which alone says what a request is.
 */
#ifndef HOLDFAST_HTTP_GLANCE_H
#define HOLDFAST_HTTP_GLANCE_H

#include <stdbool.h>

#include "common/base/text.h"

bool glance_is_head(struct text bytes); /* it is a HEAD: its answer has no body */
/* The value of a header whose line is there, and once; borrowed from bytes. data NULL: it is not */
struct text glance_header(struct text bytes, const char *name);

#endif
