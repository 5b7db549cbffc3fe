/* What changes seats: looked at, published, answered. Section 2 of docs/http.md. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/base/log.h"
#include "common/base/partitioner.h"
#include "common/http/parse.h"
#include "gateway/pieces.h"
#include "gateway/figures/figures.h"

#define JSON_TYPE "application/json"
#define SHED_RETRY_MS 2000
#define IN_FLIGHT_RETRY_MS 1000

/* ---- what a request says beside its body ---- */

static bool is_prefer(struct text name)
{
	static const char prefer[] = "Prefer";

	return name.bytes == sizeof prefer - 1 && !strncasecmp(name.data, prefer, name.bytes);
}

static bool is_json(struct text type)
{
	static const char json[] = JSON_TYPE;
	size_t bytes = sizeof json - 1;

	if (type.bytes < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (tolower((unsigned char)type.data[i]) != json[i])
			return false;
	return type.bytes == bytes || type.data[bytes] == ';' || type.data[bytes] == ' ' ||
	       type.data[bytes] == '\t';
}

static bool refuse(struct asker *asker, unsigned status, const char *reason, const char *detail)
{
	asker_refuse(asker, status, reason, detail);
	return true;
}

static bool is_refused_intent(struct asker *asker, const struct http_request *request)
{
	struct text given = http_header_find(request, "Idempotency-Key"), key = {NULL, 0};

	if (http_header_count(request, "Idempotency-Key") > 1)
		return refuse(asker, 400, "INVALID_REQUEST", "Idempotency-Key may be given once.");
	if (given.data && !intent_read_key(given, asker->intent, &key))
		return refuse(asker, 400, "INVALID_REQUEST",
		              "Idempotency-Key must be 1 to 255 visible characters, or a quoted string.");
	asker->is_intent_given = given.data != NULL;
	asker->intent_chars = key.bytes;
	if (!given.data && asker->role != ROLE_BROWSER)
		return refuse(asker, 400, "INVALID_REQUEST",
		              "A request with an API key must have an Idempotency-Key.");
	return false;
}

/* A browser's first: what it had no cookie for is never published, if it would come again. */
static bool is_refused_for_session(struct asker *asker)
{
	struct throttle_key key = throttle_address(&asker->address);
	int64_t retry_ms;

	if (asker->role != ROLE_BROWSER)
		return false;
	if (asker->has_session) {
		asker->sets_cookie = true;
		return false;
	}
	if (asker->is_limited_by_address &&
	    !throttle_take(asker->gateway->throttle, THROTTLE_ADDRESS_SESSIONS, &key, &retry_ms)) {
		figures_refused(throttle_name(THROTTLE_ADDRESS_SESSIONS));
		asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many new sessions.", retry_ms);
		return true;
	}
	if (!asker_make_session(asker))
		return refuse(asker, 500, "GATEWAY_FAULT", "No random numbers can be had.");
	if (!asker->is_intent_given)
		return false;
	asker->intent_chars = 0;
	return refuse(asker, 401, "SESSION_REQUIRED",
	              "There was no session's cookie. Here is one: send the request again.");
}

static bool is_too_often(struct asker *asker)
{
	struct throttle *throttle = asker->gateway->throttle;
	enum throttle_kind kind = THROTTLE_SESSION_MUTATIONS;
	struct throttle_key session;
	int64_t retry_ms;

	if (asker->role != ROLE_BROWSER)
		return false;
	session = throttle_text(text_of(asker->session.text));
	if (throttle_take(throttle, kind, &session, &retry_ms))
		return false;
	figures_refused(throttle_name(kind));
	asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many requests.", retry_ms);
	return true;
}

/* Who tried several codes that are none must wait before he tries another. */
bool asker_is_guessing(struct asker *asker)
{
	struct throttle *throttle = asker->gateway->throttle;
	struct throttle_key session, address = throttle_address(&asker->address);
	enum throttle_kind kind = THROTTLE_SESSION_WRONG_KEYS;
	int64_t retry_ms = 0;

	if (!asker->has_channel_key || asker->role != ROLE_BROWSER)
		return false;
	session = throttle_text(text_of(asker->session.text));
	if (!asker->has_session || throttle_may(throttle, kind, &session, &retry_ms)) {
		kind = THROTTLE_ADDRESS_WRONG_KEYS;
		if (!asker->is_limited_by_address || throttle_may(throttle, kind, &address, &retry_ms))
			return false;
	}
	figures_refused(throttle_name(kind));
	asker_refuse_for(asker, 429, "RATE_LIMITED", "Too many codes that were wrong.", retry_ms);
	return true;
}

/* ---- publishing ---- */

static struct caller caller_of(const struct asker *asker)
{
	return (struct caller){
	    .role = asker->role,
	    .is_demo = asker->gateway->settings.is_demo,
	    .session = asker->has_session ? text_of(asker->session.text) : (struct text){NULL, 0},
	};
}

static bool is_refused_body(struct asker *asker, bool is_read, const struct body_fault *fault)
{
	if (is_read)
		return false;
	if (fault->status)
		return refuse(asker, (unsigned)fault->status, fault->reason, fault->detail);
	return refuse(asker, 503, "NOT_EXECUTED", "The gateway has no memory for this request.");
}

static void find_request_id(struct asker *asker)
{
	struct text who = asker->has_session ? text_of(asker->session.text) : text_of(asker->key_name);
	struct uuid given;
	struct text key;

	if (!asker->intent_chars) {
		struct uuid made = uuid_make();

		uuid_encode(&made, asker->intent);
		asker->intent_chars = UUID_TEXT_CHARS;
	}
	key = (struct text){asker->intent, asker->intent_chars};
	asker->is_request_id_given = asker->role != ROLE_BROWSER && uuid_decode(key, &given);
	asker->request_id = intent_request_id(who, request_type_name(asker->type), key,
	                                      asker->role != ROLE_BROWSER);
}

static void refuse_flight(struct asker *asker, enum flight_refusal refusal)
{
	static const char *const limits[] = {
	    [FLIGHT_ALL_TAKEN] = "in_flight",
	    [FLIGHT_PARTITION_TAKEN] = "partition_in_flight",
	    [FLIGHT_SESSION_TAKEN] = "session_in_flight",
	    [FLIGHT_SHED] = "shed",
	};

	figures_refused(limits[refusal]);
	if (refusal == FLIGHT_SESSION_TAKEN)
		asker_refuse_for(asker, 429, "IN_FLIGHT",
		                 "Others of this session are still waiting for their answers.",
		                 IN_FLIGHT_RETRY_MS);
	else
		asker_refuse_for(asker, 503, "OVERLOADED", "Too many requests are waiting.",
		                 SHED_RETRY_MS);
}

static size_t list_headers(const struct asker *asker, struct record_header *headers)
{
	size_t count = 0;

	if (asker->key_name[0])
		headers[count++] =
		    (struct record_header){text_of("holdfast-key"), text_of(asker->key_name)};
	if (asker->traceparent.data)
		headers[count++] = (struct record_header){text_of("traceparent"), asker->traceparent};
	if (asker->tracestate.data)
		headers[count++] = (struct record_header){text_of("tracestate"), asker->tracestate};
	return count;
}

/* Answers now, or leaves it to asker_ended. */
static void publish(struct asker *asker, const struct uuid *reservation_id)
{
	const struct caller caller = caller_of(asker);
	struct record_header headers[EXCHANGE_HEADERS_MAX];
	struct throttle_key session = throttle_text(text_of(asker->session.text));
	struct exchange_ask ask = {.key = asker->show_id, .headers = headers, .asker = asker,
	                           .wait_ms = asker->prefers.wait_ms,
	                           .session = asker->has_session ? session.bytes : NULL};
	enum flight_refusal refusal;
	struct body_fault fault;
	bool is_made;

	_Static_assert(FLIGHT_SESSION_BYTES == BUCKET_KEY_BYTES, "a session is told by the same bytes");
	buf_clear(&asker->memory.text);
	is_made = body_make_record(&asker->body, &caller, &asker->request_id, reservation_id,
	                           &asker->memory.arena, &asker->memory.text, &fault);
	body_release(&asker->body); /* by the thread that made it */
	if (is_refused_body(asker, is_made, &fault))
		return;
	if (asker->role == ROLE_OWNER && request_sender_of(asker->type) == SENDER_ORGANISER)
		log_info("an organiser's request", F_STR("key", asker->key_name),
		         F_STR("type", request_type_name(asker->type)), F_TEXT("show_id", asker->show_id));
	ask.value = buf_text(&asker->memory.text);
	ask.header_count = list_headers(asker, headers);
	refusal = exchange_ask(asker->gateway->exchange, &ask);
	if (refusal)
		refuse_flight(asker, refusal);
}

/* ---- a hold that is meant and not named ---- */

static enum rc read_held(struct desk_job *job, struct db *db, struct err *e)
{
	struct asker *asker = asker_of_job(job);
	uint8_t hash[SHA256_BYTES];

	secret_hash(asker->show_id, text_of(asker->session.text), hash);
	return lookup_held(db, asker->show_id, hash, &asker->memory.arena, &asker->held, e);
}

static void on_held(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct asker *asker = asker_of_job(job);

	(void)e;
	if (rc)
		asker_refuse_for(asker, 503, "NOT_EXECUTED", "Rows cannot be read just now.",
		                 SHED_RETRY_MS);
	else if (!asker->held.exists)
		asker_refuse(asker, 404, "UNKNOWN_RESERVATION", "This session has no hold on the show.");
	else
		publish(asker, &asker->held.id);
}

static bool means_its_hold(const struct asker *asker)
{
	return asker->route != ROUTE_REQUESTS && asker->route != ROUTE_RESERVE &&
	       asker->route != ROUTE_CONFIRM && !asker->body.has_reservation_id;
}

static void find_hold(struct asker *asker)
{
	const struct pipeline *pipeline = asker->gateway->settings.pipeline;
	int32_t partition =
	    partition_of_key(asker->show_id.data, asker->show_id.bytes, pipeline->partition_count);

	asker->job.read = read_held;
	asker->job.done = on_held;
	if (desk_give(asker->gateway->desk, partition, &asker->job))
		return;
	figures_refused("rows");
	asker_refuse_for(asker, 503, "OVERLOADED", "Too many requests are waiting.", SHED_RETRY_MS);
}

/* ---- a mutation from its beginning ---- */

bool asker_is_refused_by_key(struct asker *asker)
{
	struct text prefix = text_of(asker->key_prefix);

	if (asker->role == ROLE_BROWSER || (asker->show_id.bytes >= prefix.bytes &&
	                                    !memcmp(asker->show_id.data, prefix.data, prefix.bytes)))
		return false;
	return refuse(asker, 403, "FORBIDDEN", "This key is not for that show.");
}

bool asker_is_refused_type(struct asker *asker, const struct http_request *request)
{
	if (http_header_count(request, "Content-Type") == 1 &&
	    is_json(http_header_find(request, "Content-Type")))
		return false;
	return refuse(asker, 415, "INVALID_REQUEST", "The body must be application/json.");
}

static bool is_refused_look(struct asker *asker, const struct http_request *request)
{
	const struct caller caller = caller_of(asker);
	struct body_fault fault;
	bool is_read;

	if (asker->route == ROUTE_REQUESTS && asker->role == ROLE_BROWSER)
		return refuse(asker, 401, "UNAUTHORIZED", "This needs an API key.");
	if (asker_is_refused_type(asker, request))
		return true;
	is_read = body_read(request->body, route_type(asker->route), &caller, &asker->memory.arena,
	                    &asker->body, &fault);
	if (asker->memory.arena.failed)
		fault.status = 0;
	if (is_refused_body(asker, is_read, &fault))
		return true;
	asker->type = asker->body.type;
	asker->show_id = asker->body.show_id;
	asker->has_channel_key = asker->body.has_channel_key;
	return asker_is_refused_by_key(asker);
}

void asker_mutate(struct asker *asker, const struct http_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (is_prefer(request->headers[i].name))
			preferences_read(&asker->prefers, request->headers[i].value);
	if (is_refused_look(asker, request) || is_refused_intent(asker, request) ||
	    is_refused_for_session(asker) || is_too_often(asker) || asker_is_guessing(asker))
		return;
	if (means_its_hold(asker) && asker->is_intent_given) {
		asker_refuse(asker, 400, "INVALID_REQUEST",
		             "With an Idempotency-Key the request must say its reservation_id.");
		return;
	}
	find_request_id(asker);
	if (means_its_hold(asker) && asker->has_session)
		find_hold(asker);
	else
		publish(asker, NULL);
}
