/*
 * record.h - one record of a Kafka topic, as read.
 */
#ifndef HOLDFAST_BASE_RECORD_H
#define HOLDFAST_BASE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/digest.h"
#include "common/base/ids.h"
#include "common/base/text.h"

struct record_header {
	struct text name;
	struct text value; /* data NULL: a null value */
};

struct record {
	const char *topic; /* borrowed from the reader */
	int32_t partition;
	int64_t offset;
	int64_t timestamp_ms;   /* -1: none */
	bool is_append_time;    /* the timestamp is the broker's */
	struct text key;        /* data NULL: no key */
	struct text value;      /* data NULL: a tombstone */
	struct record_header *headers; /* in the order of the record */
	size_t header_count;
	void *handle; /* what it was made of */
	void (*give)(struct record *record); /* of who made it; NULL: nothing of it is to be released */
};

void record_give(struct record *r); /* release what it holds, and empty it; takes a zeroed one */

/* The last header of that name, or NULL. */
const struct record_header *record_header_last(const struct record *r, const char *name);

/*
 * What partition_progress.last_digest holds: SHA-256 over timestamp (8 bytes), key length
 * (4 bytes, 0xFFFFFFFF for no key), key, value length (likewise), value; big-endian.
 */
void record_digest(const struct record *r, uint8_t digest[SHA256_BYTES]);

#endif
