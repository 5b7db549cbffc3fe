/*
 * problem.h - an answer of the gateway's own that refuses: `application/problem+json`, RFC 9457.
 */
#ifndef HOLDFAST_GATEWAY_API_PROBLEM_H
#define HOLDFAST_GATEWAY_API_PROBLEM_H

#include "common/base/json.h"
#include "common/base/text.h"

#define PROBLEM_TYPE "application/problem+json"

/* In an object: type, title, status and retry. A reason that is not known is never to be retried. */
void problem_write_head(struct json *j, int status, struct text reason);
/*
 * Begin an object with these, reason, detail and message. What more is to be said
 * follows; then json_close_object.
 *
 * reason  of reasons.def
 * detail  quotes nothing of the request
 */
void problem_open(struct json *j, int status, const char *reason, const char *detail);
/* A whole one. */
void problem_write(struct buf *b, int status, const char *reason, const char *detail);

#endif
