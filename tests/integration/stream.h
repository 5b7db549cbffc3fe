/*
 * stream.h - requests of all types and kinds for one show, as an unruly audience sends them.
 *
 * Accepted and refused, retries, one id for two requests, other people's sessions, what cannot be
 * read. The same seed makes the same requests, but for the ids.
 */
#ifndef HOLDFAST_TESTS_STREAM_H
#define HOLDFAST_TESTS_STREAM_H

#include <stddef.h>

#define STREAM_SEATS 10
#define STREAM_KEPT 32 /* reserves that later requests refer to */

struct stream {
	char show[48];
	unsigned random;
	size_t reserves; /* sent so far */
	struct {
		char id[37];
		unsigned session, seat;
	} kept[STREAM_KEPT];
};

/* Publish the show's creation and its seats, by rig_send. How many requests that were. */
size_t stream_open(struct stream *s, const char *show, unsigned seed);
/* Publish `count` more. Returns count. */
size_t stream_send(struct stream *s, size_t count);

#endif
