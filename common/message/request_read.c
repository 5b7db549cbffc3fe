/* Reading a request. */
#include "common/message/request.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "common/message/fields.h"
#include "common/message/tree.h"

#define FAULT_ELEMENT "; see %s[%zu]" /* counted from 0, as in a path */

/* The first fault that is found counts. */
static void set_fault(struct request *r, enum request_fault fault, const char *key,
                      const char *form)
{
	int bytes;

	if (r->fault != REQUEST_READABLE)
		return;
	r->fault = fault;
	bytes = snprintf(r->fault_text, sizeof r->fault_text, "%s must be %s", key, form);
	if (r->fault_element)
		bytes += snprintf(r->fault_text + bytes, sizeof r->fault_text - (size_t)bytes,
		                  FAULT_ELEMENT, key, r->fault_element - 1);
	assert(bytes > 0 && (size_t)bytes < sizeof r->fault_text);
	(void)bytes;
}

static void set_undecodable(struct request *r, const char *what, const char *why)
{
	*r = (struct request){.fault = REQUEST_UNREADABLE};
	snprintf(r->fault_text, sizeof r->fault_text, "%s%s", what, why);
}

/* Type, request_id and show_id: whatever of them is well formed is kept. */
static void read_head(const cJSON *tree, struct arena *arena, struct request *r)
{
	struct text request_id = json_text(json_member(tree, "request_id"));
	struct text show_id = json_text(json_member(tree, "show_id"));

	r->type = request_type_of(json_text(json_member(tree, "type")));
	r->has_request_id = request_id.data && uuid_decode(request_id, &r->request_id);
	if (!r->has_request_id) {
		r->request_id = (struct uuid){{0}};
		set_fault(r, REQUEST_UNREADABLE, "request_id", FORM_uuid(UUID_TEXT_CHARS));
	}
	if (id_is_well_formed(show_id, SHOW_ID_BYTES_MAX))
		r->show_id = arena_copy(arena, show_id);
	else
		set_fault(r, REQUEST_UNREADABLE, "show_id", FORM_id(SHOW_ID_BYTES_MAX));
	if (r->type == REQUEST_NONE) {
		char form[sizeof "one of " + REQUEST_NAMES_BYTES] = "one of ";

		request_type_list(form + strlen(form));
		set_fault(r, REQUEST_MALFORMED, "type", form);
	}
}

static void read_fields(const cJSON *tree, struct arena *arena, struct request *r)
{
	uint64_t left = request_fields_of(r->type), required = request_required_fields_of(r->type);

	for (const struct field *f = field_take(&left); f && r->fault == REQUEST_READABLE;
	     f = field_take(&left)) {
		const cJSON *value = json_member(tree, f->key);

		if (value ? !field_read(f, value, arena, r) : (required & f->bit) != 0)
			set_fault(r, REQUEST_MALFORMED, f->key, f->form);
	}
}

/*
 * The content as bytes: a version, the type, request_id, show_id, then of each field of the type
 * its tag, whether it is there, its length and its bytes. Digests are kept as long as claims: a
 * change here makes every duplicate of an older request a mismatch.
 */
static void hash_content(struct request *r, struct arena *arena)
{
	uint64_t left = request_fields_of(r->type);
	struct buf content = {0};
	uint8_t digest[SHA256_BYTES];
	struct text bytes;

	buf_add(&content, (const uint8_t[]){1, request_tag_of(r->type)}, 2);
	buf_add(&content, r->request_id.bytes, sizeof r->request_id.bytes);
	buf_add_u32(&content, (uint32_t)r->show_id.bytes);
	buf_add_text(&content, r->show_id);
	for (const struct field *f = field_take(&left); f; f = field_take(&left)) {
		bool is_present = field_is_present(f, r);

		buf_add(&content, (const uint8_t[]){f->tag, is_present}, 2);
		if (is_present)
			field_hash(f, r, arena, &content);
	}
	bytes = buf_text(&content);
	sha256(digest, &bytes, 1);
	memcpy(r->content, digest, sizeof r->content);
	arena->failed = arena->failed || content.failed;
	buf_release(&content);
}

/* What create_show leaves out, and what its fields say together. */
static void complete_policy(struct request *r)
{
	if (r->type != REQUEST_CREATE_SHOW)
		return;
	r->hold_seconds = r->hold_seconds ? r->hold_seconds : HOLD_SECONDS_DEFAULT;
	r->max_hold_seconds = r->max_hold_seconds ? r->max_hold_seconds : MAX_HOLD_SECONDS_DEFAULT;
	r->max_seats = r->max_seats ? r->max_seats : MAX_SEATS_DEFAULT;
	if (r->hold_seconds > r->max_hold_seconds)
		set_fault(r, REQUEST_MALFORMED, "hold_seconds", "at most max_hold_seconds");
}

static void read_tree(const cJSON *tree, size_t bytes, struct arena *arena, struct request *r)
{
	read_head(tree, arena, r);
	if (bytes > request_bytes_max_of(r->type)) {
		set_undecodable(r, "the value is too large for a request of its type", "");
		return;
	}
	if (r->fault == REQUEST_READABLE)
		read_fields(tree, arena, r);
	if (r->fault == REQUEST_READABLE && !arena->failed) {
		hash_content(r, arena); /* before the defaults: absent is not the default written out */
		complete_policy(r);
	}
}

void request_decode(struct text value, struct arena *arena, struct request *r)
{
	const char *why = NULL;
	cJSON *tree;

	*r = (struct request){0};
	if (!value.data) {
		set_undecodable(r, "there is no value", "");
		return;
	}
	if (value.bytes > REQUEST_ADD_SEATS_BYTES_MAX) {
		set_undecodable(r, "the value is too large for any request", "");
		return;
	}
	tree = json_parse(value, arena, &why);
	if (!tree) {
		set_undecodable(r, "the value is not one JSON object by RFC 8259 and its limits: ", why);
		return;
	}
	read_tree(tree, value.bytes, arena, r);
	cJSON_Delete(tree);
}
