/*
 * outbox.h - records that wait until what was given for their partition before is delivered.
 *
 * An idempotent producer of librdkafka 2.0 sends no second batch of a partition while more than a few
 * records of the first are under way, and its thread spins until they are delivered where others
 * wait behind them. Here they wait without a thread's turning, and then go together.
 * Threads: one at a time.
 */
#ifndef HOLDFAST_GATEWAY_TOPICS_OUTBOX_H
#define HOLDFAST_GATEWAY_TOPICS_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/record.h"

#define OUTBOX_BURST_BYTES 80000 /* that go together: below the batch.size of a sender */
#define OUTBOX_HEADERS_MAX 10

struct outbox;

struct outbox_record {
	struct outbox_record *next;
	int32_t partition;
	int64_t since_ms;
	void *token;
	struct text key, value;
	struct record_header headers[OUTBOX_HEADERS_MAX];
	size_t header_count;
	size_t all_bytes; /* of all of these */
	char bytes[];
};

struct outbox *outbox_open(int32_t partition_count); /* NULL: out of memory */
void outbox_close(struct outbox *outbox);            /* takes NULL, and what is left */

/* May a record of the partition be given now, before none that waits? */
bool outbox_is_clear(const struct outbox *outbox, int32_t partition);
/* Behind those that wait; a copy of all but the token. false: out of memory */
bool outbox_put(struct outbox *outbox, const struct outbox_record *record);
/* The next that may be given now, release with outbox_release; NULL: none. outbox_gave, then more. */
struct outbox_record *outbox_take(struct outbox *outbox, int32_t partition);
/* The first one that has waited since before_ms or longer, of any partition; the same. */
struct outbox_record *outbox_take_old(struct outbox *outbox, int64_t before_ms);
void outbox_release(struct outbox *outbox, struct outbox_record *record); /* takes NULL */

void outbox_gave(struct outbox *outbox, int32_t partition);    /* one is under way */
void outbox_arrived(struct outbox *outbox, int32_t partition); /* or no more, whatever came of it */
void outbox_forget(struct outbox *outbox);                     /* nor is any */

#endif
