#include "common/program/options_print.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/mask.h"

#define HELP_COLUMN 34

/* What is not given stands as a comment, and so does what would not fit in a line. */
static void print_line(const char *prefix, const char *name, const char *value)
{
	if (!value || strpbrk(value, "\r\n"))
		printf("# %s%s =%s\n", prefix, name, value ? " (several lines)" : "");
	else
		printf("%s%s = %s\n", prefix, name, value);
}

void options_print_config(const struct options_spec *spec, const void *settings)
{
	const struct pairs *kafka =
	    (const struct pairs *)(const void *)((const char *)settings + spec->kafka_at);

	for (size_t i = 0; i < spec->row_count; i++) {
		const struct option_row *row = &spec->rows[i];
		const void *field = (const char *)settings + row->at;
		struct buf masked = {0};

		if (row->kind == OPTION_UINT) {
			printf("%s = %" PRIu64 "\n", row->flag, *(const uint64_t *)field);
		} else if (row->kind == OPTION_BOOL) {
			printf("%s = %s\n", row->flag, *(const bool *)field ? "true" : "false");
		} else if (option_is_secret(row) && *(char *const *)field) {
			if (row->kind == OPTION_URL)
				mask_url(*(char *const *)field, &masked);
			else if (row->kind == OPTION_URLS)
				mask_urls(*(char *const *)field, &masked);
			print_line("", row->flag, masked.data ? masked.data : MASK_TEXT);
		} else {
			print_line("", row->flag, *(char *const *)field);
		}
		buf_release(&masked);
	}
	for (size_t i = 0; i < kafka->count; i++)
		print_line("kafka.", kafka->names[i],
		           mask_name_is_secret(kafka->names[i]) ? MASK_TEXT : kafka->values[i]);
}

static void print_help_line(const char *flag, const char *value, const char *help)
{
	int used = printf("  --%s%s", flag, value);

	printf("%*s%s", used < HELP_COLUMN ? HELP_COLUMN - used : 1, "", help);
}

void options_print_help(const struct options_spec *spec)
{
	printf("Usage: %s %s\n%s\n\nOptions:\n", spec->program, spec->usage, spec->about);
	for (size_t i = 0; i < spec->row_count; i++) {
		const struct option_row *row = &spec->rows[i];
		const char *gap = " (";

		print_help_line(row->flag, row->kind == OPTION_BOOL   ? ""
		                           : row->kind == OPTION_UINT ? "=N"
		                                                      : "=TEXT", row->help);
		if (row->kind == OPTION_CHOICE) {
			printf(" (%s", row->choices);
			gap = "; ";
		} else if (row->kind != OPTION_BOOL) {
			printf(" (%" PRIu64 "..%" PRIu64 "%s", row->min, row->max,
			       row->kind == OPTION_UINT ? "" : " bytes");
			gap = "; ";
		}
		if (row->default_text[0] && row->kind != OPTION_BOOL)
			printf("%sdefault %s", gap, row->default_text);
		printf(row->kind == OPTION_BOOL ? "\n" : ")\n");
	}
	print_help_line("config", "=FILE", "read settings from a file of `name = value` lines\n");
	print_help_line("kafka.PROPERTY", "=VALUE", "a property of librdkafka\n");
	print_help_line("print-config", "", "write all settings, secrets masked, and exit\n");
	print_help_line("help", "", "write this and exit\n");
	print_help_line("version", "", "write the version and exit\n");
	printf("\nSettings, weakest first: default, --config file, environment, --name=value.\n"
	       "In the environment --some-name is HOLDFAST_SOME_NAME; DATABASE_URL and\n"
	       "KAFKA_BOOTSTRAP_SERVERS are read too, HOLDFAST_KAFKA_PROPERTIES is \"a=b,c=d\".\n");
}
