#include "common/program/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mask.h"
#include "common/base/similar.h"
#include "common/base/text.h"
#include "common/program/options_file.h"
#include "common/program/options_print.h"
#include "common/program/variables.h"

#define KAFKA_PREFIX "--kafka."
#define KAFKA_ENVIRONMENT "HOLDFAST_KAFKA_PROPERTIES"

/* What getopt_long returns; rows follow. */
enum {
	FLAG_SHORT_HELP = 'h',
	FLAG_CONFIG = 256,
	FLAG_HELP,
	FLAG_VERSION,
	FLAG_PRINT_CONFIG,
	FLAG_ROWS
};

/* The command line as read, before anything of it is applied. */
struct command_line {
	char **arguments; /* a copy of argv without --kafka., as getopt_long permutes it */
	int count;
	char **kafka;
	int kafka_count;
	const char **values; /* by row; NULL: not given */
	struct option *flags;
	const char *config;
	bool wants_help, wants_version, wants_config;
};

static void make_flags(const struct options_spec *spec, struct option *flags)
{
	for (size_t i = 0; i < spec->row_count; i++)
		flags[i] = (struct option){
		    spec->rows[i].flag,
		    spec->rows[i].kind == OPTION_BOOL ? optional_argument : required_argument, NULL,
		    FLAG_ROWS + (int)i};
	flags += spec->row_count;
	*flags++ = (struct option){"config", required_argument, NULL, FLAG_CONFIG};
	*flags++ = (struct option){"help", no_argument, NULL, FLAG_HELP};
	*flags++ = (struct option){"version", no_argument, NULL, FLAG_VERSION};
	*flags = (struct option){"print-config", no_argument, NULL, FLAG_PRINT_CONFIG};
}

/* Copy argv, --kafka.PROPERTY=VALUE apart: getopt_long cannot know every property. */
static enum rc copy_arguments(struct command_line *line, const struct options_spec *spec, int argc,
                              char **argv, struct err *e)
{
	bool is_rest = false;

	line->arguments = calloc((size_t)argc + 1, sizeof(char *));
	line->kafka = calloc((size_t)argc + 1, sizeof(char *));
	line->values = calloc(spec->row_count + 1, sizeof(char *));
	line->flags = calloc(spec->row_count + 5, sizeof *line->flags);
	if (!line->arguments || !line->kafka || !line->values || !line->flags)
		return err_out_of_memory(e);
	for (int i = 0; i < argc; i++) {
		is_rest = is_rest || strcmp(argv[i], "--") == 0;
		if (!is_rest && strncmp(argv[i], KAFKA_PREFIX, strlen(KAFKA_PREFIX)) == 0)
			line->kafka[line->kafka_count++] = argv[i];
		else
			line->arguments[line->count++] = argv[i];
	}
	make_flags(spec, line->flags);
	return RC_OK;
}

/* Never more of an argument than its name: its value may be a secret. */
static enum rc reject_argument(const char *argument, const char *what, bool is_after,
                               struct err *e)
{
	int bytes = (int)strcspn(argument, "=");

	if (is_after)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: %.*s %s", bytes, argument, what);
	return err_set(e, RC_USAGE, FROM_SETTINGS, "command line: %s %.*s", what, bytes, argument);
}

/* An unknown flag, and the known one that it resembles. */
static enum rc reject_unknown(const struct command_line *line, const char *argument, struct err *e)
{
	const char *name = argument + strspn(argument, "-");
	size_t bytes = strcspn(name, "=");
	const struct option *nearest = NULL;

	for (const struct option *flag = line->flags; flag->name; flag++) {
		bool begins_so = bytes > 2 && !strncmp(flag->name, name, bytes);

		if ((begins_so || similar_is_near(name, bytes, flag->name)) &&
		    (!nearest || similar_distance(name, bytes, flag->name) <
		                     similar_distance(name, bytes, nearest->name)))
			nearest = flag;
	}
	if (!nearest)
		return reject_argument(argument, "unknown option", false, e);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               "command line: unknown option %.*s; did you mean --%s?",
	               (int)strcspn(argument, "="), argument, nearest->name);
}

static enum rc take_flag(struct command_line *line, int flag, int index, struct err *e)
{
	/* With "--name value" getopt_long stands behind the value. */
	bool is_apart = flag != ':' && flag != '?' && optarg && optarg == line->arguments[optind - 1];
	const char *argument = line->arguments[optind - 1 - is_apart];
	char letter[] = {'-', (char)optopt, '\0'};

	if (flag == FLAG_SHORT_HELP) {
		line->wants_help = true;
		return RC_OK;
	}
	if (flag == ':')
		return reject_argument(argument, "needs a value", true, e);
	if (flag == '?' && optopt >= FLAG_CONFIG)
		return reject_argument(argument, "takes no value", true, e);
	if (flag == '?')
		return reject_unknown(line, optopt ? letter : argument, e);
	/* getopt_long takes abbreviations; what is short today may be ambiguous tomorrow. */
	if (strcspn(argument + 2, "=") != strlen(line->flags[index].name))
		return reject_unknown(line, argument, e);
	if (flag == FLAG_CONFIG)
		line->config = optarg;
	else if (flag >= FLAG_ROWS)
		line->values[flag - FLAG_ROWS] = optarg ? optarg : "true";
	line->wants_help |= flag == FLAG_HELP;
	line->wants_version |= flag == FLAG_VERSION;
	line->wants_config |= flag == FLAG_PRINT_CONFIG;
	return RC_OK;
}

static enum rc read_command_line(struct command_line *line, struct err *e)
{
	enum rc rc = RC_OK;
	int flag, index = 0;

	opterr = 0;
	optind = 0; /* from the beginning, however often this is called */
	while (rc == RC_OK && (flag = getopt_long(line->count, line->arguments, ":h", line->flags,
	                                          &index)) != -1)
		rc = take_flag(line, flag, index, e);
	return rc;
}

static enum rc apply_defaults(const struct options_spec *spec, void *settings, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < spec->row_count; i++) {
		const struct option_row *row = &spec->rows[i];

		if (row->default_text[0])
			rc = option_set(row, settings, row->default_text, row->flag, e);
	}
	return rc;
}

static struct pairs *from_environment(const struct options_spec *spec, void *settings)
{
	return (struct pairs *)(void *)((char *)settings + spec->environment_at);
}

/* A variable that is empty counts as one that is not set. */
static enum rc apply_variable(const struct options_spec *spec, const struct option_row *row,
                              void *settings, const char *name, struct err *e)
{
	const char *value = name ? getenv(name) : NULL;
	struct buf where = {0};
	enum rc rc;

	if (!value || !value[0])
		return RC_OK;
	buf_print(&where, "environment: %s", name);
	rc = where.failed ? err_out_of_memory(e) : option_set(row, settings, value, where.data, e);
	buf_release(&where);
	if (rc == RC_OK && spec->environment_at)
		rc = pairs_set(from_environment(spec, settings), row->flag, strlen(row->flag), "", 0, e);
	return rc;
}

static enum rc apply_kafka_variable(struct pairs *pairs, struct err *e)
{
	const char *at = getenv(KAFKA_ENVIRONMENT);
	enum rc rc = RC_OK;

	while (rc == RC_OK && at && *(at += strspn(at, " "))) {
		size_t bytes = strcspn(at, ",");
		size_t name_bytes = strcspn(at, "=,");

		if (!name_bytes || name_bytes == bytes)
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "environment: " KAFKA_ENVIRONMENT " must be PROPERTY=VALUE,...");
		rc = pairs_set(pairs, at, name_bytes, at + name_bytes + 1, bytes - name_bytes - 1, e);
		at += bytes + (at[bytes] == ',');
	}
	return rc;
}

static enum rc apply_environment(const struct options_spec *spec, void *settings, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < spec->row_count; i++) {
		const struct option_row *row = &spec->rows[i];
		struct buf name = {0};

		buf_print(&name, "HOLDFAST_%s", row->field);
		for (size_t j = 0; j < name.bytes; j++)
			name.data[j] = (char)toupper((unsigned char)name.data[j]);
		rc = name.failed ? err_out_of_memory(e)
		                 : apply_variable(spec, row, settings, row->environment, e);
		if (rc == RC_OK)
			rc = apply_variable(spec, row, settings, name.data, e);
		buf_release(&name);
	}
	return rc == RC_OK ? apply_kafka_variable(options_kafka(spec, settings), e) : rc;
}

static enum rc apply_command_line(const struct options_spec *spec, const struct command_line *line,
                                  void *settings, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < spec->row_count; i++) {
		struct buf where = {0};

		if (!line->values[i])
			continue;
		buf_print(&where, "command line: --%s", spec->rows[i].flag);
		rc = where.failed ? err_out_of_memory(e)
		                  : option_set(&spec->rows[i], settings, line->values[i], where.data, e);
		if (spec->environment_at)
			pairs_drop(from_environment(spec, settings), spec->rows[i].flag);
		buf_release(&where);
	}
	for (int i = 0; rc == RC_OK && i < line->kafka_count; i++) {
		const char *name = line->kafka[i] + strlen(KAFKA_PREFIX);
		size_t bytes = strcspn(name, "=");

		if (!bytes || !name[bytes])
			rc = reject_argument(line->kafka[i], "must be --kafka.PROPERTY=VALUE", true, e);
		else
			rc = pairs_set(options_kafka(spec, settings), name, bytes, name + bytes + 1,
			                      strlen(name + bytes + 1), e);
	}
	return rc;
}

static enum rc apply_all(const struct options_spec *spec, struct command_line *line,
                         void *settings, bool *is_done, struct err *e)
{
	enum rc rc = read_command_line(line, e);

	if (rc == RC_OK && (line->wants_help || line->wants_version)) {
		*is_done = true;
		if (line->wants_help)
			options_print_help(spec);
		else
			printf("%s %s\n", spec->program, HOLDFAST_VERSION);
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = apply_defaults(spec, settings, e);
	if (rc == RC_OK && line->config)
		rc = options_read_file(spec, line->config, settings, e);
	if (rc == RC_OK)
		rc = apply_environment(spec, settings, e);
	if (rc == RC_OK)
		rc = apply_command_line(spec, line, settings, e);
	if (rc == RC_OK && line->wants_config) {
		*is_done = true;
		variables_warn(); /* whoever asks may wonder why one has no effect */
		options_print_config(spec, settings);
	}
	return rc;
}

enum rc options_read(const struct options_spec *spec, int argc, char **argv, void *settings,
                     char ***rest, int *rest_count, bool *is_done, struct err *e)
{
	struct command_line line = {0};
	enum rc rc = copy_arguments(&line, spec, argc, argv, e);

	*rest = NULL;
	*rest_count = 0;
	*is_done = false;
	if (rc == RC_OK)
		rc = apply_all(spec, &line, settings, is_done, e);
	if (rc == RC_OK) {
		*rest_count = line.count - optind;
		memmove(line.arguments, line.arguments + optind,
		        (size_t)(*rest_count + 1) * sizeof(char *));
		*rest = line.arguments;
		line.arguments = NULL;
	} else {
		options_release(spec, settings, NULL);
	}
	free(line.arguments);
	free(line.kafka);
	free(line.values);
	free(line.flags);
	return rc;
}

void options_release(const struct options_spec *spec, void *settings, char **rest)
{
	for (size_t i = 0; i < spec->row_count; i++)
		option_release(&spec->rows[i], settings);
	pairs_release(options_kafka(spec, settings));
	if (spec->environment_at)
		pairs_release(from_environment(spec, settings));
	free(rest);
}

/* Has that option a secret for its value? What stands behind `bytes` bytes is no part of its name. */
static bool names_secret(const struct options_spec *spec, char *argument, size_t bytes)
{
	const size_t prefix = strlen(KAFKA_PREFIX);
	char behind = argument[bytes];
	bool is_secret = false;

	if (bytes > prefix && !strncmp(argument, KAFKA_PREFIX, prefix)) {
		argument[bytes] = '\0';
		is_secret = mask_name_is_secret(argument + prefix);
		argument[bytes] = behind;
		return is_secret;
	}
	for (size_t i = 0; bytes > 2 && i < spec->row_count; i++)
		is_secret |= option_is_secret(&spec->rows[i]) && strlen(spec->rows[i].flag) == bytes - 2 &&
		             !strncmp(spec->rows[i].flag, argument + 2, bytes - 2);
	return is_secret;
}

void options_hide(const struct options_spec *spec, int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		size_t bytes = strcspn(argv[i], "=");
		char *value = argv[i][bytes] ? argv[i] + bytes + 1 : NULL;

		if (strncmp(argv[i], "--", 2) != 0 || !names_secret(spec, argv[i], bytes))
			continue;
		if (!value && i + 1 < argc)
			value = argv[++i];
		if (!value || !value[0])
			continue;
		memset(value, 0, strlen(value));
		value[0] = '*';
	}
}
