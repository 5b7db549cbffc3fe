#include "worker/rehearsal.h"

#include <stdio.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/kafka/group.h"
#include "common/kafka/reader.h"
#include "common/kafka/txn.h"
#include "worker/lane/answer.h"
#include "worker/lane/owner.h"

/* Its id begins as those of the lanes do, so that the same right on a prefix is needed. */
static enum rc try_producer(const struct pipeline *pipeline, struct err *e)
{
	const char *topics[ANSWER_TOPICS_MAX];
	size_t count = answer_topics(pipeline, topics);
	struct kafka_txn *txn = NULL;
	char id[TRANSACTIONAL_ID_BYTES];
	enum rc rc;

	snprintf(id, sizeof id, "%s.%s.rehearsal", pipeline->group_id, pipeline->topics.requests);
	rc = kafka_txn_open(&txn, &pipeline->kafka, id, topics, count, PRODUCER_WAIT_MS, e);
	if (!rc)
		kafka_txn_close(txn);
	/* Another worker rehearses at the same time. */
	return rc == RC_FENCED ? RC_OK : rc;
}

static enum rc try_all(const struct pipeline *pipeline, struct err *e)
{
	const struct kafka_reader *reader = NULL;
	enum rc rc = kafka_group_try(&pipeline->kafka, pipeline->group_id, e);

	if (!rc)
		rc = kafka_pool_lend_reader(pipeline->pool, true, &reader, e);
	kafka_pool_return_reader(pipeline->pool, reader, rc);
	return rc ? rc : try_producer(pipeline, e);
}

enum rc rehearsal_run(const struct pipeline *pipeline, int64_t wait_ms, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;
	struct backoff backoff = {.first_ms = 200, .limit_ms = 3000};

	for (;;) {
		enum rc rc = try_all(pipeline, e);

		if (rc != RC_RETRY || clock_monotonic_ms() >= until_ms)
			return rc;
		log_err(LOG_WARNING, "waiting for a server", e);
		if (stop_wait_ms(backoff_next_ms(&backoff)))
			return rc;
	}
}
