#include "common/http/view.h"

#include <assert.h>
#include <stdlib.h>

#include "common/http/loop.h"

#define HEADERS_MAX 64
#define SSE_RETRY "retry: 2000\n\n" /* after how many milliseconds a browser comes back */

/* ---- the answer ---- */

static struct http_header header(const char *name, const char *value)
{
	return (struct http_header){text_of(name), text_of(value)};
}

static bool write_head(struct buf *head, const struct http_view *view)
{
	struct http_header headers[HEADERS_MAX];
	size_t count = 0;

	if (view->is_sse) {
		headers[count++] = header("Content-Type", "text/event-stream");
		headers[count++] = header("Connection", "close");
	} else {
		headers[count++] = header("Upgrade", "websocket");
		headers[count++] = header("Connection", "Upgrade");
		headers[count++] = header("Sec-WebSocket-Accept", view->accept);
	}
	if (!view->is_sse && view->protocol)
		headers[count++] = header("Sec-WebSocket-Protocol", view->protocol);
	if (view->header_count > HEADERS_MAX - count)
		return false;
	for (size_t i = 0; i < view->header_count; i++)
		headers[count++] = view->headers[i];
	if (!reply_write_head(head, view->is_sse ? 200 : 101, headers, count))
		return false;
	if (view->is_sse)
		buf_add_string(head, SSE_RETRY);
	return !head->failed;
}

/* ---- mail ---- */

static struct loop *loop_of(struct http *http, struct http_token token)
{
	unsigned number = token.place >> CONNS_SLOT_BITS;

	return number < http->loops.count ? http->loops.list[number] : NULL;
}

static struct view_mail *make_mail(struct http_token token, const struct http_view *view,
                                   struct http_frame *first, struct text head)
{
	struct view_mail *mail = malloc(sizeof *mail);

	if (!mail) {
		text_say_memory_ran_out();
		return NULL;
	}
	*mail = (struct view_mail){{.kind = MAIL_VIEW}, token, view->feed,
	                           viewer_make(head, view->is_sse, view->tag), first};
	if (!mail->viewer) {
		free(mail);
		return NULL;
	}
	http_frame_hold(first);
	return mail;
}

bool http_view(struct http *http, struct http_token token, const struct http_view *view,
               struct http_frame *first)
{
	struct loop *loop = loop_of(http, token);
	struct view_mail *mail = NULL;
	struct buf head = {0};

	assert(view->feed && first && (view->is_sse || view->accept));
	if (loop && write_head(&head, view))
		mail = make_mail(token, view, first, buf_text(&head));
	buf_release(&head);
	if (!mail)
		return false;
	mailbox_post(&loop->mailbox, &mail->mail);
	return true;
}

/* Without memory nobody there is sent it, and all of them are behind when the next one comes. */
static void post(struct loop *loop, const struct frame_mail *frame_mail)
{
	struct frame_mail *mail = malloc(sizeof *mail);

	if (!mail) {
		text_say_memory_ran_out();
		return;
	}
	*mail = *frame_mail;
	mail->mail.kind = MAIL_FRAME;
	http_frame_hold(mail->frame);
	atomic_fetch_add(&mail->frame->passing, 1);
	mailbox_post(&loop->mailbox, &mail->mail);
}

void http_feed_send(struct http *http, uint32_t feed, struct http_frame *frame)
{
	/* Not passed on until all have it. */
	atomic_fetch_add(&frame->passing, 1);
	for (unsigned i = 0; i < http->loops.count; i++)
		post(http->loops.list[i], &(struct frame_mail){.feed = feed, .frame = frame});
	frame_pass(frame);
}

void http_feed_catch_up(struct http *http, unsigned loop, uint32_t feed, uint32_t generation,
                        int64_t position, struct http_frame *frame)
{
	const struct frame_mail mail = {.feed = feed, .frame = frame, .is_catch_up = true,
	                                .generation = generation, .position = position};

	assert(loop < http->loops.count);
	post(http->loops.list[loop], &mail);
}
