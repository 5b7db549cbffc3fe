#include "worker/shadow/compare.h"

#include <stdio.h>

#include "common/base/utf8.h"

void difference_clear(struct difference *d)
{
	buf_clear(&d->what);
	buf_clear(&d->decided);
	buf_clear(&d->published);
}

void difference_release(struct difference *d)
{
	buf_release(&d->what);
	buf_release(&d->decided);
	buf_release(&d->published);
	message_difference_release(&d->at);
}

static bool is_text(struct text t)
{
	uint32_t point;
	size_t bytes;

	for (; t.bytes; t.data += bytes, t.bytes -= bytes) {
		bytes = utf8_read(t, &point);
		if (!bytes || !point)
			return false;
	}
	return true;
}

/* Cut between two characters, so that it is text still; of what is none the length must do. */
static void keep(struct buf *to, struct text t)
{
	size_t bytes = t.bytes;

	buf_clear(to);
	if (!is_text(t)) {
		buf_print(to, "(%zu bytes that are no text)", t.bytes);
		return;
	}
	if (bytes > COMPARE_SHOWN_BYTES) {
		bytes = COMPARE_SHOWN_BYTES;
		while (bytes && ((unsigned char)t.data[bytes] & 0xC0) == 0x80)
			bytes--;
	}
	if (t.data)
		buf_add(to, t.data, bytes);
	if (bytes < t.bytes)
		buf_add_string(to, "...");
}

static enum compared differ(struct difference *d, const char *name, const char *where,
                            struct text decided, struct text published)
{
	buf_clear(&d->what);
	buf_print(&d->what, "%s: %s", name, where);
	keep(&d->decided, decided);
	keep(&d->published, published);
	return d->what.failed || d->decided.failed || d->published.failed ? COMPARED_NO_MEMORY
	                                                                  : COMPARED_DIFFERENT;
}

static enum compared compare_value(struct text decided, struct text published, const char *name,
                                   const char *but, struct difference *d)
{
	bool is_same;

	if (text_same(decided, published))
		return COMPARED_SAME;
	is_same = message_is_same_but(decided, published, but, &d->at);
	if (message_difference_failed(&d->at))
		return COMPARED_NO_MEMORY;
	if (!is_same)
		return differ(d, name, d->at.path.data, buf_text(&d->at.expected), buf_text(&d->at.found));
	if (!but)
		return COMPARED_SAME;
	is_same = message_is_same_but(decided, published, NULL, &d->at);
	return message_difference_failed(&d->at) ? COMPARED_NO_MEMORY
	       : is_same                         ? COMPARED_SAME
	                                         : COMPARED_REWORDED;
}

static enum compared compare_headers(const struct message *decided, const struct record *published,
                                     const char *name, struct difference *d)
{
	char where[80];

	for (size_t i = 0; i < decided->header_count || i < published->header_count; i++) {
		const struct record_header *ours = i < decided->header_count ? &decided->headers[i] : NULL;
		const struct record_header *theirs =
		    i < published->header_count ? &published->headers[i] : NULL;
		struct text header = ours ? ours->name : theirs->name;
		bool is_of_both = ours && theirs && text_same(ours->name, theirs->name);

		if (is_of_both && text_identical(ours->value, theirs->value))
			continue;
		snprintf(where, sizeof where, "header %.*s", header.bytes < 60 ? (int)header.bytes : 60,
		         header.data);
		if (is_of_both)
			return differ(d, name, where, ours->value, theirs->value);
		return differ(d, name, where, ours ? ours->name : (struct text){NULL, 0},
		              theirs ? theirs->name : (struct text){NULL, 0});
	}
	return COMPARED_SAME;
}

enum compared compare_message(const struct message *decided, const struct record *published,
                              const char *name, const char *but, struct difference *d)
{
	enum compared values = compare_value(decided->value, published->value, name, but, d);
	enum compared headers;

	if (values >= COMPARED_DIFFERENT)
		return values;
	if (!text_identical(decided->key, published->key))
		return differ(d, name, "key", decided->key, published->key);
	headers = compare_headers(decided, published, name, d);
	return headers == COMPARED_SAME ? values : headers;
}

void compare_with_nothing(const char *name, struct text decided, struct text published,
                          struct difference *d)
{
	(void)differ(d, name, decided.data ? "none was published" : "none was decided", decided,
	             published);
}

void compare_name_outcome(struct text reply, struct buf *to)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err e;

	buf_clear(to);
	if (!reply.data)
		buf_add_string(to, "nothing");
	else if (reply_decode(reply, &arena, &view, &e))
		buf_add_string(to, "no reply of holdfast");
	else
		buf_print(to, "%d %.*s", view.code, view.reason.bytes < 60 ? (int)view.reason.bytes : 60,
		          view.reason.data);
	arena_release(&arena);
}
