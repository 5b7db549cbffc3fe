/*
 * conf.h - what every Kafka client of ours is made with.
 */
#ifndef HOLDFAST_KAFKA_CONF_H
#define HOLDFAST_KAFKA_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/base/pairs.h"

struct kafka_settings {
	const char *bootstrap_servers;
	const char *client_id;                 /* the program's name */
	const struct pairs *properties; /* --kafka.PROPERTY=VALUE; may be NULL */
};

/* RC_USAGE: one of the properties is the design's own, as docs/architecture.md marks them */
enum rc kafka_conf_refuse_owned(const struct pairs *properties, struct err *e) NODISCARD;

const char *kafka_version(void); /* of the library as it runs */

/* For sources of common/kafka only: a librdkafka configuration, or NULL with e filled. */
struct rd_kafka_conf_s;
struct rd_kafka_conf_s *kafka_conf_make(const struct kafka_settings *settings,
                                        const char *const (*defaults)[2], size_t default_count,
                                        struct err *e);
/* Log lines and errors of the library go to log.h. */

/*
 * For the same: the client of a configuration, which is taken whatever comes back.
 *
 * what  names it in the error: "Kafka reader"
 *
 * NULL: e is filled, RC_USAGE: settings that do not go together
 */
struct rd_kafka_s *kafka_open_consumer(struct rd_kafka_conf_s *conf, const char *what,
                                       struct err *e);
struct rd_kafka_s *kafka_open_producer(struct rd_kafka_conf_s *conf, const char *what,
                                       struct err *e);

/* For the same files: does a broker answer this client within wait_ms? RC_RETRY: not in time. */
struct rd_kafka_s;
enum rc kafka_reach(struct rd_kafka_s *client, int64_t wait_ms, struct err *e) NODISCARD;

#endif
