#include "common/pipeline/binding.h"

#include <stdlib.h>
#include <string.h>

static char *copy_text(struct text t, bool *is_fine)
{
	char *copy = t.data ? strndup(t.data, t.bytes) : NULL;

	*is_fine = *is_fine && (copy || !t.data);
	return copy;
}

/* binding: zeroed where is_bound comes back false. */
static enum rc find(struct db *db, struct binding *binding, bool *is_bound, struct err *e)
{
	struct db_call call = {.query = QUERY_PIPELINE_READ};
	bool is_fine = true;
	enum rc rc = db_run(db, &call, 1, e);

	*binding = (struct binding){0};
	*is_bound = rc == RC_OK && call.rows.count > 0;
	if (!*is_bound) {
		db_rows_release(&call.rows);
		return rc;
	}
	binding->cluster_id = copy_text(db_text(&call.rows, 0, 0), &is_fine);
	binding->requests_topic = copy_text(db_text(&call.rows, 0, 1), &is_fine);
	binding->partition_count = db_int4(&call.rows, 0, 2);
	binding->group_id = copy_text(db_text(&call.rows, 0, 3), &is_fine);
	binding->served = (struct partition_range){0, binding->partition_count - 1};
	if (!db_is_null(&call.rows, 0, 4))
		binding->served =
		    (struct partition_range){db_int4(&call.rows, 0, 4), db_int4(&call.rows, 0, 5)};
	db_rows_release(&call.rows);
	if (is_fine)
		return RC_OK;
	binding_release(binding);
	return err_out_of_memory(e);
}

enum rc binding_read(struct db *db, struct binding *binding, struct err *e)
{
	bool is_bound;
	enum rc rc = find(db, binding, &is_bound, e);

	if (rc != RC_OK || is_bound)
		return rc;
	return err_set(e, RC_FATAL, FROM_PIPELINE,
	               "the database belongs to no Kafka cluster yet: run `holdfast-admin init`");
}

void binding_release(struct binding *binding)
{
	free(binding->cluster_id);
	free(binding->requests_topic);
	free(binding->group_id);
	*binding = (struct binding){0};
}

bool binding_is_shadow(const struct binding *binding)
{
	return binding->group_id && !strcmp(binding->group_id, BINDING_SHADOW);
}

/* Does it serve what it is asked for? */
static enum rc compare_use(const struct binding *own, bool is_shadow, struct err *e)
{
	if (binding_is_shadow(own) && !is_shadow)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "this is the scratch database of a shadow (holdfast-worker --shadow), not that "
		               "of an installation");
	if (!binding_is_shadow(own) && is_shadow)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database serves an installation%s%.150s; a shadow needs one of its own: an "
		               "empty one, and `holdfast-admin init --shadow`",
		               own->group_id ? ", that of group " : "", own->group_id ? own->group_id : "");
	return RC_OK;
}

/* Is it bound to that cluster and topic? */
static enum rc compare(const struct binding *own, const char *cluster_id,
                       const char *requests_topic, bool is_shadow, struct err *e)
{
	if (compare_use(own, is_shadow, e))
		return e->rc;
	if (strcmp(own->cluster_id, cluster_id) != 0)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database belongs to Kafka cluster \"%.60s\", this one is \"%.60s\"",
		               own->cluster_id, cluster_id);
	if (strcmp(own->requests_topic, requests_topic) != 0)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database belongs to requests topic \"%.150s\", not to \"%.150s\"",
		               own->requests_topic, requests_topic);
	return RC_OK;
}

enum rc binding_compare(struct db *db, const char *cluster_id, const char *requests_topic,
                        int32_t *partition_count, struct err *e)
{
	struct binding own;
	bool is_bound;
	enum rc rc = find(db, &own, &is_bound, e);

	*partition_count = 0;
	if (rc != RC_OK || !is_bound)
		return rc;
	*partition_count = own.partition_count;
	rc = compare(&own, cluster_id, requests_topic, false, e);
	binding_release(&own);
	return rc;
}

enum rc binding_refuse_served(struct db *db, struct err *e)
{
	struct binding own;
	bool is_bound;
	enum rc rc = find(db, &own, &is_bound, e);

	if (rc != RC_OK || !is_bound)
		return rc;
	rc = compare_use(&own, true, e);
	binding_release(&own);
	return rc;
}

static enum rc verify(struct db *db, const char *cluster_id, const char *requests_topic,
                      int32_t partition_count, struct partition_range served, bool is_shadow,
                      struct err *e)
{
	struct binding own;
	enum rc rc = binding_read(db, &own, e);

	if (rc != RC_OK)
		return rc;
	rc = compare(&own, cluster_id, requests_topic, is_shadow, e);
	if (!rc && own.partition_count != partition_count)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the database was made for %d partitions of topic \"%.249s\", it has %d now",
		             (int)own.partition_count, requests_topic, (int)partition_count);
	else if (!rc && (own.served.first != served.first || own.served.last != served.last))
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the database was made for partitions %d-%d of %d, the settings have it serve "
		             "%d-%d", (int)own.served.first, (int)own.served.last, (int)partition_count,
		             (int)served.first, (int)served.last);
	binding_release(&own);
	return rc;
}

enum rc binding_verify(struct db *db, const char *cluster_id, const char *requests_topic,
                       int32_t partition_count, struct partition_range served, struct err *e)
{
	return verify(db, cluster_id, requests_topic, partition_count, served, false, e);
}

enum rc binding_verify_shadow(struct db *db, const char *cluster_id, const char *requests_topic,
                              int32_t partition_count, struct partition_range served, struct err *e)
{
	return verify(db, cluster_id, requests_topic, partition_count, served, true, e);
}

static enum rc claim(struct db *db, const char *cluster_id, const char *requests_topic,
                     int32_t partition_count, struct partition_range served, bool is_shadow,
                     struct err *e)
{
	bool is_all = served.first == 0 && served.last == partition_count - 1;
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_PIPELINE_INSERT, .args = &args};
	enum rc rc;

	db_arg_text(&args, text_of(cluster_id));
	db_arg_text(&args, text_of(requests_topic));
	db_arg_int4(&args, partition_count);
	for (int i = 0; i < 2; i++) {
		if (is_all)
			db_arg_null(&args, DB_INT4);
		else
			db_arg_int4(&args, i ? served.last : served.first);
	}
	db_arg_text(&args, text_of(is_shadow ? BINDING_SHADOW : NULL));
	rc = db_run(db, &call, 1, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc ? rc : verify(db, cluster_id, requests_topic, partition_count, served, is_shadow, e);
}

enum rc binding_claim(struct db *db, const char *cluster_id, const char *requests_topic,
                      int32_t partition_count, struct partition_range served, struct err *e)
{
	return claim(db, cluster_id, requests_topic, partition_count, served, false, e);
}

enum rc binding_claim_shadow(struct db *db, const char *cluster_id, const char *requests_topic,
                             int32_t partition_count, struct partition_range served, struct err *e)
{
	return claim(db, cluster_id, requests_topic, partition_count, served, true, e);
}

enum rc binding_claim_group(struct db *db, const char *group_id, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_PIPELINE_CLAIM_GROUP, .args = &args};
	struct binding own;
	enum rc rc;

	if (!strcmp(group_id, BINDING_SHADOW))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--group-id must not be \"" BINDING_SHADOW "\"");
	db_arg_text(&args, text_of(group_id));
	rc = db_run(db, &call, 1, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	if (rc != RC_OK || (rc = binding_read(db, &own, e)) != RC_OK)
		return rc;
	if (!own.group_id || strcmp(own.group_id, group_id) != 0)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the database is served by group \"%.150s\", not by \"%.150s\": another "
		             "group's offsets would not fit its rows",
		             own.group_id ? own.group_id : "", group_id);
	binding_release(&own);
	return rc;
}

enum rc binding_verify_group(struct db *db, const char *group_id, struct err *e)
{
	struct binding own;
	enum rc rc = binding_read(db, &own, e);

	if (!rc && own.group_id && strcmp(own.group_id, group_id) != 0)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the database belongs to group \"%.150s\", not to \"%.150s\"",
		             own.group_id, group_id);
	binding_release(&own);
	return rc;
}
