/*
 * show_maker.h - makes a show and its seats by requests: one create_show, and add_seats in slices
 * that each fit in a request.
 *
 * Threads: those of the client.
 * Limits: a slice has ADD_SEATS_MAX seats at most, and SHOW_MAKER_SLICE_BYTES_MAX of their ids.
 */
#ifndef HOLDFAST_PIPELINE_SHOW_MAKER_H
#define HOLDFAST_PIPELINE_SHOW_MAKER_H

#include "common/message/request.h"
#include "common/pipeline/client.h"

#define SHOW_MAKER_SLICE_BYTES_MAX 60000 /* with their quotes; the rest of 64 KiB is the frame */

struct show_maker_settings {
	const struct pipeline *pipeline;
	bool is_awaiting; /* replies, not only deliveries */
	int64_t timeout_ms;
	/* The id of a request that is complete but for it. */
	struct uuid (*make_id)(void *context, const struct request *request);
	/* What a reply means; seats: of its request. RC_OK, or e is the first error. */
	enum rc (*judge)(void *context, const struct client_answer *answer, size_t seats,
	                 struct err *e);
	void *context;
	const char *when_late, *when_stopped; /* texts of errors */
};

struct show_maker {
	struct show_maker_settings settings;
	struct client *client;
	size_t sent, answered;
	struct err first_error; /* of the answers; rc RC_OK: none */
};

/* maker: zeroed; close with show_maker_close whatever comes back. Codes as of client_open. */
enum rc show_maker_open(struct show_maker *maker, const struct show_maker_settings *settings,
                       struct err *e) NODISCARD;
void show_maker_close(struct show_maker *maker);

/*
 * Send the create_show, or the seats of an add_seats in slices; nothing more once an answer was an
 * error. The request is complete but for its id.
 *
 * RC_RETRY  a stop was asked for while the queue was full
 */
enum rc show_maker_send_show(struct show_maker *maker, const struct request *create_show,
                            struct err *e) NODISCARD;
enum rc show_maker_send_seats(struct show_maker *maker, const struct request *add_seats,
                             struct err *e) NODISCARD;

/*
 * Wait until all that was sent is answered.
 *
 * RC_OK     and every answer is as wanted
 * else      the first error of an answer; RC_RETRY FROM_REPLY: a stop was asked for
 */
enum rc show_maker_await(struct show_maker *maker, struct err *e) NODISCARD;

#endif
