/*
 * txn.h - the transactional producer of one partition.
 *
 * Threads: a producer belongs to one thread.
 * After any transport error or time-out on a request of a transaction the producer is tainted: it
 * must be rebuilt before the next transaction, even if the commit said ok, since a delayed EndTxn
 * could end the next one.
 */
#ifndef HOLDFAST_KAFKA_TXN_H
#define HOLDFAST_KAFKA_TXN_H

#include "common/base/err.h"
#include "common/kafka/conf.h"
#include "common/kafka/group.h"
#include "common/base/record.h"

/* transaction.timeout.ms: how long a dead worker's open transaction hides what is behind it. */
#define KAFKA_TXN_TIMEOUT_MS "10000"

struct kafka_txn;

/*
 * Make a producer and fence off every earlier one of the same id: an open transaction of theirs
 * is ended when this returns.
 *
 * topics  what it will write to; their metadata is fetched now
 *
 * RC_RETRY  brokers not reachable in time: close, then again
 * RC_FENCED a later owner has the id
 * RC_USAGE  a setting is wrong
 * RC_FATAL  not allowed
 */
enum rc kafka_txn_open(struct kafka_txn **txn, const struct kafka_settings *settings,
                       const char *transactional_id, const char *const *topics, size_t topic_count,
                       int64_t wait_ms, struct err *e) NODISCARD;
/* An open transaction is left to the broker, or to the next open. Takes NULL. */
void kafka_txn_close(struct kafka_txn *txn);

bool kafka_txn_is_tainted(const struct kafka_txn *txn);

/*
 * begin, send..., commit. Of each:
 * RC_REOPEN the outcome is unknown or it was aborted: close, open again, read the committed offset
 * RC_FENCED another owner has the partition, or the membership is not valid any more
 * RC_FATAL  not allowed
 */
enum rc kafka_txn_begin(struct kafka_txn *txn, struct err *e) NODISCARD;
/* The timestamp of what is sent from now on; 0, as at first: the time of sending. */
void kafka_txn_set_time(struct kafka_txn *txn, int64_t timestamp_ms);
/* topic: index into the `topics` of open. Key data NULL: no key; value data NULL: a tombstone. */
enum rc kafka_txn_send(struct kafka_txn *txn, size_t topic, int32_t partition, struct text key,
                       struct text value, const struct record_header *headers, size_t header_count,
                       struct err *e) NODISCARD;
/*
 * Commit what was sent together with the group's offset on requests_topic. Marked: everything below
 * it is answered.
 */
enum rc kafka_txn_commit(struct kafka_txn *txn, const struct kafka_membership *membership,
                         const char *requests_topic, int32_t partition,
                         const struct kafka_commit *commit, struct err *e) NODISCARD;

#endif
