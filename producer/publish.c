#include "producer/publish.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/message/request.h"
#include "producer/ordered_replies.h"

#define READ_BYTES 65536
#define LINE_BYTES_MAX 1048576
#define POLL_MS 20
#define FULL_POLL_MS 100
#define LAST_POLL_MS 100

/* Send one request, which is complete; waits while too many are not answered or not sent yet. */
static enum rc publish(struct client *client, struct ordered_replies *replies,
                       struct text show_id, struct text value, struct err *e)
{
	while (ordered_replies_is_full(replies)) {
		if (client_poll(client, FULL_POLL_MS, e))
			return e->rc;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, FROM_KAFKA, "stopped before every request was sent");
	}
	return client_send_when_room(client, show_id, value, ordered_replies_take_slot(replies), e);
}

static enum rc publish_line(struct client *client, struct ordered_replies *replies,
                            struct text line, size_t number, struct err *e)
{
	struct arena arena = {0};
	struct buf value = {0};
	struct text show_id = {NULL, 0};
	enum rc rc = RC_OK;

	if (line.bytes && line.data[line.bytes - 1] == '\r')
		line.bytes--;
	if (!line.bytes)
		return RC_OK;
	rc = request_complete(line, &arena, &value, &show_id, e);
	if (rc == RC_USAGE)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "standard input: line %zu is no JSON object", number);
	else if (rc || value.failed || arena.failed)
		rc = rc ? rc : err_out_of_memory(e);
	else if (!show_id.data)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "standard input: line %zu has no show_id", number);
	else if (value.bytes > REQUEST_ORGANISER_BYTES_MAX)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "standard input: line %zu is longer than %d bytes",
		             number, REQUEST_ORGANISER_BYTES_MAX);
	else
		rc = publish(client, replies, show_id, buf_text(&value), e);
	buf_release(&value);
	arena_release(&arena);
	return rc;
}

/* The whole lines in the buffer; what is left of the last one stays. */
static enum rc publish_whole(struct client *client, struct ordered_replies *replies,
                             struct buf *input, bool is_last, size_t *number, struct err *e)
{
	struct text left = buf_text(input);
	enum rc rc = RC_OK;

	while (!rc && left.bytes && !ordered_replies_may_not_send(replies)) {
		const char *end = memchr(left.data, '\n', left.bytes);
		struct text line = {left.data, end ? (size_t)(end - left.data) : left.bytes};
		size_t used = line.bytes + (end != NULL);

		if (!end && !is_last)
			break;
		rc = publish_line(client, replies, line, ++*number, e);
		left = (struct text){left.data + used, left.bytes - used};
	}
	memmove(input->data ? input->data : (char[1]){0}, left.data, left.bytes);
	input->bytes = left.bytes;
	if (!rc && input->bytes > LINE_BYTES_MAX)
		rc = err_set(e, RC_USAGE, FROM_SETTINGS, "standard input: line %zu is too long", *number + 1);
	return rc;
}

/*
 * Replies are printed while the next line is waited for. They are read even while none is awaited,
 * or those to other clients would pile up in front of the next one.
 */
static enum rc publish_lines(struct client *client, struct ordered_replies *replies,
                             struct err *e)
{
	struct buf input = {0};
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	bool is_ended = false;
	size_t number = 0;
	enum rc rc = RC_OK;

	while (!rc && !is_ended && !stop_is_asked() && !ordered_replies_may_not_send(replies)) {
		char chunk[READ_BYTES];
		ssize_t got;

		if (poll(&in, 1, 0) <= 0) {
			rc = client_poll(client, POLL_MS, e);
			continue;
		}
		got = read(STDIN_FILENO, chunk, sizeof chunk);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = err_set(e, RC_USAGE, FROM_SETTINGS, "standard input: %s", strerror(errno));
		is_ended = got <= 0;
		if (got > 0)
			buf_add(&input, chunk, (size_t)got);
		if (!rc && input.failed)
			rc = err_out_of_memory(e);
		if (!rc)
			rc = publish_whole(client, replies, &input, is_ended, &number, e);
		if (!rc)
			rc = client_poll(client, 0, e);
	}
	buf_release(&input);
	return rc;
}

static enum rc finish(struct client *client, struct err *e)
{
	while (client_waiting(client))
		if (client_poll(client, LAST_POLL_MS, e))
			return e->rc;
	return RC_OK;
}

static enum rc publish_all(const struct settings *s, struct client *client,
                           struct ordered_replies *replies, struct text value, struct err *e)
{
	struct err waiting;
	enum rc sent = value.bytes ? publish(client, replies, text_of(s->show_id), value, e)
	                           : publish_lines(client, replies, e);

	if (sent)
		log_err(LOG_ERROR, "not everything was published", e);
	if (finish(client, &waiting)) {
		log_err(LOG_ERROR, "not every reply was awaited", &waiting);
		if (!sent)
			*e = waiting;
		return e->rc;
	}
	/* Once a right is missing the library refuses what is sent with less of a reason. */
	if (sent && !ordered_replies_may_not_send(replies))
		return sent;
	return ordered_replies_judge(replies, e);
}

enum rc publish_run(const struct settings *s, const struct pipeline *pipeline, struct text value,
                    struct err *e)
{
	struct ordered_replies *replies = ordered_replies_open((size_t)s->max_in_flight, s->wait);
	const struct client_settings settings = {
	    .pipeline = pipeline,
	    .is_awaiting = s->wait,
	    .timeout_ms = (int64_t)s->timeout_ms,
	    .answered = ordered_replies_on_answer,
	    .context = replies,
	};
	struct client *client = NULL;
	enum rc rc = replies ? client_open(&client, &settings, e) : err_out_of_memory(e);

	if (rc)
		log_err(LOG_ERROR, "cannot start", e);
	else
		rc = publish_all(s, client, replies, value, e);
	client_close(client);
	ordered_replies_close(replies);
	return rc;
}
