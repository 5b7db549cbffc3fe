/*
 * settings.h - makes a program's struct settings of the table PROGRAM_OPTIONS, which is defined
 * before ("worker/options.def"), and of the options that all programs have. Its main then includes
 * settings_rows.h, for the rows.
 * No include guard: the header or main that includes it is included once.
 */
#include "common/program/common_options.h"

struct settings {
	struct common_options common; /* the first: its rows are offsets in it */
#include "common/program/options_fields.h"
#include PROGRAM_OPTIONS
};
