/*
 * gzip.h - makes a text smaller, in the form that HTTP calls gzip (RFC 1952).
 */
#ifndef HOLDFAST_BASE_GZIP_H
#define HOLDFAST_BASE_GZIP_H

#include <stdbool.h>

#include "common/base/text.h"

/* Append the compressed bytes. false: no memory, or it is larger than 1 GiB; nothing was appended. */
bool gzip_compress(struct buf *to, struct text from);

#endif
