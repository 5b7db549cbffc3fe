/*
 * http_bytes.h - the bytes of a connection, made up: most of them of what requests consist of.
 */
#ifndef HOLDFAST_TESTS_HTTP_BYTES_H
#define HOLDFAST_TESTS_HTTP_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"
#include "common/http/parse.h"

#define HTTP_BYTES_BODY_MAX 100 /* of a body: so that the limit is met */

/*
 * A byte below 0x80 is a piece of a request (a whole line, part of one, odd bytes), others are
 * themselves without their highest bit. Release the buffer.
 */
struct buf http_bytes_of(const uint8_t *data, size_t bytes);

/* How long the beginning is that is fed at a time, from 1 on; a number of `turn` and the input. */
size_t http_bytes_piece(const uint8_t *data, size_t bytes, size_t turn);

#endif
