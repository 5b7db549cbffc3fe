/*
 * stream.h - a stream of requests of one partition, made of any bytes.
 *
 * Three shows, eight seats and one that there is not, two rows for them, three channels, four
 * sessions, one owner: so few that everything meets everything. Each byte is a choice of its own,
 * so that a fuzzer that changes one changes one thing, and printable ones are enough.
 */
#ifndef HOLDFAST_TESTS_STREAM_H
#define HOLDFAST_TESTS_STREAM_H

#include "common/base/ids.h"
#include "common/base/record.h"

#define STREAM_RECORDS_MAX 96
#define STREAM_TEXT_BYTES 1024
#define STREAM_PARTITION 0
#define STREAM_PARTITIONS 2

/* Before a record: one seat's row is changed behind the worker's back. */
struct stream_edit {
	bool is_there;
	char show_id[16], seat_id[2];
	unsigned how;
	struct uuid reservation_id;
};

struct stream_record {
	char json[STREAM_TEXT_BYTES];
	char key[16];
	struct uuid request_id;
	bool is_reserve;
	bool is_cut; /* a batch begins here */
	struct stream_edit edit;
	struct record record;
};

struct stream {
	bool has_edits;
	struct stream_record records[STREAM_RECORDS_MAX];
	size_t count;
};

/* Borrows nothing. Points into itself: not to be copied. */
void stream_make(struct stream *s, const uint8_t *data, size_t bytes);

#endif
