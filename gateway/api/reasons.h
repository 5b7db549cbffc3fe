/*
 * reasons.h - what an answer that refuses says of its reason: a title, and whether to try again.
 */
#ifndef HOLDFAST_GATEWAY_API_REASONS_H
#define HOLDFAST_GATEWAY_API_REASONS_H

#include <stddef.h>

#include "common/base/text.h"

struct reason {
	const char *name;  /* "SEATS_TAKEN" */
	size_t name_bytes;
	const char *title;
	const char *retry; /* "same_key", "later" or "never" */
};

const struct reason *reason_find(struct text name); /* NULL: there is none */
/* One after the other, from 0 on; NULL: that was the last. For the pages that explain them. */
const struct reason *reason_at(size_t i);

#endif
