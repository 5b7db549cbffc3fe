/*
 * options_value.h - one value of one option: check it, keep it, show it. For options*.c, and
 * database_map.c.
 */
#ifndef HOLDFAST_PROGRAM_OPTIONS_VALUE_H
#define HOLDFAST_PROGRAM_OPTIONS_VALUE_H

#include "common/program/options.h"
#include "common/base/text.h"

#define OPTION_MASK "***" /* stands for what may be seen by nobody else */

/*
 * Check a value against its row and keep it in the settings.
 *
 * where  names the source and the option as its user wrote it, `environment: HOLDFAST_BATCH_MAX`
 *
 * RC_REJECT exit code 2; the text begins with `where`; never quotes a secret
 */
enum rc option_set(const struct option_row *row, void *settings, const char *value,
                   const char *where, struct err *e) NODISCARD;
void option_release(const struct option_row *row, void *settings);

/* Keep a property; one of the same name is replaced, and moves to the end. */
enum rc option_pairs_set(struct option_pairs *pairs, const char *name, size_t name_bytes,
                         const char *value, size_t value_bytes, struct err *e) NODISCARD;
void option_pairs_release(struct option_pairs *pairs);

/* On stdout: the answer to --help, and to --print-config. */
void options_print_help(const struct options_spec *spec);
void options_print_config(const struct options_spec *spec, const void *settings);

/* Add a secret to the buffer as it may be shown: a libpq URL or keywords without its password. */
void option_mask(const char *secret, struct buf *to);

/* Read a file of `name = value` lines. */
enum rc options_read_file(const struct options_spec *spec, const char *file, void *settings,
                          struct err *e) NODISCARD;
const struct option_row *options_find(const struct options_spec *spec, const char *flag);
struct option_pairs *options_kafka(const struct options_spec *spec, void *settings);

#endif
