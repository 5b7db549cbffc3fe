/* holdfast-worker - decides the requests of the partitions that it is assigned. */
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/program/program.h"
#include "common/service/service.h"
#include "worker/accept_gap.h"
#include "worker/asked.h"
#include "worker/lanes.h"
#include "worker/rebuild/rebuild.h"
#include "worker/shadow/shadow.h"
#include "worker/start.h"

#include "common/program/settings_rows.h"

static const struct options_spec spec = {
    .program = START_PROGRAM, .usage = "[OPTION]...",
    .about = "Decides the reservation requests of the partitions that its group assigns to it:\n"
             "each in one database transaction and one Kafka transaction, with one reply.",
    SETTINGS_ROWS,
};

static enum exit_code run(const struct settings *s, const struct pipeline *pipeline)
{
	const struct lane_settings lanes = {.pipeline = pipeline, .batch_max = (size_t)s->batch_max,
	                                    .cached_seats = (size_t)s->cached_seats};
	int64_t wait_ms = (int64_t)s->start_timeout_ms;
	struct err e;

	if (asked_is_apart(s))
		return (s->rebuild ? rebuild_run(&lanes, wait_ms, s->json, &e)
		                   : accept_gap_run(&lanes, s->accept_gap, s->reason, wait_ms, &e))
		           ? exit_code_of(&e) : EXIT_DONE;
	if (s->hang_after_ms <= s->database_timeout_ms)
		log_warning("a database that is slow would count as a hang: --hang-after-ms should be well "
		            "above --database-timeout-ms");
	e.rc = s->shadow ? shadow_run(&lanes, s->until_caught_up, s->json, &e)
	                 : lanes_run(&lanes, s->until_caught_up, &e);
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
	if (start_run(s, &pipeline, &e)) {
		exit_code = stop_is_asked() && !asked_is_apart(s) ? EXIT_DONE : exit_code_of(&e);
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->common.check)
		log_info("topics and schema are as they must be");
	else
		exit_code = run(s, &pipeline);
	pipeline_release(&pipeline);
	start_undo();
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
