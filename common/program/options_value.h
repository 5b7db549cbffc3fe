/*
 * options_value.h - a row of the table of options, and its value: check it, keep it.
 */
#ifndef HOLDFAST_PROGRAM_OPTIONS_VALUE_H
#define HOLDFAST_PROGRAM_OPTIONS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/pairs.h"

enum option_kind {
	OPTION_UINT,   /* uint64_t, within min and max */
	OPTION_STR,    /* char *, min..max bytes; NULL: the default is "", and nothing or "" was given */
	OPTION_SECRET, /* as STR; masked by --print-config */
	OPTION_URL,    /* as STR, a libpq URL or keywords; --print-config masks the password */
	OPTION_URLS,   /* as STR, a list of them with their ranges: base/ranges.h */
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
 * by defining OPTION, OPTION_KNOWN_AS (which has the weaker name of a variable besides) and
 * OPTION_CHOICES before each include; see common/program/options_fields.h and options_rows.h.
 */

struct options_spec {
	const char *program; /* "holdfast-worker" */
	const char *usage;   /* "[OPTION]..." behind the program's name */
	const char *about;   /* a sentence or two for --help */
	const struct option_row *rows;
	size_t row_count;
	size_t kafka_at; /* offset of a struct pairs in the program's struct */
	size_t environment_at; /* of another, the flags that the environment gave; 0: not kept */
};

/*
 * Check a value against its row and keep it in the settings.
 *
 * where  names the source and the option as its user wrote it, `environment: HOLDFAST_BATCH_MAX`
 *
 * RC_USAGE; the text begins with `where`; never quotes a secret
 */
enum rc option_set(const struct option_row *row, void *settings, const char *value,
                   const char *where, struct err *e) NODISCARD;
/* Whether nobody else may see the value, or a part of it. */
bool option_is_secret(const struct option_row *row);
void option_release(const struct option_row *row, void *settings);

/* The row of a flag; NULL: there is none. */
const struct option_row *options_find(const struct options_spec *spec, const char *flag);
/* The properties for librdkafka among the settings. */
struct pairs *options_kafka(const struct options_spec *spec, void *settings);

#endif
