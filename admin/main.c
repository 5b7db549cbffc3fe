/*
 * holdfast-admin - makes schema and topics, loads shows, says how things stand.
 */
#include <stddef.h>
#include <string.h>

#include "admin/admin.h"
#include "common/log.h"
#include "common/stop.h"

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/options_rows.h"
#include "common/options.def"
#include "admin/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-admin",
    .usage = "[OPTION]... COMMAND",
    .about = "Commands:\n"
             "  init             make schema and topics; safe to repeat\n"
             "  show create ID   publish a show and its seats (--seats=FILE), wait for the replies\n"
             "  show status ID   seats of a show by status\n"
             "  status           partitions: decided, answered, waiting",
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

void admin_log_lines(struct buf *warnings)
{
	char *rest = NULL;

	if (!warnings->bytes)
		return;
	for (char *line = strtok_r(warnings->data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		log_warning(line);
}

static enum rc run(const struct settings *s, char **words, int count, struct err *e)
{
	if (s->check)
		return admin_check(s, e);
	if (count == 1 && !strcmp(words[0], "init"))
		return admin_init(s, e);
	if (count == 1 && !strcmp(words[0], "status"))
		return admin_status(s, e);
	if (count == 3 && !strcmp(words[0], "show") && !strcmp(words[1], "create"))
		return admin_show_create(s, words[2], e);
	if (count == 3 && !strcmp(words[0], "show") && !strcmp(words[1], "status"))
		return admin_show_status(s, words[2], e);
	return err_set(e, RC_REJECT, EXIT_USAGE,
	               "command line: a command is needed: init, show create ID, show status ID, status");
}

int main(int argc, char **argv)
{
	struct settings s = {0};
	char **rest = NULL;
	int rest_count = 0;
	bool is_done = false;
	struct err e = {.exit_code = EXIT_DONE};

	log_open(spec.program, LOG_LOGFMT, LOG_INFO);
	if (options_read(&spec, argc, argv, &s, &rest, &rest_count, &is_done, &e)) {
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (!is_done) {
		log_open_as(spec.program, s.log_format, s.log_level);
		stop_install();
		if (run(&s, rest, rest_count, &e))
			log_err(LOG_ERROR, "not done", &e);
		else
			e.exit_code = EXIT_DONE;
	}
	options_release(&spec, &s, rest);
	return (int)e.exit_code;
}
