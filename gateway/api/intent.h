/*
 * intent.h - which request_id an Idempotency-Key stands for: section 2 of docs/http.md.
 *
 * The pipeline itself remembers each request_id for 30 days, so that the same key gives the same
 * answer on every gateway, and none of them keeps anything.
 */
#ifndef HOLDFAST_GATEWAY_API_INTENT_H
#define HOLDFAST_GATEWAY_API_INTENT_H

#include <stdbool.h>

#include "common/base/ids.h"
#include "common/base/text.h"

#define INTENT_KEY_CHARS_MAX 255

/*
 * Read an Idempotency-Key: 1 to INTENT_KEY_CHARS_MAX visible characters, bare or as a quoted string
 * of RFC 8941, section 3.3.3.
 *
 * buffer  takes the key, has room for INTENT_KEY_CHARS_MAX; `key` points into it
 * false: it is none
 */
bool intent_read_key(struct text header, char *buffer, struct text *key);

/*
 * who        the topic's session, or where there is none the name of the API key
 * operation  "reserve", ...
 * is_service a UUID sent by a service is the request_id as it is
 */
struct uuid intent_request_id(struct text who, const char *operation, struct text key,
                              bool is_service);

#endif
