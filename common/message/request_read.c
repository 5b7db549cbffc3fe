/* Reading a request. */
#include "common/message/request.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "common/message/fields.h"
#include "common/message/tree.h"
#include "common/message/tree_make.h"

#define FEW_VALUES 24 /* as many as a reserve has, and some more */

/* The first fault that is found counts. */
static void set_fault(struct request *r, enum request_fault fault, const char *key,
                      const char *form)
{
	int bytes;

	if (r->fault != REQUEST_READABLE)
		return;
	r->fault = fault;
	bytes = snprintf(r->fault_text, sizeof r->fault_text, "%s must be %s", key, form);
	assert(bytes > 0 && (size_t)bytes < sizeof r->fault_text);
	(void)bytes;
}

/* Where in a list or an object: "; see seats[3].row", counted from 0, as in a path. */
static void add_fault_place(struct request *r, const char *key, const struct field_reading *reading)
{
	size_t bytes = strlen(r->fault_text), room = sizeof r->fault_text - bytes;
	const char *dot = reading->member ? "." : "", *member = reading->member ? reading->member : "";
	int more = 0;

	if (reading->element)
		more = snprintf(r->fault_text + bytes, room, "; see %s[%zu]%s%s", key, reading->element - 1,
		                dot, member);
	else if (reading->member)
		more = snprintf(r->fault_text + bytes, room, "; see %s.%s", key, member);
	assert(more >= 0 && (size_t)more < room);
	(void)more;
}

static void set_undecodable(struct request *r, const char *what, const char *why)
{
	*r = (struct request){.fault = REQUEST_UNREADABLE};
	snprintf(r->fault_text, sizeof r->fault_text, "%s%s", what, why);
}

/* An object, and what counts as if it stood in it. */
struct source {
	const cJSON *tree;
	const struct request_text *more;
	size_t more_count;
	cJSON found; /* of these, as a value */
};

static const cJSON *member_of(struct source *source, const char *key)
{
	for (size_t i = 0; i < source->more_count; i++) {
		if (source->more[i].key[0] != key[0] || strcmp(source->more[i].key, key) != 0)
			continue;
		source->found = (cJSON){.type = cJSON_String};
		source->found.valuestring = (char *)(uintptr_t)source->more[i].text; /* which is only read */
		return &source->found;
	}
	return json_member(source->tree, key);
}

/* Type, request_id and show_id: whatever of them is well formed is kept. */
static void read_head(struct source *source, struct request *r)
{
	struct text request_id = json_text(member_of(source, "request_id"));
	struct text show_id = json_text(member_of(source, "show_id"));

	r->type = request_type_of(json_text(member_of(source, "type")));
	r->has_request_id = request_id.data && uuid_decode(request_id, &r->request_id);
	if (!r->has_request_id) {
		r->request_id = (struct uuid){{0}};
		set_fault(r, REQUEST_UNREADABLE, "request_id", FORM_uuid(UUID_TEXT_CHARS));
	}
	if (id_is_well_formed(show_id, SHOW_ID_BYTES_MAX))
		r->show_id = show_id;
	else
		set_fault(r, REQUEST_UNREADABLE, "show_id", FORM_id(SHOW_ID_BYTES_MAX));
	if (r->type == REQUEST_NONE) {
		char form[sizeof "one of " + REQUEST_NAMES_BYTES] = "one of ";

		request_type_list(form + strlen(form));
		set_fault(r, REQUEST_MALFORMED, "type", form);
	}
}

static void read_fields(struct source *source, struct arena *arena, struct request *r)
{
	uint64_t left = request_fields_of(r->type), required = request_required_fields_of(r->type);

	if ((left & policy_fields) && !(r->policy = arena_take(arena, sizeof *r->policy)))
		return;
	for (const struct field *f = field_take(&left); f && r->fault == REQUEST_READABLE;
	     f = field_take(&left)) {
		const cJSON *value = member_of(source, f->key);
		struct field_reading reading = {.arena = arena};

		if (value ? field_read(f, value, &reading, r) : !(required & f->bit))
			continue;
		set_fault(r, REQUEST_MALFORMED, f->key, f->form);
		add_fault_place(r, f->key, &reading);
	}
}

static void check_hold_seconds(struct request *r)
{
	const struct policy *p = r->policy;
	int32_t hold = p->hold_seconds ? p->hold_seconds : HOLD_SECONDS_DEFAULT;
	int32_t max_hold = p->max_hold_seconds ? p->max_hold_seconds : MAX_HOLD_SECONDS_DEFAULT;

	if (hold > max_hold)
		set_fault(r, REQUEST_MALFORMED, "hold_seconds", "at most max_hold_seconds");
}

/* The number, from 1 on, of the first to drop that is asked for, too; 0: none. */
static size_t find_shared_seat(const struct request *r)
{
	for (size_t i = 0; i < r->drop_seat_count; i++)
		for (size_t k = 0; k < r->seat_count; k++)
			if (text_same(r->drop_seat_ids[i], r->seat_ids[k]))
				return i + 1;
	return 0;
}

static size_t find_shared_area(const struct request *r)
{
	for (size_t i = 0; i < r->drop_area_count; i++)
		for (size_t k = 0; k < r->area_count; k++)
			if (text_same(r->drop_areas[i].area_id, r->areas[k].area_id))
				return i + 1;
	return 0;
}

static void refuse_shared(struct request *r, size_t element, const char *key, const char *form)
{
	if (!element || r->fault != REQUEST_READABLE)
		return;
	set_fault(r, REQUEST_MALFORMED, key, form);
	add_fault_place(r, key, &(struct field_reading){.element = element});
}

static void check_change(struct request *r)
{
	if (!r->seat_count && !r->area_count && !r->best && !r->drop_seat_count &&
	    !r->drop_area_count && !r->hold_seconds)
		set_fault(r, REQUEST_MALFORMED, "seat_ids", "given, or another field that changes the hold");
	refuse_shared(r, find_shared_seat(r), "drop_seat_ids", "none of seat_ids");
	refuse_shared(r, find_shared_area(r), "drop_areas", "none of areas");
}

/* What optional fields say together. */
static void check_together(struct request *r)
{
	if (r->type == REQUEST_CREATE_SHOW)
		check_hold_seconds(r);
	if (r->type == REQUEST_CHANGE_SHOW && !r->policy->given && !r->new_owner_key.data)
		set_fault(r, REQUEST_MALFORMED, "title", "given, or another field that is to change");
	if (r->type == REQUEST_ADD_SEATS && !r->seat_count)
		set_fault(r, REQUEST_MALFORMED, "seat_ids", "given, or seats");
	if (r->type == REQUEST_RESERVE && !r->seat_count && !r->best && !r->area_count)
		set_fault(r, REQUEST_MALFORMED, "seat_ids", "given, or best, or areas");
	if (r->type == REQUEST_CHANGE_HOLD)
		check_change(r);
}

/*
 * The content as bytes: a version, the type, request_id, show_id, then of each field that is there
 * its tag and its value, which says where it ends. Digests are kept as long as claims: a change here
 * makes every duplicate of an older request a mismatch.
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
	for (const struct field *f = field_take(&left); f; f = field_take(&left))
		if (field_is_present(f, r)) {
			buf_add(&content, &f->tag, 1);
			field_hash(f, r, arena, &content);
		}
	bytes = buf_text(&content);
	sha256(digest, &bytes, 1);
	memcpy(r->content, digest, sizeof r->content);
	arena->failed = arena->failed || content.failed;
	buf_release(&content);
}

/* bytes: of the value; 0: whatever it has, of a request that nobody compares with another */
static void read_source(struct source *source, size_t bytes, struct arena *arena,
                        struct request *r)
{
	read_head(source, r);
	if (bytes > request_bytes_max_of(r->type)) {
		set_undecodable(r, "the value is too large for a request of its type", "");
		return;
	}
	if (r->fault == REQUEST_READABLE)
		read_fields(source, arena, r);
	if (r->fault == REQUEST_READABLE && !arena->failed)
		check_together(r);
	if (bytes && r->fault == REQUEST_READABLE && !arena->failed)
		hash_content(r, arena);
}

void request_decode(struct text value, struct arena *arena, struct request *r)
{
	const char *why = NULL;
	struct source source = {0};
	cJSON few[FEW_VALUES];
	struct arena more = {0}; /* the tree's, as `few` are; its texts are the request's */
	struct tree_values values = {&more, few, FEW_VALUES};

	*r = (struct request){0};
	if (!value.data) {
		set_undecodable(r, "there is no value", "");
		return;
	}
	if (value.bytes > REQUEST_ORGANISER_BYTES_MAX) {
		set_undecodable(r, "the value is too large for any request", "");
		return;
	}
	source.tree = json_parse_apart(value, arena, &values, &why);
	if (source.tree)
		read_source(&source, value.bytes, arena, r);
	else
		set_undecodable(r, "the value is not one JSON object by RFC 8259 and its limits: ", why);
	arena->failed = arena->failed || more.failed;
	arena_release(&more);
}

void request_decode_tree(const cJSON *tree, const struct request_text *more, size_t more_count,
                         struct arena *arena, struct request *r)
{
	struct source source = {.tree = tree, .more = more, .more_count = more_count};

	*r = (struct request){0};
	read_source(&source, 0, arena, r);
}
