/*
 * reader.h - reads partitions of topics from given offsets, outside of any group.
 *
 * For clients, the audit and look-backs; the worker's own requests come through group.h.
 * Threads: a reader belongs to one thread, but any may ask one that is const to it.
 */
#ifndef HOLDFAST_KAFKA_READER_H
#define HOLDFAST_KAFKA_READER_H

#include "common/base/err.h"
#include "common/kafka/conf.h"
#include "common/base/record.h"

struct kafka_reader;

/* is_committed: read_committed, else read_uncommitted. */
enum rc kafka_reader_open(struct kafka_reader **reader, const struct kafka_settings *settings,
                          bool is_committed, struct err *e) NODISCARD;
/* For kafka/pool.c: one that does not stand at an end for long, and does not wait there either. */
enum rc kafka_reader_open_brief(struct kafka_reader **reader, const struct kafka_settings *settings,
                                bool is_committed, struct err *e) NODISCARD;
void kafka_reader_close(struct kafka_reader *reader); /* takes NULL */

/*
 * First offset kept and the end of a partition.
 *
 * first     low watermark
 * end       high watermark; for is_committed readers the last stable offset, which lies below it
 *           while a transaction is open
 *
 * RC_RETRY  a question was not answered in eight seconds
 * RC_FATAL  no such topic or partition; it may not be seen
 */
enum rc kafka_reader_bounds(const struct kafka_reader *reader, const char *topic, int32_t partition,
                            int64_t *first, int64_t *end, struct err *e) NODISCARD;

/*
 * The end alone, and not after wait_ms.
 *
 * RC_RETRY  it did not answer in time, or there is no such partition now
 */
enum rc kafka_reader_end(const struct kafka_reader *reader, const char *topic, int32_t partition,
                         int64_t wait_ms, int64_t *end, struct err *e) NODISCARD;
/* The same of `count` partitions from the first one on, asked for together. */
enum rc kafka_reader_ends(const struct kafka_reader *reader, const char *topic, int32_t first,
                          int32_t count, int64_t wait_ms, int64_t *ends, struct err *e) NODISCARD;

/*
 * Where a partition that is read ended, transactions that are open and their markers counted, when a
 * broker last answered for it. Nobody is asked. -1: not known
 */
int64_t kafka_reader_seen_end(const struct kafka_reader *r, const char *topic, int32_t partition);

/*
 * The first offset of a record with that timestamp or a later one; -1: there is none.
 * RC_RETRY: the broker did not answer in time.
 */
enum rc kafka_reader_offset_at(const struct kafka_reader *reader, const char *topic, int32_t partition,
                               int64_t timestamp_ms, int64_t *offset, struct err *e) NODISCARD;

#define KAFKA_READER_END (-1) /* in place of an offset: the end as it is then */

/* Start to read a partition at an offset. An offset outside of the log shows in kafka_reader_take. */
enum rc kafka_reader_start(struct kafka_reader *reader, const char *topic, int32_t partition,
                           int64_t offset, struct err *e) NODISCARD;
enum rc kafka_reader_stop(struct kafka_reader *reader, const char *topic, int32_t partition,
                          struct err *e) NODISCARD;
/* Stop all, and forget what was read of it: as it was when it was opened. */
enum rc kafka_reader_rest(struct kafka_reader *reader, struct err *e) NODISCARD;

/*
 * Take up to `max` records: wait up to wait_ms for the first, then whatever is queued.
 *
 * records  returned, each to be given back with record_give
 * ended    called for each partition whose end was reached (all that a reader of this isolation
 *          can see has been taken); `next` is the position; may be NULL
 *
 * RC_OK     *count may be 0
 * RC_RETRY  brokers unreachable; goes on by itself
 * RC_FATAL  an offset is out of range, a topic is gone, access is denied
 */
typedef void kafka_ended(void *context, const char *topic, int32_t partition, int64_t next);
enum rc kafka_reader_take(struct kafka_reader *reader, struct record *records, size_t max,
                          size_t *count, int64_t wait_ms, kafka_ended *ended, void *context,
                          struct err *e) NODISCARD;
/*
 * The same, but each record is shown and given back before the next one is made: so the memory of its
 * headers is the same again and again, which is worth more than half of what a record costs.
 *
 * each, ended  called in the order of each partition: all of it before an end was shown
 */
typedef void kafka_each(void *context, const struct record *record);
enum rc kafka_reader_show(struct kafka_reader *reader, size_t max, int64_t wait_ms,
                          kafka_each *each, kafka_ended *ended, void *context,
                          struct err *e) NODISCARD;

#endif
