/*
 * store.h - one partition's rows in the database: owning them, deciding batches, reading back.
 *
 * Knows: the session, the statements worker_*. Doesn't know: Kafka, why a request is refused.
 * Threads: a store belongs to its owner (worker/lane/owner.h), a lane's or a rebuild's.
 */
#ifndef HOLDFAST_WORKER_STORE_STORE_H
#define HOLDFAST_WORKER_STORE_STORE_H

#include "common/db/db.h"
#include "worker/plan/batch.h"
#include "worker/plan/plan.h"

struct store;

/* As of db_meanwhile: a short step of other work; true: there is more to do. */
struct meanwhile {
	bool (*step)(void *context);
	void *context;
};

/* What partition_progress says. */
struct progress {
	int64_t next_offset;
	int64_t owner_epoch;
	int64_t decided_until_ms; /* 0: nothing was decided yet */
	int64_t last_offset;      /* -1: nothing was decided yet */
	uint8_t last_digest[SHA256_BYTES];
};

/*
 * cached_seats  how many seats it keeps in memory (cache.h); 0: it reads all that a batch needs
 */
enum rc store_open(struct store **store, const struct db_settings *settings,
                   const struct plan_place *place, size_t cached_seats, struct err *e) NODISCARD;
void store_close(struct store *store); /* takes NULL */

/*
 * Become the owner of the partition's rows: a former one's next transaction changes nothing.
 *
 * first_offset  where a partition that was never served begins
 */
enum rc store_take_over(struct store *store, int64_t first_offset, struct err *e) NODISCARD;
const struct progress *store_progress(const struct store *store);

/*
 * Decide entries [first, first + count) in one transaction: compare-and-set of the progress, read,
 * plan, apply, verify, commit.
 *
 * is_locked  lock the seats before reading them, whatever is known of them; for count 1
 *
 * RC_OK     committed; every entry has its decision, the progress stands behind the last one
 * RC_RETRY  rolled back, nothing happened
 * RC_REJECT rolled back: rows were not as planned (err.code HF001, class 22 or 23)
 * RC_REOPEN the session is gone and the outcome unknown: store_reopen
 * RC_FENCED another owner has the rows; rolled back
 * RC_FATAL  rolled back; cannot go on
 */
enum rc store_decide(struct store *store, struct batch *batch, size_t first, size_t count,
                     bool is_locked, struct err *e) NODISCARD;
/* What store_decide does while it waits for its COMMIT, from here on; NULL: nothing. Copied. */
void store_meanwhile(struct store *store, const struct meanwhile *meanwhile);

/*
 * Are the rows still this owner's, and just as it left them?
 *
 * RC_REOPEN  the server did not say
 * RC_FENCED  another owner has the rows
 */
enum rc store_still_owns(struct store *store, struct err *e) NODISCARD;

/*
 * Open a new session after RC_REOPEN and learn what became of the transaction. Waits until that is
 * durable, on a synchronous standby, too.
 *
 * is_done   whether the entries of the last store_decide are committed
 *
 * RC_REOPEN the server is not there yet: again, after a pause
 * RC_FENCED another owner has the rows
 */
enum rc store_reopen(struct store *store, bool *is_done, struct err *e) NODISCARD;

/*
 * Read the decisions of entries [first, first + count), which were decided before, into them.
 * RC_FATAL: one of them has no row, or one that cannot be read.
 */
enum rc store_recall(struct store *store, struct batch *batch, size_t first, size_t count,
                     struct err *e) NODISCARD;

/* Who has read the rows must see that they are of another history now (hand_changes.epoch). */
enum rc store_draw_epoch(struct store *store, struct err *e) NODISCARD;

/* The partition does not stand still any more: what worker/lane/halt.c recorded goes. */
enum rc store_forget_halt(struct store *store, struct err *e) NODISCARD;

#endif
