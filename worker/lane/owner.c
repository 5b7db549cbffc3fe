#include "worker/lane/owner.h"

#include <stdio.h>

#include "worker/lane/answer.h"
#include "worker/lane/look_back.h"

enum rc owner_open_producer(struct owner *owner, struct err *e)
{
	const struct pipeline *pipeline = owner->settings->pipeline;
	char id[TRANSACTIONAL_ID_BYTES];
	const char *topics[ANSWER_TOPICS_MAX];
	size_t count = answer_topics(pipeline, topics);

	kafka_txn_close(owner->txn);
	owner->txn = NULL;
	snprintf(id, sizeof id, "%s.%s.%d", pipeline->group_id, pipeline->topics.requests,
	         (int)owner->partition);
	if (kafka_txn_open(&owner->txn, &pipeline->kafka, id, topics, count, PRODUCER_WAIT_MS, e))
		return e->rc;
	return look_back_for_hanging(pipeline, owner->partition, e);
}

enum rc owner_open_store(struct owner *owner, int64_t first, struct err *e)
{
	const struct pipeline *pipeline = owner->settings->pipeline;
	const struct plan_place place = {owner->partition, pipeline->partition_count};
	const struct database *database = database_of(&pipeline->databases, owner->partition);

	store_close(owner->store);
	owner->store = NULL;
	if (!pipeline_has_verified(pipeline, database) &&
	    pipeline_verify_database(pipeline, database, PIPELINE_CLAIM_GROUP, e))
		return e->rc;
	if (store_open(&owner->store, &database->settings, &place,
	               owner->settings->cached_seats, e))
		return e->rc;
	return store_take_over(owner->store, first, e);
}

int64_t owner_start(const struct owner *owner)
{
	return owner->answered < owner->kept_from ? owner->kept_from : owner->answered;
}

void owner_release(struct owner *owner)
{
	replied_release(&owner->doubt.replied);
	owner->doubt.below = 0;
	kafka_txn_close(owner->txn);
	owner->txn = NULL;
	store_close(owner->store);
	owner->store = NULL;
}
