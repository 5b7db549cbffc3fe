#include "gateway/api/body.h"

#include <stdio.h>
#include <string.h>

#include "common/base/json.h"
#include "common/message/tree.h"

static bool refuse(struct body_fault *fault, int status, const char *reason, const char *detail)
{
	fault->status = status;
	fault->reason = reason;
	snprintf(fault->detail, sizeof fault->detail, "%s", detail);
	return false;
}

static bool refuse_form(struct body_fault *fault, const char *detail)
{
	return refuse(fault, 400, "INVALID_REQUEST", detail);
}

/* What a body may not say, whoever sends it. */
static bool has_no_foreign_fields(const struct cJSON *tree, bool is_typed, struct body_fault *fault)
{
	if (json_member(tree, "request_id"))
		return refuse_form(fault, "request_id is made by the gateway, of the Idempotency-Key");
	if (json_member(tree, "session_id"))
		return refuse_form(fault, "session_id is the gateway's to fill in");
	if (!is_typed && json_member(tree, "type"))
		return refuse_form(fault, "type is said by the path");
	return true;
}

static bool read_type(const struct cJSON *tree, struct body *body, struct body_fault *fault)
{
	char form[sizeof "type must be one of " + REQUEST_NAMES_BYTES] = "type must be one of ";

	body->type = request_type_of(json_text(json_member(tree, "type")));
	if (body->type != REQUEST_NONE)
		return true;
	request_type_list(form + strlen(form));
	return refuse_form(fault, form);
}

static bool may_ask(const struct caller *caller, const struct cJSON *tree, enum request_type type,
                    struct body_fault *fault)
{
	if (!role_may_request(caller->role, type, caller->is_demo))
		return refuse(fault, 403, "FORBIDDEN", "This caller may not ask for that.");
	if (json_member(tree, "customer_id") && !role_may_name_customer(caller->role))
		return refuse(fault, 403, "FORBIDDEN", "A browser may not say who the customer is.");
	return true;
}

static bool look_at(const struct cJSON *tree, const struct caller *caller, struct arena *arena,
                    struct body *body, struct body_fault *fault)
{
	struct text show_id = json_text(json_member(tree, "show_id"));

	if (!has_no_foreign_fields(tree, body->is_typed, fault) ||
	    (body->is_typed && !read_type(tree, body, fault)) || !may_ask(caller, tree, body->type, fault))
		return false;
	if (!id_is_well_formed(show_id, SHOW_ID_BYTES_MAX))
		return refuse_form(fault, "show_id must be 1 to 64 characters of A-Z a-z 0-9 . _ : / -");
	body->show_id = arena_copy(arena, show_id);
	body->has_reservation_id = json_member(tree, "reservation_id") != NULL;
	body->has_channel_key = json_member(tree, "channel_key") != NULL;
	return !arena->failed;
}

bool body_read(struct text json, enum request_type type, const struct caller *caller,
               struct arena *arena, struct body *body, struct body_fault *fault)
{
	const char *why = NULL;

	*body = (struct body){.type = type, .is_typed = type == REQUEST_NONE};
	*fault = (struct body_fault){.status = 0};
	body->tree = json_parse(json, &body->parsed, &why);
	if (!body->tree) {
		char detail[REQUEST_FAULT_TEXT_BYTES];

		arena->failed = arena->failed || body->parsed.failed;
		if (arena->failed)
			return false;
		snprintf(detail, sizeof detail, "the body is not one JSON object by RFC 8259: %s", why);
		return refuse_form(fault, detail);
	}
	return look_at(body->tree, caller, arena, body, fault);
}

void body_release(struct body *body)
{
	arena_release(&body->parsed);
	body->tree = NULL;
}

/* What the gateway says beside the body: none of that is in it, as body_read saw. */
struct said {
	struct request_text list[4];
	size_t count;
	char request_id[UUID_TEXT_CHARS + 1], reservation_id[UUID_TEXT_CHARS + 1];
};

static void say(struct said *said, const char *key, const char *text)
{
	said->list[said->count++] = (struct request_text){key, text};
}

static void say_all(struct said *said, const struct body *body, const struct caller *caller,
                    const struct uuid *request_id, const struct uuid *reservation_id)
{
	said->count = 0;
	uuid_encode(request_id, said->request_id);
	say(said, "request_id", said->request_id);
	if (!body->is_typed)
		say(said, "type", request_type_name(body->type));
	if (caller->session.data)
		say(said, "session_id", caller->session.data);
	if (reservation_id && !body->has_reservation_id) {
		uuid_encode(reservation_id, said->reservation_id);
		say(said, "reservation_id", said->reservation_id);
	}
}

static bool encode(const struct request *request, struct buf *record, struct body_fault *fault)
{
	size_t before = record->bytes;

	if (request->fault != REQUEST_READABLE)
		return refuse_form(fault, request->fault_text);
	request_encode(record, request);
	if (record->bytes - before <= request_bytes_max_of(request->type))
		return true;
	return refuse(fault, 413, "TOO_LARGE", "The request is larger than its type may be.");
}

bool body_make_record(const struct body *body, const struct caller *caller,
                      const struct uuid *request_id, const struct uuid *reservation_id,
                      struct arena *arena, struct buf *record, struct body_fault *fault)
{
	const bool is_customers = request_sender_of(body->type) == SENDER_CUSTOMER;
	struct request request;
	struct said said;

	*fault = (struct body_fault){.status = 0};
	if (is_customers && !caller->session.data)
		return refuse(fault, 401, "SESSION_REQUIRED", "The request must say whose session it is.");
	say_all(&said, body, caller, request_id, reservation_id);
	request_decode_tree(body->tree, said.list, said.count, arena, &request);
	return !arena->failed && encode(&request, record, fault) && !record->failed;
}
