#include "audit/page/page.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES 40

static const struct file {
	const char *name, *text;
	size_t bytes;
} files[] = {
#define PAGE(name, hash, text) {name, text, sizeof text - 1},
#include "report_files.inc"
#undef PAGE
};

static struct text file_of(const char *name, const char *ending)
{
	char wanted[NAME_BYTES];

	snprintf(wanted, sizeof wanted, "%s%s", name, ending);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (!strcmp(files[i].name, wanted))
			return (struct text){files[i].text, files[i].bytes};
	assert(!"there is no such file");
	return (struct text){"", 0};
}

/* Every `from` is written as `to`. */
static void add_replaced(struct buf *b, struct text t, char from, const char *to)
{
	for (size_t i = 0; i < t.bytes;) {
		const char *found = memchr(t.data + i, from, t.bytes - i);
		size_t until = found ? (size_t)(found - t.data) : t.bytes;

		buf_add(b, t.data + i, until - i);
		if (found)
			buf_add_string(b, to);
		i = until + (found != NULL);
	}
}

static void add_title(struct buf *b, struct text title)
{
	for (size_t i = 0; i < title.bytes; i++) {
		const char *name = title.data[i] == '<' ? "&lt;" : title.data[i] == '&' ? "&amp;" : NULL;

		if (name)
			buf_add_string(b, name);
		else
			buf_add(b, &title.data[i], 1);
	}
}

static void add_script(struct buf *b, struct text script)
{
	buf_add_string(b, "<script type=\"module\">\n");
	buf_add_text(b, script);
	buf_add_string(b, "</script>\n");
}

static bool begins(const char *at, const char *end, const char *word)
{
	size_t bytes = strlen(word);

	return (size_t)(end - at) >= bytes && !memcmp(at, word, bytes);
}

void page_write(struct buf *html, const char *name, struct text title, struct text json)
{
	struct text page = file_of(name, ".html");
	const char *at = page.data, *end = page.data + page.bytes;

	while (at < end) {
		const char *found = memchr(at, '{', (size_t)(end - at)), *until = found ? found : end;

		buf_add(html, at, (size_t)(until - at));
		at = until;
		if (begins(at, end, "{{title}}")) {
			add_title(html, title);
		} else if (begins(at, end, "{{style}}")) {
			buf_add_text(html, file_of("report", ".css"));
		} else if (begins(at, end, "{{scripts}}")) {
			add_script(html, file_of("holdfast-seat-map", ".js"));
			add_script(html, file_of("plot", ".js"));
			add_script(html, file_of(name, ".js"));
		} else if (begins(at, end, "{{data}}")) {
			add_replaced(html, json, '<', "\\u003c");
		} else if (at < end) {
			buf_add(html, at++, 1);
			continue;
		}
		while (at < end && *at++ != '}')
			;
		at += at < end; /* the second one */
	}
}
