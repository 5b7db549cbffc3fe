/*
 * holdfast-audit - decides every request again from the topic alone and compares.
 */
#include "audit/asked.h"
#include "common/base/log.h"
#include "common/program/program.h"

#include "common/program/settings_rows.h"

#define ANSWER_MS 60000

static const struct options_spec spec = {
    .program = "holdfast-audit",
    .usage = "[OPTION]...",
    .about = "Decides every request of the topic again, with code of its own, and compares replies,\n"
             "events, dead letters and rows with what must be there. Changes nothing.",
    SETTINGS_ROWS,
};

static enum rc start(const struct settings *s, struct pipeline *pipeline, bool has_database,
                     struct err *e)
{
	const struct db_settings session = {
	    .connect_ms = PIPELINE_CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	};
	const struct pipeline_user user = {
	    .program = spec.program,
	    .group_id = s->group_id,
	    .reply_topics = s->reply_topics,
	    .rights = RIGHTS_AUDIT,
	};
	/* A comparison finds out itself whose databases they are. */
	unsigned what = !has_database ? PIPELINE_TOPICS
	                : s->common.check ? PIPELINE_DATABASES | PIPELINE_GROUP
	                                  : PIPELINE_DATABASES;

	if (pipeline_read(pipeline, &s->common, &user, e) ||
	    (has_database && pipeline_read_databases(pipeline, &s->common, &session, e)))
		return e->rc;
	return pipeline_verify(pipeline, what,
	                       s->common.check ? PIPELINE_CHECK_MS : (int64_t)s->start_timeout_ms, e);
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct pipeline pipeline = {0};
	const struct audit_settings audit = {
	    .pipeline = &pipeline,
	    .has_database = !s->no_database && !asked_of_topics(s),
	    .is_json = s->json,
	    .differences_max = s->differences_max,
	};
	enum exit_code exit_code = EXIT_DONE;
	struct asked asked;
	struct err e;

	(void)words, (void)count;
	if (asked_read(&asked, s, &e) || start(s, &pipeline, audit.has_database, &e)) {
		exit_code = exit_code_of(&e);
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->common.check) {
		log_info("topics and schema are as they must be");
	} else if (asked_answer(&asked, s, &audit, &e)) {
		exit_code = exit_code_of(&e);
		if (exit_code != EXIT_DIFFERENCE) /* that was said on stdout */
			log_err(LOG_ERROR, "not done", &e);
	}
	/* What was left out for want of memory may be what differs, or what does not. */
	if (text_memory_ran_out() && (exit_code == EXIT_DONE || exit_code == EXIT_DIFFERENCE)) {
		exit_code = EXIT_INTERNAL;
		log_error("not done", F_STR("error", "out of memory"));
	}
	pipeline_release(&pipeline);
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
