/*
 * holdfast-admin - makes schema and topics, loads shows, says how things stand, rebuilds the rows,
 * deletes old decisions.
 */
#include <stddef.h>
#include <string.h>

#include "admin/admin.h"
#include "common/base/log.h"
#include "common/program/program.h"

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
#include "admin/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-admin",
    .usage = "[OPTION]... COMMAND",
    .about = "Commands:\n"
             "  init             make schema and topics; safe to repeat\n"
             "  show create ID   publish a show and its seats (--seats=FILE), wait for the replies\n"
             "  show status ID   seats of a show by status\n"
             "  status           partitions: decided, answered, waiting, owner, halted and why\n"
             "  rebuild          fill an empty or older database from the request topic; stop the\n"
             "                   workers first\n"
             "  prune            delete decisions older than --before or --keep-days that are\n"
             "                   answered; workers may run",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

struct kafka_settings admin_kafka(const struct settings *s)
{
	return (struct kafka_settings){s->kafka_bootstrap_servers, spec.program, &s->kafka};
}

struct topic_names admin_topics(const struct settings *s)
{
	return (struct topic_names){s->requests_topic, s->replies_topic, s->events_topic,
	                            s->dead_letter_topic};
}

static enum rc run(const struct settings *s, char **words, int count, struct err *e)
{
	if (s->check)
		return admin_check(s, e);
	if (count == 1 && !strcmp(words[0], "init"))
		return admin_init(s, e);
	if (count == 1 && !strcmp(words[0], "status"))
		return admin_status(s, e);
	if (count == 1 && !strcmp(words[0], "rebuild"))
		return admin_rebuild(s, e);
	if (count == 1 && !strcmp(words[0], "prune"))
		return admin_prune(s, e);
	if (count == 3 && !strcmp(words[0], "show") && !strcmp(words[1], "create"))
		return admin_show_create(s, words[2], e);
	if (count == 3 && !strcmp(words[0], "show") && !strcmp(words[1], "status"))
		return admin_show_status(s, words[2], e);
	return err_set(e, RC_REJECT, EXIT_USAGE,
	               "command line: a command is needed: init, show create ID, show status ID, status, "
	               "rebuild, prune");
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	struct err e;

	if (!run(settings_read, words, count, &e))
		return EXIT_DONE;
	log_err(LOG_ERROR, "not done", &e);
	return e.exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .takes_words = true, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
