/*
 * name.h - names of seats, sections, rows, categories and channels: any text that people use.
 *
 * Section 3 of docs/protocol.md. Compared and ordered by bytes (text_same, text_compare).
 */
#ifndef HOLDFAST_MESSAGE_NAME_H
#define HOLDFAST_MESSAGE_NAME_H

#include <stdbool.h>

#include "common/base/text.h"

/*
 * Is it 1 to NAME_BYTES_MAX bytes of UTF-8 without control characters (below U+0020, U+007F to
 * U+009F) and without a space at either end? Also for flags and files: the text may be any bytes.
 */
bool name_is_well_formed(struct text t);

#endif
