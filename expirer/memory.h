/*
 * memory.h - which holds were announced, and when each may be announced again.
 *
 * Knows: holds, by show and reservation; time, which is passed in. Doesn't know: Kafka, the
 * database.
 * Limits: each partition has an equal share of the whole, of MEMORY_SHARE_MAX holds at most. So one
 * whose worker stands still never keeps the holds of the others from being announced, and requests
 * that come behind announcements do not wait long for these.
 */
#ifndef HOLDFAST_EXPIRER_MEMORY_H
#define HOLDFAST_EXPIRER_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/ids.h"

#define MEMORY_SHARE_MAX 4000
#define MEMORY_FIRST_WAIT_MS 5000
#define MEMORY_LONGEST_WAIT_MS 300000

struct memory;
struct announced; /* a remembered hold */

struct hold {
	struct text show_id; /* at most SHOW_ID_BYTES_MAX */
	struct uuid reservation_id;
	int64_t reserved_until_us; /* another one than before, an extended hold, counts as new */
};

enum memory_answer {
	MEMORY_ANNOUNCE, /* and it is remembered from now on, as being sent */
	MEMORY_WAIT,     /* being sent, or announced not long enough ago */
	MEMORY_FULL,     /* no room in its partition's share */
};

/* The share of a partition is max / partition_count within 1 and its limit. NULL: out of memory. */
struct memory *memory_open(size_t max, int32_t partition_count);
void memory_close(struct memory *memory); /* takes NULL */

/* A round over every due hold begins. */
void memory_begin(struct memory *memory);
/*
 * May this hold be announced now?
 *
 * announced  returned with MEMORY_ANNOUNCE; to be given to memory_delivered
 */
enum memory_answer memory_ask(struct memory *memory, const struct hold *hold, int64_t now_ms,
                              struct announced **announced);
/* Sent. Where it was not delivered, it may be announced again at once. */
void memory_delivered(struct announced *announced, bool is_delivered);
/*
 * The round went over every hold that lapsed before until_us. Those that it did not ask for are due
 * no more: forget them, but not one that is being sent.
 */
#define MEMORY_ALL INT64_MAX
void memory_sweep(struct memory *memory, int64_t until_us);
size_t memory_count(const struct memory *memory);

#endif
