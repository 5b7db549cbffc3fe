/*
 * holdfast-producer - publishes requests, and with --wait prints their replies.
 */
#include "common/base/log.h"
#include "common/program/program.h"
#include "producer/flags.h"
#include "producer/load/load.h"
#include "producer/publish.h"

#include "common/program/settings_rows.h"

static const struct options_spec spec = {
    .program = "holdfast-producer",
    .usage = "[OPTION]...",
    .about = "Publishes reservation requests: a JSON object a line on standard input, or one made\n"
             "of flags. A missing request_id is filled in. With --wait exit code 7 says that a\n"
             "request was rejected, 8 that a reply did not come in time. With --load it makes the\n"
             "requests itself and measures.",
    SETTINGS_ROWS,
};

/* What the flags say: a request, a load, or nothing and lines come. */
static enum rc read_flags(const struct settings *s, struct buf *value, struct load_settings *load,
                          struct err *e)
{
	if (s->load)
		return load_read_flags(s, load, e);
	if (load_refuse_flags(s, e))
		return e->rc;
	return request_of_flags(s, value, e);
}

static enum rc start(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	if (pipeline_read(pipeline, &s->common, &(struct pipeline_user){.program = spec.program}, e))
		return e->rc;
	if (pipeline_verify(pipeline, PIPELINE_TOPICS, (int64_t)s->timeout_ms, e))
		return e->rc;
	pipeline_learn(pipeline, &s->common);
	return RC_OK;
}

static enum exit_code work(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	struct pipeline pipeline = {0};
	struct buf value = {0};
	struct load_settings load = {0};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;

	(void)words, (void)count;
	if (read_flags(s, &value, &load, &e) || start(s, &pipeline, &e)) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = exit_code_of(&e);
	} else if (s->common.check) {
		log_info("topics are as they must be");
	} else if (s->load ? load_run(s, &pipeline, &load, &e)
	                   : publish_run(s, &pipeline, buf_text(&value), &e)) {
		exit_code = exit_code_of(&e);
	}
	buf_release(&value);
	pipeline_release(&pipeline);
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = work};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
