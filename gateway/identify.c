/* Who asks: the address, the page, the key or the cookie, the session. Section 1 of docs/http.md. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/http/parse.h"
#include "gateway/pieces.h"
#include "gateway/figures/figures.h"

#define COOKIE_NAME "__Host-holdfast"
#define DEMO_COOKIE_NAME "holdfast"
#define TRACE_BYTES_MAX 1024

static bool refuse(struct asker *asker, unsigned status, const char *reason, const char *detail)
{
	asker_refuse(asker, status, reason, detail);
	return true;
}

static struct text header(const struct http_request *request, const char *name)
{
	return http_header_find(request, name);
}

/* ---- the address ---- */

/* All headers of that name, with commas between them. */
static struct text join(struct asker *asker, const struct http_request *request, const char *name)
{
	struct buf joined = {0};
	struct text text = {NULL, 0};
	size_t bytes = strlen(name);

	for (size_t i = 0; i < request->header_count; i++) {
		const struct http_header *h = &request->headers[i];
		bool is_it = h->name.bytes == bytes;

		for (size_t k = 0; is_it && k < bytes; k++)
			is_it = tolower((unsigned char)h->name.data[k]) == tolower((unsigned char)name[k]);
		if (!is_it)
			continue;
		if (joined.bytes)
			buf_add_string(&joined, ",");
		buf_add_text(&joined, h->value);
	}
	if (joined.data)
		text = arena_copy(&asker->memory.arena, buf_text(&joined));
	buf_release(&joined);
	return text;
}

static bool find_address(struct asker *asker, const struct http_request *request,
                         const struct http_peer *peer)
{
	struct text forwarded = join(asker, request, "X-Forwarded-For");
	const struct trusted_proxies *proxies = &asker->gateway->proxies;
	struct address from;
	bool is_read;

	memcpy(from.bytes, peer->address, sizeof from.bytes);
	if (forwarded.data && !peer->is_unix && !trusted_has(proxies, &from) &&
	    !atomic_exchange(&asker->gateway->is_ignoring_said, true))
		log_warning("X-Forwarded-For of a client that is on no list of --trusted-proxies is ignored");
	/* A Unix socket's peer is a proxy on this machine. */
	is_read = address_of_client(proxies, peer->is_unix ? NULL : &from, forwarded, &asker->address);
	if (peer->is_unix)
		asker->is_limited_by_address =
		    is_read && forwarded.data && !address_is_loopback(&asker->address);
	else
		asker->is_limited_by_address = !address_is_loopback(&asker->address);
	return is_read || peer->is_unix;
}

/* ---- the page ---- */

static bool is_foreign_page(struct asker *asker, const struct http_request *request)
{
	const struct origin_headers headers = {header(request, "Origin"), request->host,
	                                       header(request, "Sec-Fetch-Site")};
	enum origin_kind kind = origin_of(&asker->gateway->origins, &headers);

	if (http_header_count(request, "Origin") > 1)
		return true;
	if (kind == ORIGIN_LISTED)
		asker->origin = arena_copy(&asker->memory.arena, headers.origin);
	/* A map has nothing that another page could not have by asking itself, and no cookie is read. */
	return kind == ORIGIN_FOREIGN &&
	       (route_is_mutation(asker->route) || (route_is_map(asker->route) && headers.origin.data));
}

/* --demo is for one machine and nobody else. */
static bool is_beyond_demo(const struct http_request *request)
{
	static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]"};
	static const char forwarded[] = "X-Forwarded-";
	bool is_local = false;

	if (http_header_count(request, "Forwarded") || http_header_count(request, "Via"))
		return true;
	for (size_t i = 0; i < request->header_count; i++)
		if (request->headers[i].name.bytes >= sizeof forwarded - 1 &&
		    !strncasecmp(request->headers[i].name.data, forwarded, sizeof forwarded - 1))
			return true;
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		size_t bytes = strlen(hosts[i]), at = bytes;

		if (request->host.bytes < bytes || strncasecmp(request->host.data, hosts[i], bytes) != 0)
			continue;
		if (at < request->host.bytes && request->host.data[at] == ':')
			at++;
		while (at > bytes && at < request->host.bytes && isdigit((unsigned char)request->host.data[at]))
			at++;
		is_local = is_local || at == request->host.bytes;
	}
	return !is_local;
}

/* ---- the address's share ---- */

static bool is_too_often(struct asker *asker)
{
	enum throttle_kind kind =
	    route_is_mutation(asker->route) ? THROTTLE_ADDRESS_MUTATIONS : THROTTLE_ADDRESS_READS;
	struct throttle_key key = throttle_address(&asker->address);
	int64_t retry_ms;

	if (!asker->is_limited_by_address ||
	    throttle_take(asker->gateway->throttle, kind, &key, &retry_ms))
		return false;
	figures_refused(throttle_name(kind));
	asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many requests from this address.", retry_ms);
	return true;
}

/* ---- keys and sessions ---- */

static bool read_key(struct asker *asker, struct text value)
{
	struct gateway *gateway = asker->gateway;
	const struct api_key *key = NULL;

	if (value.bytes > 7 && !strncasecmp(value.data, "Bearer ", 7)) {
		pthread_rwlock_rdlock(&gateway->keys_lock);
		key = keys_find(gateway->keys, (struct text){value.data + 7, value.bytes - 7});
		if (key) {
			asker->role = key->role;
			asker->key_rate = key->rate;
			snprintf(asker->key_name, sizeof asker->key_name, "%.*s", TEXT_ARGS(key->name));
			snprintf(asker->key_prefix, sizeof asker->key_prefix, "%.*s",
			         (int)key->show_prefix.bytes, key->show_prefix.data ? key->show_prefix.data : "");
		}
		pthread_rwlock_unlock(&gateway->keys_lock);
	}
	return key;
}

/* For whom a service acts. true: it is refused */
static bool is_refused_session(struct asker *asker, const struct http_request *request)
{
	struct text session = header(request, "Holdfast-Session");
	struct text token = header(request, "Holdfast-Token");

	if (http_header_count(request, "Holdfast-Session") +
	        http_header_count(request, "Holdfast-Token") > 1)
		return refuse(asker, 400, "INVALID_REQUEST",
		              "At most one of Holdfast-Session and Holdfast-Token may be given, and once.");
	if (session.data && !session_header_is_fit(session))
		return refuse(asker, 400, "INVALID_REQUEST",
		              "Holdfast-Session must be 16 to 128 characters of A-Z a-z 0-9 . _ : / -");
	if (token.data && !session_token_is_fit(token))
		return refuse(asker, 400, "INVALID_REQUEST",
		              "Holdfast-Token must be the 43 characters of a checkout_token.");
	if (session.data)
		asker->session = session_of_header(session);
	if (token.data)
		snprintf(asker->session.text, sizeof asker->session.text, "%.*s", TEXT_ARGS(token));
	asker->has_session = session.data || token.data;
	return false;
}

/* Its own share, of all that it asks for. */
static bool is_key_too_often(struct asker *asker)
{
	struct throttle *throttle = asker->gateway->throttle;
	enum throttle_kind kind = THROTTLE_KEY_REQUESTS;
	struct throttle_key key = throttle_text(text_of(asker->key_name));
	int64_t retry_ms;

	if (asker->key_rate ? throttle_take_at(throttle, kind, &key, asker->key_rate, &retry_ms)
	                    : throttle_take(throttle, kind, &key, &retry_ms))
		return false;
	figures_refused(throttle_name(kind));
	asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many requests with this key.", retry_ms);
	return true;
}

/* A key that is known is limited by itself alone; whoever has none of ours by his address. */
static bool is_refused_service(struct asker *asker, const struct http_request *request)
{
	bool is_given_once = http_header_count(request, "Authorization") == 1;

	if (is_given_once && read_key(asker, header(request, "Authorization")))
		return is_key_too_often(asker) || is_refused_session(asker, request);
	if (is_too_often(asker))
		return true;
	if (!is_given_once)
		return refuse(asker, 400, "INVALID_REQUEST", "Authorization may be given once.");
	return refuse(asker, 401, "UNAUTHORIZED", "The API key is not known here.");
}

static bool is_refused_browser(struct asker *asker, const struct http_request *request)
{
	const char *name = asker->gateway->settings.is_demo ? DEMO_COOKIE_NAME : COOKIE_NAME;
	struct text value;

	if (http_header_count(request, "Cookie") > 1)
		return refuse(asker, 400, "INVALID_REQUEST", "There may be one Cookie header.");
	if (header(request, "Holdfast-Session").data || header(request, "Holdfast-Token").data)
		return refuse(asker, 401, "UNAUTHORIZED",
		              "Holdfast-Session and Holdfast-Token count only beside an API key.");
	switch (cookie_find(header(request, "Cookie"), name, &value)) {
	case COOKIE_TWO:
		return refuse(asker, 400, "INVALID_REQUEST", "The session's cookie is there twice.");
	case COOKIE_ONE:
		snprintf(asker->cookie, sizeof asker->cookie, "%.*s", TEXT_ARGS(value));
		asker->session = session_of_cookie(value);
		asker->has_cookie = asker->has_session = true;
		break;
	case COOKIE_NONE:
		break;
	}
	return false;
}

bool asker_make_session(struct asker *asker)
{
	unsigned char random[COOKIE_BYTES];

	if (!random_fill(random, sizeof random))
		return false;
	base64url_encode(random, sizeof random, asker->cookie);
	asker->session = session_of_cookie(text_of(asker->cookie));
	asker->has_session = true;
	asker->sets_cookie = true;
	return true;
}

/* ---- all of it ---- */

bool asker_is_refused(struct asker *asker, const struct http_request *request,
                      const struct http_peer *peer)
{
	struct text trace = header(request, "traceparent");

	if (asker->gateway->settings.is_demo && is_beyond_demo(request))
		return refuse(asker, 403, "FORBIDDEN", "This gateway serves its own machine alone.");
	if (!find_address(asker, request, peer))
		return refuse(asker, 400, "INVALID_REQUEST", "X-Forwarded-For cannot be read.");
	if (is_foreign_page(asker, request))
		return refuse(asker, 403, "ORIGIN_REFUSED", "Pages of this origin may not ask here.");
	if (trace.data && trace.bytes <= TRACE_BYTES_MAX)
		asker->traceparent = arena_copy(&asker->memory.arena, trace);
	trace = header(request, "tracestate");
	if (trace.data && trace.bytes <= TRACE_BYTES_MAX)
		asker->tracestate = arena_copy(&asker->memory.arena, trace);
	if (http_header_count(request, "Authorization"))
		return is_refused_service(asker, request);
	if (is_too_often(asker))
		return true;
	/* Maps are the same for all: no cookie is read there, so none can be abused. */
	return !route_is_map(asker->route) && is_refused_browser(asker, request);
}
