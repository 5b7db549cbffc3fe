/*
 * stream.h - the messages of one topic, or of several, that belong to one partition of requests.
 *
 * A topic is written by one lane at a time and in the order of the requests, so that each of its
 * partitions gives its messages in that order; the next message of each is looked at, and taken
 * where it belongs to the request at hand.
 * Memory: one message of each partition, and what others brought while one was waited for.
 */
#ifndef HOLDFAST_AUDIT_STREAM_H
#define HOLDFAST_AUDIT_STREAM_H

#include "common/kafka_reader.h"

/* Finds out to which request a message belongs; false: it is no message of holdfast's. */
typedef bool stream_place(const struct record *record, int32_t *partition, int64_t *offset);

struct stream;

/*
 * Open the streams of one partition of requests.
 *
 * topics           the first is read at `partition` alone, the others at all of their partitions
 * partition_count  of each of the topics
 *
 * RC_RETRY, RC_FATAL as kafka_reader_bounds
 */
enum rc stream_open(struct stream **stream, const struct kafka_settings *kafka,
                    const char *const *topics, size_t topic_count, int32_t partition,
                    int32_t partition_count, stream_place *place, struct err *e) NODISCARD;
void stream_close(struct stream *stream); /* takes NULL */

/* What stands next. */
enum stream_head {
	STREAM_ENDED,   /* nothing more */
	STREAM_BEFORE,  /* a message of an earlier request than the one at hand, or of none */
	STREAM_HERE,    /* one of the request at hand */
	STREAM_BEYOND,  /* only of later requests */
};

/*
 * Look at what stands next.
 *
 * offset    of the request at hand
 * expected  the message's value if it is as it must be: saves reading it; data NULL: none is
 * record    with STREAM_BEFORE and STREAM_HERE; borrowed until stream_take
 * place     offset of the request that the record belongs to; -1: none that could be read
 */
enum rc stream_look(struct stream *stream, int64_t offset, struct text expected,
                    enum stream_head *head, const struct record **record, int64_t *place,
                    struct err *e) NODISCARD;
/* Done with the record that stream_look gave. */
void stream_take(struct stream *stream);

/*
 * Read on to the end as it is now; where the message of the latest request belongs.
 * last: -1, there is none
 */
enum rc stream_drain(struct stream *stream, int64_t *last, struct err *e) NODISCARD;

/*
 * Offset of the first request whose messages are all kept: 0 where nothing was deleted, that of
 * the first message kept where something was, INT64_MAX where nothing is left of that.
 */
enum rc stream_kept_from(struct stream *stream, int64_t *from, struct err *e) NODISCARD;

#endif
