#include "common/message/tree.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/message/scan.h"
#include "common/message/tree_make.h"

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* So many are compared with each other sooner than sorted. */
#define FEW_KEYS 12

static bool few_have_key_twice(const cJSON *object)
{
	for (const cJSON *member = object->child; member; member = member->next)
		for (const cJSON *before = object->child; before != member; before = before->next)
			if (before->string[0] == member->string[0] &&
			    strcmp(before->string, member->string) == 0)
				return true;
	return false;
}

/* Does a key come twice in this object itself? Also true where memory runs out. */
static bool has_key_twice(const cJSON *object, struct arena *arena)
{
	size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
	const char **keys;

	if (count <= FEW_KEYS)
		return few_have_key_twice(object);
	keys = arena_take(arena, count * sizeof *keys);
	if (!keys)
		return true;
	for (const cJSON *member = object->child; member; member = member->next)
		keys[i++] = member->string;
	qsort(keys, count, sizeof *keys, compare_keys);
	for (i = 1; i < count; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			return true;
	return false;
}

/* In this value or in any below it; the scan has bounded the depth. */
static bool has_key_twice_below(const cJSON *value, struct arena *arena)
{
	if (cJSON_IsObject(value) && has_key_twice(value, arena))
		return true;
	for (const cJSON *child = value->child; child; child = child->next)
		if (child->child && has_key_twice_below(child, arena))
			return true;
	return false;
}

static cJSON *parse(struct text json, int depth_max, struct arena *texts,
                    struct tree_values *values, const char **why)
{
	cJSON *tree;

	if (!scan_is_strict_object_to(json, depth_max, why))
		return NULL;
	tree = tree_make(json, texts, values);
	if (tree && !has_key_twice_below(tree, values->more))
		return tree;
	*why = texts->failed || values->more->failed ? "out of memory" : "a key twice in one object";
	return NULL;
}

cJSON *json_parse(struct text json, struct arena *arena, const char **why)
{
	return json_parse_deep(json, SCAN_DEPTH_MAX, arena, why);
}

cJSON *json_parse_deep(struct text json, int depth_max, struct arena *arena, const char **why)
{
	return parse(json, depth_max, arena, &(struct tree_values){.more = arena}, why);
}

cJSON *json_parse_apart(struct text json, struct arena *texts, struct tree_values *values,
                        const char **why)
{
	return parse(json, SCAN_DEPTH_MAX, texts, values, why);
}

const struct cJSON *json_first(const struct cJSON *array)
{
	return cJSON_IsArray(array) ? array->child : NULL;
}

const struct cJSON *json_next(const struct cJSON *element)
{
	return element->next;
}

const struct cJSON *json_member(const struct cJSON *object, const char *key)
{
	const cJSON *member = cJSON_IsObject(object) ? object->child : NULL;

	while (member && (member->string[0] != key[0] || strcmp(member->string, key) != 0))
		member = member->next;
	return member;
}

struct text json_text(const struct cJSON *value)
{
	return text_of(cJSON_IsString(value) ? value->valuestring : NULL);
}

bool json_number(const struct cJSON *value, double *number)
{
	*number = cJSON_IsNumber(value) ? value->valuedouble : 0;
	return cJSON_IsNumber(value) && *number - *number == 0; /* neither infinite nor none */
}

bool json_integer(const struct cJSON *value, int64_t min, int64_t max, int64_t *integer)
{
	if (!cJSON_IsNumber(value) ||
	    !(value->valuedouble >= (double)min && value->valuedouble <= (double)max))
		return false;
	*integer = (int64_t)value->valuedouble;
	return (double)*integer == value->valuedouble;
}

bool json_time(const struct cJSON *value, int64_t *wall_ms)
{
	static const char form[] = "0000-00-00T00:00:00.000Z"; /* 0: any digit */
	struct text given = json_text(value);

	if (given.bytes != sizeof form - 1)
		return false;
	for (size_t i = 0; i < given.bytes; i++) {
		char c = given.data[i];

		if (form[i] == '0' ? c < '0' || c > '9' : c != form[i])
			return false;
	}
	return instant_parse(given.data, wall_ms) == 0;
}
