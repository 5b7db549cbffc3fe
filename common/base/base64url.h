/*
 * base64url.h - bytes as text for URLs and headers: RFC 4648, section 5, without padding.
 */
#ifndef HOLDFAST_BASE_BASE64URL_H
#define HOLDFAST_BASE_BASE64URL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/text.h"

#define BASE64URL_CHARS(bytes) (((bytes) * 4 + 2) / 3)
#define BASE64URL_BYTES_MAX 96

/* bytes: at most BASE64URL_BYTES_MAX. `text` has room for BASE64URL_CHARS(bytes) and a NUL. */
void base64url_encode(const void *data, size_t bytes, char *text);
/* The same with the alphabet and the padding of section 4: BASE64_CHARS(bytes) and a NUL. */
#define BASE64_CHARS(bytes) (((bytes) + 2) / 3 * 4)
void base64_encode(const void *data, size_t bytes, char *text);
/* Is it made of nothing but the 64 characters? */
bool base64url_is_text(struct text t);

#endif
