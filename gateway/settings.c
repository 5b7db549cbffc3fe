#include "gateway/settings.h"

#include <stdint.h>
#include <stdlib.h>

#include "gateway/api/routes.h"

#define ANSWER_MORE_MS 30000 /* beside the wait for a reply: for rows, and for what is slow */

static struct bucket_limit a_second(uint64_t tokens, uint64_t burst)
{
	return (struct bucket_limit){(int32_t)tokens, tokens ? 1000 : 0, (int32_t)burst};
}

static struct bucket_limit a_minute(uint64_t tokens)
{
	return (struct bucket_limit){(int32_t)tokens, tokens ? 60000 : 0, (int32_t)tokens};
}

static size_t bytes_max(uint64_t bytes)
{
	return bytes ? (size_t)bytes : SIZE_MAX;
}

static const char *given(const char *text)
{
	return text && text[0] ? text : NULL;
}

/* -1: none is given; less: it is no number */
static int32_t partition_of(const char *text)
{
	char *end;
	long partition;

	if (!given(text))
		return -1;
	partition = strtol(text, &end, 10);
	return *end || text[0] < '0' || text[0] > '9' ? -2 : (int32_t)partition;
}

struct gateway_settings settings_of(const struct settings *s, const struct pipeline *pipeline)
{
	struct gateway_settings g = {
	    .pipeline = pipeline,
	    .http = {HTTP_USUAL, .option = "--listen", .listen = s->listen, .loops = (unsigned)s->loops,
	             .connections_max = (unsigned)s->connections_max,
	             .limits = {.head_bytes_max = bytes_max(s->head_bytes_max),
	                        .body_bytes_max = bytes_max(s->body_bytes_max),
	                        .empty_path = text_of(route_path(ROUTE_SESSION))},
	             .is_watched = true},
	    .keys_file = given(s->keys),
	    .public_origin = text_of(given(s->public_origin)),
	    .origins = given(s->origins),
	    .trusted_proxies = given(s->trusted_proxies),
	    .reply_topic = given(s->reply_topic),
	    .reply_partition = partition_of(s->reply_partition),
	    .reply_timeout_ms = (int64_t)s->reply_timeout_ms,
	    .in_flight = {(uint32_t)s->in_flight_max, (uint32_t)s->partition_in_flight_max,
	                  (uint32_t)s->session_in_flight_max},
	    .shed_ms = (int64_t)(s->reply_timeout_ms * s->shed_percent / 100),
	    .viewers_max = (uint32_t)s->address_viewers,
	    .map_bytes_max = (size_t)s->map_memory_mib << 20,
	    .is_demo = s->demo,
	    .has_pages = s->pages,
	};

	g.http.answer_ms = g.reply_timeout_ms + ANSWER_MORE_MS;
	g.http.unfinished_percent = (unsigned)s->unfinished_percent;
	g.http.head_ms = (int64_t)s->head_ms;
	g.http.body_ms = (int64_t)s->body_ms;
	g.http.drain_ms = (int64_t)s->drain_ms;
	g.http.idle_ms = (int64_t)s->keep_alive_ms;
	g.limits[THROTTLE_ADDRESS_MUTATIONS] =
	    a_second(s->address_mutations, s->address_mutations_burst);
	g.limits[THROTTLE_ADDRESS_READS] = a_second(s->address_reads, s->address_reads_burst);
	g.limits[THROTTLE_ADDRESS_SESSIONS] = a_second(s->address_sessions, s->address_sessions_burst);
	g.limits[THROTTLE_SESSION_MUTATIONS] =
	    a_second(s->session_mutations, s->session_mutations_burst);
	g.limits[THROTTLE_KEY_REQUESTS] = a_second(s->key_requests, s->key_requests_burst);
	g.limits[THROTTLE_SESSION_WRONG_KEYS] = a_minute(s->session_wrong_keys);
	g.limits[THROTTLE_ADDRESS_WRONG_KEYS] = a_minute(s->address_wrong_keys);
	return g;
}
