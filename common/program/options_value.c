#include "common/program/options_value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct option_row *options_find(const struct options_spec *spec, const char *flag)
{
	for (size_t i = 0; i < spec->row_count; i++)
		if (strcmp(spec->rows[i].flag, flag) == 0)
			return &spec->rows[i];
	return NULL;
}

struct pairs *options_kafka(const struct options_spec *spec, void *settings)
{
	return (struct pairs *)(void *)((char *)settings + spec->kafka_at);
}

static void *field_of(const struct option_row *row, void *settings)
{
	return (char *)settings + row->at;
}

static bool parse_uint(const char *text, uint64_t *v)
{
	*v = 0;
	if (!text[0])
		return false;
	for (; *text; text++) {
		unsigned digit = (unsigned)(*text - '0');

		if (digit > 9 || *v > (UINT64_MAX - digit) / 10)
			return false;
		*v = *v * 10 + digit;
	}
	return true;
}

static bool is_choice(const char *choices, const char *value)
{
	size_t bytes = strlen(value);

	for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
		if (bytes && strcspn(at, "|") == bytes && memcmp(at, value, bytes) == 0)
			return true;
	return false;
}

static enum rc set_uint(const struct option_row *row, uint64_t *field, const char *value,
                        const char *where, struct err *e)
{
	uint64_t v;

	if (!parse_uint(value, &v) || v < row->min || v > row->max)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s must be %" PRIu64 "..%" PRIu64
		               ", got \"%.80s\"", where, row->min, row->max, value);
	*field = v;
	return RC_OK;
}

static enum rc set_bool(bool *field, const char *value, const char *where, struct err *e)
{
	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s must be true or false, got \"%.80s\"", where,
		               value);
	*field = value[0] == 't';
	return RC_OK;
}

static enum rc set_string(const struct option_row *row, char **field, const char *value,
                          const char *where, struct err *e)
{
	size_t bytes = strlen(value);
	bool is_none = !bytes && !row->default_text[0];
	char *copy = NULL;

	if (row->kind == OPTION_CHOICE && !is_choice(row->choices, value))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "%s must be one of %s, got \"%.80s\"", where,
		               row->choices, value);
	if (row->kind != OPTION_CHOICE && !is_none && (bytes < row->min || bytes > row->max))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "%s must have %" PRIu64 "..%" PRIu64 " bytes, got %zu", where, row->min,
		               row->max, bytes);
	if (!is_none && !(copy = strdup(value)))
		return err_out_of_memory(e);
	free(*field);
	*field = copy;
	return RC_OK;
}

enum rc option_set(const struct option_row *row, void *settings, const char *value,
                   const char *where, struct err *e)
{
	switch (row->kind) {
	case OPTION_UINT:
		return set_uint(row, field_of(row, settings), value, where, e);
	case OPTION_BOOL:
		return set_bool(field_of(row, settings), value, where, e);
	case OPTION_STR:
	case OPTION_SECRET:
	case OPTION_URL:
	case OPTION_URLS:
	case OPTION_CHOICE:
		break;
	}
	return set_string(row, field_of(row, settings), value, where, e);
}

bool option_is_secret(const struct option_row *row)
{
	return row->kind == OPTION_SECRET || row->kind == OPTION_URL || row->kind == OPTION_URLS;
}

void option_release(const struct option_row *row, void *settings)
{
	char **field = field_of(row, settings);

	if (row->kind == OPTION_UINT || row->kind == OPTION_BOOL)
		return;
	free(*field);
	*field = NULL;
}
