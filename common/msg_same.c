#include <cjson/cJSON.h>

#include "common/msg_json.h"
#include "common/msg_reply.h"

#define VALUE_SHOWN_BYTES 160

/* Two values are being compared; path leads to them. */
struct comparison {
	struct buf path;
	struct buf *where;
};

static bool is_same(struct comparison *c, const cJSON *expected, const cJSON *found);

static void show_value(struct buf *where, const cJSON *value)
{
	char *text = value ? cJSON_PrintUnformatted(value) : NULL;
	struct text whole = text_of(text);

	if (!value)
		buf_add_string(where, "nothing");
	else if (!text)
		where->failed = true;
	else if (whole.bytes <= VALUE_SHOWN_BYTES)
		buf_add_text(where, whole);
	else
		buf_print(where, "%.*s...", VALUE_SHOWN_BYTES, text);
	cJSON_free(text);
}

static bool differ(struct comparison *c, const cJSON *expected, const cJSON *found)
{
	if (c->path.bytes > 0)
		buf_add_text(c->where, buf_text(&c->path));
	else
		buf_add_string(c->where, "the whole");
	buf_add_string(c->where, ": expected ");
	show_value(c->where, expected);
	buf_add_string(c->where, ", found ");
	show_value(c->where, found);
	return false;
}

/* One step down and back; NULL on a side: there is no such member or element. */
static bool is_same_below(struct comparison *c, const char *key, int index, const cJSON *expected,
                          const cJSON *found)
{
	size_t bytes = c->path.bytes;
	bool same;

	if (!key)
		buf_print(&c->path, "[%d]", index);
	else
		buf_print(&c->path, "%s%s", bytes > 0 ? "." : "", key);
	same = expected && found ? is_same(c, expected, found) : differ(c, expected, found);
	if (c->path.data && bytes <= c->path.bytes)
		c->path.bytes = bytes;
	return same;
}

static bool is_same_object(struct comparison *c, const cJSON *expected, const cJSON *found)
{
	for (const cJSON *member = expected->child; member; member = member->next)
		if (!is_same_below(c, member->string, 0, member, json_member(found, member->string)))
			return false;
	for (const cJSON *member = found->child; member; member = member->next)
		if (!json_member(expected, member->string))
			return is_same_below(c, member->string, 0, NULL, member);
	return true;
}

static bool is_same_array(struct comparison *c, const cJSON *expected, const cJSON *found)
{
	const cJSON *left = expected->child, *right = found->child;

	for (int i = 0; left || right; i++) {
		if (!is_same_below(c, NULL, i, left, right))
			return false;
		left = left->next;
		right = right->next;
	}
	return true;
}

static bool is_same(struct comparison *c, const cJSON *expected, const cJSON *found)
{
	int type = expected->type & 0xFF; /* above it are flags of cJSON's own */

	if (type != (found->type & 0xFF))
		return differ(c, expected, found);
	if (type == cJSON_Object)
		return is_same_object(c, expected, found);
	if (type == cJSON_Array)
		return is_same_array(c, expected, found);
	if (type == cJSON_Number && expected->valuedouble == found->valuedouble)
		return true;
	if (type == cJSON_String && text_same(json_text(expected), json_text(found)))
		return true;
	return (type != cJSON_Number && type != cJSON_String) || differ(c, expected, found);
}

bool message_is_same(struct text expected, struct text found, struct buf *where)
{
	struct comparison c = {.where = where};
	struct arena arena = {0};
	const char *why_not_expected = NULL, *why_not_found = NULL;
	cJSON *left = json_parse(expected, &arena, &why_not_expected);
	cJSON *right = json_parse(found, &arena, &why_not_found);
	bool same = false;

	if (!left)
		buf_print(where, "the expected is no JSON object: %s", why_not_expected);
	else if (!right)
		buf_print(where, "the found is no JSON object: %s", why_not_found);
	else
		same = is_same(&c, left, right);
	where->failed = where->failed || c.path.failed;
	cJSON_Delete(left);
	cJSON_Delete(right);
	buf_release(&c.path);
	arena_release(&arena);
	return same;
}
