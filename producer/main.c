/*
 * holdfast-producer - publishes requests, and with --wait prints their replies.
 */
#include <stddef.h>
#include <string.h>

#include "common/base/log.h"
#include "common/program/program.h"
#include "common/pipeline/setup.h"
#include "common/base/stop.h"
#include "producer/load/load.h"

#define POLL_MS 100

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/program/options_rows.h"
#include "common/program/options.def"
#include "producer/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-producer",
    .usage = "[OPTION]...",
    .about = "Publishes reservation requests: a JSON object a line on standard input, or one made\n"
             "of flags. A missing request_id is filled in. With --wait exit code 7 says that a\n"
             "request was rejected, 8 that a reply did not come in time. With --load it makes the\n"
             "requests itself and measures.",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static enum rc finish(struct client *client, struct err *e)
{
	while (client_waiting(client))
		if (client_poll(client, POLL_MS, e))
			return e->rc;
	return RC_OK;
}

/* value  the one request to publish; empty: the lines of standard input */
static enum exit_code work(const struct settings *s, struct client *client, struct outbox *outbox,
                           struct text value)
{
	struct err sending, waiting;
	enum rc sent = value.bytes ? publish(client, outbox, text_of(s->show_id), value, &sending)
	                           : publish_lines(client, outbox, &sending);
	enum rc finished;

	if (sent)
		log_err(LOG_ERROR, "not everything was published", &sending);
	finished = finish(client, &waiting);
	if (finished)
		log_err(LOG_ERROR, "not every reply was awaited", &waiting);
	if (sent)
		return sending.exit_code;
	return finished ? waiting.exit_code : outbox_exit_code(outbox);
}

/* Lines or flags: open what is needed, work, close it. */
static enum exit_code run_requests(const struct settings *s, const struct kafka_settings *kafka,
                                   struct text value)
{
	struct outbox *outbox = outbox_open((size_t)s->max_in_flight, s->wait);
	struct client *client = NULL;
	enum exit_code exit_code;
	struct err e;

	if (!outbox ? err_out_of_memory(&e)
	            : client_open(&client, kafka, s->requests_topic, s->replies_topic, s->wait,
	                          (int64_t)s->timeout_ms, outbox_on_answer, outbox, &e)) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = e.exit_code;
	} else {
		exit_code = work(s, client, outbox, value);
	}
	client_close(client);
	outbox_close(outbox);
	return exit_code;
}

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

static enum exit_code run(const void *settings_read, char **words, int count)
{
	const struct settings *s = settings_read;
	const struct kafka_settings kafka = {s->kafka_bootstrap_servers, spec.program, &s->kafka};
	const struct topic_names topics = {s->requests_topic, s->replies_topic, s->events_topic,
	                                   s->dead_letter_topic};
	struct setup setup = {0};
	struct buf value = {0};
	struct load_settings load = {0};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;
	enum rc rc = read_flags(s, &value, &load, &e);

	(void)words, (void)count;
	if (!rc)
		rc = setup_verify_topics(&setup, &kafka, &topics, (int64_t)s->timeout_ms, &e);
	load.partition_count = setup.partition_count;
	if (rc) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = e.exit_code;
	} else if (s->check) {
		log_info("topics are as they must be");
	} else {
		exit_code = s->load ? load_run(s, &kafka, &load)
		                    : run_requests(s, &kafka, buf_text(&value));
	}
	buf_release(&value);
	setup_release(&setup);
	return exit_code;
}

int main(int argc, char **argv)
{
	static const struct program program = {.spec = &spec, .run = run};
	struct settings s = {0};

	return program_main(&program, &s, argc, argv);
}
