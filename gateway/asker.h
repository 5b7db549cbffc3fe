/*
 * asker.h - one HTTP request from its first look to its answer: who asks, for what, and how that is
 * answered.
 *
 * Everything that is said of it lives in its arena. It goes with its one answer, from whichever
 * thread that is given.
 */
#ifndef HOLDFAST_GATEWAY_ASKER_H
#define HOLDFAST_GATEWAY_ASKER_H

#include "common/base/arena.h"
#include "common/base/ids.h"
#include "common/http/view.h"
#include "common/http/ws.h"
#include "gateway/api/body.h"
#include "gateway/api/intent.h"
#include "gateway/api/preferences.h"
#include "gateway/api/routes.h"
#include "gateway/api/session.h"
#include "gateway/gateway.h"
#include "gateway/rows/lookup.h"
#include "gateway/rows/show.h"

struct asker {
	struct memory memory; /* the first member */
	struct gateway *gateway;
	struct http_token token;
	int64_t since_us; /* 0: there was no whole request */
	enum route route;
	/* who */
	struct address address;
	bool is_limited_by_address; /* not of loopback and of a proxy's socket */
	enum role role;
	char key_name[KEY_NAME_BYTES_MAX + 1]; /* of an API key; "": a browser */
	char key_prefix[SHOW_ID_BYTES_MAX + 1];
	int32_t key_rate;
	bool has_session;
	struct topic_session session;
	bool has_cookie, sets_cookie;
	char cookie[COOKIE_CHARS + 1];
	/* what */
	struct body body;
	struct uuid request_id;
	enum request_type type;
	char intent[INTENT_KEY_CHARS_MAX + 1]; /* the Idempotency-Key; "": none was given */
	size_t intent_chars;
	bool is_intent_given, is_request_id_given; /* the key is the request_id */
	struct preferences prefers;
	bool has_channel_key;
	struct text show_id;         /* in the arena, as the next */
	struct text traceparent, tracestate;
	/* the page that asks */
	struct text origin;          /* gets CORS; data NULL: none does */
	/* rows */
	struct desk_job job;
	struct held held;
	struct decided decided;
	struct buf reply;
	bool has_reservation_id;
	struct uuid reservation_id;
	int32_t at_partition;        /* of outcome; -1: not given */
	int64_t at_offset;
	struct position position;    /* as it was before the rows were read, as the next */
	bool is_forgotten;           /* what is asked for would be decided, if it were there */
	size_t database;             /* of the list of shows: the one that is read */
	/* the map */
	struct maps_want want;
	struct text if_none_match;
	bool is_sse, is_head; /* HEAD of the events: their headers alone */
	const char *protocol;        /* of a WebSocket */
	char accept[WS_ACCEPT_BYTES];
	struct text channel_key;     /* in the arena */
	struct show_open open;
};

/* NULL: no memory */
struct asker *asker_open(struct gateway *gateway, struct http_token token, enum route route);
struct asker *asker_of_job(struct desk_job *job);
/* Where it needs no answer any more: it is a viewer's. */
void asker_release(struct asker *asker);

/* Headers of an answer beside those that each has. Values are copied. */
#define EXTRA_HEADERS_MAX 6

struct extra_headers {
	struct http_header list[EXTRA_HEADERS_MAX];
	size_t count;
};
void extra_add(struct extra_headers *extra, const char *name, const char *value);

/*
 * When to ask again for what is decided in eta_ms (-1: not known), in whole seconds; soon enough to
 * be told where that has changed. Returns `to`.
 */
#define RETRY_AFTER_BYTES 24
#define RETRY_AFTER_MAX_MS 10000
const char *retry_after_text(int64_t eta_ms, char to[RETRY_AFTER_BYTES]);

/*
 * It becomes a viewer, and needs no answer any more. view: but for its headers
 * false: no memory, and it is still to be answered
 */
bool asker_view(struct asker *asker, struct http_view *view, struct http_frame *first);
/* Answer, and release the asker. body: borrowed; extra: may be NULL */
void asker_answer(struct asker *asker, unsigned status, const char *content_type,
                  struct text body, const struct extra_headers *extra);
/* A problem of the gateway's own, of reasons.def. detail quotes nothing of the request. */
void asker_refuse(struct asker *asker, unsigned status, const char *reason, const char *detail);
/* The same with Retry-After, in whole seconds, around retry_ms. */
void asker_refuse_for(struct asker *asker, unsigned status, const char *reason,
                      const char *detail, int64_t retry_ms);

#endif
