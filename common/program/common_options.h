/*
 * common_options.h - the options that every program has, as a struct: the first member, `common`,
 * of each program's own (settings.h).
 */
#ifndef HOLDFAST_PROGRAM_COMMON_OPTIONS_H
#define HOLDFAST_PROGRAM_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/pairs.h"

struct common_options {
#include "common/program/options_fields.h"
#include "common/program/options.def"
	struct pairs kafka; /* --kafka.PROPERTY=VALUE */
	/*
	 * Flags whose value the environment gave, and no stronger source. It may serve several programs,
	 * so that a flag which does not go with the others is no mistake where it is from there.
	 */
	struct pairs from_environment;
};

#endif
