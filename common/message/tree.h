/*
 * tree.h - what the messages share in reading: a strict parse into a tree of cJSON.
 *
 * Included by common/message/, and by who reads other JSON than messages. Doesn't know: writing
 * (common/base/json.h).
 */
#ifndef HOLDFAST_MESSAGE_TREE_H
#define HOLDFAST_MESSAGE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/text.h"

struct cJSON;

#define JSON_INTEGER_MAX ((int64_t)1 << 53) /* up to here a double tells every integer */

/*
 * Parse one object; what scan_is_strict_object refuses and a key twice in one object are refused.
 *
 * arena  takes memory for the while of the parse
 * why    what is wrong with it (a literal)
 *
 * Returned: release with cJSON_Delete. NULL: refused, or out of memory, then arena->failed is set.
 */
struct cJSON *json_parse(struct text json, struct arena *arena, const char **why);
/* The same of what is no message, and may be nested deeper. depth_max: the object itself is 1 */
struct cJSON *json_parse_deep(struct text json, int depth_max, struct arena *arena,
                              const char **why);
void json_release(struct cJSON *tree); /* takes NULL */

/* The elements of an array, one after the other; NULL where there is none, or no array. */
const struct cJSON *json_first(const struct cJSON *array);
const struct cJSON *json_next(const struct cJSON *element);

/* The member of that name, letter case counting; NULL where there is none or no object. */
const struct cJSON *json_member(const struct cJSON *object, const char *key);
/* A string's text, borrowed from the tree; data NULL where the value is none or NULL. */
struct text json_text(const struct cJSON *value);
bool json_number(const struct cJSON *value, double *number); /* false: it is none */
/* Is the value an integer in these bounds, however written? Bounds within JSON_INTEGER_MAX. */
bool json_integer(const struct cJSON *value, int64_t min, int64_t max, int64_t *integer);
/* Is the value a time just as json_add_time writes it? */
bool json_time(const struct cJSON *value, int64_t *wall_ms);

#endif
