/* The map and its layout, as they are now. docs/map.md. */
#include <stdio.h>
#include <string.h>

#include "gateway/pieces.h"

#define JSON_TYPE "application/json"
#define ETAG_BYTES 64
#define LAYOUT_PART 8 /* of its hash, in the ETag */
#define FULL_RETRY_MS 5000

/* ---- what is asked for ---- */

struct asker *asker_of_want(struct maps_want *want)
{
	return (struct asker *)(void *)((char *)want - offsetof(struct asker, want));
}

bool asker_has_etag(struct text if_none_match, const char *etag)
{
	size_t bytes = strlen(etag);

	if (text_same(if_none_match, text_of("*")))
		return true;
	for (size_t i = 0; if_none_match.data && i + bytes <= if_none_match.bytes; i++)
		if (!memcmp(if_none_match.data + i, etag, bytes))
			return true;
	return false;
}

/* ---- answers ---- */

void asker_refuse_map(struct asker *asker, enum maps_found found)
{
	switch (found) {
	case MAPS_NO_SHOW:
		asker_refuse(asker, 404, "UNKNOWN_SHOW", "There is no such show.");
		return;
	case MAPS_NO_LAYOUT:
		asker_refuse(asker, 404, "NOT_FOUND", "The show has another layout by now.");
		return;
	case MAPS_FULL:
		asker_refuse_for(asker, 503, "OVERLOADED", "Too many shows are looked at.", FULL_RETRY_MS);
		return;
	case MAPS_NO_ROWS:
	case MAPS_BEHIND:
	case MAPS_FOUND:
		break;
	}
	asker_refuse_rows(asker);
}

static void answer_text(struct asker *asker, const struct maps_seen *seen,
                        struct extra_headers *extra)
{
	bool is_small = seen->gzip.data;

	if (is_small)
		extra_add(extra, "Content-Encoding", "gzip");
	asker_answer(asker, 200, JSON_TYPE, is_small ? seen->gzip : seen->json, extra);
}

static bool on_map(struct maps_want *want, enum maps_found found, const struct maps_seen *seen)
{
	struct asker *asker = asker_of_want(want);
	struct extra_headers extra = {.count = 0};
	char etag[ETAG_BYTES];

	if (found != MAPS_FOUND) {
		asker_refuse_map(asker, found);
		return false;
	}
	snprintf(etag, sizeof etag, "\"%s-%.*s-%lld\"", seen->epoch, LAYOUT_PART, seen->layout,
	         (long long)seen->o);
	extra_add(&extra, "ETag", etag);
	extra_add(&extra, "Cache-Control", "no-cache");
	extra_add(&extra, "Vary", "Accept-Encoding");
	if (asker_has_etag(asker->if_none_match, etag))
		asker_answer(asker, 304, NULL, (struct text){NULL, 0}, &extra);
	else
		answer_text(asker, seen, &extra);
	return false;
}

static bool on_layout(struct maps_want *want, enum maps_found found, const struct maps_seen *seen)
{
	struct asker *asker = asker_of_want(want);
	struct extra_headers extra = {.count = 0};

	if (found != MAPS_FOUND) {
		asker_refuse_map(asker, found);
		return false;
	}
	extra_add(&extra, "Cache-Control", "public, max-age=31536000, immutable");
	extra_add(&extra, "Vary", "Accept-Encoding");
	answer_text(asker, seen, &extra);
	return false;
}

/* ---- asking ---- */

static bool is_layout(struct text hash)
{
	bool is_one = hash.bytes == SEAT_MAP_LAYOUT_CHARS;

	for (size_t i = 0; is_one && i < hash.bytes; i++)
		is_one = (hash.data[i] >= '0' && hash.data[i] <= '9') ||
		         (hash.data[i] >= 'a' && hash.data[i] <= 'f');
	return is_one;
}

static bool is_refused_layout(struct asker *asker, const struct http_request *request,
                              bool is_needed)
{
	struct text layout;

	if (asker_is_refused_parameter(asker, request, "layout", &layout))
		return true;
	if (is_layout(layout))
		memcpy(asker->want.layout, layout.data, layout.bytes);
	else if (is_needed)
		asker_refuse(asker, 400, "INVALID_REQUEST",
		             "layout must be the 64 hexadecimal digits that a map names.");
	return is_needed && !is_layout(layout);
}

void asker_want_map(struct asker *asker, enum maps_wanted kind, maps_done *done)
{
	asker->want.kind = kind;
	asker->want.done = done;
	asker->want.show_id = asker->show_id;
	asker->want.partition = asker_partition(asker);
	if (desk_is_lost(asker->gateway->desk, asker->want.partition))
		asker_refuse_rows(asker);
	else
		maps_ask(asker->gateway->maps, &asker->want);
}

static void ask(struct asker *asker, const struct http_request *request, enum maps_wanted kind,
                maps_done *done)
{
	struct text match = http_header_find(request, "If-None-Match");

	if (match.data)
		asker->if_none_match = arena_copy(&asker->memory.arena, match);
	asker->want.takes_gzip =
	    accept_encoding_takes_gzip(http_header_find(request, "Accept-Encoding"));
	asker_want_map(asker, kind, done);
}

void asker_see_map(struct asker *asker, const struct http_request *request)
{
	if (!asker_is_refused_show(asker, request) && !is_refused_layout(asker, request, false))
		ask(asker, request, MAPS_SNAP, on_map);
}

void asker_see_layout(struct asker *asker, const struct http_request *request)
{
	if (!asker_is_refused_show(asker, request) && !is_refused_layout(asker, request, true))
		ask(asker, request, MAPS_LAYOUT, on_layout);
}
