/*
 * show_maker.h - makes and changes a show by an organiser's requests; those that list seats or areas
 * in slices that each fit in a request.
 *
 * Threads: those of the client.
 * Limits: a slice has ADD_SEATS_MAX seats at most, and SHOW_MAKER_SLICE_BYTES_MAX of their ids and
 * places.
 */
#ifndef HOLDFAST_PIPELINE_SHOW_MAKER_H
#define HOLDFAST_PIPELINE_SHOW_MAKER_H

#include "common/message/request.h"
#include "common/pipeline/client.h"

/* As JSON, with the commas; the rest of 64 KiB is the frame. */
#define SHOW_MAKER_SLICE_BYTES_MAX 60000

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
 * Send a request, or the seats or areas of one in slices, in their order; nothing more once an answer
 * was an error. The request is complete but for its id, which is made for each slice.
 *
 * request  of the type that the slices have; of its places there are as many as seat_ids, or fewer:
 *          then they are those of the last seat_ids
 *
 * RC_RETRY  a stop was asked for while the queue was full
 */
enum rc show_maker_send(struct show_maker *maker, const struct request *request,
                        struct err *e) NODISCARD;
enum rc show_maker_send_seats(struct show_maker *maker, const struct request *request,
                              struct err *e) NODISCARD;
enum rc show_maker_send_areas(struct show_maker *maker, const struct request *request,
                              struct err *e) NODISCARD;

/*
 * Wait until all that was sent is answered.
 *
 * RC_OK     and every answer is as wanted
 * else      the first error of an answer; RC_RETRY FROM_REPLY: a stop was asked for
 */
enum rc show_maker_await(struct show_maker *maker, struct err *e) NODISCARD;

#endif
