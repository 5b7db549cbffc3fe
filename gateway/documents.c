/* What is served as it is, and the pages that explain a problem. Section 2 of docs/http.md. */
#include <ctype.h>
#include <string.h>

#include "gateway/api/reasons.h"
#include "gateway/pages/pages.h"
#include "gateway/pieces.h"

#define HTML "text/html; charset=utf-8"
#define PROBLEM_PREFIX "/problems/"

/* What every page of every origin may read, by one header in place of the listed origins'. */
static void open_to_all(struct asker *asker, struct extra_headers *extra)
{
	asker->origin = (struct text){NULL, 0};
	extra_add(extra, "Access-Control-Allow-Origin", "*");
}

/* ---- files ---- */

/* No script and no style but ours, and no line to anybody but the gateway that gave it. */
static void add_policy(struct extra_headers *extra, struct buf *policy, struct text host)
{
	buf_print(policy, "default-src 'self'; connect-src 'self'");
	for (size_t i = 0; i < host.bytes; i++)
		if (!isalnum((unsigned char)host.data[i]) && !strchr(".:-[]_", host.data[i]))
			host.bytes = 0;
	if (host.bytes)
		buf_print(policy, " ws://%.*s wss://%.*s", (int)host.bytes, host.data, (int)host.bytes,
		          host.data);
	buf_print(policy, "; frame-ancestors 'none'; base-uri 'none'");
	buf_add(policy, "", 1);
	if (!policy->failed)
		extra_add(extra, "Content-Security-Policy", policy->data);
}

static void answer_page(struct asker *asker, const struct http_request *request,
                        const struct page *page)
{
	struct extra_headers extra = {.count = 0};
	struct buf policy = {0};

	extra_add(&extra, "Cache-Control", "no-cache");
	extra_add(&extra, "ETag", page->etag);
	if (!page->is_demo)
		open_to_all(asker, &extra);
	if (!strcmp(page->type, HTML))
		add_policy(&extra, &policy, request->host);
	if (asker_has_etag(http_header_find(request, "If-None-Match"), page->etag))
		asker_answer(asker, 304, NULL, (struct text){NULL, 0}, &extra);
	else
		asker_answer(asker, 200, page->type, page->text, &extra);
	buf_release(&policy);
}

void asker_show_page(struct asker *asker, const struct http_request *request)
{
	struct page page;

	if (page_find(request->path, &page) &&
	    (asker->gateway->settings.has_pages || !page.is_demo))
		answer_page(asker, request, &page);
	else
		asker_refuse(asker, 404, "NOT_FOUND", "There is nothing at this path.");
}

/* ---- problems ---- */

static const struct reason *reason_of(struct text path)
{
	char name[64];
	size_t bytes = path.bytes - (sizeof PROBLEM_PREFIX - 1);

	if (bytes >= sizeof name)
		return NULL;
	for (size_t i = 0; i < bytes; i++) {
		char c = path.data[sizeof PROBLEM_PREFIX - 1 + i];

		name[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return reason_find((struct text){name, bytes});
}

static const char *advice_of(const struct reason *reason)
{
	if (!strcmp(reason->retry, "same_key"))
		return "Send the same request again, with its Idempotency-Key.";
	if (!strcmp(reason->retry, "later"))
		return "A new request may come to something else one day.";
	return "The same request will come to the same.";
}

/* A page that says what a reason means, for who follows a problem's type. */
void asker_explain(struct asker *asker, const struct http_request *request)
{
	const struct reason *reason = reason_of(request->path);
	struct extra_headers extra = {.count = 0};
	struct buf page = {0}, policy = {0};
	struct page style;

	if (page_find(request->path, &style)) {
		answer_page(asker, request, &style);
		return;
	}
	if (!reason) {
		asker_refuse(asker, 404, "NOT_FOUND", "There is no such reason.");
		return;
	}
	buf_print(&page,
	          "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
	          "<meta name=\"viewport\" content=\"width=device-width\">"
	          "<link rel=\"stylesheet\" href=\"page.css\">"
	          "<title>%s</title>\n<main><article><h1>%s</h1>\n"
	          "<p>Reason: <code>%s</code>. Retry: <code>%s</code>.</p>\n<p>%s</p></article></main>\n",
	          reason->name, reason->title, reason->name, reason->retry, advice_of(reason));
	add_policy(&extra, &policy, request->host);
	open_to_all(asker, &extra);
	asker_answer(asker, 200, HTML, buf_text(&page), &extra);
	buf_release(&page);
	buf_release(&policy);
}
