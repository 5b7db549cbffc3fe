#include "common/program/variables.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/similar.h"
#include "common/base/text.h"

#define PREFIX "HOLDFAST_"
#define PREFIX_BYTES (sizeof PREFIX - 1)
#define CLIENT_PREFIX "HOLDFAST_KAFKA_"
#define CLIENT_PROPERTIES "HOLDFAST_KAFKA_PROPERTIES"

extern char **environ;

/* What is an option of any program. */
static const char *const options[] = {
#include "option_variables.inc"
    CLIENT_PROPERTIES,
};

/* What programs built for tests read, and scripts of the project; tests/documented looks. */
static const char *const others[] = {
    "HOLDFAST_FAULT", "HOLDFAST_BREAK", "HOLDFAST_BUG", "HOLDFAST_ALLOC_EACH",
    "HOLDFAST_ALLOC_FAILS", "HOLDFAST_BUILD", "HOLDFAST_CACHE_DIR", "HOLDFAST_CLIENTS",
    "HOLDFAST_CLIENTS_WHOLE", "HOLDFAST_DB_PASSWORD", "HOLDFAST_FAULTS_WHOLE",
    "HOLDFAST_KAFKA_MORE", "HOLDFAST_REWRITE_SUMS", "HOLDFAST_RUN_DIR", "HOLDFAST_UP_TIMEOUT_S",
};

/* Of whole families: tests, ports of private servers, and a service's in Kubernetes. */
static const char *const parts[] = {
    "HOLDFAST_TEST_", "HOLDFAST_CHAOS_", "HOLDFAST_THREADS_", "HOLDFAST_WEB_", "_SERVICE_HOST",
    "_SERVICE_PORT", "_PORT_",
};

static bool is_one_of(const char *const *names, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_same(name, text_of(names[i])))
			return true;
	return false;
}

#define IS_ONE_OF(names, name) is_one_of((names), sizeof (names) / sizeof (names)[0], (name))

static bool is_of_a_family(struct text name)
{
	static const char port[] = "_PORT";
	size_t bytes = sizeof port - 1;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const char *at = strstr(name.data, parts[i]); /* the value behind the name ends with NUL */

		if (at && at + strlen(parts[i]) <= name.data + name.bytes)
			return true;
	}
	return name.bytes > bytes && !memcmp(name.data + name.bytes - bytes, port, bytes);
}

/* The option that the name resembles, however it is written; NULL: none. */
static const char *nearest(struct text name)
{
	char letters[SIMILAR_BYTES_MAX];
	size_t bytes = name.bytes - PREFIX_BYTES, least = SIZE_MAX;
	const char *found = NULL;

	if (bytes > sizeof letters)
		return NULL;
	for (size_t i = 0; i < bytes; i++) {
		char letter = name.data[PREFIX_BYTES + i];

		letters[i] = letter == '-' ? '_' : (char)toupper((unsigned char)letter);
	}
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		const char *option = options[i] + PREFIX_BYTES;
		size_t distance = similar_distance(letters, bytes, option);

		if (similar_is_near(letters, bytes, option) && distance < least) {
			least = distance;
			found = options[i];
		}
	}
	if (!found && !strncmp(name.data, CLIENT_PREFIX, sizeof CLIENT_PREFIX - 1))
		return CLIENT_PROPERTIES; /* HOLDFAST_KAFKA_SASL_PASSWORD and the like */
	return found;
}

void variables_warn(void)
{
	for (char **variable = environ; variable && *variable; variable++) {
		struct text name = {*variable, strcspn(*variable, "=")};
		const char *meant;

		if (name.bytes <= PREFIX_BYTES || memcmp(name.data, PREFIX, PREFIX_BYTES) != 0 ||
		    IS_ONE_OF(options, name) || IS_ONE_OF(others, name) || is_of_a_family(name))
			continue;
		meant = nearest(name);
		log_warning("a variable of the environment is no option of any program",
		            F_TEXT("variable", name),
		            {.name = meant ? "did_you_mean" : NULL, .string = meant,
		             .string_bytes = SIZE_MAX});
	}
}
