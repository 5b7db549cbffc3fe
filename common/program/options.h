/*
 * options.h - settings of a program: default, --config FILE, environment, --name=value.
 *
 * One table a program (its options.def) gives the struct fields, the parser rows, the help and
 * --print-config. The config file is read by inih: `name = value` lines with the flag's name, and
 * `kafka.PROPERTY = value`. The environment's name is HOLDFAST_<FIELD IN CAPITALS>, but
 * DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS for the two servers (HOLDFAST_... wins over those);
 * HOLDFAST_KAFKA_PROPERTIES="a=b,c=d" gives properties of librdkafka, as --kafka.PROPERTY=VALUE
 * does.
 * A variable that is empty counts as not set.
 */
#ifndef HOLDFAST_PROGRAM_OPTIONS_H
#define HOLDFAST_PROGRAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"

enum option_kind {
	OPTION_UINT,   /* uint64_t, within min and max */
	OPTION_STR,    /* char *, min..max bytes; NULL: the default is "", and nothing or "" was given */
	OPTION_SECRET, /* as STR; masked by --print-config: a URL shows all but its password */
	OPTION_BOOL,   /* bool; --name, --name=true|false */
	OPTION_CHOICE, /* char *, one of `choices` */
};

struct option_row {
	const char *flag;        /* "batch-max" */
	enum option_kind kind;
	const char *default_text; /* "" : none */
	uint64_t min, max;
	const char *choices;     /* "logfmt|json", or NULL */
	const char *help;
	size_t at;               /* offset of the field in the program's struct */
	const char *field;       /* "batch_max" */
	const char *environment; /* a second, weaker name such as DATABASE_URL, or NULL */
};

/*
 * A table becomes struct fields and rows:
 *
 *   struct settings { OPTIONS_FIELDS  #include "worker/options.def" };
 *
 * by defining OPTION and OPTION_CHOICES before each include; see common/program/options_fields.h and
 * common/program/options_rows.h.
 */

/* Properties for librdkafka, in the order given, each name once: a later one wins. */
struct option_pairs {
	char **names;
	char **values;
	size_t count;
};

/* Whether such a property's value may be seen by nobody else. */
bool option_pair_is_secret(const char *name);

struct options_spec {
	const char *program; /* "holdfast-worker" */
	const char *usage;   /* "[OPTION]..." behind the program's name */
	const char *about;   /* a sentence or two for --help */
	const struct option_row *rows;
	size_t row_count;
	size_t kafka_at; /* offset of a struct option_pairs in the program's struct */
};

/*
 * Read every source into `settings`.
 *
 * settings  zeroed by the caller; strings in it are released by options_release
 * rest      the arguments that are no options, in order; borrowed from argv
 * is_done   --help, --version or --print-config was served on stdout: exit 0
 *
 * RC_OK     settings hold a value within bounds for every row
 * RC_REJECT exit code 2; the text names the source, the option, its bounds and what was got,
 *           e.g. `environment: HOLDFAST_BATCH_MAX must be 1..10000, got "0"`
 */
enum rc options_read(const struct options_spec *spec, int argc, char **argv, void *settings,
                     char ***rest, int *rest_count, bool *is_done, struct err *e) NODISCARD;
void options_release(const struct options_spec *spec, void *settings, char **rest);

#endif
