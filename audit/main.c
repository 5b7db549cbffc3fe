/*
 * holdfast-audit - decides every request again from the topic alone and compares.
 */
#include <stddef.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/conflicts_run.h"
#include "common/log.h"
#include "common/program.h"
#include "common/setup.h"

#define CONNECT_MS 5000
#define ANSWER_MS 60000
#define CHECK_WAIT_MS 5000

struct settings {
#include "common/options_fields.h"
#include "common/options.def"
#include "audit/options.def"
	struct option_pairs kafka;
};

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/options_rows.h"
#include "common/options.def"
#include "audit/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-audit",
    .usage = "[OPTION]...",
    .about = "Decides every request of the topic again, with code of its own, and compares replies,\n"
             "events, dead letters and rows with what must be there. Changes nothing.",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static struct audit_settings fill_in(const struct settings *s)
{
	return (struct audit_settings){
	    .kafka = {s->kafka_bootstrap_servers, spec.program, &s->kafka},
	    .database =
	        {
	            .url = s->database_url,
	            .program = spec.program,
	            .connect_ms = CONNECT_MS,
	            .answer_ms = ANSWER_MS,
	        },
	    .has_database = !s->no_database && !s->conflicts,
	    .topics = {s->requests_topic, s->replies_topic, s->events_topic, s->dead_letter_topic},
	    .group_id = s->group_id,
	    .is_json = s->json,
	    .differences_max = s->differences_max,
	};
}

static enum rc verify(const struct settings *s, struct audit_settings *audit, struct setup *setup,
                      struct err *e)
{
	int64_t wait_ms = s->check ? CHECK_WAIT_MS : (int64_t)s->start_timeout_ms;

	if (reply_topics_read(&audit->reply_topics, s->reply_topics, &audit->topics, e))
		return e->rc;
	if (audit->has_database ? setup_verify(setup, &audit->kafka, &audit->database, &audit->topics,
	                                       wait_ms, e)
	                        : setup_verify_topics(setup, &audit->kafka, &audit->topics, wait_ms, e))
		return e->rc;
	audit->cluster_id = setup->cluster_id;
	audit->partition_count = setup->partition_count;
	return reply_topics_keep_fit(&audit->reply_topics, &audit->kafka, audit->partition_count, e);
}

/* Read what --conflicts is given; what does not go together is refused. */
static enum rc ask(const struct settings *s, struct conflicts_asked *asked, struct err *e)
{
	const char *stray = s->csv ? "csv" : s->since ? "since" : strcmp(s->by, "each") ? "by" : NULL;
	const char *other = s->at ? "at" : s->what_if ? "what-if" : NULL;

	if (s->csv && s->json)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--csv and --json: one of them, not both");
	if (!s->conflicts && stray)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--%s is taken only with --conflicts", stray);
	if (s->conflicts && other)
		return err_set(e, RC_REJECT, EXIT_USAGE, "--%s is not taken with --conflicts", other);
	if (conflicts_ask(asked, s->conflicts ? s->show : NULL, s->since, s->by, e))
		return e->rc;
	asked->form = s->csv ? LISTING_CSV : s->json ? LISTING_JSON : LISTING_TABLE;
	return RC_OK;
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct audit_settings audit = fill_in(s);
	enum exit_code exit_code = EXIT_DONE;
	struct conflicts_asked asked;
	struct setup setup = {0};
	struct err e;

	(void)words, (void)count;
	if (ask(s, &asked, &e) || verify(s, &audit, &setup, &e)) {
		exit_code = e.exit_code;
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->check) {
		log_info("topics and schema are as they must be");
	} else if (s->conflicts ? conflicts_run(&audit, &asked, &e) : audit_run(&audit, &e)) {
		exit_code = e.exit_code;
		if (exit_code != EXIT_DIFFERENCE) /* that was said on stdout */
			log_err(LOG_ERROR, "not done", &e);
	}
	reply_topics_release(&audit.reply_topics);
	setup_release(&setup);
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
