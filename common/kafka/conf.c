#include "common/kafka/conf.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/private.h"
#include "common/kafka/reason.h"

#define NOTICE 5 /* of syslog(3), whose header defines names that log.h has too */

const char *kafka_version(void)
{
	return rd_kafka_version_str();
}

/*
 * A broker that goes and comes back, or a coordinator that still loads, is told of at debug: why a
 * broker does not answer is said apart, and whoever waits for it says so himself. So is a property
 * that a client has no use for (CONFWARN): a program gives all its clients the same ones.
 */
static enum log_level level_of(int syslog_level, const char *facility)
{
	static const char *const quiet[] = {"FAIL", "ERROR", "GETPID", "CONFWARN"};

	for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++)
		if (!strcmp(facility, quiet[i]))
			return LOG_DEBUG;
	return syslog_level >= NOTICE ? LOG_DEBUG : LOG_WARNING;
}

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *message)
{
	struct reason news;

	/* Once for a cause, whichever client met it first. Brokers close idle connections themselves. */
	if (reason_note(rd_kafka_name(client), facility, message, clock_monotonic_ms(), &news) &&
	    strcmp(news.text, "Disconnected") != 0)
		log_warning("a broker does not answer", F_STR("broker", news.broker),
		            F_STR("reason", news.text));
	log_at(level_of(level, facility), "librdkafka", F_STR("client", rd_kafka_name(client)),
	       F_STR("facility", facility), F_STR("text", message));
}

static void on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
	(void)opaque;
	log_debug("librdkafka error", F_STR("client", rd_kafka_name(client)),
	          F_STR("error", rd_kafka_err2name((rd_kafka_resp_err_t)code)),
	          F_STR("reason", reason));
}

/*
 * What holds up the promises of the protocol, by all its names: those marked in "Settings of the
 * Kafka clients" in docs/architecture.md, and what would undo one of them.
 */
static const struct {
	const char *name;
	const char *instead; /* what to use; NULL: leave it out */
} owned[] = {
    {"acks", NULL},
    {"request.required.acks", NULL},
    {"enable.idempotence", NULL},
    {"transactional.id", NULL},
    {"partitioner", NULL},
    {"delivery.report.only.error", NULL},
    {"isolation.level", NULL},
    {"enable.auto.commit", NULL},
    {"auto.commit.enable", NULL},
    {"enable.auto.offset.store", NULL},
    {"auto.offset.reset", NULL},
    {"partition.assignment.strategy", NULL},
    {"group.protocol", NULL},
    {"enable.partition.eof", NULL},
    {"allow.auto.create.topics", NULL},
    {"group.id", "--group-id"},
};

enum rc kafka_conf_refuse_owned(const struct pairs *properties, struct err *e)
{
	for (size_t i = 0; properties && i < properties->count; i++)
		for (size_t j = 0; j < sizeof owned / sizeof owned[0]; j++)
			if (!strcmp(properties->names[i], owned[j].name))
				return err_set(e, RC_USAGE, FROM_SETTINGS,
				               "--kafka.%s is not yours to set, whatever the value: the promises of "
				               "the protocol rest on it; %s%s", owned[j].name,
				               owned[j].instead ? "use " : "leave it out",
				               owned[j].instead ? owned[j].instead : "");
	return RC_OK;
}

/* Files that librdkafka reads whoever can read them, too. */
static enum rc judge_file(const char *name, const char *path, struct err *e)
{
	static const char *const secret[] = {"ssl.key.location", "ssl.keystore.location",
	                                     "sasl.kerberos.keytab"};
	char what[ERR_TEXT_BYTES];

	for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++) {
		if (strcmp(name, secret[i]) != 0)
			continue;
		snprintf(what, sizeof what, "--kafka.%s: %s", name, path);
		return private_judge_path(path, what, e);
	}
	return RC_OK;
}

static enum rc set(rd_kafka_conf_t *conf, const char *name, const char *value, struct err *e)
{
	char reason[256];

	if (judge_file(name, value, e))
		return e->rc;

	if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) != RD_KAFKA_CONF_OK)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--kafka.%s: %s", name, reason);
	return RC_OK;
}

struct rd_kafka_conf_s *kafka_conf_make(const struct kafka_settings *settings,
                                        const char *const (*defaults)[2], size_t default_count,
                                        struct err *e)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	const struct pairs *properties = settings->properties;
	char unknown[256];

	rd_kafka_conf_set_log_cb(conf, on_log);
	rd_kafka_conf_set_error_cb(conf, on_error);
	if (set(conf, "bootstrap.servers", settings->bootstrap_servers, e) ||
	    set(conf, "client.id", settings->client_id, e))
		goto out;
	/* Since 2.5 brokers may ask clients for figures. Unknown before. */
	(void)rd_kafka_conf_set(conf, "enable.metrics.push", "false", unknown, sizeof unknown);
	for (size_t i = 0; i < default_count; i++)
		if (set(conf, defaults[i][0], defaults[i][1], e))
			goto out;
	for (size_t i = 0; properties && i < properties->count; i++)
		if (set(conf, properties->names[i], properties->values[i], e))
			goto out;
	return conf;
out:
	rd_kafka_conf_destroy(conf);
	return NULL;
}

static rd_kafka_t *make_client(rd_kafka_type_t type, rd_kafka_conf_t *conf, const char *what,
                               struct err *e)
{
	char reason[256];
	rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);

	if (client) {
		log_debug("Kafka client made", F_STR("client", rd_kafka_name(client)), F_STR("what", what));
		return client;
	}
	rd_kafka_conf_destroy(conf);
	(void)err_set(e, RC_USAGE, FROM_SETTINGS, "%s: %s", what, reason);
	return NULL;
}

struct rd_kafka_s *kafka_open_consumer(struct rd_kafka_conf_s *conf, const char *what,
                                       struct err *e)
{
	return make_client(RD_KAFKA_CONSUMER, conf, what, e);
}

struct rd_kafka_s *kafka_open_producer(struct rd_kafka_conf_s *conf, const char *what,
                                       struct err *e)
{
	return make_client(RD_KAFKA_PRODUCER, conf, what, e);
}

/* Asks for the topics that the client knows, which is the least that can be asked for. */
enum rc kafka_reach(struct rd_kafka_s *client, int64_t wait_ms, struct err *e)
{
	const struct rd_kafka_metadata *metadata = NULL;
	rd_kafka_resp_err_t failed = rd_kafka_metadata(client, 0, NULL, &metadata, (int)wait_ms);

	if (metadata)
		rd_kafka_metadata_destroy(metadata);
	if (failed)
		return kafka_fail(e, RC_RETRY, KAFKA_FAILURE(.client = client, .code = failed),
		                  "brokers");
	return RC_OK;
}
