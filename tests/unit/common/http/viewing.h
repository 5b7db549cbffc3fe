/*
 * viewing.h - what a viewer's other end gets: WebSocket frames or events, one by one, by a socket of
 * which as much is read as the test says.
 */
#ifndef HOLDFAST_TESTS_HTTP_VIEWING_H
#define HOLDFAST_TESTS_HTTP_VIEWING_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/text.h"
#include "common/http/ws.h"

struct other_end {
	int fd;              /* -1: closed */
	bool is_sse;
	bool is_answered;    /* its head has come */
	bool has_ended;      /* the viewer has closed its side */
	struct buf came;
	size_t taken_bytes;  /* of came */
};

/* What came: a frame of the server, or an event with opcode WS_TEXT. */
struct shown {
	enum ws_opcode opcode;
	struct text payload; /* borrowed until the next call; of an event its data */
	struct text id;      /* of an event */
};

/* Read at most so many bytes of what is there. How many? */
size_t other_end_read(struct other_end *end, size_t bytes_max);
/* The next frame of what was read; false: it is not there yet. Fails where it is malformed. */
bool other_end_next(struct other_end *end, struct shown *shown);

/* The same, but waits for it; fails where none comes. */
struct shown other_end_await(struct other_end *end);
/* One with that payload, or the close code. */
void other_end_expect(struct other_end *end, enum ws_opcode opcode, const char *payload);
void other_end_expect_close(struct other_end *end, unsigned code);
void other_end_expect_end(struct other_end *end); /* and nothing before it */

/* A frame of a client, masked. */
void other_end_say(struct other_end *end, enum ws_opcode opcode, struct text payload);
void other_end_say_text(struct other_end *end, const char *text);

void other_end_close(struct other_end *end);

#endif
