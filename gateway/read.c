/* What is read from rows: a reservation, the outcome of a request. Section 2 of docs/http.md. */
#include <string.h>

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/base/partitioner.h"
#include "common/http/query.h"
#include "gateway/api/answer.h"
#include "gateway/api/problem.h"
#include "gateway/pieces.h"
#include "gateway/figures/figures.h"

#define JSON_TYPE "application/json"
#define ROWS_RETRY_MS 2000
#define FORGOTTEN_MS 30000 /* a request that is not decided for so long after all others is not there */

/* ---- parameters ---- */

static bool refuse(struct asker *asker, const char *detail)
{
	asker_refuse(asker, 400, "INVALID_REQUEST", detail);
	return true;
}

bool asker_is_refused_parameter(struct asker *asker, const struct http_request *request,
                                const char *name, struct text *value)
{
	struct buf decoded = {0};
	enum query_found found = query_find(request->query, name, &decoded);

	*value = (struct text){NULL, 0};
	if (found == QUERY_FOUND)
		*value = arena_copy(&asker->memory.arena, decoded.data ? buf_text(&decoded) : text_of(""));
	buf_release(&decoded);
	switch (found) {
	case QUERY_TWICE:
		return refuse(asker, "A parameter is there twice.");
	case QUERY_BAD:
		return refuse(asker, "The query has a % that is no escape.");
	case QUERY_NO_MEMORY:
		asker_refuse(asker, 503, "NOT_EXECUTED", "The gateway has no memory for this request.");
		return true;
	case QUERY_ABSENT:
	case QUERY_FOUND:
		break;
	}
	return false;
}

bool asker_is_refused_show(struct asker *asker, const struct http_request *request)
{
	struct text prefix = text_of(asker->key_prefix);

	if (asker_is_refused_parameter(asker, request, "show_id", &asker->show_id))
		return true;
	if (!id_is_well_formed(asker->show_id, SHOW_ID_BYTES_MAX))
		return refuse(asker, "show_id must be 1 to 64 characters of A-Z a-z 0-9 . _ : / -");
	if (asker->role != ROLE_BROWSER &&
	    (asker->show_id.bytes < prefix.bytes ||
	     memcmp(asker->show_id.data, prefix.data, prefix.bytes) != 0)) {
		asker_refuse(asker, 403, "FORBIDDEN", "This key is not for that show.");
		return true;
	}
	return false;
}

int32_t asker_partition(const struct asker *asker)
{
	return partition_of_key(asker->show_id.data, asker->show_id.bytes,
	                        asker->gateway->settings.pipeline->partition_count);
}

void asker_give(struct asker *asker, int32_t partition)
{
	if (desk_give(asker->gateway->desk, partition, &asker->job))
		return;
	figures_refused("rows");
	asker_refuse_for(asker, 503, "OVERLOADED", "Too many requests are waiting.", ROWS_RETRY_MS);
}

void asker_refuse_rows(struct asker *asker)
{
	asker_refuse_for(asker, 503, "NOT_EXECUTED", "Rows cannot be read just now.", ROWS_RETRY_MS);
}

/* ---- check ---- */

static void write_reservation(struct json *j, const struct held *held)
{
	json_open_object(j, "reservation");
	json_write_uuid(j, "reservation_id", &held->id);
	json_write_text(j, "status", held->status);
	json_open_array(j, "seat_ids");
	for (size_t i = 0; i < held->seat_count; i++)
		json_write_text(j, NULL, held->seat_ids[i]);
	json_close_array(j);
	json_open_array(j, "areas");
	for (size_t i = 0; i < held->area_count; i++) {
		json_open_object(j, NULL);
		json_write_text(j, "area_id", held->area_ids[i]);
		json_write_made(j, "count", held->counts[i]);
		json_close_object(j);
	}
	json_close_array(j);
	json_write_time(j, "reserved_until", held->reserved_until_ms);
	json_close_object(j);
}

static void answer_check(struct asker *asker)
{
	bool has = asker->held.exists;
	struct buf body = {0};
	struct json j = {.to = &body};

	json_open_object(&j, NULL);
	json_write_bool(&j, "has_reservation", has);
	if (has)
		write_reservation(&j, &asker->held);
	json_write_time(&j, "now", clock_wall_ms());
	if (has && asker->role == ROLE_BROWSER)
		json_write_string(&j, "checkout_token", asker->session.text);
	json_close_object(&j);
	asker_answer(asker, 200, JSON_TYPE, buf_text(&body), NULL);
	buf_release(&body);
}

static void hash_session(const struct asker *asker, uint8_t hash[SHA256_BYTES])
{
	secret_hash(asker->show_id, text_of(asker->session.text), hash);
}

static enum rc read_check(struct desk_job *job, struct db *db, struct err *e)
{
	struct asker *asker = asker_of_job(job);
	uint8_t hash[SHA256_BYTES];

	if (asker->has_reservation_id)
		return lookup_reservation(db, asker->show_id, &asker->reservation_id, &asker->memory.arena,
		                          &asker->held, e);
	hash_session(asker, hash);
	return lookup_held(db, asker->show_id, hash, &asker->memory.arena, &asker->held, e);
}

static void on_check(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct asker *asker = asker_of_job(job);
	uint8_t hash[SHA256_BYTES];

	(void)e;
	if (rc) {
		asker_refuse_rows(asker);
		return;
	}
	hash_session(asker, hash);
	/* Somebody else's is as good as none: nobody is told that it is there. */
	if (asker->held.exists && !role_may_see_all(asker->role) &&
	    memcmp(hash, asker->held.session_hash, SHA256_BYTES) != 0)
		asker->held.exists = false;
	answer_check(asker);
}

void asker_check(struct asker *asker, const struct http_request *request)
{
	struct text id;

	if (asker_is_refused_show(asker, request) ||
	    asker_is_refused_parameter(asker, request, "reservation_id", &id))
		return;
	if (id.data && !uuid_decode(id, &asker->reservation_id)) {
		refuse(asker, "reservation_id must be a UUID of 36 characters, not nil");
		return;
	}
	asker->has_reservation_id = id.data != NULL;
	if (!asker->has_session && !(asker->has_reservation_id && role_may_see_all(asker->role))) {
		answer_check(asker);
		return;
	}
	asker->job.read = read_check;
	asker->job.done = on_check;
	asker_give(asker, asker_partition(asker));
}

/* ---- outcome ---- */

/* at=P-O */
static bool read_at(struct asker *asker, struct text at)
{
	const char *dash = memchr(at.data, '-', at.bytes);
	int32_t count = asker->gateway->settings.pipeline->partition_count;
	int64_t partition = 0, offset = 0;
	size_t split = dash ? (size_t)(dash - at.data) : 0;

	if (!split || split > 4 || at.bytes - split - 1 == 0 || at.bytes - split - 1 > 18)
		return false;
	for (size_t i = 0; i < at.bytes; i++) {
		int64_t *number = i < split ? &partition : &offset;

		if (i == split)
			continue;
		if (at.data[i] < '0' || at.data[i] > '9')
			return false;
		*number = *number * 10 + (at.data[i] - '0');
	}
	asker->at_partition = (int32_t)partition;
	asker->at_offset = offset;
	return partition < count;
}

/* Which request is asked for: by its own id, or by the key that it was sent with. */
static bool is_refused_request_id(struct asker *asker, const struct http_request *request)
{
	struct text key, operation, id, who;

	if (asker_is_refused_parameter(asker, request, "request_id", &id) ||
	    asker_is_refused_parameter(asker, request, "key", &key) ||
	    asker_is_refused_parameter(asker, request, "operation", &operation))
		return true;
	if (id.data) {
		if (asker->role == ROLE_BROWSER)
			return refuse(asker, "A browser asks by key and operation.");
		if (!uuid_decode(id, &asker->request_id))
			return refuse(asker, "request_id must be a UUID of 36 characters, not nil");
		return false;
	}
	asker->type = request_type_of(operation);
	if (text_same(operation, text_of("change")))
		asker->type = REQUEST_CHANGE_HOLD;
	if (!key.data || key.bytes == 0 || key.bytes > INTENT_KEY_CHARS_MAX ||
	    asker->type == REQUEST_NONE)
		return refuse(asker, "key and operation must be given, or for a service request_id.");
	who = asker->has_session ? text_of(asker->session.text) : text_of(asker->key_name);
	asker->request_id = intent_request_id(who, request_type_name(asker->type), key,
	                                      asker->role != ROLE_BROWSER);
	return false;
}

static int32_t partition_of_outcome(const struct asker *asker)
{
	return asker->at_partition >= 0 ? asker->at_partition : asker_partition(asker);
}

static enum rc read_outcome(struct desk_job *job, struct db *db, struct err *e)
{
	struct asker *asker = asker_of_job(job);
	const char *topic = asker->gateway->settings.pipeline->topics.requests;

	/* What is decided between the two is then not yet counted as decided. */
	asker->position = position_of(asker->gateway->positions, partition_of_outcome(asker));
	asker->is_forgotten =
	    asker->at_partition >= 0
	        ? asker->position.is_known && asker->position.next_offset > asker->at_offset
	        : asker->position.current_ms > FORGOTTEN_MS &&
	              positions_is_all_decided(asker->gateway->positions, partition_of_outcome(asker));
	buf_clear(&asker->reply);
	if (asker->at_partition >= 0)
		return lookup_decision(db, topic, asker->at_partition, asker->at_offset, &asker->memory.arena,
		                       &asker->decided, &asker->reply, e);
	return lookup_claim(db, topic, asker->show_id, &asker->request_id, &asker->memory.arena,
	                    &asker->decided, &asker->reply, e);
}

static void answer_waiting(struct asker *asker, const struct position *position)
{
	int64_t before = asker->at_partition >= 0 ? position_before(position, asker->at_offset) : -1;
	int64_t eta_ms = asker->at_partition >= 0 ? position_eta_ms(position, asker->at_offset) : -1;
	struct extra_headers extra = {.count = 0};
	char retry_after[RETRY_AFTER_BYTES];
	struct buf body = {0};
	struct json j = {.to = &body};

	json_open_object(&j, NULL);
	if (before >= 0)
		json_write_integer(&j, "position", before);
	if (eta_ms >= 0)
		json_write_integer(&j, "eta_ms", eta_ms);
	json_write_time(&j, "now", clock_wall_ms());
	json_close_object(&j);
	extra_add(&extra, "Retry-After", retry_after_text(eta_ms, retry_after));
	asker_answer(asker, 202, JSON_TYPE, buf_text(&body), &extra);
	buf_release(&body);
}

static void answer_decided(struct asker *asker)
{
	const struct answer_setting setting = {
	    .checkout_token = asker->role == ROLE_BROWSER ? text_of(asker->session.text)
	                                                  : (struct text){NULL, 0},
	    .partition = asker->decided.partition,
	    .offset = asker->decided.offset,
	    .now_ms = clock_wall_ms(),
	};
	struct buf body = {0};
	struct answer answer;

	if (!answer_write(&body, buf_text(&asker->reply), &setting, &answer))
		asker_refuse(asker, 500, "GATEWAY_FAULT", "The decision's row cannot be read.");
	else
		asker_answer(asker, (unsigned)answer.status,
		             answer.is_problem ? PROBLEM_TYPE : JSON_TYPE, buf_text(&body), NULL);
	buf_release(&body);
}

static bool is_the_callers(const struct asker *asker)
{
	return asker->decided.has_request_id &&
	       uuid_same(&asker->decided.request_id, &asker->request_id) &&
	       text_same(asker->decided.show_id, asker->show_id);
}

static void on_outcome(struct desk_job *job, enum rc rc, const struct err *e)
{
	struct asker *asker = asker_of_job(job);
	const struct position *position = &asker->position;

	(void)e;
	if (rc) {
		asker_refuse_rows(asker);
		return;
	}
	if (asker->decided.exists) {
		if (is_the_callers(asker))
			answer_decided(asker);
		else
			asker_refuse(asker, 404, "NOT_FOUND", "That is no request of this caller.");
		return;
	}
	if (asker->is_forgotten)
		asker_refuse(asker, 404, "NOT_FOUND", "No such request is known, or it is kept no more.");
	else
		answer_waiting(asker, position);
}

void asker_find_outcome(struct asker *asker, const struct http_request *request)
{
	struct text at;

	if (asker_is_refused_show(asker, request) || asker_is_refused_parameter(asker, request, "at", &at))
		return;
	if (at.data && !read_at(asker, at)) {
		refuse(asker, "at must be PARTITION-OFFSET, as the Location had it");
		return;
	}
	if (asker->role == ROLE_BROWSER && !asker->has_session) {
		asker_refuse(asker, 404, "NOT_FOUND", "That is no request of this caller.");
		return;
	}
	if (is_refused_request_id(asker, request))
		return;
	asker->job.read = read_outcome;
	asker->job.done = on_outcome;
	asker_give(asker, partition_of_outcome(asker));
}
