/*
 * reply.h - the bytes of one answer, made by whoever answers and sent by the connection's loop.
 *
 * Threads: any, one at a time.
 */
#ifndef HOLDFAST_HTTP_REPLY_H
#define HOLDFAST_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/pool.h"
#include "common/base/text.h"
#include "common/http/handler.h"
#include "common/http/mail.h"

#define REPLY_FRONT_BYTES_MAX 8192 /* status line and headers */

struct reply {
	struct mail mail;        /* on its way to its loop */
	struct http_token token;
	struct pool *pool;       /* that it is of; NULL: of none */
	bool closes;             /* was asked to */
	bool is_sealed;
	size_t front_bytes, body_bytes;
	size_t begin, end;       /* of data, once it is sealed */
	char data[];
};

#define REPLY_USUAL_BYTES 2048 /* a piece of a pool of replies: what most of them have room in */

/* A copy of the answer, of the pool where there is one; release with reply_release. NULL: no memory. */
struct reply *reply_make(struct pool *pool, struct http_token token,
                         const struct http_answer *answer);
void reply_release(struct reply *reply); /* takes NULL */

/* A line of plain text that says why it was refused; the same. */
struct reply *reply_refusal(const struct http_refusal *refusal);

/* Append a status line, Date and headers, and the empty line. false: no memory, or a header that
 * cannot stand there */
bool reply_write_head(struct buf *head, unsigned status, const struct http_header *headers,
                      size_t count);

/* Once, before it is sent: whether the connection closes behind it, and whether it has no body. */
void reply_seal(struct reply *reply, bool closes, bool is_head);
struct text reply_bytes(const struct reply *reply); /* a sealed one's; borrowed */

/* The words that go with a status; "" where it is none of ours. */
const char *reply_reason(unsigned status);

#endif
