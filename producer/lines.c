#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/message/request.h"
#include "common/base/stop.h"
#include "producer/producer.h"

#define READ_BYTES 65536
#define LINE_BYTES_MAX 1048576
#define POLL_MS 20
#define FULL_POLL_MS 100

enum rc publish(struct client *client, struct outbox *outbox, struct text show_id,
                struct text value, struct err *e)
{
	void *slot = NULL;

	for (;;) {
		enum rc rc;

		if (!slot && !outbox_is_full(outbox))
			slot = outbox_take_slot(outbox);
		rc = slot ? client_send(client, show_id, value, NULL, 0, slot, e) : RC_RETRY;
		if (rc != RC_RETRY)
			return rc;
		if (client_poll(client, FULL_POLL_MS, e))
			return e->rc;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, EXIT_KAFKA_LOST, "stopped before every request was sent");
	}
}

static enum rc publish_line(struct client *client, struct outbox *outbox, struct text line,
                            size_t number, struct err *e)
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
	if (rc == RC_REJECT)
		rc = err_set(e, RC_REJECT, EXIT_USAGE, "standard input: line %zu is no JSON object", number);
	else if (rc || value.failed || arena.failed)
		rc = rc ? rc : err_out_of_memory(e);
	else if (!show_id.data)
		rc = err_set(e, RC_REJECT, EXIT_USAGE, "standard input: line %zu has no show_id", number);
	else if (value.bytes > REQUEST_ADD_SEATS_BYTES_MAX)
		rc = err_set(e, RC_REJECT, EXIT_USAGE, "standard input: line %zu is longer than %d bytes",
		             number, REQUEST_ADD_SEATS_BYTES_MAX);
	else
		rc = publish(client, outbox, show_id, buf_text(&value), e);
	buf_release(&value);
	arena_release(&arena);
	return rc;
}

/* The whole lines in the buffer; what is left of the last one stays. */
static enum rc publish_whole(struct client *client, struct outbox *outbox, struct buf *input,
                             bool is_last, size_t *number, struct err *e)
{
	struct text left = buf_text(input);
	enum rc rc = RC_OK;

	while (!rc && left.bytes) {
		const char *end = memchr(left.data, '\n', left.bytes);
		struct text line = {left.data, end ? (size_t)(end - left.data) : left.bytes};
		size_t used = line.bytes + (end != NULL);

		if (!end && !is_last)
			break;
		rc = publish_line(client, outbox, line, ++*number, e);
		left = (struct text){left.data + used, left.bytes - used};
	}
	memmove(input->data ? input->data : (char[1]){0}, left.data, left.bytes);
	input->bytes = left.bytes;
	if (!rc && input->bytes > LINE_BYTES_MAX)
		rc = err_set(e, RC_REJECT, EXIT_USAGE, "standard input: line %zu is too long", *number + 1);
	return rc;
}

/*
 * Replies are printed while the next line is waited for. They are read on when none is awaited, or
 * the reader would have those of all other clients to catch up with.
 */
enum rc publish_lines(struct client *client, struct outbox *outbox, struct err *e)
{
	struct buf input = {0};
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	bool is_ended = false;
	size_t number = 0;
	enum rc rc = RC_OK;

	while (!rc && !is_ended && !stop_is_asked()) {
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
			rc = err_set(e, RC_REJECT, EXIT_USAGE, "standard input: %s", strerror(errno));
		is_ended = got <= 0;
		if (got > 0)
			buf_add(&input, chunk, (size_t)got);
		if (!rc && input.failed)
			rc = err_out_of_memory(e);
		if (!rc)
			rc = publish_whole(client, outbox, &input, is_ended, &number, e);
		if (!rc)
			rc = client_poll(client, 0, e);
	}
	buf_release(&input);
	return rc;
}
