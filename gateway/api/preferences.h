/*
 * preferences.h - what a request would like: Prefer (RFC 7240), Accept and Accept-Encoding (RFC 9110,
 * section 12.5).
 */
#ifndef HOLDFAST_GATEWAY_API_PREFERENCES_H
#define HOLDFAST_GATEWAY_API_PREFERENCES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

/* Begins as {.wait_ms = 0}. */
struct preferences {
	bool is_async;   /* respond-async */
	int64_t wait_ms; /* wait=N, at least 1; 0: not given */
};

/* Add what one Prefer header says. Of several waits the first counts; what else it has is not ours. */
void preferences_read(struct preferences *preferences, struct text prefer);

/*
 * May an answer be of this type ("application/json")? The range that says most of it counts: the type
 * itself, then "application/" with a star, then stars alone. Without a header every type may.
 */
bool accept_takes(struct text accept, const char *type);
/* Does it name the type itself, and not with the weight zero? */
bool accept_names(struct text accept, const char *type);
/* May the answer be compressed by gzip? It must be named for that. */
bool accept_encoding_takes_gzip(struct text accept_encoding);

#endif
