/*
 * options_file.h - settings from a file of `name = value` lines (inih).
 */
#ifndef HOLDFAST_PROGRAM_OPTIONS_FILE_H
#define HOLDFAST_PROGRAM_OPTIONS_FILE_H

#include "common/program/options_value.h"

/* RC_USAGE; the text begins with `config FILE:LINE: `. */
enum rc options_read_file(const struct options_spec *spec, const char *file, void *settings,
                          struct err *e) NODISCARD;

#endif
