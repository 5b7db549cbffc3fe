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
	struct cJSON *tree;
	bool is_fine;

	*body = (struct body){.json = json, .type = type, .is_typed = type == REQUEST_NONE};
	*fault = (struct body_fault){.status = 0};
	tree = json_parse(json, arena, &why);
	if (!tree) {
		char detail[REQUEST_FAULT_TEXT_BYTES];

		if (arena->failed)
			return false;
		snprintf(detail, sizeof detail, "the body is not one JSON object by RFC 8259: %s", why);
		return refuse_form(fault, detail);
	}
	is_fine = look_at(tree, caller, arena, body, fault);
	json_release(tree);
	return is_fine;
}

/* The body with what the gateway says in front of it: none of that is in it, as body_read saw. */
static void join(const struct body *body, const struct caller *caller,
                 const struct uuid *request_id, const struct uuid *reservation_id, struct buf *whole)
{
	const char *open = memchr(body->json.data, '{', body->json.bytes);
	struct text rest = {open + 1, (size_t)(body->json.data + body->json.bytes - open) - 1};

	buf_add_string(whole, "{\"request_id\":");
	json_add_uuid(whole, request_id);
	if (!body->is_typed) {
		buf_add_string(whole, ",\"type\":");
		json_add_text(whole, text_of(request_type_name(body->type)));
	}
	if (caller->session.data) {
		buf_add_string(whole, ",\"session_id\":");
		json_add_text(whole, caller->session);
	}
	if (reservation_id && !body->has_reservation_id) {
		buf_add_string(whole, ",\"reservation_id\":");
		json_add_uuid(whole, reservation_id);
	}
	while (rest.bytes && memchr(" \t\r\n", rest.data[0], 4))
		rest.data++, rest.bytes--;
	if (rest.bytes && rest.data[0] != '}')
		buf_add_string(whole, ",");
	buf_add_text(whole, rest);
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
	struct buf whole = {0};
	struct request request;
	bool is_fine = false;

	*fault = (struct body_fault){.status = 0};
	if (is_customers && !caller->session.data)
		return refuse(fault, 401, "SESSION_REQUIRED", "The request must say whose session it is.");
	join(body, caller, request_id, reservation_id, &whole);
	if (whole.failed) {
		arena_fail(arena);
	} else {
		request_decode_of_any_size(buf_text(&whole), arena, &request);
		is_fine = !arena->failed && encode(&request, record, fault) && !record->failed;
	}
	buf_release(&whole);
	return is_fine;
}
