/*
 * look_back.h - what the topics themselves say of a partition's past.
 *
 * Threads: that of the owner, a lane's or a rebuild's; `goes_on` is called on it, too.
 */
#ifndef HOLDFAST_WORKER_LANE_LOOK_BACK_H
#define HOLDFAST_WORKER_LANE_LOOK_BACK_H

#include "common/kafka/reader.h"
#include "common/pipeline/pipeline.h"
#include "worker/lane/replied.h"

#define LOOK_BACK_TAKE 500

/* Where to look. */
struct look_back {
	struct kafka_reader *reader;
	const struct pipeline *pipeline;
	int32_t partition;
	/* Asked over and over, as there may be much to read; false: give up, with RC_RETRY. */
	bool (*goes_on)(void *context);
	void *context;
	struct replied *replied; /* where replies are noted, too; NULL: nowhere */
	/* What the topics do not keep: */
	bool is_cut;        /* look_back_for_reply: the oldest replies, so that there may have been some */
	int64_t whole_from; /* with `replied`: replies to earlier requests may be gone; 0: none are */
	uint64_t read;      /* records so far */
	struct record records[LOOK_BACK_TAKE]; /* to take them into */
};

/*
 * The largest request offset of the partition that has a committed reply, over all reply topics;
 * -1: none. Reads each reply partition backwards in growing steps. Replies to requests of another
 * topic, whose pipeline may share a reply topic, do not count.
 */
enum rc look_back_for_reply(struct look_back *look, int64_t *request_offset,
                            struct err *e) NODISCARD;

/*
 * The same for the requests from next_offset on: a reply is never published with an earlier time
 * than its request's, so what lies before that is not read. Where there is no such request, nothing
 * is read.
 */
enum rc look_back_for_reply_since(struct look_back *look, int64_t next_offset,
                                  int64_t *request_offset, struct err *e) NODISCARD;

/* Requests without a reply, of those that a read_committed consumer sees. */
struct look_back_gaps {
	int64_t count;
	int64_t first, last; /* -1: there is none */
};

/* Those of [from, until) that look->replied, which was noted before, does not have. */
enum rc look_back_for_gaps(struct look_back *look, int64_t from, int64_t until,
                           struct look_back_gaps *gaps, struct err *e) NODISCARD;

/*
 * Is the record at `offset` still the one with that digest?
 * RC_FATAL: it is gone or another. RC_RETRY: not answered in time.
 */
enum rc look_back_at_record(struct kafka_reader *reader, const char *topic, int32_t partition,
                            int64_t offset, const uint8_t digest[SHA256_BYTES],
                            struct err *e) NODISCARD;

/*
 * Wait until no transaction is open in the partition of replies, events and dead letters, where
 * only its owner writes: behind a fence there may be none. One hangs if the coordinator has ended
 * it and its marker never came. The next marker of its producer would end it late, and might commit
 * answers that were given once more since.
 *
 * RC_RETRY  not answered in time
 * RC_FATAL  something hangs there: an operator must abort it
 */
enum rc look_back_for_hanging(const struct pipeline *pipeline, int32_t partition,
                              struct err *e) NODISCARD;

#endif
