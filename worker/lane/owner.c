#include "worker/lane/owner.h"

#include <stdio.h>

#include "worker/lane/look_back.h"
#include "worker/startup.h"

#define PRODUCER_WAIT_MS 8000
#define TRANSACTIONAL_ID_BYTES 600

enum rc owner_open_producer(struct owner *owner, struct err *e)
{
	const struct lane_settings *settings = owner->settings;
	const struct answer_settings *answer = &settings->answer;
	char id[TRANSACTIONAL_ID_BYTES];
	const char *topics[ANSWER_TOPICS_MAX];
	size_t count = answer_topics(answer, topics);

	kafka_txn_close(owner->txn);
	owner->txn = NULL;
	snprintf(id, sizeof id, "%s.%s.%d", answer->group_id, answer->topics.requests,
	         (int)owner->partition);
	if (kafka_txn_open(&owner->txn, &settings->kafka, id, topics, count, PRODUCER_WAIT_MS, e))
		return e->rc;
	return look_back_for_hanging(&settings->kafka, &answer->topics, owner->partition, e);
}

enum rc owner_open_store(struct owner *owner, int64_t first, struct err *e)
{
	const struct lane_settings *settings = owner->settings;
	const struct plan_place place = {owner->partition, settings->answer.partition_count};
	const struct database *database = database_of(&settings->databases, owner->partition);

	store_close(owner->store);
	owner->store = NULL;
	if (database->is_unverified && startup_verify_database(settings, database, e))
		return e->rc;
	if (store_open(&owner->store, &database->settings, &place, settings->cached_seats, e))
		return e->rc;
	return store_take_over(owner->store, first, e);
}

void owner_release(struct owner *owner)
{
	kafka_txn_close(owner->txn);
	owner->txn = NULL;
	store_close(owner->store);
	owner->store = NULL;
}
