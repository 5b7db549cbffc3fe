/*
 * client.h - send a request, await its reply: what a checkout service does.
 *
 * A reply is matched by request.partition and request.offset of the delivery report, so that the
 * same request_id may be in flight twice. Thousands may be in flight.
 * Threads: a client belongs to one thread.
 */
#ifndef HOLDFAST_PIPELINE_CLIENT_H
#define HOLDFAST_PIPELINE_CLIENT_H

#include "common/pipeline/pipeline.h"
#include "common/message/reply.h"
#include "common/base/record.h"

struct client;

/* What became of a request. */
struct client_answer {
	void *token;             /* as given to client_send */
	enum { CLIENT_REPLIED, CLIENT_UNSENT, CLIENT_TIMED_OUT } how;
	int32_t partition;       /* where the request stands; -1: unknown */
	int64_t offset;
	struct text reply;       /* the reply's JSON, where CLIENT_REPLIED; borrowed for the call */
	struct reply_view view;  /* where CLIENT_REPLIED */
	int64_t reply_ms;        /* timestamp of the reply's record; -1: none */
	const struct err *why;   /* where CLIENT_UNSENT; as of kafka_delivery, for the call */
};
typedef void client_answered(void *context, const struct client_answer *answer);

struct client_settings {
	const struct pipeline *pipeline; /* borrowed */
	bool is_awaiting;                /* replies; else a request is answered by its delivery */
	int64_t timeout_ms;              /* of the delivery, and of the reply */
	client_answered *answered;
	void *context;
};

/* Opens the replies at their present end, so that no reply to come is missed. */
enum rc client_open(struct client **client, const struct client_settings *settings,
                    struct err *e) NODISCARD;
void client_close(struct client *client);

/* As kafka_sender_send. Without is_awaiting a request is answered by its delivery: CLIENT_REPLIED
 * with no reply. */
enum rc client_send(struct client *client, struct text key, struct text value,
                    const struct record_header *headers, size_t header_count, void *token,
                    struct err *e) NODISCARD;
/*
 * The same, but where the queue is full works until there is room.
 * RC_RETRY: a stop was asked for meanwhile. RC_FATAL: replies cannot be read.
 */
enum rc client_send_when_room(struct client *client, struct text key, struct text value,
                              void *token, struct err *e) NODISCARD;

/* Work for up to wait_ms, or until something was answered; calls `answered` on this thread.
 * RC_FATAL: replies cannot be read. */
enum rc client_poll(struct client *client, int64_t wait_ms, struct err *e) NODISCARD;
size_t client_waiting(const struct client *client);

#endif
