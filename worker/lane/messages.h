/*
 * messages.h - the reply and the events that are published for a decision, made of it: where they
 * go, key, value and headers.
 *
 * Sections 5 and 6 of docs/protocol.md. Publishes nothing: answer.h does.
 * Threads: a struct messages belongs to one at a time.
 */
#ifndef HOLDFAST_WORKER_LANE_MESSAGES_H
#define HOLDFAST_WORKER_LANE_MESSAGES_H

#include "common/base/instant.h"
#include "common/message/packed.h"
#include "common/pipeline/pipeline.h"
#include "worker/plan/batch.h"

#define COPIED_HEADER_BYTES_MAX 1024 /* of a header that goes from the request to the reply */
#define COPIED_KEY_BYTES_MAX 65536   /* of the request's key, where that is the reply's */

#define MESSAGE_HEADERS_MAX 12
#define MESSAGE_NAME_BYTES 400

/* Numbers of the topics that answers go to; the listed ones come behind. */
enum { TOPIC_REPLIES, TOPIC_EVENTS, TOPIC_DEAD_LETTERS, TOPIC_FIRST_LISTED };

/* Where a reply goes. */
struct message_route {
	size_t topic;
	int32_t partition;
	bool is_elsewhere; /* the request names another topic than the default one and this */
};

/* One message. Texts live in the struct messages and the entry, until the next one is made. */
struct message {
	struct message_route route;
	struct text key, value;
	const struct record_header *headers;
	size_t header_count;
};

/* One decision's, and buffers that all use again. Zeroed but for these two at first. */
struct messages {
	const struct pipeline *pipeline;
	int32_t partition;

	const struct entry *entry;
	struct reply reply;    /* the entry's */
	struct arena expanded; /* what it and its events point to */
	struct packed_events left;
	int event_number;      /* of the next one */
	struct buf body, value;
	struct record_header headers[MESSAGE_HEADERS_MAX];
	size_t header_count;
	char request_id[UUID_TEXT_CHARS + 1], code[12], time[INSTANT_TEXT_BYTES];
	char id[MESSAGE_NAME_BYTES], source[MESSAGE_NAME_BYTES], type[80];
};

/* Where the entry's reply goes: the default topic, or a listed one that the request names and that
 * may be written to. */
struct message_route messages_route(const struct messages *m, const struct entry *entry);

/*
 * Make the reply of a decided entry, which is borrowed until messages_make_event was called for the
 * last time.
 *
 * RC_FATAL: the decision cannot be read, or no memory
 */
enum rc messages_make_reply(struct messages *m, const struct entry *entry, struct message *made,
                            struct err *e) NODISCARD;
/* Make the next event behind it; *is_there false: there is none. RC_FATAL: likewise */
enum rc messages_make_event(struct messages *m, struct message *made, bool *is_there,
                            struct err *e) NODISCARD;

void messages_release(struct messages *m);

#endif
