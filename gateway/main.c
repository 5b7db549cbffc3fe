/* holdfast-gateway - HTTP in front of the topics. It decides nothing itself. */
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/program/program.h"
#include "common/service/health.h"
#include "common/service/service.h"
#include "gateway/figures/figures.h"
#include "gateway/pieces.h"
#include "gateway/gateway.h"
#include "gateway/serve.h"
#include "gateway/settings.h"
#include "gateway/status.h"

#include "common/program/settings_rows.h"

enum {
	LOOK_MS = 200,
	DRAIN_MS = 5000,
	ROWS_MS = 2000, /* for a session, and for rows: who asks waits for both at most */
};

static const struct options_spec spec = {
    .program = "holdfast-gateway", .usage = "[OPTION]...",
    .about = "Serves reservations by HTTP: publishes each request to the workers' topic and answers\n"
             "with the reply that a worker commits. It decides nothing itself.",
    SETTINGS_ROWS,
};

static const struct db_settings session = {.connect_ms = ROWS_MS, .has_pinned_plans = true,
                                           .answer_ms = ROWS_MS};
static const struct pipeline_user user = {"holdfast-gateway", &session, NULL, NULL,
                                          RIGHTS_GATEWAY};

static enum rc start(const struct settings *s, struct pipeline *pipeline, struct gateway *gateway,
                     struct err *e)
{
	static const struct page status = {"/status", STATUS_TYPE, status_make};
	const struct service_settings service = {spec.program, kafka_version(), s->metrics_listen,
	                                         (int64_t)s->hang_after_ms, figures_rows, METRIC_COUNT};
	const struct gateway_settings settings = settings_of(s, pipeline);
	const struct http_handler handler = serve_handler(gateway);

	service_add_page(&status);
	if (gateway_read(gateway, &settings, e) || pipeline_read(pipeline, &s->common, &user, e) ||
	    (s->common.check ? service_try(s->metrics_listen, e) : service_open(&service, e)) ||
	    pipeline_verify(pipeline, s->common.check ? PIPELINE_DATABASES : PIPELINE_SOME_DATABASES,
	                    s->common.check ? PIPELINE_CHECK_MS : (int64_t)s->start_timeout_ms, e))
		return e->rc;
	return s->common.check ? RC_OK : gateway_open(gateway, &handler, asker_ended, e);
}

/* Until a stop is asked for. */
static void run(struct gateway *gateway, const struct common_options *common)
{
	log_info("serving", F_STR("listen", http_address(gateway->http)));
	health_say(HEALTH_PROGRAM, "");
	status_of(gateway);
	while (!stop_wait_ms(LOOK_MS)) {
		status_tell(gateway_tend(gateway, common, &user));
		health_tend();
	}
	status_end();
	log_info("ending");
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct pipeline pipeline = {0};
	struct gateway gateway = {.http = NULL};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;

	(void)words, (void)count;
	if (start(s, &pipeline, &gateway, &e)) {
		exit_code = stop_is_asked() ? EXIT_DONE : exit_code_of(&e);
		log_err(LOG_ERROR, "cannot start", &e);
	} else if (s->common.check)
		log_info("topics and schema are as they must be");
	else
		run(&gateway, &s->common);
	status_of(NULL);
	gateway_close(&gateway, DRAIN_MS);
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
