/*
 * holdfast-worker - decides the requests of the partitions that it is assigned.
 */
#include <stddef.h>
#include <string.h>

#include "common/base/log.h"
#include "common/kafka/conf.h"
#include "common/program/program.h"
#include "common/service/service.h"
#include "common/base/stop.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/lanes.h"
#include "worker/rebuild/rebuild.h"
#include "worker/startup.h"

#define CONNECT_MS 5000
#define CHECK_WAIT_MS 5000

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
#include "worker/options.def"
	struct pairs kafka;
};

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
#include "worker/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-worker",
    .usage = "[OPTION]...",
    .about = "Decides the reservation requests of the partitions that its group assigns to it:\n"
             "each in one database transaction and one Kafka transaction, with one reply.",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static enum rc fill_in(struct lane_settings *lanes, const struct settings *s, struct err *e)
{
	const struct db_settings session = {
	    .program = spec.program,
	    .connect_ms = CONNECT_MS,
	    .answer_ms = (int64_t)s->database_timeout_ms,
	    .has_pinned_plans = true,
	};

	*lanes = (struct lane_settings){
	    .kafka = {s->kafka_bootstrap_servers, spec.program, &s->kafka},
	    .answer =
	        {
	            .group_id = s->group_id,
	            .topics = {s->requests_topic, s->replies_topic, s->events_topic,
	                       s->dead_letter_topic},
	        },
	    .batch_max = (size_t)s->batch_max,
	    .cached_seats = (size_t)s->cached_seats,
	};
	if (database_map_read(&lanes->databases, s->database_map, s->database_url, &session, e))
		return e->rc;
	return reply_topics_read(&lanes->answer.reply_topics, s->reply_topics, &lanes->answer.topics, e);
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	const struct service_settings service = {spec.program, kafka_version(), s->metrics_listen,
	                                         (int64_t)s->hang_after_ms, figures_rows,
	                                         METRIC_COUNT};
	bool is_serving = !s->check && !s->rebuild;
	struct lane_settings lanes;
	struct startup startup = {0};
	enum exit_code exit_code;
	struct err e;

	(void)words, (void)count;
	if (fill_in(&lanes, s, &e) ||
	    (is_serving && service_open(&service, &e)) ||
	    startup_verify(&startup, &lanes,
	                   s->check ? CHECK_WAIT_MS : (int64_t)s->start_timeout_ms,
	                   s->check     ? STARTUP_CHECK
	                   : s->rebuild ? STARTUP_REBUILD
	                                : STARTUP_SERVE, &e) ||
	    gauges_open(lanes.answer.partition_count, &e)) {
		exit_code = stop_is_asked() && !s->rebuild ? EXIT_DONE : e.exit_code;
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->check) {
		log_info("topics and schema are as they must be");
		exit_code = EXIT_DONE;
	} else if (s->rebuild) {
		exit_code = rebuild_run(&lanes, (int64_t)s->start_timeout_ms, s->json);
	} else {
		if (s->hang_after_ms <= s->database_timeout_ms)
			log_warning("a database that is slow would count as a hang: --hang-after-ms should be well "
			            "above --database-timeout-ms");
		exit_code = lanes_run(&lanes, s->until_caught_up);
		log_info("stopped", F_INT("exit_code", exit_code));
	}
	startup_release(&startup, &lanes);
	service_close();
	gauges_close();
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
