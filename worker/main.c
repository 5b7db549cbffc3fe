/* holdfast-worker - decides the requests of the partitions that it is assigned. */
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/program/program.h"
#include "common/service/service.h"
#include "worker/accept_gap.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/lanes.h"
#include "worker/rebuild/rebuild.h"
#include "worker/rehearsal.h"

#define PROGRAM_OPTIONS "worker/options.def"
#include "common/program/settings.h"
#include "common/program/settings_rows.h"

static const struct options_spec spec = {
    .program = "holdfast-worker", .usage = "[OPTION]...",
    .about = "Decides the reservation requests of the partitions that its group assigns to it:\n"
             "each in one database transaction and one Kafka transaction, with one reply.",
    SETTINGS_ROWS,
};

/* Work that is done outside of the group, and then it ends. */
static bool is_apart(const struct settings *s)
{
	return s->rebuild || (s->accept_gap && s->accept_gap[0]);
}

static enum rc start(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	const struct db_settings session = {.connect_ms = PIPELINE_CONNECT_MS, .has_pinned_plans = true,
	                                    .answer_ms = (int64_t)s->database_timeout_ms};
	const struct pipeline_user user = {spec.program, &session, s->group_id, s->reply_topics,
	                                   RIGHTS_WORKER};
	const struct service_settings service = {spec.program, kafka_version(), s->metrics_listen,
	                                         (int64_t)s->hang_after_ms, figures_rows, METRIC_COUNT};
	bool is_serving = !s->common.check && !is_apart(s);
	/* --check must not make this group the database's. */
	unsigned what = (is_serving ? PIPELINE_SOME_DATABASES : PIPELINE_DATABASES) |
	                (s->common.check ? PIPELINE_GROUP : PIPELINE_CLAIM_GROUP);
	int64_t wait_ms = s->common.check ? PIPELINE_CHECK_MS : (int64_t)s->start_timeout_ms;

	if (pipeline_read(pipeline, &s->common, &user, e) ||
	    (is_serving ? service_open(&service, e) : service_try(s->metrics_listen, e)) ||
	    pipeline_verify(pipeline, what, wait_ms, e) ||
	    (!is_apart(s) && rehearsal_run(pipeline, wait_ms, e)) ||
	    gauges_open(pipeline->partition_count, e))
		return e->rc;
	gauges_see_partition(pipeline->present.requests - 1);
	return RC_OK;
}

static enum exit_code run(const struct settings *s, const struct pipeline *pipeline)
{
	const struct lane_settings lanes = {.pipeline = pipeline, .batch_max = (size_t)s->batch_max,
	                                    .cached_seats = (size_t)s->cached_seats};
	int64_t wait_ms = (int64_t)s->start_timeout_ms;
	struct err e;

	if (is_apart(s))
		return (s->rebuild ? rebuild_run(&lanes, wait_ms, s->json, &e)
		                   : accept_gap_run(&lanes, s->accept_gap, s->reason, wait_ms, &e))
		           ? exit_code_of(&e) : EXIT_DONE;
	if (s->hang_after_ms <= s->database_timeout_ms)
		log_warning("a database that is slow would count as a hang: --hang-after-ms should be well "
		            "above --database-timeout-ms");
	e.rc = lanes_run(&lanes, s->until_caught_up, &e);
	log_info("stopped", F_INT("exit_code", exit_code_of(&e)));
	return exit_code_of(&e);
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct pipeline pipeline = {0};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;

	(void)words, (void)count;
	if (start(s, &pipeline, &e)) {
		exit_code = stop_is_asked() && !is_apart(s) ? EXIT_DONE : exit_code_of(&e);
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->common.check)
		log_info("topics and schema are as they must be");
	else
		exit_code = run(s, &pipeline);
	pipeline_release(&pipeline);
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
