#include "common/http/pages.h"

#include <stdlib.h>

#include "common/http/http.h"

struct pages {
	struct http *http;
	const struct page *list;
	size_t count;
};

static const struct page *find(const struct pages *pages, struct text path)
{
	for (size_t i = 0; i < pages->count; i++)
		if (text_same(path, text_of(pages->list[i].path)))
			return &pages->list[i];
	return NULL;
}

static void serve(void *context, struct http_token token, const struct http_request *request,
                  const struct http_peer *peer)
{
	struct pages *pages = context;
	const struct page *page = find(pages, request->path);
	struct http_header headers[] = {
	    {text_of("Content-Type"), text_of("text/plain; charset=utf-8")},
	    {text_of("Allow"), text_of("GET, HEAD")},
	};
	struct http_answer answer = {.status = 404, .headers = headers, .header_count = 1};
	struct buf body = {0};

	(void)peer;
	if (!page) {
		buf_add_string(&body, "there is no such page\n");
	} else if (request->method != HTTP_GET && request->method != HTTP_HEAD) {
		answer.status = 405;
		answer.header_count = 2;
		buf_add_string(&body, "only GET and HEAD\n");
	} else {
		answer.status = (unsigned)page->make(&body);
		headers[0].value = text_of(page->content_type);
	}
	answer.body = buf_text(&body);
	if (body.failed)
		answer = (struct http_answer){.status = 500, .closes = true};
	(void)http_answer(pages->http, token, &answer);
	buf_release(&body);
}

enum rc pages_try(const char *option, const char *listen, struct err *e)
{
	return http_try(option, listen, e);
}

enum rc pages_open(struct pages **out, const char *option, const char *listen,
                   const struct page *list, size_t count, struct err *e)
{
	const struct http_settings settings = {
	    .option = option, .listen = listen, .loops = 1, .connections_max = PAGES_CONNECTIONS_MAX,
	    .limits = {.takes_old = true}, HTTP_USUAL};
	struct pages *pages = calloc(1, sizeof *pages);
	struct http_handler handler = {.context = pages, .serve = serve};

	*out = NULL;
	if (!pages)
		return err_out_of_memory(e);
	pages->list = list;
	pages->count = count;
	if (http_open(&pages->http, &settings, &handler, e)) {
		free(pages);
		return e->rc;
	}
	*out = pages;
	return RC_OK;
}

const char *pages_address(const struct pages *pages)
{
	return http_address(pages->http);
}

void pages_close(struct pages *pages)
{
	if (!pages)
		return;
	http_close(pages->http);
	free(pages);
}
