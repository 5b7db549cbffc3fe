/*
 * servers.h - the pipeline as holdfast-admin reads it, and how its commands wait for servers: up to
 * --timeout-ms.
 */
#ifndef HOLDFAST_ADMIN_SERVERS_H
#define HOLDFAST_ADMIN_SERVERS_H

#include "admin/settings.h"
#include "common/base/backoff.h"
#include "common/pipeline/pipeline.h"

/* Brokers and topics alone. Codes as of pipeline_read, which says how to release it. */
enum rc servers_read(const struct settings *s, struct pipeline *pipeline,
                     struct err *e) NODISCARD;
/* The databases, too, of a pipeline that servers_read read. */
enum rc servers_read_databases(const struct settings *s, struct pipeline *pipeline,
                               struct err *e) NODISCARD;

/* pipeline_verify, within --timeout-ms. */
enum rc servers_verify(const struct settings *s, struct pipeline *pipeline, unsigned what,
                       struct err *e) NODISCARD;

/* Pause before another try; false where rc says that it is no use, or the time is over. */
bool servers_may_retry(enum rc rc, int64_t until_ms, struct backoff *backoff);

/* A session with one of the databases; one that is not there yet is waited for. */
enum rc servers_open_database(const struct settings *s, const struct database *database,
                              struct db **db, struct err *e) NODISCARD;

/*
 * The same, and it has the schema and is that of the topic and of its own partitions. Kafka is not
 * asked: its cluster is taken as read, and without a map its number of partitions.
 */
enum rc servers_open_shows(const struct settings *s, const struct pipeline *pipeline,
                           const struct database *database, struct db **db,
                           struct err *e) NODISCARD;

#endif
