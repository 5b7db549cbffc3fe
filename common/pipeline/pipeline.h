/*
 * pipeline.h - one installation of holdfast: its brokers, its topics, its databases and the group
 * of its workers. Read from the options, verified once, then lent to whatever works on it.
 *
 * Threads: one reads and verifies; then nothing of it but the pool changes, and any thread may look.
 */
#ifndef HOLDFAST_PIPELINE_PIPELINE_H
#define HOLDFAST_PIPELINE_PIPELINE_H

#include "common/kafka/pool.h"
#include "common/kafka/topics.h"
#include "common/pipeline/conditions.h"
#include "common/pipeline/database_map.h"
#include "common/pipeline/reply_topics.h"
#include "common/program/common_options.h"

#define PIPELINE_CONNECT_MS 5000 /* longest wait for a session, where a program has none of its own */
#define PIPELINE_CHECK_MS 5000   /* longest wait for the servers, for --check */
#define PIPELINE_MISSING_MS 5000 /* and for one of several databases: PIPELINE_SOME_DATABASES */

struct pipeline {
	struct kafka_settings kafka;
	struct kafka_pool *pool; /* of clients of these brokers */
	struct topic_names topics;
	struct reply_topics reply_topics; /* beside the default one; once verified, only those that fit */
	struct database_map databases;    /* count 0: this program uses none */
	bool *is_unverified;  /* by database: it was not there, pipeline_verify_database before its use */
	const char *group_id; /* NULL: this program knows of none */
	unsigned rights;      /* RIGHTS_... that it needs in the databases */
	char *cluster_id;     /* as verified, as is the next */
	int32_t partition_count;     /* N, that of the databases' bond, where it uses one */
	struct kafka_counts present; /* as the topics are now: more where some were added by mistake */
};

/* What a program says beside the options that all have. All is borrowed. */
struct pipeline_user {
	const char *program;               /* "holdfast-worker": what the servers know it by */
	const struct db_settings *session; /* of all, but for program and url; NULL: no database */
	const char *group_id;              /* NULL: none */
	const char *reply_topics;          /* --reply-topics, or NULL */
	unsigned rights;                   /* RIGHTS_... that it needs in the databases */
};

/*
 * Read what the options name. Asks no server.
 *
 * pipeline  release with pipeline_release whatever comes back
 * common    borrowed until then
 *
 * RC_USAGE: as of kafka_conf_refuse_owned, database_map_read and reply_topics_read
 */
enum rc pipeline_read(struct pipeline *pipeline, const struct common_options *common,
                      const struct pipeline_user *user, struct err *e) NODISCARD;
/* The databases later than the rest, for one that was read without a session. */
enum rc pipeline_read_databases(struct pipeline *pipeline, const struct common_options *common,
                                const struct db_settings *session, struct err *e) NODISCARD;
void pipeline_release(struct pipeline *pipeline); /* takes a zeroed one */

/* What is verified. Flags; the topics always are. */
enum {
	PIPELINE_TOPICS = 0,         /* as they must be; reply topics that do not fit are dropped */
	PIPELINE_DATABASES = 1,      /* each is on a server as it must be, grants what is needed, has the
	                              * schema, and is bound to cluster, topic, partitions */
	PIPELINE_SOME_DATABASES = 2, /* the same, but those that do not answer within PIPELINE_MISSING_MS,
	                              * while others do, are left is_unverified */
	PIPELINE_GROUP = 4,          /* each verified database is that of the group, or of none yet */
	PIPELINE_CLAIM_GROUP = 8,    /* and becomes that of the group */
	PIPELINE_EVEN = 16,          /* all four topics have the same number of partitions */
	PIPELINE_SHADOW = 32,        /* the databases are scratch databases, which nothing else takes */
};

/*
 * Verify; fills in the cluster's id and the number of partitions, to which the map is fitted. Waits
 * for the servers up to wait_ms, or until a stop is asked for. Settings of topics that differ but
 * do no harm are logged.
 *
 * RC_FATAL  FROM_PIPELINE: mismatch
 * RC_RETRY, RC_REOPEN  a server was not there in time
 * RC_USAGE: a server is not named, a partition has no database, a setting is wrong
 */
enum rc pipeline_verify(struct pipeline *pipeline, unsigned what, int64_t wait_ms,
                        struct err *e) NODISCARD;

/* Whether pipeline_verify found the database there. */
bool pipeline_has_verified(const struct pipeline *pipeline, const struct database *database);
/* One database that was not there then. Codes as above; the error says which. */
enum rc pipeline_verify_database(const struct pipeline *pipeline, const struct database *database,
                                 unsigned what, struct err *e) NODISCARD;

/*
 * For a program that needs no database, behind pipeline_verify of the topics: where one is named and
 * answers, N is what it was made for, though all four topics have more. Says so in the log.
 */
void pipeline_learn(struct pipeline *pipeline, const struct common_options *common);

/* Partitions of the requests that were added after the databases were made: nobody serves them. */
int32_t pipeline_surplus(const struct pipeline *pipeline);
/* Where a request with that key goes, for kafka_sender_send: by N, whatever there is now. */
int32_t pipeline_place(const struct pipeline *pipeline, struct text key);

/* A client that asks for topics, of the pool. RC_USAGE: no brokers were named. */
enum rc pipeline_take_topics(const struct pipeline *pipeline, struct kafka_topics **topics,
                             struct err *e) NODISCARD;

#endif
