/* How a mutation ends: with the worker's reply, or without one. Section 2 of docs/http.md. */
#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/base/log.h"
#include "gateway/api/answer.h"
#include "gateway/api/problem.h"
#include "gateway/pieces.h"
#include "gateway/figures/figures.h"

#define JSON_TYPE "application/json"
#define BROKERS_RETRY_MS 2000
#define BODY_USUAL_BYTES 1000

void asker_count_wrong_key(struct asker *asker)
{
	struct throttle *throttle = asker->gateway->throttle;
	struct throttle_key session = throttle_text(text_of(asker->session.text));
	struct throttle_key address = throttle_address(&asker->address);
	int64_t ignored;

	if (asker->role != ROLE_BROWSER)
		return;
	if (asker->has_session)
		(void)throttle_take(throttle, THROTTLE_SESSION_WRONG_KEYS, &session, &ignored);
	if (asker->is_limited_by_address)
		(void)throttle_take(throttle, THROTTLE_ADDRESS_WRONG_KEYS, &address, &ignored);
}

static void add_escaped(struct buf *b, struct text t)
{
	for (size_t i = 0; i < t.bytes; i++) {
		unsigned char c = (unsigned char)t.data[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-' || c == '_' || c == '.' || c == '~')
			buf_add(b, &c, 1);
		else
			buf_print(b, "%%%02X", c);
	}
}

/* Where the outcome can be asked for. */
static void write_location(const struct asker *asker, const struct exchange_result *result,
                           struct buf *location)
{
	buf_add_string(location, "/api/seat-reservations/outcome?show_id=");
	add_escaped(location, asker->show_id);
	if (asker->is_request_id_given) {
		buf_add_string(location, "&request_id=");
		buf_add_string(location, asker->intent);
	} else {
		buf_print(location, "&operation=%s&key=", request_type_name(asker->type));
		add_escaped(location, (struct text){asker->intent, asker->intent_chars});
	}
	if (result->offset >= 0)
		buf_print(location, "&at=%d-%lld", (int)result->partition, (long long)result->offset);
}

static void answer_unknown(struct asker *asker, const struct exchange_result *result)
{
	struct position position = position_of(asker->gateway->positions, result->partition);
	struct extra_headers extra = {.count = 0};
	struct buf body = {0}, location = {0};
	struct json j = {.to = &body};
	int64_t before = -1, eta_ms = -1;
	char retry_after[RETRY_AFTER_BYTES];

	if (result->offset >= 0) {
		before = position_before(&position, result->offset);
		eta_ms = position_eta_ms(&position, result->offset);
	}
	if (asker->prefers.is_async)
		json_open_object(&j, NULL);
	else
		problem_open(&j, 504, "OUTCOME_UNKNOWN",
		             "There was no answer in time. The request may be decided all the same: ask at "
		             "the Location, or send it again with its Idempotency-Key.");
	json_write_string(&j, "operation", request_type_name(asker->type));
	if (result->offset >= 0) {
		json_write_integer(&j, "partition", result->partition);
		json_write_integer(&j, "offset", result->offset);
	}
	if (before >= 0)
		json_write_integer(&j, "position", before);
	if (eta_ms >= 0)
		json_write_integer(&j, "eta_ms", eta_ms);
	json_write_time(&j, "now", clock_wall_ms());
	json_close_object(&j);
	write_location(asker, result, &location);
	if (location.data)
		extra_add(&extra, "Location", location.data);
	extra_add(&extra, "Retry-After", retry_after_text(eta_ms, retry_after));
	if (asker->prefers.is_async)
		extra_add(&extra, "Preference-Applied", "respond-async");
	figures_unknown();
	asker_answer(asker, asker->prefers.is_async ? 202 : 504,
	             asker->prefers.is_async ? JSON_TYPE : PROBLEM_TYPE, buf_text(&body), &extra);
	buf_release(&body);
	buf_release(&location);
}

static void answer_reply(struct asker *asker, const struct exchange_result *result)
{
	struct answer_setting setting = {.partition = result->partition, .offset = result->offset,
	                                 .now_ms = clock_wall_ms()};
	struct extra_headers extra = {.count = 0};
	struct buf body = {0};
	struct answer answer;

	buf_reserve(&body, BODY_USUAL_BYTES);
	if (asker->role == ROLE_BROWSER)
		setting.checkout_token = text_of(asker->session.text);
	if (!answer_write(&body, result->reply, &setting, &answer)) {
		log_error("a reply cannot be read", F_INT("partition", result->partition),
		          F_INT("offset", result->offset));
		buf_clear(&body);
		answer = (struct answer){.status = 500, .is_problem = true};
		problem_write(&body, 500, "GATEWAY_FAULT", "The reply of the worker cannot be read.");
	} else if (answer.fault) {
		log_error(answer.fault == ANSWER_MISROUTED
		              ? "a request was on the wrong partition: is the number of partitions still N?"
		              : "a request that was accepted here is unreadable to the worker",
		          F_INT("partition", result->partition), F_INT("offset", result->offset));
		figures_fault(answer.fault == ANSWER_MISROUTED ? "misrouted" : "unreadable");
		if (answer.fault == ANSWER_MISROUTED)
			asker->gateway->is_misrouted = true;
	}
	if (answer.status == 403 && answer.is_wrong_channel)
		asker_count_wrong_key(asker);
	if (answer.is_duplicate)
		extra_add(&extra, "Idempotency-Replayed", "true");
	asker_answer(asker, (unsigned)answer.status, answer.is_problem ? PROBLEM_TYPE : JSON_TYPE,
	             buf_text(&body), &extra);
	buf_release(&body);
}

void asker_ended(void *gateway, const struct exchange_result *result)
{
	struct asker *asker = result->asker;

	(void)gateway;
	figures_waited(result->waited_ms);
	switch (result->end) {
	case EXCHANGE_REPLIED:
		answer_reply(asker, result);
		return;
	case EXCHANGE_NOT_EXECUTED:
		asker_refuse_for(asker, 503, "NOT_EXECUTED",
		                 "Nothing was published: the brokers did not take it.", BROKERS_RETRY_MS);
		return;
	case EXCHANGE_UNKNOWN:
		answer_unknown(asker, result);
		return;
	}
}
