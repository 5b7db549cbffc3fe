/*
 * settings.h - what holdfast-audit was asked for, as all of its rooms see it.
 */
#ifndef HOLDFAST_AUDIT_SETTINGS_H
#define HOLDFAST_AUDIT_SETTINGS_H

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

#endif
