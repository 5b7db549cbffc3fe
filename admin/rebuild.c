/*
 * Puts holdfast-worker in this program's place, with the settings of this one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "common/base/mask.h"
#include "common/base/text.h"
#include "common/program/options.h"

#define WORKER "holdfast-worker"
#define PATH_BYTES 4096
#define OWN_MAX 7 /* words beside the options that all programs have, and Kafka's properties */

#define OPTIONS_STRUCT struct common_options
static const struct option_row common_rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
};

#define COMMON_COUNT (sizeof common_rows / sizeof common_rows[0])

/* The worker's command line: the decisions are its own code's, so that the rows are, too. */
struct command {
	char **words; /* ends with NULL; each free(3) */
	size_t count;
	bool failed;
};

static void add(struct command *c, const char *name, const char *value)
{
	struct buf word = {0};

	buf_print(&word, "%s%s%s", name, value ? "=" : "", value ? value : "");
	c->failed = c->failed || word.failed;
	c->words[c->count++] = word.data;
}

static void add_option(struct command *c, const char *flag, const char *value)
{
	struct buf name = {0};

	buf_print(&name, "--%s", flag);
	add(c, buf_text(&name).data, value ? value : "");
	c->failed = c->failed || name.failed;
	buf_release(&name);
}

static void add_number(struct command *c, const char *flag, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
	add_option(c, flag, digits);
}

static void add_row(struct command *c, const struct option_row *row, const void *options)
{
	const void *value = (const char *)options + row->at;

	switch (row->kind) {
	case OPTION_UINT:
		add_number(c, row->flag, *(const uint64_t *)value);
		break;
	case OPTION_BOOL:
		add_option(c, row->flag, *(const bool *)value ? "true" : "false");
		break;
	case OPTION_STR:
	case OPTION_CHOICE:
		add_option(c, row->flag, *(char *const *)value);
		break;
	case OPTION_SECRET:
	case OPTION_URL:
	case OPTION_URLS:
		break; /* every user of the machine may see the command line: set_environment */
	}
}

/* What both programs have goes on as it is. */
static void add_settings(struct command *c, const struct settings *s)
{
	for (size_t i = 0; i < COMMON_COUNT; i++)
		add_row(c, &common_rows[i], &s->common);
	add_option(c, "group-id", s->group_id);
	add_option(c, "reply-topics", s->reply_topics);
	add_option(c, "json", s->json ? "true" : "false");
	add_number(c, "start-timeout-ms", s->timeout_ms);
}

/* Properties go by the command line, but secrets by the environment, where a comma ends one. */
static enum rc add_properties(struct command *c, const struct pairs *kafka,
                              struct buf *secrets, struct err *e)
{
	for (size_t i = 0; i < kafka->count; i++) {
		const char *name = kafka->names[i], *value = kafka->values[i];
		struct buf flag = {0};

		if (!mask_name_is_secret(name)) {
			buf_print(&flag, "--kafka.%s", name);
			add(c, flag.data ? flag.data : "", value);
			buf_release(&flag);
		} else if (strchr(value, ',')) {
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "kafka.%s has a comma in it and cannot be passed on to " WORKER
			               "; run `" WORKER " --rebuild` with these settings instead", name);
		} else {
			buf_print(secrets, "%s%s=%s", secrets->bytes ? "," : "", name, value);
		}
	}
	return RC_OK;
}

static enum rc set_environment(const struct settings *s, const struct buf *secrets, struct err *e)
{
	int failed = unsetenv("HOLDFAST_KAFKA_PROPERTIES");

	/* What was given is the whole of it: a variable that it took the place of must not come back. */
	failed |= unsetenv("DATABASE_URL") | unsetenv("HOLDFAST_DATABASE_URL") |
	          unsetenv("HOLDFAST_DATABASE_MAP");
	if (s->common.database_url)
		failed |= setenv("HOLDFAST_DATABASE_URL", s->common.database_url, 1);
	if (s->common.database_map)
		failed |= setenv("HOLDFAST_DATABASE_MAP", s->common.database_map, 1);
	if (secrets->bytes)
		failed |= setenv("HOLDFAST_KAFKA_PROPERTIES", secrets->data, 1);
	return failed || secrets->failed ? err_out_of_memory(e) : RC_OK;
}

/* The program beside this one, which is of the same release; else the one on PATH. */
static enum rc become_worker(char **words, struct err *e)
{
	char path[PATH_BYTES];
	ssize_t bytes = readlink("/proc/self/exe", path, sizeof path - sizeof "/" WORKER);
	char *slash = NULL;

	if (bytes > 0) {
		path[bytes] = '\0';
		slash = strrchr(path, '/');
	}
	if (slash) {
		memcpy(slash, "/" WORKER, sizeof "/" WORKER);
		execv(path, words);
		if (errno != ENOENT)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "%s: %s", path, strerror(errno));
	}
	execvp(WORKER, words);
	return err_set(e, RC_USAGE, FROM_SETTINGS,
	               WORKER ", which does the work, is neither beside holdfast-admin nor on PATH: %s",
	               strerror(errno));
}

/* gap: the partition whose gap is accepted; NULL: rebuild */
static enum rc hand_over(const struct settings *s, const char *gap, struct err *e)
{
	size_t words_max = OWN_MAX + COMMON_COUNT + s->common.kafka.count;
	struct command c = {.words = calloc(words_max + 1, sizeof *c.words)};
	struct buf secrets = {0};
	enum rc rc;

	if (!c.words)
		return err_out_of_memory(e);
	add(&c, WORKER, NULL);
	add(&c, gap ? "--accept-gap" : "--rebuild", gap);
	if (gap)
		add_option(&c, "reason", s->reason);
	add_settings(&c, s);
	rc = add_properties(&c, &s->common.kafka, &secrets, e);
	if (!rc)
		rc = set_environment(s, &secrets, e);
	if (!rc)
		rc = c.failed ? err_out_of_memory(e) : become_worker(c.words, e);
	for (size_t i = 0; i < c.count; i++)
		free(c.words[i]);
	free(c.words);
	buf_release(&secrets);
	return rc;
}

enum rc admin_rebuild(const struct settings *s, const struct named *named, struct err *e)
{
	(void)named;
	return hand_over(s, NULL, e);
}

enum rc admin_accept_gap(const struct settings *s, const struct named *named, struct err *e)
{
	return hand_over(s, named->partition, e);
}
