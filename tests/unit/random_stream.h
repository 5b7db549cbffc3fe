/*
 * random_stream.h - random requests of all types over a universe so small that everything meets
 * everything; the same for the same seed.
 */
#ifndef HOLDFAST_TESTS_RANDOM_STREAM_H
#define HOLDFAST_TESTS_RANDOM_STREAM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/message/outcome.h"
#include "common/message/request.h"
#include "common/base/record.h"

#define STREAM_RECORDS 320
#define STREAM_SHOWS 3
#define STREAM_SEASON 400
#define STREAM_PARTITION 0
#define STREAM_PARTITIONS 2
#define STREAM_TEXT_BYTES 1024

struct sent {
	char json[STREAM_TEXT_BYTES];
	char key[16];
	char request_id[UUID_TEXT_CHARS + 1];
	bool is_reserve;
	unsigned session;  /* of a reserve, and so the next */
	char seats[8];     /* that it names; seat_count of them */
	unsigned seat_count;
	bool is_confirm;   /* of what `reserve` made; NULL: of nothing known */
	const struct sent *reserve;
	struct record record;
};

struct stream {
	uint64_t random;
	bool is_plain;
	bool is_long;      /* claims last for thousands of records */
	bool is_busy;      /* what is set gets in the way of little, so that most requests are accepted */
	char shows[STREAM_SHOWS + 1][16]; /* the last one belongs to another partition */
	char former[STREAM_SHOWS][16];    /* what shows were, before a long stream went on to these */
	int shows_named;
	size_t opened;     /* records before those that create these shows */
	unsigned ids_made;
	int64_t clock_ms;
	size_t count;
	struct sent sent[];
};

struct stream *stream_make(uint64_t seed); /* release with free(3) */
/* The same without what sets a show up anew: without windows, places, channels. */
struct stream *stream_make_plain(uint64_t seed);
/*
 * `count` records, busy and less so by turns. Every STREAM_SEASON of them it goes on to new shows,
 * as all of the old ones is soon sold; now and then it comes back to these.
 */
struct stream *stream_make_long(uint64_t seed, size_t count);
unsigned stream_below(struct stream *s, unsigned limit); /* the stream's next random number */

#endif
