/*
 * body.h - the body of a mutation, and the request record that is made of it: section 2 of
 * docs/http.md.
 *
 * The record is written anew: nothing that the caller added reaches the topic. Decoding is
 * common/message's own, so that what is accepted here is never unreadable to the worker.
 */
#ifndef HOLDFAST_GATEWAY_API_BODY_H
#define HOLDFAST_GATEWAY_API_BODY_H

#include <stdbool.h>

#include "common/base/arena.h"
#include "common/message/request.h"
#include "gateway/api/roles.h"

/* Whose request it is. */
struct caller {
	enum role role;
	bool is_demo;         /* --demo: browsers may confirm */
	struct text session;  /* as it stands in the topic, ended by a NUL; data NULL: there is none */
};

/* What is wrong with a body. */
struct body_fault {
	int status;           /* 400, 401, 403 or 413; 0: nothing */
	const char *reason;   /* of reasons.def */
	char detail[REQUEST_FAULT_TEXT_BYTES]; /* quotes nothing of the request */
};

/* A body that was looked at, before its request_id is known. Zeroed is none. */
struct body {
	struct arena parsed;  /* the tree alone: it may be large, and goes before the answer comes */
	const struct cJSON *tree;
	enum request_type type;
	bool is_typed;        /* it says its type itself */
	bool has_reservation_id, has_channel_key;
	struct text show_id;  /* well formed, in the arena */
};

/*
 * Look at a body, which is not needed any more then. Call body_release whatever comes of it.
 *
 * type  what the path asks for; REQUEST_NONE: the body's own `type` says
 * false: `fault` says what is wrong, or out of memory (arena->failed)
 */
bool body_read(struct text json, enum request_type type, const struct caller *caller,
               struct arena *arena, struct body *body, struct body_fault *fault);

void body_release(struct body *body);

/*
 * Append the record's value.
 *
 * reservation_id  what is meant where the body has none; NULL: none is added
 * false: as above
 */
bool body_make_record(const struct body *body, const struct caller *caller,
                      const struct uuid *request_id, const struct uuid *reservation_id,
                      struct arena *arena, struct buf *record, struct body_fault *fault);

#endif
