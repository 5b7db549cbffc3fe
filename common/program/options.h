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

#include "common/base/err.h"
#include "common/base/pairs.h"
#include "common/program/options_value.h"

/*
 * Read every source into `settings`.
 *
 * settings  zeroed by the caller; strings in it are released by options_release
 * rest      the arguments that are no options, in order; borrowed from argv
 * is_done   --help, --version or --print-config was served on stdout: exit 0
 *
 * RC_OK     settings hold a value within bounds for every row
 * RC_USAGE; the text names the source, the option, its bounds and what was got,
 *           e.g. `environment: HOLDFAST_BATCH_MAX must be 1..10000, got "0"`
 */
enum rc options_read(const struct options_spec *spec, int argc, char **argv, void *settings,
                     char ***rest, int *rest_count, bool *is_done, struct err *e) NODISCARD;
void options_release(const struct options_spec *spec, void *settings, char **rest);

/*
 * Overwrite each secret of the command line, once it is read: it is what ps shows of a process, to
 * everybody. What is borrowed from argv stays.
 */
void options_hide(const struct options_spec *spec, int argc, char **argv);

#endif
