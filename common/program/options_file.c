#include "common/program/options_file.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "common/base/mask.h"
#include "common/base/private.h"
#include "common/base/text.h"

#define FILE_LINE_BYTES_MAX 16384
#define KAFKA_PREFIX "kafka."
#define BLANKS " \t\r\v\f"
#define NOT_A_SETTING "config %s:%d: a line must be name = value"

struct reading {
	const struct options_spec *spec;
	const char *file;
	FILE *stream;
	void *settings;
	int line;
	bool has_secret; /* a password, or a key */
	enum rc rc; /* of the first line that is wrong */
	struct err *e;
};

/* A reader for inih, that counts the lines and stops at the first error. */
static char *read_line(char *to, int bytes, void *stream)
{
	struct reading *r = stream;
	size_t read;

	if (r->rc != RC_OK || !fgets(to, bytes, r->stream))
		return NULL;
	r->line++;
	read = strlen(to);
	if (read + 1 == (size_t)bytes && to[read - 1] != '\n') {
		r->rc = err_set(r->e, RC_USAGE, FROM_SETTINGS,
		                "config %s:%d: a line must have at most %d bytes",
		                r->file, r->line, bytes - 2);
		return NULL;
	}
	return to;
}

/* A URL may have a password in it, or not. */
static bool holds_secret(const struct option_row *row, const char *value)
{
	struct buf masked = {0};
	bool holds;

	if (!option_is_secret(row) || !value[0])
		return false;
	if (row->kind == OPTION_URL)
		mask_url(value, &masked);
	else if (row->kind == OPTION_URLS)
		mask_urls(value, &masked);
	holds = !masked.data || strcmp(masked.data, value) != 0;
	buf_release(&masked);
	return holds;
}

static int take_value(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	const struct option_row *row = options_find(r->spec, name);
	size_t prefix_bytes = strlen(KAFKA_PREFIX);
	struct buf where = {0};

	if (r->rc != RC_OK)
		return 0;
	r->has_secret |= row ? holds_secret(row, value) : mask_name_is_secret(name);
	buf_print(&where, "config %s:%d: %s", r->file, r->line, name);
	if (where.failed)
		r->rc = err_out_of_memory(r->e);
	else if (section[0])
		r->rc = err_set(r->e, RC_USAGE, FROM_SETTINGS, "config %s:%d: there are no sections, got [%s]",
		                r->file, r->line, section);
	else if (name[strcspn(name, BLANKS)]) /* "owner-key c2VjcmV0=": what stands there may be secret */
		r->rc = err_set(r->e, RC_USAGE, FROM_SETTINGS, NOT_A_SETTING, r->file, r->line);
	else if (row)
		r->rc = option_set(row, r->settings, value, where.data, r->e);
	else if (strncmp(name, KAFKA_PREFIX, prefix_bytes) == 0 && name[prefix_bytes])
		r->rc = pairs_set(options_kafka(r->spec, r->settings), name + prefix_bytes,
		                         strlen(name + prefix_bytes), value, strlen(value), r->e);
	else
		r->rc = err_set(r->e, RC_USAGE, FROM_SETTINGS, "config %s:%d: unknown option %s", r->file,
		                r->line, name);
	buf_release(&where);
	return r->rc == RC_OK;
}

enum rc options_read_file(const struct options_spec *spec, const char *file, void *settings,
                          struct err *e)
{
	struct reading r = {.spec = spec, .file = file, .settings = settings, .e = e};
	char what[ERR_TEXT_BYTES];
	int bad_line;

	r.stream = fopen(file, "r");
	if (!r.stream)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "config %s: cannot be read: %s", file,
		               strerror(errno));
	snprintf(what, sizeof what, "config %s", file);
	r.rc = private_judge(r.stream, what, false, e);
	/* A value is what stands behind the "=", in one line, be there a ";" in it or not. */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_use_stack = false;
	ini_initial_alloc = FILE_LINE_BYTES_MAX + 2;
	ini_max_line = FILE_LINE_BYTES_MAX + 2;
	ini_stop_on_first_error = true;
	bad_line = ini_parse_stream(read_line, &r, take_value, &r);
	if (r.rc == RC_OK && bad_line > 0)
		r.rc = err_set(e, RC_USAGE, FROM_SETTINGS, NOT_A_SETTING, file, bad_line);
	if (r.rc == RC_OK && bad_line < 0)
		r.rc = err_out_of_memory(e);
	if (r.rc == RC_OK && ferror(r.stream))
		r.rc = err_set(e, RC_USAGE, FROM_SETTINGS, "config %s: cannot be read: %s", file,
		               strerror(errno));
	if (r.rc == RC_OK)
		r.rc = private_judge(r.stream, what, r.has_secret, e);
	fclose(r.stream);
	return r.rc;
}
