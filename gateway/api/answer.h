/*
 * answer.h - the HTTP answer that a worker's reply becomes: section 2 of docs/http.md.
 */
#ifndef HOLDFAST_GATEWAY_API_ANSWER_H
#define HOLDFAST_GATEWAY_API_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

/* What is known beside the reply. */
struct answer_setting {
	struct text checkout_token; /* of a browser; data NULL: none is given */
	int32_t partition;          /* of the request's record */
	int64_t offset;
	int64_t now_ms;
};

struct answer {
	int status;
	bool is_problem;   /* application/problem+json, else application/json */
	bool is_duplicate; /* Idempotency-Replayed: true */
	bool is_wrong_channel;
	/* A fault of the gateway, whatever the status, to be counted and logged. */
	enum { ANSWER_FINE, ANSWER_MISROUTED, ANSWER_UNREADABLE } fault;
};

/*
 * Append the body of the answer to a reply.
 *
 * 421 is a fault of the set-up and becomes 500 (ANSWER_MISROUTED): RFC 9110 lets a client send a 421
 * again elsewhere, whatever it was. A 400 INVALID_REQUEST of what the gateway itself wrote is a bug
 * of the gateway (ANSWER_UNREADABLE), and 500 as well.
 *
 * reply  the reply's JSON, as a worker writes it
 * false: it is none, or no memory (body->failed)
 */
bool answer_write(struct buf *body, struct text reply, const struct answer_setting *setting,
                  struct answer *answer);

#endif
