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

/* Text, as it stands between tags. */
static void add_escaped(struct buf *b, struct text t)
{
	for (size_t i = 0; i < t.bytes; i++) {
		const char *name = t.data[i] == '<' ? "&lt;" : t.data[i] == '&' ? "&amp;" : NULL;

		if (name)
			buf_add_string(b, name);
		else
			buf_add(b, &t.data[i], 1);
	}
}

static void add_script(struct buf *b, struct text script)
{
	buf_add_string(b, "<script type=\"module\">\n");
	buf_add_text(b, script);
	buf_add_string(b, "</script>\n");
}

struct page {
	const char *name;
	struct text title, json, body;
};

/* What stands for a placeholder. */
static void add_part(struct buf *html, const struct page *page, struct text word)
{
	if (text_same(word, text_of("title"))) {
		add_escaped(html, page->title);
	} else if (text_same(word, text_of("style"))) {
		buf_add_text(html, file_of("report", ".css"));
	} else if (text_same(word, text_of("scripts"))) {
		add_script(html, file_of("holdfast-seat-map", ".js"));
		add_script(html, file_of("plot", ".js"));
		add_script(html, file_of(page->name, ".js"));
	} else if (text_same(word, text_of("plot"))) {
		add_script(html, file_of("plot", ".js"));
		add_script(html, file_of(page->name, ".js"));
	} else if (text_same(word, text_of("data"))) {
		add_replaced(html, page->json, '<', "\\u003c");
	} else if (text_same(word, text_of("body"))) {
		buf_add_text(html, page->body);
	} else {
		assert(!"a page has a placeholder that is not known");
	}
}

/* {{word}} each; the next one at or behind `at`, NULL: there is none. */
static const char *find_placeholder(const char *at, const char *end)
{
	while ((at = memchr(at, '{', (size_t)(end - at))) && end - at > 1 && at[1] != '{')
		at++;
	return at && end - at > 1 ? at : NULL;
}

static void fill_in(struct buf *html, const struct page *page)
{
	struct text file = file_of(page->name, ".html");
	const char *at = file.data, *end = file.data + file.bytes, *found;

	while ((found = find_placeholder(at, end))) {
		struct text word = {found + 2, 0};

		while (word.data[word.bytes] != '}')
			word.bytes++;
		buf_add(html, at, (size_t)(found - at));
		add_part(html, page, word);
		at = word.data + word.bytes + 2;
	}
	buf_add(html, at, (size_t)(end - at));
}

void page_write(struct buf *html, const char *name, struct text title, struct text json)
{
	fill_in(html, &(struct page){.name = name, .title = title, .json = json});
}

void page_write_text(struct buf *html, const char *name, struct text title, struct text body)
{
	fill_in(html, &(struct page){.name = name, .title = title, .body = body});
}

void page_add_text(struct buf *html, struct text t)
{
	add_escaped(html, t);
}
