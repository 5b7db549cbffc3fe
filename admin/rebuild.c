#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "common/base/mask.h"

#define WORKER "holdfast-worker"
#define PATH_BYTES 4096
#define FLAGS_MAX 16 /* without those of Kafka's properties */

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

static void add_number(struct command *c, const char *name, uint64_t value)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
	add(c, name, digits);
}

/* What every user of the machine may see. */
static void add_settings(struct command *c, const struct settings *s)
{
	add(c, WORKER, NULL);
	add(c, "--rebuild", NULL);
	add(c, "--check", "false");
	if (s->kafka_bootstrap_servers)
		add(c, "--kafka-bootstrap-servers", s->kafka_bootstrap_servers);
	add(c, "--requests-topic", s->requests_topic);
	add(c, "--replies-topic", s->replies_topic);
	add(c, "--events-topic", s->events_topic);
	add(c, "--dead-letter-topic", s->dead_letter_topic);
	add(c, "--group-id", s->group_id);
	add(c, "--reply-topics", s->reply_topics ? s->reply_topics : "");
	add(c, "--log-format", s->log_format);
	add(c, "--log-level", s->log_level);
	add(c, "--json", s->json ? "true" : "false");
	add_number(c, "--start-timeout-ms", s->timeout_ms);
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
			return err_set(e, RC_REJECT, EXIT_USAGE,
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
	if (s->database_url)
		failed |= setenv("HOLDFAST_DATABASE_URL", s->database_url, 1);
	if (s->database_map)
		failed |= setenv("HOLDFAST_DATABASE_MAP", s->database_map, 1);
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
			return err_set(e, RC_REJECT, EXIT_USAGE, "%s: %s", path, strerror(errno));
	}
	execvp(WORKER, words);
	return err_set(e, RC_REJECT, EXIT_USAGE,
	               WORKER ", which does the work, is neither beside holdfast-admin nor on PATH: %s",
	               strerror(errno));
}

enum rc admin_rebuild(const struct settings *s, struct err *e)
{
	struct command c = {.words = calloc(FLAGS_MAX + s->kafka.count + 1, sizeof *c.words)};
	struct buf secrets = {0};
	enum rc rc;

	if (!c.words)
		return err_out_of_memory(e);
	add_settings(&c, s);
	rc = add_properties(&c, &s->kafka, &secrets, e);
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
