#include "common/kafka/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/base/clock.h"

enum kind { COMMITTED, UNCOMMITTED, TOPICS };

struct kept {
	enum kind kind;
	void *client;
	size_t users;
	bool is_shared; /* its users only ask it */
	bool is_spent;  /* something failed: nobody gets it any more */
	int64_t idle_ms; /* since when it has no users */
	struct kept *next;
};

struct kafka_pool {
	struct kafka_settings settings;
	pthread_mutex_t lock; /* of what follows */
	struct kept *all;
};

enum rc kafka_pool_open(struct kafka_pool **out, const struct kafka_settings *settings,
                        struct err *e)
{
	struct kafka_pool *pool = calloc(1, sizeof *pool);

	if (!pool)
		return err_out_of_memory(e);
	pool->settings = *settings;
	pthread_mutex_init(&pool->lock, NULL);
	*out = pool;
	return RC_OK;
}

static enum rc open_client(struct kafka_pool *pool, struct kept *kept, struct err *e)
{
	struct kafka_topics *topics = NULL;
	struct kafka_reader *reader = NULL;
	enum rc rc;

	if (kept->kind == TOPICS) {
		rc = kafka_topics_open(&topics, &pool->settings, e);
		kept->client = topics;
	} else {
		rc = kafka_reader_open_brief(&reader, &pool->settings, kept->kind == COMMITTED, e);
		kept->client = reader;
	}
	return rc;
}

static void close_client(struct kept *kept)
{
	if (kept->kind == TOPICS)
		kafka_topics_close(kept->client);
	else
		kafka_reader_close(kept->client);
	free(kept);
}

/* Close those that wait there: nobody uses them. */
static void close_all(struct kept *list)
{
	while (list) {
		struct kept *next = list->next;

		close_client(list);
		list = next;
	}
}

void kafka_pool_close(struct kafka_pool *pool)
{
	if (!pool)
		return;
	close_all(pool->all);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/* Under the lock: one that is shared already where it may be, else an idle one. NULL: there is none. */
static struct kept *find_fit(struct kafka_pool *pool, enum kind kind, bool is_shared)
{
	struct kept *idle = NULL;

	for (struct kept *kept = pool->all; kept; kept = kept->next) {
		if (kept->kind != kind || kept->is_spent)
			continue;
		if (kept->users && is_shared && kept->is_shared)
			return kept;
		if (!kept->users)
			idle = kept;
	}
	return idle;
}

/* Under the lock, as making one takes no time: it connects by itself. NULL: e is filled */
static struct kept *add(struct kafka_pool *pool, enum kind kind, struct err *e)
{
	struct kept *kept = calloc(1, sizeof *kept);

	if (!kept) {
		(void)err_out_of_memory(e);
		return NULL;
	}
	kept->kind = kind;
	if (open_client(pool, kept, e)) {
		free(kept);
		return NULL;
	}
	kept->next = pool->all;
	pool->all = kept;
	return kept;
}

/* NULL: e is filled */
static void *take(struct kafka_pool *pool, enum kind kind, bool is_shared, struct err *e)
{
	struct kept *kept;

	pthread_mutex_lock(&pool->lock);
	kept = find_fit(pool, kind, is_shared);
	if (!kept)
		kept = add(pool, kind, e);
	if (kept) {
		kept->users++;
		kept->is_shared = is_shared;
	}
	pthread_mutex_unlock(&pool->lock);
	return kept ? kept->client : NULL;
}

static void give(struct kafka_pool *pool, const void *client, bool is_spent)
{
	struct kept **at = &pool->all, *ended = NULL;

	pthread_mutex_lock(&pool->lock);
	while ((*at)->client != client)
		at = &(*at)->next;
	(*at)->is_spent |= is_spent;
	(*at)->idle_ms = clock_monotonic_ms();
	if (!--(*at)->users && (*at)->is_spent) {
		ended = *at;
		*at = ended->next;
		ended->next = NULL;
	}
	pthread_mutex_unlock(&pool->lock);
	close_all(ended);
}

void kafka_pool_tend(struct kafka_pool *pool, int64_t now_ms)
{
	struct kept *ended = NULL;

	pthread_mutex_lock(&pool->lock);
	for (struct kept **at = &pool->all, *kept; (kept = *at);) {
		if (kept->users || now_ms - kept->idle_ms < KAFKA_POOL_IDLE_MS) {
			at = &kept->next;
			continue;
		}
		*at = kept->next;
		kept->next = ended;
		ended = kept;
	}
	pthread_mutex_unlock(&pool->lock);
	close_all(ended);
}

size_t kafka_pool_count(struct kafka_pool *pool)
{
	size_t count = 0;

	pthread_mutex_lock(&pool->lock);
	for (const struct kept *kept = pool->all; kept; kept = kept->next)
		count++;
	pthread_mutex_unlock(&pool->lock);
	return count;
}

enum rc kafka_pool_take_reader(struct kafka_pool *pool, bool is_committed,
                               struct kafka_reader **reader, struct err *e)
{
	*reader = take(pool, is_committed ? COMMITTED : UNCOMMITTED, false, e);
	return *reader ? RC_OK : e->rc;
}

void kafka_pool_give_reader(struct kafka_pool *pool, struct kafka_reader *reader, enum rc rc)
{
	struct err e;

	if (reader)
		give(pool, reader, kafka_reader_rest(reader, &e) != RC_OK || rc != RC_OK);
}

enum rc kafka_pool_lend_reader(struct kafka_pool *pool, bool is_committed,
                               const struct kafka_reader **reader, struct err *e)
{
	*reader = take(pool, is_committed ? COMMITTED : UNCOMMITTED, true, e);
	return *reader ? RC_OK : e->rc;
}

void kafka_pool_return_reader(struct kafka_pool *pool, const struct kafka_reader *reader,
                              enum rc rc)
{
	if (reader)
		give(pool, reader, rc != RC_OK);
}

enum rc kafka_pool_take_topics(struct kafka_pool *pool, struct kafka_topics **topics,
                               struct err *e)
{
	*topics = take(pool, TOPICS, false, e);
	if (!*topics)
		return e->rc;
	kafka_topics_limit(*topics, INT64_MAX);
	return RC_OK;
}

void kafka_pool_give_topics(struct kafka_pool *pool, struct kafka_topics *topics, enum rc rc)
{
	if (topics)
		give(pool, topics, rc != RC_OK);
}
