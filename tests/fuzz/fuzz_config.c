/*
 * Any bytes as a config file: what is taken is within the bounds of the table, --print-config
 * writes what reads back as the same settings, and neither an error nor --print-config depends on
 * a secret: with other secrets of the same length both are the same to the letter.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mask.h"
#include "common/program/options.h"
#include "common/program/options_print.h"
#include "tests/fuzz/fuzz.h"

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
#include "producer/options.def"
	struct pairs kafka;
};

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
#include "producer/options.def"
};

static const struct options_spec spec = {
    .program = "fuzz",
    .usage = "",
    .about = "",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

struct reading {
	struct settings settings;
	enum rc rc;
	struct err e;
};

static void read_config(struct reading *r, struct text config)
{
	char path[FUZZ_PATH_BYTES], flag[] = "--config", program[] = "fuzz";
	int fd = fuzz_file(config, path);
	char *arguments[] = {program, flag, path, NULL};
	char **rest = NULL;
	int rest_count = 0;
	bool is_done = false;

	*r = (struct reading){0};
	unsetenv("DATABASE_URL");
	unsetenv("KAFKA_BOOTSTRAP_SERVERS");
	r->rc = options_read(&spec, 3, arguments, &r->settings, &rest, &rest_count, &is_done, &r->e);
	FUZZ_CHECK(rest_count == 0 && !is_done);
	free(rest);
	close(fd);
}

static void release(struct reading *r)
{
	options_release(&spec, &r->settings, NULL);
}

static const void *field_of(const struct option_row *row, const struct settings *s)
{
	return (const char *)s + row->at;
}

/* ---- the bounds of the table ---- */

static bool is_listed(const char *choices, const char *value)
{
	size_t bytes = strlen(value);

	for (const char *c = choices; (c = strstr(c, value)) != NULL; c++)
		if ((c == choices || c[-1] == '|') && (c[bytes] == '\0' || c[bytes] == '|') && bytes)
			return true;
	return false;
}

static void check_bounds(const struct settings *s)
{
	for (size_t i = 0; i < spec.row_count; i++) {
		const struct option_row *row = &rows[i];
		const void *field = field_of(row, s);
		const char *text = row->kind == OPTION_UINT || row->kind == OPTION_BOOL
		                       ? NULL
		                       : *(char *const *)field;

		if (row->kind == OPTION_UINT)
			FUZZ_CHECK(*(const uint64_t *)field >= row->min && *(const uint64_t *)field <= row->max);
		else if (row->kind == OPTION_CHOICE)
			FUZZ_CHECK(text && is_listed(row->choices, text));
		else if (text)
			FUZZ_CHECK(strlen(text) >= row->min && strlen(text) <= row->max);
		else if (row->kind != OPTION_BOOL)
			FUZZ_CHECK(!row->default_text[0]);
	}
	for (size_t i = 0; i < s->kafka.count; i++)
		for (size_t j = 0; j < i; j++)
			FUZZ_CHECK(strcmp(s->kafka.names[i], s->kafka.names[j]) != 0);
}

/* ---- other secrets ---- */

/*
 * The option that a line sets, if what stands behind it may be a secret, as it may behind the name
 * of no option at all; 0: it is none.
 */
static size_t secret_name_bytes(const char *line)
{
	size_t bytes = strcspn(line, " \t\r\n\v\f=:");
	const struct option_row *row;
	char name[64];

	/* A line in brackets is refused, and quoted, as the section that it would be. */
	if (bytes == 0 || bytes >= sizeof name || line[0] == '[')
		return 0;
	memcpy(name, line, bytes);
	name[bytes] = '\0';
	if (!strncmp(name, "kafka.", 6))
		return mask_name_is_secret(name) ? bytes : 0;
	row = options_find(&spec, name);
	return !row || option_is_secret(row) ? bytes : 0;
}

/* Every letter and digit behind the name of a secret becomes another. */
static void change_secrets(struct buf *config)
{
	char *next;

	for (char *line = config->data; line; line = next) {
		char *end = strchr(line, '\n');
		size_t name_bytes;

		next = end ? end + 1 : NULL;
		while (line != end && isspace((unsigned char)*line))
			line++;
		if (!strncmp(line, "\xEF\xBB\xBF", 3) && line == config->data)
			line += 3;
		name_bytes = secret_name_bytes(line);
		for (char *c = line + name_bytes; name_bytes && *c && c != end; c++)
			if (isalnum((unsigned char)*c))
				*c = 'x';
	}
}

static void print(const void *settings)
{
	options_print_config(&spec, settings);
}

/*
 * With the URLs away, of which all but the password is shown; fuzz_db_url and fuzz_database_map look
 * after that.
 */
static struct buf printed(struct reading *r)
{
	free(r->settings.database_url);
	free(r->settings.database_map);
	r->settings.database_url = r->settings.database_map = NULL;
	return fuzz_printed(print, &r->settings);
}

static void check_secrets(struct reading *r, struct text config)
{
	struct buf changed = {0};
	struct reading other;

	buf_add_text(&changed, config);
	buf_add_string(&changed, "");
	change_secrets(&changed);
	read_config(&other, buf_text(&changed));
	FUZZ_CHECK(r->rc == other.rc);
	if (r->rc) {
		/* The path has the descriptor in it, which is the same one. */
		FUZZ_CHECK(!strcmp(r->e.text, other.e.text));
	} else {
		struct buf one = printed(r), two = printed(&other);

		FUZZ_CHECK(text_same(buf_text(&one), buf_text(&two)));
		buf_release(&one);
		buf_release(&two);
	}
	release(&other);
	buf_release(&changed);
}

/* ---- printed and read again ---- */

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_same(const struct settings *a, const struct settings *b)
{
	for (size_t i = 0; i < spec.row_count; i++) {
		const void *x = field_of(&rows[i], a), *y = field_of(&rows[i], b);

		if (rows[i].kind == OPTION_UINT)
			FUZZ_CHECK(*(const uint64_t *)x == *(const uint64_t *)y);
		else if (rows[i].kind == OPTION_BOOL)
			FUZZ_CHECK(*(const bool *)x == *(const bool *)y);
		else if (!option_is_secret(&rows[i]))
			FUZZ_CHECK(is_same_text(*(char *const *)x, *(char *const *)y));
	}
	FUZZ_CHECK(a->kafka.count == b->kafka.count);
	for (size_t i = 0; i < a->kafka.count; i++) {
		FUZZ_CHECK(!strcmp(a->kafka.names[i], b->kafka.names[i]));
		FUZZ_CHECK(mask_name_is_secret(a->kafka.names[i]) ||
		           !strcmp(a->kafka.values[i], b->kafka.values[i]));
	}
}

static void check_round_trip(struct reading *r)
{
	struct buf text = printed(r);
	struct reading again;

	read_config(&again, buf_text(&text));
	FUZZ_CHECK(again.rc == RC_OK);
	check_same(&r->settings, &again.settings);
	release(&again);
	buf_release(&text);
}

void fuzz_config(const uint8_t *data, size_t bytes)
{
	struct text config = {data ? (const char *)data : "", bytes};
	struct reading r;

	read_config(&r, config);
	FUZZ_CHECK(r.rc == RC_OK || (r.rc == RC_USAGE && r.e.origin == FROM_SETTINGS));
	if (r.rc)
		FUZZ_CHECK(!strncmp(r.e.text, "config /", 8));
	else
		check_bounds(&r.settings);
	check_secrets(&r, config);
	/* A carriage return or a line of the greatest length does not come back. */
	if (!r.rc && bytes < 8192 && !memchr(config.data, '\r', bytes))
		check_round_trip(&r);
	release(&r);
}
