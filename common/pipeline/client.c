#define HASH_NONFATAL_OOM 1
#include "common/pipeline/client.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "common/base/clock.h"
#include "common/base/stop.h"
#include "common/kafka/reader.h"
#include "common/kafka/sender.h"
#include "common/message/request.h"
#include "common/pipeline/early_replies.h"

#define TAKE 1000
#define DELIVERY_POLL_MS 2
#define FULL_POLL_MS 1
#define LEADER_PAUSE_MS 50

/*
 * A request under way: undelivered, then in the table by place. One that was sent again while its
 * partition got another leader may be delivered without a place; that one is known by its id.
 */
struct waiting {
	enum { UNDELIVERED, AT_PLACE, BY_ID, WITHOUT_ID } known;
	struct early_place place;
	struct uuid request_id;
	void *token;
	int64_t until_ms;
	struct waiting *prev, *next; /* in the order sent, so that time-outs come first */
	UT_hash_handle hh;
};

struct client {
	struct client_settings settings;
	struct kafka_sender *sender;
	struct kafka_reader *reader; /* NULL: not awaiting */
	struct waiting *all, *by_place, *by_id;
	struct early_replies early;
	size_t waiting_count, undelivered, answers;
	bool is_out_of_memory; /* a reply may be lost: client_poll says so */
	struct record *taken;
};

static void forget(struct client *client, struct waiting *w)
{
	if (w->known == AT_PLACE)
		HASH_DELETE(hh, client->by_place, w);
	else if (w->known == BY_ID)
		HASH_DELETE(hh, client->by_id, w);
	DL_DELETE(client->all, w);
	client->waiting_count--;
	free(w);
}

static void answer(struct client *client, struct waiting *w, struct client_answer *a)
{
	a->token = w->token;
	client->answers++;
	forget(client, w);
	client->settings.answered(client->settings.context, a);
}

static void answer_with(struct client *client, struct waiting *w, struct text reply,
                        const struct reply_view *view, int64_t reply_ms)
{
	struct client_answer a = {
	    .how = CLIENT_REPLIED,
	    .partition = view->partition,
	    .offset = view->offset,
	    .reply = reply,
	    .view = *view,
	    .reply_ms = reply_ms,
	};

	answer(client, w, &a);
}

static void answer_from_early(struct client *client, struct waiting *w, struct early *early)
{
	int64_t reply_ms;
	struct text reply = early_text(early, &reply_ms);
	struct arena arena = {0};
	struct reply_view view;
	struct err ignored;

	if (!reply_decode(reply, &arena, &view, &ignored))
		answer_with(client, w, reply, &view, reply_ms);
	client->is_out_of_memory = client->is_out_of_memory || arena.failed;
	arena_release(&arena);
	early_forget(&client->early, early);
}

/* Without a place its reply is told by the request_id; what has none runs out of time. */
static void await_by_id(struct client *client, struct waiting *w, struct text value)
{
	struct early *early = NULL;
	struct arena arena = {0};
	struct request request;

	request_decode(value, &arena, &request);
	w->known = WITHOUT_ID;
	if (!arena.failed && request.has_request_id) {
		w->request_id = request.request_id;
		HASH_ADD(hh, client->by_id, request_id, sizeof w->request_id, w);
		if (w->hh.tbl)
			w->known = BY_ID;
	}
	arena_release(&arena);
	if (w->known == BY_ID)
		early = early_find_by_id(&client->early, &w->request_id);
	if (early)
		answer_from_early(client, w, early);
}

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	struct waiting *w = delivery->token;
	struct client *client = context;
	struct client_answer a = {
	    .how = delivery->is_delivered ? CLIENT_REPLIED : CLIENT_UNSENT,
	    .partition = delivery->is_delivered ? delivery->partition : -1,
	    .offset = delivery->offset,
	    .why = delivery->why,
	};
	struct early *early;
	struct err no_memory;

	client->undelivered--;
	if (!delivery->is_delivered || !client->reader) {
		answer(client, w, &a);
		return;
	}
	w->place = (struct early_place){delivery->partition, delivery->offset};
	if (delivery->offset < 0) {
		await_by_id(client, w, delivery->value);
		return;
	}
	HASH_ADD(hh, client->by_place, place, sizeof w->place, w);
	if (!w->hh.tbl) {
		client->is_out_of_memory = true;
		(void)err_set(&no_memory, RC_FATAL, FROM_PROGRAM,
		              "out of memory: its reply cannot be awaited");
		a.how = CLIENT_UNSENT;
		a.why = &no_memory;
		answer(client, w, &a);
		return;
	}
	w->known = AT_PLACE;
	early = early_find(&client->early, w->place);
	if (early)
		answer_from_early(client, w, early);
}

static void on_reply(struct client *client, struct text reply, int64_t reply_ms)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err ignored;
	struct waiting *w = NULL;

	if (!reply_decode(reply, &arena, &view, &ignored)) {
		struct early_place place = {view.partition, view.offset};

		HASH_FIND(hh, client->by_place, &place, sizeof place, w);
		if (!w && view.has_request_id)
			HASH_FIND(hh, client->by_id, &view.request_id, sizeof view.request_id, w);
		if (w)
			answer_with(client, w, reply, &view, reply_ms);
		else if (client->undelivered && !early_keep(&client->early, place, reply, reply_ms))
			client->is_out_of_memory = true;
	}
	client->is_out_of_memory = client->is_out_of_memory || arena.failed;
	arena_release(&arena);
}

/* Right after a topic was made its leaders may not be there yet: wait for them, but not for ever. */
static enum rc find_end(struct client *client, const char *topic, int32_t partition,
                        int64_t until_ms, int64_t *end, struct err *e)
{
	int64_t left_ms = until_ms - clock_monotonic_ms();
	enum rc rc;

	while ((rc = kafka_reader_end(client->reader, topic, partition, left_ms > 0 ? left_ms : 1, end,
	                              e)) == RC_RETRY &&
	       (left_ms = until_ms - clock_monotonic_ms()) > 0)
		clock_sleep_ms(LEADER_PAUSE_MS);
	return rc;
}

/* Every end is asked for before the first fetch: behind a fetch a question waits as long as it. */
static enum rc start_at_ends(struct client *client, const char *topic, int32_t count,
                             int64_t until_ms, struct err *e)
{
	int64_t *ends = calloc((size_t)count, sizeof *ends);
	enum rc rc = ends ? RC_OK : err_out_of_memory(e);

	for (int32_t i = 0; !rc && i < count; i++)
		rc = find_end(client, topic, i, until_ms, &ends[i], e);
	for (int32_t i = 0; !rc && i < count; i++)
		rc = kafka_reader_start(client->reader, topic, i, ends[i], e);
	free(ends);
	return rc;
}

static enum rc start_reading(struct client *client, struct err *e)
{
	const struct pipeline *pipeline = client->settings.pipeline;
	const char *replies_topic = pipeline->topics.replies;
	int64_t until_ms = clock_monotonic_ms() + client->settings.timeout_ms;
	struct kafka_topics *topics = NULL;
	int32_t count = 0;
	enum rc rc = kafka_pool_take_topics(pipeline->pool, &topics, e);

	if (!rc)
		rc = kafka_topics_partitions(topics, replies_topic, &count, e);
	kafka_pool_give_topics(pipeline->pool, topics, rc);
	if (!rc && count == 0)
		rc = err_set(e, RC_FATAL, FROM_PIPELINE, "there is no topic %s; run holdfast-admin init",
		             replies_topic);
	if (!rc)
		rc = kafka_reader_open(&client->reader, &pipeline->kafka, true, e);
	if (!rc)
		rc = start_at_ends(client, replies_topic, count, until_ms, e);
	return rc;
}

enum rc client_open(struct client **out, const struct client_settings *settings, struct err *e)
{
	struct client *client = calloc(1, sizeof *client);
	enum rc rc;

	if (!client)
		return err_out_of_memory(e);
	client->settings = *settings;
	client->taken = calloc(TAKE, sizeof client->taken[0]);
	rc = client->taken ? RC_OK : err_out_of_memory(e);
	if (!rc && settings->is_awaiting)
		rc = start_reading(client, e);
	if (!rc)
		rc = kafka_sender_open(&client->sender, &settings->pipeline->kafka, settings->timeout_ms,
		                       on_delivered, client, e);
	if (rc) {
		client_close(client);
		return rc;
	}
	*out = client;
	return RC_OK;
}

void client_close(struct client *client)
{
	if (!client)
		return;
	kafka_sender_close(client->sender);
	kafka_reader_close(client->reader);
	while (client->all)
		forget(client, client->all);
	early_forget_all(&client->early);
	free(client->taken);
	free(client);
}

enum rc client_send(struct client *client, struct text key, struct text value,
                    const struct record_header *headers, size_t header_count, void *token,
                    struct err *e)
{
	struct waiting *w = calloc(1, sizeof *w);

	if (!w)
		return err_out_of_memory(e);
	w->token = token;
	w->place = (struct early_place){-1, -1};
	w->until_ms = clock_monotonic_ms() + client->settings.timeout_ms;
	if (kafka_sender_send(client->sender, client->settings.pipeline->topics.requests,
	                      pipeline_place(client->settings.pipeline, key), key, value, headers,
	                      header_count, w, e)) {
		free(w);
		return e->rc;
	}
	DL_APPEND(client->all, w);
	client->waiting_count++;
	client->undelivered++;
	return RC_OK;
}

enum rc client_send_when_room(struct client *client, struct text key, struct text value,
                              void *token, struct err *e)
{
	enum rc rc;

	while ((rc = client_send(client, key, value, NULL, 0, token, e)) == RC_RETRY) {
		if (client_poll(client, FULL_POLL_MS, e))
			return e->rc;
		if (stop_is_asked())
			return err_set(e, RC_RETRY, FROM_KAFKA, "stopped before every request was sent");
	}
	return rc;
}

/* What is undelivered is timed by its sender; what is delivered and unanswered, here. */
static void expire(struct client *client)
{
	int64_t now_ms = clock_monotonic_ms();

	for (struct waiting *w = client->all, *next; w && w->until_ms <= now_ms; w = next) {
		struct client_answer a = {.how = CLIENT_TIMED_OUT, .partition = (int32_t)w->place.partition,
		                          .offset = w->place.offset};

		next = w->next;
		if (w->known == UNDELIVERED)
			continue;
		answer(client, w, &a);
	}
}

static enum rc read_replies(struct client *client, int64_t wait_ms, struct err *e)
{
	size_t count = 0;
	enum rc rc = kafka_reader_take(client->reader, client->taken, TAKE, &count, wait_ms, NULL, NULL,
	                               e);

	for (size_t i = 0; i < count; i++) {
		if (client->taken[i].value.data)
			on_reply(client, client->taken[i].value, client->taken[i].timestamp_ms);
		record_give(&client->taken[i]);
	}
	if (!client->undelivered)
		early_forget_all(&client->early);
	if (client->is_out_of_memory)
		return err_out_of_memory(e);
	return rc == RC_FATAL ? rc : RC_OK;
}

enum rc client_poll(struct client *client, int64_t wait_ms, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

	client->answers = 0;
	do {
		int64_t left_ms = until_ms - clock_monotonic_ms(), short_ms;

		left_ms = left_ms > 0 ? left_ms : 0;
		short_ms = left_ms < DELIVERY_POLL_MS ? left_ms : DELIVERY_POLL_MS;
		kafka_sender_poll(client->sender,
		                  !client->reader ? left_ms : client->undelivered ? short_ms : 0);
		if (client->reader &&
		    read_replies(client, client->undelivered ? short_ms : left_ms, e))
			return e->rc;
		expire(client);
	} while (!client->answers && clock_monotonic_ms() < until_ms);
	return RC_OK;
}

size_t client_waiting(const struct client *client)
{
	return client->waiting_count;
}
