/*
 * options_print.h - on stdout: the answer to --help, and to --print-config.
 */
#ifndef HOLDFAST_PROGRAM_OPTIONS_PRINT_H
#define HOLDFAST_PROGRAM_OPTIONS_PRINT_H

#include "common/program/options_value.h"

void options_print_help(const struct options_spec *spec);
void options_print_config(const struct options_spec *spec, const void *settings);

#endif
