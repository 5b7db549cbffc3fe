/*
 * settings_rows.h - the parser rows of the struct settings that settings.h made. SETTINGS_ROWS
 * gives them to a struct options_spec. For a program's main, once.
 */
#include <stddef.h>

_Static_assert(offsetof(struct settings, common) == 0, "the rows of both are offsets in one struct");

static const struct option_row settings_rows[] = {
#define OPTIONS_STRUCT struct common_options
#include "common/program/options_rows.h"
#include "common/program/options.def"
#undef OPTIONS_STRUCT
#define OPTIONS_STRUCT struct settings
#include PROGRAM_OPTIONS
};

#define SETTINGS_ROWS \
	.rows = settings_rows, .row_count = sizeof settings_rows / sizeof settings_rows[0], \
	.kafka_at = offsetof(struct settings, common.kafka), \
	.environment_at = offsetof(struct settings, common.from_environment)
