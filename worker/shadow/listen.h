/*
 * listen.h - the replies and events of one partition of requests, as they appear.
 *
 * Each place, a partition of a topic, gives what belongs to the partition in the order of its
 * requests. The default topics' own places are read from the beginning on; those of listed reply
 * topics from the first request on whose reply goes there.
 * Threads: that of its partition.
 * Limits: LISTEN_KEPT_MAX messages of a place are kept, and what one take brings; then it is not
 * read until half of them are used. No request has that many.
 */
#ifndef HOLDFAST_WORKER_SHADOW_LISTEN_H
#define HOLDFAST_WORKER_SHADOW_LISTEN_H

#include "common/kafka/reader.h"
#include "common/pipeline/pipeline.h"
#include "worker/lane/messages.h"

#define LISTEN_KEPT_MAX 1000
#define LISTEN_TAKE 500

struct listen;
struct spot; /* one of the places it listens at */

/*
 * from  the first request that is of interest; what belongs to earlier ones is passed over
 */
enum rc listen_open(struct listen **listen, const struct pipeline *pipeline, int32_t partition,
                    int64_t from, struct err *e) NODISCARD;
void listen_close(struct listen *listen); /* takes NULL */

/*
 * Start, once, where what belongs to the request `from` can be.
 *
 * since_ms  its append time; INT64_MAX: there was no such request when it was looked for, which was
 *           after listen_open: then it starts at the ends as they were at listen_open
 */
enum rc listen_start(struct listen *listen, int64_t since_ms, struct err *e) NODISCARD;

/*
 * Take what has come, waiting up to wait_ms for the first.
 *
 * RC_RETRY  brokers unreachable; goes on by itself
 * RC_FATAL  as of kafka_reader_take
 */
enum rc listen_take(struct listen *listen, int64_t wait_ms, struct err *e) NODISCARD;
/* Has all been taken that can be seen just now? */
bool listen_has_ended(struct listen *listen);
/* Was each that is read heard once, if only that nothing is there? Then it may be read. */
bool listen_has_heard(const struct listen *listen);

struct spot *listen_events(struct listen *listen);
/*
 * Where a reply is to be. A place that is met for the first time is read from since_ms on, the append
 * time of the request.
 */
enum rc listen_place(struct listen *listen, const struct message_route *route, int64_t since_ms,
                     struct spot **place, struct err *e) NODISCARD;

enum spot_state {
	SPOT_EMPTY,  /* nothing of this request, nor of a later one */
	SPOT_HERE,
	SPOT_BEYOND, /* only of later ones */
	SPOT_GONE,   /* likewise, and what stood before the first that is kept is gone */
	SPOT_STRAY,  /* a message of an earlier request, one too many */
};

/* expected: the value if it is as it must be, which saves reading it; data NULL: not known */
enum spot_state spot_look(struct spot *place, int64_t offset, struct text expected);
/* Of the messages that stand there, how many are the request's, in a row; *is_all: others follow. */
size_t spot_count(struct spot *place, int64_t offset, bool *is_all);
/* May some of the request's messages have been deleted, or all of them? */
bool spot_is_cut_at(struct spot *place, int64_t offset);
/* Of the one that stands next: borrowed until it is taken. */
const struct record *spot_record(const struct spot *place);
int64_t spot_offset(const struct spot *place); /* of its request */
void spot_take(struct spot *place);
bool spot_has_ended(struct spot *place); /* all that can be seen there just now was taken */

#endif
