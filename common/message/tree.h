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
 * arena  takes the tree: a copy of the text, and 64 bytes for each value. Nothing else is allocated,
 *        and nothing is released but the arena
 * why    what is wrong with it (a literal)
 *
 * Returned: lives in the arena, and so does every text in it; it is only read. NULL: refused, or out
 * of memory, then arena->failed is set.
 */
struct cJSON *json_parse(struct text json, struct arena *arena, const char **why);
/* The same of what is no message, and may be nested deeper. depth_max: the object itself is 1 */
struct cJSON *json_parse_deep(struct text json, int depth_max, struct arena *arena,
                              const char **why);
struct tree_values;
/*
 * The same in two places, for who needs the tree for a moment and its texts for longer.
 *
 * texts   takes the copy, and with it all keys and strings
 * values  take the rest (tree_make.h), which may go before the texts do. Out of memory: `more` of them
 *         or `texts` has failed
 */
struct cJSON *json_parse_apart(struct text json, struct arena *texts, struct tree_values *values,
                               const char **why);

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
