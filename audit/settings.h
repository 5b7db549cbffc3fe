/*
 * settings.h - what holdfast-audit was asked for, as all of its rooms see it.
 */
#ifndef HOLDFAST_AUDIT_SETTINGS_H
#define HOLDFAST_AUDIT_SETTINGS_H

#include "common/pipeline/pipeline.h"

struct audit_settings {
	const struct pipeline *pipeline;
	bool has_database;
	bool is_json;
	uint64_t differences_max;
};

#endif
