/*
 * lookup.h - the rows that a gateway reads for one who asks: a reservation, a decision.
 */
#ifndef HOLDFAST_GATEWAY_ROWS_LOOKUP_H
#define HOLDFAST_GATEWAY_ROWS_LOOKUP_H

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "common/db/db.h"

/* A reservation as its rows are. Texts live in the arena. */
struct held {
	bool exists;
	struct uuid id;
	struct text status;
	uint8_t session_hash[SHA256_BYTES];
	int64_t reserved_until_ms;
	struct text *seat_ids, *area_ids, *counts; /* counts in digits, as many as area_ids */
	size_t seat_count, area_count;
};

/* What the session holds on the show, live or lapsed. */
enum rc lookup_held(struct db *db, struct text show_id, const uint8_t session_hash[SHA256_BYTES],
                    struct arena *arena, struct held *held, struct err *e) NODISCARD;
/* That reservation, whatever became of it. */
enum rc lookup_reservation(struct db *db, struct text show_id, const struct uuid *id,
                           struct arena *arena, struct held *held, struct err *e) NODISCARD;

/* What became of one record. */
struct decided {
	bool exists;
	bool has_request_id;
	struct uuid request_id;
	struct text show_id;    /* data NULL: null */
	int32_t partition;
	int64_t offset;
};

/*
 * The decision of a record. `reply` gets the reply's JSON, as the worker sent it.
 * RC_FATAL: the row cannot be read.
 */
enum rc lookup_decision(struct db *db, const char *topic, int32_t partition, int64_t offset,
                        struct arena *arena, struct decided *decided, struct buf *reply,
                        struct err *e) NODISCARD;
/* That which claimed the request id on that show. */
enum rc lookup_claim(struct db *db, const char *topic, struct text show_id, const struct uuid *id,
                     struct arena *arena, struct decided *decided, struct buf *reply,
                     struct err *e) NODISCARD;

#endif
