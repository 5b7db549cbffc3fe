/*
 * dead_letter.h - what goes to operators of a record that could not be read.
 *
 * Section 7 of docs/protocol.md.
 */
#ifndef HOLDFAST_WORKER_LANE_DEAD_LETTER_H
#define HOLDFAST_WORKER_LANE_DEAD_LETTER_H

#include "common/base/err.h"
#include "common/base/record.h"

/* Together far below what a topic takes, so that whatever could be published has its dead letter. */
#define DEAD_LETTER_KEY_BYTES_MAX 65536
#define DEAD_LETTER_VALUE_BYTES_MAX 65536
#define DEAD_LETTER_HEADERS_BYTES_MAX 16384 /* names and values of the record's own, together */
#define DEAD_LETTER_HEADERS_MAX 16384       /* empty ones; the library reads 100,000 of a record */

struct dead_letter {
	struct text key, value;        /* borrowed from the record */
	struct record_header *headers; /* the record's own, then ours */
	size_t header_count;
	struct buf bytes;              /* what our headers point to */
};

/* False: out of memory. Release in either case. */
bool dead_letter_make(struct dead_letter *letter, const struct record *record, const char *topic,
                      const char *group_id, const char *why) NODISCARD;
void dead_letter_release(struct dead_letter *letter);

#endif
