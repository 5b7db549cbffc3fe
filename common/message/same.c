#include "common/message/same.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "common/message/tree.h"

#define VALUE_SHOWN_BYTES 160

/* Two values are being compared; path leads to them. */
struct comparison {
	struct message_difference *d;
	const char *but; /* a member of the outermost object that may be any text; NULL: none */
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
	if (c->d->path.bytes == 0)
		buf_add_string(&c->d->path, "the whole");
	show_value(&c->d->expected, expected);
	show_value(&c->d->found, found);
	return false;
}

/* One step down and back; NULL on a side: there is no such member or element. */
static bool is_same_below(struct comparison *c, const char *key, int index, const cJSON *expected,
                          const cJSON *found)
{
	struct buf *path = &c->d->path;
	size_t bytes = path->bytes;
	bool same;

	if (!key)
		buf_print(path, "[%d]", index);
	else
		buf_print(path, "%s%s", bytes > 0 ? "." : "", key);
	if (bytes == 0 && key && c->but && !strcmp(key, c->but))
		same = (cJSON_IsString(expected) && cJSON_IsString(found)) || differ(c, expected, found);
	else
		same = expected && found ? is_same(c, expected, found) : differ(c, expected, found);
	if (same && path->data && bytes <= path->bytes) {
		path->bytes = bytes;
		path->data[bytes] = '\0';
	}
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

static bool is_same_json(struct comparison *c, struct text expected, struct text found)
{
	struct arena arena = {0};
	const char *why_not_expected = NULL, *why_not_found = NULL;
	const cJSON *left = json_parse(expected, &arena, &why_not_expected);
	const cJSON *right = json_parse(found, &arena, &why_not_found);
	bool same = false;

	if (left && right) {
		same = is_same(c, left, right);
	} else {
		buf_add_string(&c->d->path, "the whole");
		buf_add_string(&c->d->expected, left ? "a JSON object" : why_not_expected);
		buf_add_string(&c->d->found, right ? "a JSON object" : why_not_found);
	}
	c->d->path.failed = c->d->path.failed || arena.failed;
	arena_release(&arena);
	return same;
}

bool message_is_same_but(struct text expected, struct text found, const char *but,
                         struct message_difference *d)
{
	struct comparison c = {d, but};

	buf_clear(&d->path);
	buf_clear(&d->expected);
	buf_clear(&d->found);
	return is_same_json(&c, expected, found);
}

bool message_difference_failed(const struct message_difference *d)
{
	return d->path.failed || d->expected.failed || d->found.failed;
}

void message_difference_release(struct message_difference *d)
{
	buf_release(&d->path);
	buf_release(&d->expected);
	buf_release(&d->found);
}

bool message_is_same(struct text expected, struct text found, struct buf *where)
{
	struct message_difference d = {0};
	bool same = message_is_same_but(expected, found, NULL, &d);

	if (!same) {
		buf_add_text(where, buf_text(&d.path));
		buf_add_string(where, ": expected ");
		buf_add_text(where, buf_text(&d.expected));
		buf_add_string(where, ", found ");
		buf_add_text(where, buf_text(&d.found));
	}
	where->failed = where->failed || message_difference_failed(&d);
	message_difference_release(&d);
	return same;
}

bool message_find_place(struct text json, const char *topic, struct message_place *place)
{
	struct arena arena = {0};
	const char *why = NULL;
	const cJSON *tree = json_parse(json, &arena, &why);
	const cJSON *request = tree ? json_member(tree, "request") : NULL;
	int64_t partition;
	bool is_there =
	    request && json_integer(json_member(request, "partition"), 0, INT32_MAX, &partition) &&
	    json_integer(json_member(request, "offset"), 0, JSON_INTEGER_MAX, &place->offset);

	if (is_there) {
		place->partition = (int32_t)partition;
		place->is_of_topic = text_same(json_text(json_member(request, "topic")), text_of(topic));
	}
	arena_release(&arena);
	return is_there;
}
