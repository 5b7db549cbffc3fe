/*
 * holdfast-expirer - announces lapsed holds by publishing expire requests.
 */
#include <stddef.h>

#include "common/base/log.h"
#include "common/kafka/conf.h"
#include "common/program/program.h"
#include "common/service/service.h"
#include "common/pipeline/setup.h"
#include "common/base/stop.h"
#include "expirer/expirers.h"

/* Short, so that the program ends within 2 s of SIGTERM whatever the server does. */
#define CONNECT_MS 1500
#define ANSWER_MS 1500
#define CHECK_WAIT_MS 5000

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
#include "expirer/options.def"
	struct pairs kafka;
};

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
#include "expirer/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-expirer",
    .usage = "[OPTION]...",
    .about = "Publishes an expire request for each hold that has lapsed. Several may run: one is\n"
             "active, another takes over within 3 s of its death.",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct expirer_settings settings = {
	    .kafka = {s->kafka_bootstrap_servers, spec.program, &s->kafka},
	    .due = {.requests_topic = s->requests_topic,
	            .page_rows = (int64_t)s->batch_max,
	            .remember_max = s->once ? 0 : (size_t)s->remember_max},
	    .interval_ms = (int64_t)s->interval_ms,
	    .is_once = s->once,
	};
	const struct db_settings session = {
	    .program = spec.program,
	    .connect_ms = CONNECT_MS,
	    .answer_ms = ANSWER_MS,
	    .idle_session_ms = EXPIRER_IDLE_SESSION_MS,
	    .has_pinned_plans = true,
	};
	const struct service_settings service = {spec.program, kafka_version(), s->metrics_listen,
	                                         (int64_t)s->hang_after_ms, NULL, 0};
	const struct topic_names topics = {s->requests_topic, s->replies_topic, s->events_topic,
	                                   s->dead_letter_topic};
	struct setup setup = {0};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;

	(void)words, (void)count;
	if (database_map_read(&settings.databases, s->database_map, s->database_url, &session, &e) ||
	    (!s->check && service_open(&service, &e)) ||
	    (s->check || s->once ? setup_verify : setup_verify_some)(
	        &setup, &settings.kafka, &settings.databases, &topics,
	        s->check ? CHECK_WAIT_MS : (int64_t)s->start_timeout_ms, &e)) {
		exit_code = stop_is_asked() ? EXIT_DONE : e.exit_code;
		if (exit_code != EXIT_DONE)
			log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->check) {
		log_info("topics and schema are as they must be");
	} else {
		log_info("started", F_INT("interval_ms", s->interval_ms));
		settings.cluster_id = setup.cluster_id;
		settings.due.partition_count = setup.partition_count;
		exit_code = expirers_run(&settings);
		log_info("stopped", F_INT("exit_code", exit_code));
	}
	setup_release(&setup);
	database_map_release(&settings.databases);
	service_close();
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
