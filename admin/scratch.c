#include "admin/scratch.h"

#include <stdio.h>

#include "common/base/log.h"
#include "common/pipeline/binding.h"
#include "common/pipeline/schema.h"
#include "common/pipeline/shadow_report.h"

/* What serves an installation is told before anything is changed, whatever its schema's version. */
static enum rc refuse_served(struct db *db, struct err *e)
{
	bool is_there;

	if (schema_find(db, &is_there, e))
		return e->rc;
	return is_there ? binding_refuse_served(db, e) : RC_OK;
}

static enum rc make(const struct settings *s, const struct pipeline *pipeline,
                    const struct database *database, int *migrations, struct err *e)
{
	struct db *db = NULL;
	int applied = 0;
	enum rc rc = servers_open_database(s, database, &db, e);

	if (rc)
		return rc;
	rc = refuse_served(db, e);
	if (!rc)
		rc = conditions_verify_settings(db, e);
	if (!rc)
		rc = schema_migrate(db, &applied, e);
	if (!rc)
		rc = binding_claim_shadow(db, pipeline->cluster_id, pipeline->topics.requests,
		                          pipeline->partition_count, database->served, e);
	if (!rc)
		rc = schema_make_shadow(db, e);
	if (rc)
		database_blame(database, e);
	*migrations += applied;
	db_close(db);
	return rc;
}

enum rc scratch_init(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	struct database_map *map = &pipeline->databases;
	int migrations = 0;
	enum rc rc = servers_verify(s, pipeline, PIPELINE_TOPICS, e);

	if (!rc)
		rc = database_map_fit(map, pipeline->partition_count, e);
	for (size_t i = 0; !rc && i < map->count; i++)
		rc = make(s, pipeline, &map->list[i], &migrations, e);
	if (!rc)
		log_info("a scratch database is there, for holdfast-worker --shadow",
		         F_INT("migrations_applied", migrations));
	return rc;
}

/* ---- what was found ---- */

static enum rc read_names(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	enum rc rc = servers_read(s, pipeline, e);

	return rc ? rc : servers_read_databases(s, pipeline, e);
}

enum rc scratch_find(const struct settings *s, bool *is_scratch, struct err *e)
{
	struct pipeline pipeline = {0};
	struct binding own = {0};
	struct db *db = NULL;
	struct err ignored;
	enum rc rc = read_names(s, &pipeline, e);

	*is_scratch = false;
	/* What is wrong with it is said by who needs it. */
	if (!rc && !db_open(&db, &pipeline.databases.list[0].settings, &ignored) &&
	    !schema_verify(db, &ignored) && !binding_read(db, &own, &ignored))
		*is_scratch = binding_is_shadow(&own);
	binding_release(&own);
	db_close(db);
	pipeline_release(&pipeline);
	return rc;
}

static enum rc read_report(const struct settings *s, const struct pipeline *pipeline,
                           struct shadow_report *report, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < pipeline->databases.count; i++) {
		const struct database *database = &pipeline->databases.list[i];
		struct db *db = NULL;

		rc = servers_open_database(s, database, &db, e);
		if (!rc)
			rc = shadow_report_read(report, db, e);
		if (rc)
			database_blame(database, e);
		db_close(db);
	}
	return rc;
}

enum rc scratch_print(const struct settings *s, struct err *e)
{
	struct pipeline pipeline = {0};
	struct shadow_report report;
	struct buf text = {0};
	enum rc rc = read_names(s, &pipeline, e);

	shadow_report_open(&report, s->json);
	if (!rc)
		rc = servers_verify(s, &pipeline, PIPELINE_DATABASES | PIPELINE_SHADOW, e);
	if (!rc)
		rc = read_report(s, &pipeline, &report, e);
	if (!rc) {
		shadow_report_print(&report, &text);
		if (text.failed)
			rc = err_out_of_memory(e);
		else
			fputs(buf_text(&text).data, stdout);
	}
	buf_release(&text);
	shadow_report_release(&report);
	pipeline_release(&pipeline);
	return rc;
}
