#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/pipeline/database_map.h"
#include "common/program/options_value.h"

#define BLANKS " \t\n\r\v\f" /* as libpq sees them */
#define HELP_COLUMN 34

static bool holds_word(const char *text, size_t bytes, const char *word)
{
	size_t word_bytes = strlen(word);

	for (size_t i = 0; i + word_bytes <= bytes; i++)
		if (strncasecmp(text + i, word, word_bytes) == 0)
			return true;
	return false;
}

bool option_pair_is_secret(const char *name)
{
	static const char *const words[] = {"password", "secret", "key", "token", "jaas",
	                                    "credential", "oauthbearer.config"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (holds_word(name, strlen(name), words[i]))
			return true;
	return false;
}

/* scheme://user:password@host/name?password=... */
static void mask_url(const char *url, const char *authority, struct buf *to)
{
	size_t authority_bytes = strcspn(authority, "/?");
	const char *at = NULL, *colon, *query;

	for (const char *c = authority; *c; c++)
		if (*c == '@')
			at = c;
	/* A password with a character that ought to be escaped: who knows where it ends. */
	if (at && at > authority + authority_bytes) {
		buf_add_string(to, OPTION_MASK);
		return;
	}
	colon = at ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
	if (colon) {
		buf_add(to, url, (size_t)(colon + 1 - url));
		buf_add_string(to, OPTION_MASK);
		url = at;
	}
	query = strchr(url, '?');
	while (query) {
		size_t name_bytes = strcspn(query + 1, "=&");

		buf_add(to, url, (size_t)(query + 1 - url) + name_bytes);
		url = query + 1 + name_bytes;
		/* libpq reads %70assword as a name, too. */
		if (*url == '=' && (holds_word(query + 1, name_bytes, "password") ||
		                    memchr(query + 1, '%', name_bytes))) {
			buf_add_string(to, "=" OPTION_MASK);
			url += strcspn(url, "&");
		}
		query = strchr(url, '&');
	}
	buf_add_string(to, url);
}

/* name = value 'in quotes' ...; what does not read so is masked whole. */
static bool mask_keywords(const char *at, struct buf *to)
{
	while (*(at += strspn(at, BLANKS))) {
		const char *name = at;
		size_t name_bytes = strcspn(at, "=" BLANKS);
		const char *value = at + name_bytes;

		value += strspn(value, BLANKS);
		if (*value++ != '=' || !name_bytes)
			return false;
		value += strspn(value, BLANKS);
		at = value;
		if (*at == '\'') {
			for (at++; *at && *at != '\''; at++)
				at += *at == '\\' && at[1];
			if (!*at++)
				return false;
		} else {
			for (; *at && !strchr(BLANKS, *at); at++)
				at += *at == '\\' && at[1];
		}
		buf_print(to, "%s%.*s=", to->bytes ? " " : "", (int)name_bytes, name);
		if (holds_word(name, name_bytes, "password"))
			buf_add_string(to, OPTION_MASK);
		else
			buf_add(to, value, (size_t)(at - value));
	}
	return true;
}

void option_mask(const char *secret, struct buf *to)
{
	struct buf keywords = {0};

	if (strncmp(secret, "postgresql://", 13) == 0)
		mask_url(secret, secret + 13, to);
	else if (strncmp(secret, "postgres://", 11) == 0)
		mask_url(secret, secret + 11, to);
	else if (mask_keywords(secret, &keywords))
		buf_add_text(to, buf_text(&keywords));
	else
		buf_add_string(to, OPTION_MASK);
	to->failed = to->failed || keywords.failed;
	buf_release(&keywords);
}

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
	const struct option_pairs *kafka =
	    (const struct option_pairs *)(const void *)((const char *)settings + spec->kafka_at);

	for (size_t i = 0; i < spec->row_count; i++) {
		const struct option_row *row = &spec->rows[i];
		const void *field = (const char *)settings + row->at;
		struct buf masked = {0};

		if (row->kind == OPTION_UINT) {
			printf("%s = %" PRIu64 "\n", row->flag, *(const uint64_t *)field);
		} else if (row->kind == OPTION_BOOL) {
			printf("%s = %s\n", row->flag, *(const bool *)field ? "true" : "false");
		} else if (row->kind == OPTION_SECRET && *(char *const *)field) {
			if (strcmp(row->field, "database_url") == 0)
				option_mask(*(char *const *)field, &masked);
			else if (strcmp(row->field, "database_map") == 0)
				database_map_mask(*(char *const *)field, &masked);
			print_line("", row->flag, masked.data ? masked.data : OPTION_MASK);
		} else {
			print_line("", row->flag, *(char *const *)field);
		}
		buf_release(&masked);
	}
	for (size_t i = 0; i < kafka->count; i++)
		print_line("kafka.", kafka->names[i],
		           option_pair_is_secret(kafka->names[i]) ? OPTION_MASK : kafka->values[i]);
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
