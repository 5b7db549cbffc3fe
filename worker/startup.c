#include "worker/startup.h"

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pipeline/binding.h"
#include "common/base/stop.h"

/* --check must not make this group the database's. */
static enum rc settle_group(const struct database *database, const char *group_id,
                            bool is_claiming, struct err *e)
{
	struct db *db = NULL;
	enum rc rc = db_open(&db, &database->settings, e);

	if (!rc)
		rc = (is_claiming ? binding_claim_group : binding_verify_group)(db, group_id, e);
	db_close(db);
	if (rc)
		database_blame(database, e);
	return rc;
}

static enum rc verify_once(struct startup *startup, struct lane_settings *settings, int64_t wait_ms,
                           enum startup_aim aim, struct err *e)
{
	struct answer_settings *answer = &settings->answer;
	enum rc rc = (aim == STARTUP_SERVE ? setup_verify_some : setup_verify)(
	    &startup->setup, &settings->kafka, &settings->databases, &answer->topics, wait_ms, e);

	if (rc)
		return rc;
	answer->cluster_id = startup->setup.cluster_id;
	answer->partition_count = startup->setup.partition_count;
	if (reply_topics_keep_fit(&answer->reply_topics, &settings->kafka, answer->partition_count, e))
		return e->rc;
	for (size_t i = 0; !rc && i < settings->databases.count; i++)
		if (!settings->databases.list[i].is_unverified)
			rc = settle_group(&settings->databases.list[i], answer->group_id, aim != STARTUP_CHECK,
			                  e);
	return rc;
}

enum rc startup_verify_database(const struct lane_settings *settings,
                                const struct database *database, struct err *e)
{
	const struct answer_settings *answer = &settings->answer;

	if (setup_verify_database(answer->cluster_id, answer->partition_count, answer->topics.requests,
	                          database, e))
		return e->rc;
	return settle_group(database, answer->group_id, true, e);
}

enum rc startup_verify(struct startup *startup, struct lane_settings *settings, int64_t wait_ms,
                       enum startup_aim aim, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms, left_ms = wait_ms;
	struct backoff backoff = {.first_ms = 200, .limit_ms = 3000};

	for (;;) {
		enum rc rc = verify_once(startup, settings, left_ms, aim, e);

		left_ms = until_ms - clock_monotonic_ms();
		if ((rc != RC_RETRY && rc != RC_REOPEN) || left_ms <= 0)
			return rc;
		/* It was there, and is gone again. */
		log_err(LOG_WARNING, "waiting for a server", e);
		if (stop_wait_ms(backoff_next_ms(&backoff)))
			return rc;
	}
}

void startup_release(struct startup *startup, struct lane_settings *settings)
{
	reply_topics_release(&settings->answer.reply_topics);
	database_map_release(&settings->databases);
	setup_release(&startup->setup);
}
