/*
 * audit.h - what holdfast-audit was asked for, and holding topics and rows against the fold.
 */
#ifndef HOLDFAST_AUDIT_AUDIT_H
#define HOLDFAST_AUDIT_AUDIT_H

#include "common/pipeline/database_map.h"
#include "common/pipeline/reply_topics.h"

struct audit_settings {
	struct kafka_settings kafka;
	struct database_map databases;
	bool has_database;
	struct topic_names topics;
	const char *group_id;
	const char *cluster_id;
	int32_t partition_count;
	struct reply_topics reply_topics;
	bool is_json;
	uint64_t differences_max;
};

/*
 * Fold every partition and compare; differences and the certificate go to stdout.
 *
 * RC_OK     everything is as it must be
 * RC_REJECT exit code 6: it is not
 * RC_RETRY, RC_REOPEN, RC_FATAL  the audit could not be finished
 */
enum rc audit_run(const struct audit_settings *settings, struct err *e) NODISCARD;

#endif
