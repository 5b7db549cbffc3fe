/*
 * holdfast-producer - publishes requests, and with --wait prints their replies.
 */
#include <stddef.h>
#include <string.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/stop.h"
#include "producer/producer.h"

#define POLL_MS 100

#define OPTIONS_STRUCT struct settings
static const struct option_row rows[] = {
#include "common/options_rows.h"
#include "common/options.def"
#include "producer/options.def"
};

static const struct options_spec spec = {
    .program = "holdfast-producer",
    .usage = "[OPTION]...",
    .about = "Publishes reservation requests: a JSON object a line on standard input, or one made\n"
             "of flags. A missing request_id is filled in. With --wait exit code 7 says that a\n"
             "request was rejected, 8 that a reply did not come in time.",
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .kafka_at = offsetof(struct settings, kafka),
};

static enum rc verify_once(const struct settings *s, const struct kafka_settings *kafka, struct err *e)
{
	const struct topic_names names = {s->requests_topic, s->replies_topic, s->events_topic,
	                                  s->dead_letter_topic};
	struct kafka_topics *topics = NULL;
	struct buf warnings = {0};
	int32_t partition_count;
	enum rc rc = kafka_topics_open(&topics, kafka, e);
	char *rest = NULL;

	if (!rc)
		rc = kafka_topics_verify(topics, &names, &partition_count, &warnings, e);
	if (warnings.bytes)
		for (char *line = strtok_r(warnings.data, "\n", &rest); line;
		     line = strtok_r(NULL, "\n", &rest))
			log_warning(line);
	buf_release(&warnings);
	kafka_topics_close(topics);
	return rc;
}

/* Brokers that do not answer yet are waited for. */
static enum rc verify(const struct settings *s, const struct kafka_settings *kafka, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)s->timeout_ms;
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	enum rc rc;

	do
		rc = verify_once(s, kafka, e);
	while (rc == RC_RETRY && clock_monotonic_ms() < until_ms &&
	       !stop_wait_ms(backoff_next_ms(&backoff)));
	return rc;
}

/*
 * What was sent is answered, or timed out, before the program ends, whatever happened since; also
 * after a stop was asked for.
 */
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

static enum exit_code run(const struct settings *s)
{
	const struct kafka_settings kafka = {s->kafka_bootstrap_servers, spec.program, &s->kafka};
	struct client *client = NULL;
	struct outbox *outbox = NULL;
	struct buf value = {0};
	enum exit_code exit_code = EXIT_DONE;
	struct err e;
	enum rc rc = request_of_flags(s, &value, &e);

	if (!rc && !s->kafka_bootstrap_servers)
		rc = err_set(&e, RC_REJECT, EXIT_USAGE,
		             "no brokers: set KAFKA_BOOTSTRAP_SERVERS or --kafka-bootstrap-servers");
	if (!rc)
		rc = verify(s, &kafka, &e);
	if (!rc && !s->check) {
		outbox = outbox_open((size_t)s->max_in_flight, s->wait);
		rc = !outbox ? err_out_of_memory(&e)
		             : client_open(&client, &kafka, s->requests_topic, s->replies_topic, s->wait,
		                           (int64_t)s->timeout_ms, outbox_on_answer, outbox, &e);
	}
	if (rc) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = e.exit_code;
	} else if (s->check) {
		log_info("topics are as they must be");
	} else {
		exit_code = work(s, client, outbox, buf_text(&value));
	}
	client_close(client);
	outbox_close(outbox);
	buf_release(&value);
	return exit_code;
}

int main(int argc, char **argv)
{
	struct settings s = {0};
	char **rest = NULL;
	int rest_count = 0;
	bool is_done = false;
	enum exit_code exit_code = EXIT_DONE;
	struct err e;

	log_open(spec.program, LOG_LOGFMT, LOG_INFO);
	if (options_read(&spec, argc, argv, &s, &rest, &rest_count, &is_done, &e)) {
		log_err(LOG_ERROR, "cannot start", &e);
		exit_code = e.exit_code;
	} else if (!is_done && rest_count > 0) {
		log_error("cannot start", F_STR("error", "command line: no arguments but options are taken"));
		exit_code = EXIT_USAGE;
	} else if (!is_done) {
		log_open_as(spec.program, s.log_format, s.log_level);
		stop_install();
		exit_code = run(&s);
	}
	options_release(&spec, &s, rest);
	return (int)exit_code;
}
