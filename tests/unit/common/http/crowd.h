/*
 * crowd.h - the hub of one loop without the loop: viewers at sockets whose other ends read as fast or
 * as slowly as the test says, and time as the test says.
 *
 * A frame says "KIND GENERATION FROM TO " and as many dots as it is to be large. Kinds: w is whole,
 * a is a beat, d follows, c catches up.
 */
#ifndef HOLDFAST_TESTS_HTTP_CROWD_H
#define HOLDFAST_TESTS_HTTP_CROWD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/http/hub.h"
#include "tests/unit/common/http/viewing.h"

#define CROWD_ENDS_MAX 600
#define CROWD_ASKED_MAX 2000
#define CROWD_PAD_BYTES_MAX 100000 /* more than a socket takes at once */

/* Where somebody is behind, and was not caught up with yet. */
struct crowd_asked_at {
	uint32_t generation;
	int64_t position;
};

extern struct hub crowd_hub;
extern struct other_end crowd_ends[CROWD_ENDS_MAX];
extern unsigned crowd_end_count, crowd_gone_count;
extern struct crowd_asked_at crowd_asked[CROWD_ASKED_MAX];
extern unsigned crowd_asked_count;
extern uint32_t crowd_feed; /* of what is sent and who joins: 1, or 2 */
extern const struct text crowd_nothing;

void crowd_start(int64_t drain_ms);
void crowd_stop(void); /* all are gone, and each was said to be once */
void crowd_turn(int64_t later_ms);
void crowd_settle(void); /* turns until nothing happens any more by itself */

struct http_frame *crowd_frame(char kind, uint32_t generation, int64_t from, int64_t to,
                               size_t pad);
void crowd_post(struct frame_mail as); /* its frame stays the caller's */
void crowd_send(char kind, uint32_t generation, int64_t from, int64_t to, size_t pad);
void crowd_answer(struct crowd_asked_at at, struct http_frame *frame); /* a catch-up; taken */

/* A new viewer; first: taken; rest: what it has said already. */
struct other_end *crowd_join(struct http_frame *first, bool is_sse, struct text rest);
struct other_end *crowd_join_at(uint32_t generation, int64_t position);
bool crowd_is_gone(const struct other_end *end);

void crowd_expect(struct other_end *end, const char *payload); /* and dots, next */
void crowd_expect_nothing(struct other_end *end);
void crowd_read_all(struct other_end *end, struct shown *last); /* opcode 0: there was nothing */
/* Frames that nobody reads, until somebody takes no more. Where the feed stands then. */
int64_t crowd_fill(uint32_t generation, int64_t position);

#endif
