/*
 * stream.h - the messages of one topic, or of several, that belong to one partition of requests.
 *
 * A topic is written by one lane at a time, in the order of the requests, so each of its partitions
 * gives its messages in that order. The next message of each partition is looked at. It is taken if
 * it belongs to the request at hand.
 * Memory: what others brought while one was waited for.
 * Limits: STREAM_LOOK_AHEAD messages behind one that seems to come too early.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_STREAM_H
#define HOLDFAST_AUDIT_COMPARE_STREAM_H

#include "common/kafka/pool.h"
#include "common/message/same.h"

#define STREAM_LOOK_AHEAD 64

/* Finds out to which request a message belongs; false: it is no message of holdfast's. */
typedef bool stream_place(const struct record *record, const char *requests_topic,
                          struct message_place *place);

struct stream;

struct stream_settings {
	struct kafka_pool *pool;
	const struct kafka_reader *uncommitted; /* for ends; a committed one stops at open transactions */
	const char *requests_topic;
	const char *topic;           /* read at `partition` alone */
	const char *const *listed;   /* read at all of their partitions; others write there, too */
	size_t listed_count;
	int32_t partition, partition_count; /* the count is that of every topic */
	stream_place *place;
};

/*
 * Open the streams of one partition of requests.
 *
 * settings  what it points to is borrowed until stream_close
 * stream    returned, release with stream_close also where it failed
 *
 * RC_RETRY, RC_FATAL as kafka_reader_bounds
 */
enum rc stream_open(struct stream **stream, const struct stream_settings *settings,
                    struct err *e) NODISCARD;
void stream_close(struct stream *stream); /* takes NULL */

/* What stands next. */
enum stream_head {
	STREAM_ENDED,   /* nothing more */
	STREAM_STRAY,   /* a message out of its order, one too many, or of no request of here */
	STREAM_HERE,    /* one of the request at hand */
	STREAM_BEYOND,  /* only of later requests */
};

struct stream_message {
	const struct record *record; /* borrowed until stream_take */
	bool has_place;              /* it names a request: */
	struct message_place place;  /* whose partition is another one where it strayed from there */
};

/*
 * Look at what stands next.
 *
 * offset    of the request at hand
 * expected  the message's value if it is as it must be: saves reading it; data NULL: none is
 * message   with STREAM_STRAY and STREAM_HERE
 */
enum rc stream_look(struct stream *stream, int64_t offset, struct text expected,
                    enum stream_head *head, struct stream_message *message,
                    struct err *e) NODISCARD;
/* The next message of whatever request; record NULL: there is none as the topics are now. */
enum rc stream_look_at_any(struct stream *stream, struct stream_message *message,
                           struct err *e) NODISCARD;
/* Done with the record that was looked at. */
void stream_take(struct stream *stream);

/*
 * Offset of the first message that is kept of a topic's partition: 0 where nothing was deleted,
 * INT64_MAX where something was and nothing of here is left. To be asked before anything is taken;
 * the answer is kept.
 */
enum rc stream_kept_from(struct stream *stream, const char *topic, int32_t partition, int64_t *from,
                         struct err *e) NODISCARD;

/* The topic and partition of which an open transaction hid the end for too long; NULL: none. */
const char *stream_hidden(const struct stream *stream, int32_t *partition);

#endif
