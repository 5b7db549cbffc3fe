/*
 * limits.h - limits of docs/protocol.md that the audit states once more, on purpose: what judges the
 * worker does not take them from it. test_limits holds both beside each other.
 */
#ifndef HOLDFAST_AUDIT_FOLD_LIMITS_H
#define HOLDFAST_AUDIT_FOLD_LIMITS_H

#include <stdint.h>

#define CLAIM_LASTS_MS INT64_C(2592000000) /* 30 days; younger decisions are never pruned */
#define PASSED_ON_BYTES_MAX 1024           /* of a header that goes from the request to the reply */
#define KEY_BYTES_MAX 65536                /* of a reply and a dead letter */
#define LETTER_VALUE_BYTES_MAX 65536       /* of a dead letter */
#define LETTER_HEADERS_BYTES_MAX 16384     /* names and values of the request's own, together */
#define LETTER_HEADERS_MAX 16384           /* of the request's own */

#endif
