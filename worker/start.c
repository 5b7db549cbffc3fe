#include "worker/start.h"

#include "common/service/service.h"
#include "worker/asked.h"
#include "worker/figures/figures.h"
#include "worker/figures/gauges.h"
#include "worker/figures/tally.h"
#include "worker/rehearsal.h"
#include "worker/shadow/shadow.h"

/* What of the pipeline is looked at. --check must not make this group the database's. */
static unsigned looked_at(const struct settings *s)
{
	bool is_serving = !s->common.check && !asked_is_apart(s);
	unsigned databases = is_serving ? PIPELINE_SOME_DATABASES : PIPELINE_DATABASES;

	if (s->shadow)
		return databases | PIPELINE_SHADOW;
	return databases | (s->common.check ? PIPELINE_GROUP : PIPELINE_CLAIM_GROUP);
}

/* What a worker tries before it joins the group, and what it counts. */
static enum rc prepare(const struct settings *s, const struct pipeline *pipeline, int64_t wait_ms,
                       struct err *e)
{
	if (s->shadow)
		return tally_open(pipeline->partition_count, e);
	if ((!asked_is_apart(s) && rehearsal_run(pipeline, wait_ms, e)) ||
	    gauges_open(pipeline->partition_count, e))
		return e->rc;
	gauges_see_partition(pipeline->present.requests - 1);
	return RC_OK;
}

enum rc start_run(const struct settings *s, struct pipeline *pipeline, struct err *e)
{
	const struct db_settings session = {.connect_ms = PIPELINE_CONNECT_MS, .has_pinned_plans = true,
	                                    .answer_ms = (int64_t)s->database_timeout_ms};
	const struct pipeline_user user = {START_PROGRAM, &session, s->group_id, s->reply_topics,
	                                   RIGHTS_WORKER | (s->shadow ? RIGHTS_SHADOW : 0)};
	const struct service_settings service = {START_PROGRAM, kafka_version(), s->metrics_listen,
	                                         (int64_t)s->hang_after_ms, figures_rows,
	                                         s->shadow ? METRIC_COUNT : METRIC_FIRST_OF_SHADOWS};
	bool is_serving = !s->common.check && !asked_is_apart(s);
	int64_t wait_ms = s->common.check ? PIPELINE_CHECK_MS : (int64_t)s->start_timeout_ms;

	if (s->shadow)
		service_add_page(&shadow_page);
	if (asked_refuse_mixed(s, e) || pipeline_read(pipeline, &s->common, &user, e) ||
	    (is_serving ? service_open(&service, e) : service_try(s->metrics_listen, e)) ||
	    pipeline_verify(pipeline, looked_at(s), wait_ms, e))
		return e->rc;
	return prepare(s, pipeline, wait_ms, e);
}

void start_undo(void)
{
	service_close();
	gauges_close();
	tally_close();
}
