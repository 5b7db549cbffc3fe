#include "worker/accept_gap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/stop.h"
#include "common/kafka/topics.h"
#include "worker/lane/gap.h"
#include "worker/lane/look_back.h"
#include "worker/lane/witness.h"

struct accepting {
	struct owner owner;
	struct state state;
	struct hearing hearing;
	const char *reason;
};

static enum rc read_arguments(const struct pipeline *pipeline, const char *text,
                              const char *reason, int32_t *partition, struct err *e)
{
	size_t digits = strspn(text, "0123456789");
	long number = digits && digits < 8 && !text[digits] ? strtol(text, NULL, 10) : -1;

	if (number < 0 || number >= pipeline->partition_count)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "accept-gap: there is no partition \"%.20s\"; they are 0 to %d", text,
		               (int)pipeline->partition_count - 1);
	if (!reason || !reason[0])
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "accept-gap needs --reason: how it is known that nothing is missing");
	for (const char *c = reason; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--reason must be one line of text");
	*partition = (int32_t)number;
	return RC_OK;
}

static enum rc read_committed(struct owner *owner, struct err *e)
{
	const struct pipeline *pipeline = owner->settings->pipeline;
	struct kafka_topics *topics = NULL;
	enum rc rc = kafka_pool_take_topics(pipeline->pool, &topics, e);

	if (!rc)
		rc = kafka_topics_commit(topics, pipeline->group_id, pipeline->topics.requests,
		                         owner->partition, &owner->committed, e);
	kafka_pool_give_topics(pipeline->pool, topics, rc);
	owner->answered = owner->committed.offset;
	if (!rc && owner->answered < 0)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE,
		             "the group has no committed offset on partition %d: start a worker first, which "
		             "finds it by the replies", (int)owner->partition);
	return rc;
}

/* Is it a gap at the head, and nothing else? */
static enum rc judge(struct accepting *a, struct err *e)
{
	const struct progress *progress = store_progress(a->owner.store);
	long long answered = a->owner.answered, decided = progress->next_offset;
	const struct hearing *h = &a->hearing;

	if (answered > decided)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the database lost commits: answered below offset %lld, decided below %lld; "
		               "that is no gap of the requests", answered, decided);
	if (answered > h->end || decided > h->end)
		return err_set(e, RC_FATAL, FROM_PIPELINE,
		               "the requests end at offset %lld, below what is answered, %lld, or decided, "
		               "%lld: the topic was made anew or cut at its end", (long long)h->end, answered,
		               decided);
	if (gap_is_there(&a->owner, h->first))
		return RC_OK;
	if (progress->last_offset >= 0 &&
	    look_back_at_record(h->reader, a->owner.settings->pipeline->topics.requests,
	                        a->owner.partition, progress->last_offset, progress->last_digest, e))
		return e->rc;
	return err_set(e, RC_FATAL, FROM_PIPELINE,
	               "nothing that partition %d needs is gone: its requests are kept from offset %lld "
	               "on, answered below %lld", (int)a->owner.partition, (long long)h->first, answered);
}

static enum rc accept(struct accepting *a, struct err *e)
{
	int64_t first = a->hearing.first;
	bool is_accepted;
	enum rc rc = gap_is_accepted(&a->owner, first, &is_accepted, e);

	if (!rc && !is_accepted)
		rc = gap_accept(&a->owner, first, a->reason, e);
	if (rc)
		return rc;
	printf("partition %d: %s that its requests are kept from offset %lld on; answered below %lld, "
	       "decided below %lld\n", (int)a->owner.partition,
	       is_accepted ? "it was accepted before" : "accepted", (long long)first,
	       (long long)a->owner.answered, (long long)store_progress(a->owner.store)->next_offset);
	return RC_OK;
}

/* In the order of lane/acquire.c: fence, offset, rows, what they say together. */
static enum rc attempt(struct accepting *a, struct err *e)
{
	const struct pipeline *pipeline = a->owner.settings->pipeline;
	struct hearing *h = &a->hearing;
	enum rc rc = owner_open_producer(&a->owner, e);

	*h = (struct hearing){.owner = &a->owner, .state = &a->state};
	if (!rc)
		rc = read_committed(&a->owner, e);
	if (!rc)
		rc = kafka_pool_take_reader(pipeline->pool, true, &h->reader, e);
	if (!rc)
		rc = kafka_reader_bounds(h->reader, pipeline->topics.requests, a->owner.partition, &h->first,
		                         &h->end, e);
	if (!rc)
		rc = owner_open_store(&a->owner, h->first, e);
	if (!rc)
		rc = kafka_reader_bounds(h->reader, pipeline->topics.requests, a->owner.partition, &h->first,
		                         &h->end, e);
	if (!rc)
		rc = witness_hear(h, e);
	if (!rc)
		rc = judge(a, e);
	kafka_pool_give_reader(pipeline->pool, h->reader, rc);
	return rc ? rc : accept(a, e);
}

enum rc accept_gap_run(const struct lane_settings *settings, const char *partition,
                       const char *reason, int64_t wait_ms, struct err *e)
{
	struct accepting a = {.owner = {.settings = settings}, .reason = reason};
	struct backoff backoff = {.first_ms = 100, .limit_ms = 2000};
	int64_t until_ms = clock_monotonic_ms() + wait_ms;
	enum rc rc = read_arguments(settings->pipeline, partition, reason, &a.owner.partition, e);

	if (!rc) {
		state_open(&a.state);
		while ((rc = attempt(&a, e)) && rc != RC_FATAL && rc != RC_USAGE &&
		       clock_monotonic_ms() < until_ms && !stop_wait_ms(backoff_next_ms(&backoff)))
			log_warning("gap not accepted yet", F_STR("error", e->text));
		owner_release(&a.owner);
		state_close(&a.state);
	}
	if (rc)
		log_err(LOG_ERROR, "gap not accepted", e);
	return rc;
}
