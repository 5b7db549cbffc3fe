/*
 * holdfast-expirer - announces lapsed holds by publishing expire requests.
 */
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/program/program.h"
#include "common/service/service.h"
#include "expirer/expirers.h"

#define PROGRAM_OPTIONS "expirer/options.def"
#include "common/program/settings.h"
#include "common/program/settings_rows.h"

/* Short, so that the program ends within 2 s of SIGTERM whatever the server does. */
#define CONNECT_MS 1500
#define ANSWER_MS 1500

static const struct options_spec spec = {
    .program = "holdfast-expirer",
    .usage = "[OPTION]...",
    .about = "Publishes an expire request for each hold that has lapsed. Several may run: one is\n"
             "active, another takes over within 3 s of its death.",
    SETTINGS_ROWS,
};

static enum rc start(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	const struct db_settings session = {
	    .connect_ms = CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	    .idle_session_ms = EXPIRER_IDLE_SESSION_MS,
	    .has_pinned_plans = true,
	};
	const struct pipeline_user user = {.program = spec.program, .session = &session,
	                                   .rights = RIGHTS_EXPIRER};
	const struct service_settings service = {spec.program, kafka_version(), s->metrics_listen,
	                                         (int64_t)s->hang_after_ms, NULL, 0};
	bool needs_all = s->common.check || s->once;

	if (pipeline_read(pipeline, &s->common, &user, e) ||
	    (s->common.check ? service_try(s->metrics_listen, e) : service_open(&service, e)))
		return e->rc;
	return pipeline_verify(pipeline, needs_all ? PIPELINE_DATABASES : PIPELINE_SOME_DATABASES,
	                       s->common.check ? PIPELINE_CHECK_MS : (int64_t)s->start_timeout_ms, e);
}

static enum exit_code run(const struct settings *s, const struct pipeline *pipeline)
{
	const struct expirer_settings settings = {
	    .pipeline = pipeline,
	    .due = {.pipeline = pipeline,
	            .page_rows = (int64_t)s->batch_max,
	            .remember_max = s->once ? 0 : (size_t)s->remember_max},
	    .interval_ms = (int64_t)s->interval_ms,
	    .is_once = s->once,
	};
	struct err e = {0};
	enum exit_code exit_code;

	log_info("started", F_INT("interval_ms", s->interval_ms));
	exit_code = expirers_run(&settings, &e) ? exit_code_of(&e) : EXIT_DONE;
	log_info("stopped", F_INT("exit_code", exit_code));
	return exit_code;
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct pipeline pipeline = {0};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;

	(void)words, (void)count;
	if (start(s, &pipeline, &e)) {
		exit_code = stop_is_asked() ? EXIT_DONE : exit_code_of(&e);
		if (exit_code != EXIT_DONE)
			log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->common.check) {
		log_info("topics and schema are as they must be");
	} else {
		exit_code = run(s, &pipeline);
	}
	pipeline_release(&pipeline);
	service_close();
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
