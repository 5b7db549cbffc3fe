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
};

#endif
