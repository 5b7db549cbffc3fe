/*
 * admin.h - the commands of holdfast-admin and what they share.
 */
#ifndef HOLDFAST_ADMIN_ADMIN_H
#define HOLDFAST_ADMIN_ADMIN_H

#include "common/pipeline/database_map.h"
#include "common/kafka/topics.h"
#include "common/program/options.h"

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
#include "admin/options.def"
	struct pairs kafka;
};

/* Each fills e and returns its rc, or prints what it found on stdout. */
enum rc admin_init(const struct settings *s, struct err *e) NODISCARD;
enum rc admin_show_create(const struct settings *s, const char *show_id, struct err *e) NODISCARD;
enum rc admin_show_status(const struct settings *s, const char *show_id, struct err *e) NODISCARD;
enum rc admin_status(const struct settings *s, struct err *e) NODISCARD;
/* Puts holdfast-worker in this program's place; comes back only where that cannot be done. */
enum rc admin_rebuild(const struct settings *s, struct err *e) NODISCARD;
enum rc admin_prune(const struct settings *s, struct err *e) NODISCARD;
enum rc admin_check(const struct settings *s, struct err *e) NODISCARD;

struct kafka_settings admin_kafka(const struct settings *s);
struct topic_names admin_topics(const struct settings *s);

struct backoff;
/* Pause before another try; false where rc says that it is no use, or the time is over. */
bool admin_may_retry(enum rc rc, int64_t until_ms, struct backoff *backoff);

/* Which databases there are; release the map whatever comes back. */
enum rc admin_read_map(const struct settings *s, struct database_map *map,
                       struct err *e) NODISCARD;
/* A session with one of them; one that is not there yet is waited for. */
enum rc admin_open_database(const struct settings *s, const struct database *database,
                            struct db **db, struct err *e) NODISCARD;
/* RC_REJECT: exit code 2, no brokers were named. */
enum rc admin_open_topics(const struct settings *s, struct kafka_topics **topics,
                          struct err *e) NODISCARD;

#endif
