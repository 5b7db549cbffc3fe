/*
 * mask.h - secrets as they may be shown: URLs of databases without their passwords.
 */
#ifndef HOLDFAST_BASE_MASK_H
#define HOLDFAST_BASE_MASK_H

#include <stdbool.h>

#include "common/base/text.h"

#define MASK_TEXT "***" /* stands for what may be seen by nobody else */

/* Whether a property of that name holds a secret: "ssl.key.password". */
bool mask_name_is_secret(const char *name);

/* Add a libpq URL or keywords without the password; MASK_TEXT alone where they do not read so. */
void mask_url(const char *secret, struct buf *to);

/* Add a list of them with their ranges (ranges.h). */
void mask_urls(const char *text, struct buf *to);

#endif
