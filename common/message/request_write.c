/* Writing a request. */
#include "common/message/request.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "common/base/json.h"
#include "common/message/fields.h"
#include "common/message/tree.h"

void request_encode(struct buf *b, const struct request *r)
{
	uint64_t left = request_fields_of(r->type);
	const char *name = request_type_name(r->type);

	buf_add_string(b, "{\"type\":");
	if (name)
		json_add_text(b, text_of(name));
	else
		buf_add_string(b, "null");
	if (r->has_request_id) {
		buf_add_string(b, ",\"request_id\":");
		json_add_uuid(b, &r->request_id);
	}
	if (r->show_id.data) {
		buf_add_string(b, ",\"show_id\":");
		json_add_text(b, r->show_id);
	}
	for (const struct field *f = field_take(&left); f; f = field_take(&left)) {
		if (!field_is_present(f, r))
			continue;
		buf_add_string(b, ",\"");
		buf_add_string(b, f->key);
		buf_add_string(b, "\":");
		field_encode(f, r, b);
	}
	buf_add_string(b, "}");
}

/* The object with a request_id of its own in front of its members. */
static void add_request_id(struct text json, bool is_empty, struct buf *b)
{
	const char *open = memchr(json.data, '{', json.bytes);
	size_t behind = (size_t)(open - json.data) + 1;
	struct uuid id = uuid_make();

	buf_add(b, json.data, behind);
	buf_add_string(b, "\"request_id\":");
	json_add_uuid(b, &id);
	if (!is_empty)
		buf_add_string(b, ",");
	buf_add(b, json.data + behind, json.bytes - behind);
}

enum rc request_complete(struct text json, struct arena *arena, struct buf *b, struct text *show_id,
                         struct err *e)
{
	const char *why = NULL;
	const cJSON *tree = json_parse(json, arena, &why);
	struct text given;

	if (!tree)
		return arena->failed ? err_out_of_memory(e)
		                     : err_set(e, RC_USAGE, FROM_SETTINGS, "not one JSON object: %s", why);
	given = json_text(json_member(tree, "show_id"));
	*show_id = given;
	if (json_member(tree, "request_id"))
		buf_add_text(b, json);
	else
		add_request_id(json, !tree->child, b);
	return arena->failed || b->failed ? err_out_of_memory(e) : RC_OK;
}
