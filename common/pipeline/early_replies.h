/*
 * early_replies.h - replies that came before the delivery report of their request: the latest,
 * until the report says whose they are.
 *
 * Limits: EARLY_MAX replies, EARLY_BYTES_MAX bytes of them; beyond that the oldest goes.
 */
#ifndef HOLDFAST_PIPELINE_EARLY_REPLIES_H
#define HOLDFAST_PIPELINE_EARLY_REPLIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/ids.h"
#include "common/base/text.h"

#define EARLY_MAX 100000
#define EARLY_BYTES_MAX (128u << 20)

/* Where a request stands. */
struct early_place {
	int64_t partition, offset;
};

struct early; /* one reply */

/* Zeroed: none. */
struct early_replies {
	struct early *table;
	size_t bytes;
};

/* Keep a copy. false: out of memory */
bool early_keep(struct early_replies *replies, struct early_place place, struct text reply,
                int64_t reply_ms);
/* The one to the request at that place, or with that id; NULL: none. */
struct early *early_find(const struct early_replies *replies, struct early_place place);
struct early *early_find_by_id(const struct early_replies *replies, const struct uuid *request_id);
struct text early_text(const struct early *early, int64_t *reply_ms);

void early_forget(struct early_replies *replies, struct early *early);
void early_forget_all(struct early_replies *replies);

#endif
