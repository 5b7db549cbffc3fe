#include "gateway/pages/pages.h"

#include <stdio.h>
#include <string.h>

#define HTML "text/html; charset=utf-8"
#define CSS "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"

struct file {
	const char *name, *hash, *text;
	size_t bytes;
};

static const struct file files[] = {
#define PAGE(name, hash, text) {name, hash, text, sizeof text - 1},
#include "pages.inc"
#undef PAGE
};

static const struct {
	const char *path, *name, *type;
	bool is_demo;
} places[] = {
    {"/openapi.json", "openapi.json", "application/json", false},
    {"/asyncapi.json", "asyncapi.json", "application/json", false},
    {"/holdfast-seat-map.js", "holdfast-seat-map.js", SCRIPT, false},
    {"/", "shows.html", HTML, true},
    {"/demo/shows.js", "shows.js", SCRIPT, true},
    {"/demo/shows.css", "shows.css", CSS, true},
    {"/demo/", "demo.html", HTML, true},
    {"/demo/demo.js", "demo.js", SCRIPT, true},
    {"/demo/demo.css", "demo.css", CSS, true},
    {"/demo/sale.js", "sale.js", SCRIPT, true},
    {"/demo/page.css", "page.css", CSS, true},
    {"/demo/icon.svg", "icon.svg", "image/svg+xml", true},
    {"/problems/page.css", "page.css", CSS, false},
};

static const struct file *file_of(const char *name)
{
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (!strcmp(files[i].name, name))
			return &files[i];
	return NULL;
}

bool page_find(struct text path, struct page *page)
{
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		const struct file *file = file_of(places[i].name);

		if (!file || !text_same(path, text_of(places[i].path)))
			continue;
		*page = (struct page){.type = places[i].type,
		                      .text = {file->text, file->bytes},
		                      .is_demo = places[i].is_demo};
		snprintf(page->etag, sizeof page->etag, "\"%s\"", file->hash);
		return true;
	}
	return false;
}
