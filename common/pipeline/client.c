#define HASH_NONFATAL_OOM 1
#include "common/pipeline/client.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "common/base/clock.h"
#include "common/kafka/reader.h"
#include "common/kafka/sender.h"
#include "common/base/log.h"
#include "common/message/request.h"

#define TAKE 1000
/* Replies kept, the latest, until their request's delivery is reported. */
#define EARLY_MAX 100000
#define EARLY_BYTES_MAX (128u << 20)
#define DELIVERY_POLL_MS 2
#define LEADER_PAUSE_MS 50

struct place {
	int64_t partition, offset;
};

/*
 * A request under way: undelivered, then in the table by place. One that was sent again while its
 * partition got another leader may be delivered without a place; that one is known by its id.
 */
struct waiting {
	enum { UNDELIVERED, AT_PLACE, BY_ID, WITHOUT_ID } known;
	struct place place;
	struct uuid request_id;
	void *token;
	int64_t until_ms;
	struct waiting *previous, *next; /* in the order sent, so that time-outs come first */
	UT_hash_handle hh;
};

/* A reply that came before the delivery report of its request. */
struct early {
	struct place place;
	struct text reply;
	int64_t reply_ms;
	UT_hash_handle hh;
};

struct client {
	struct kafka_sender *sender;
	struct kafka_reader *reader; /* NULL: not awaiting */
	char *requests_topic;
	int64_t timeout_ms;
	client_answered *answered;
	void *context;
	struct waiting *first, *last, *by_place, *by_id;
	struct early *early;
	size_t early_bytes;
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
	*(w->previous ? &w->previous->next : &client->first) = w->next;
	*(w->next ? &w->next->previous : &client->last) = w->previous;
	client->waiting_count--;
	free(w);
}

static void answer(struct client *client, struct waiting *w, struct client_answer *a)
{
	a->token = w->token;
	client->answers++;
	forget(client, w);
	client->answered(client->context, a);
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

static void forget_early(struct client *client, struct early *early)
{
	HASH_DELETE(hh, client->early, early);
	client->early_bytes -= early->reply.bytes;
	free(early);
}

static void answer_from_early(struct client *client, struct waiting *w, struct early *early)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err ignored;

	if (!reply_decode(early->reply, &arena, &view, &ignored))
		answer_with(client, w, early->reply, &view, early->reply_ms);
	client->is_out_of_memory = client->is_out_of_memory || arena.failed;
	arena_release(&arena);
	forget_early(client, early);
}

static bool is_reply_to(const struct waiting *w, struct text reply)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err ignored;
	bool is_to = !reply_decode(reply, &arena, &view, &ignored) && view.has_request_id &&
	             uuid_same(&view.request_id, &w->request_id);

	arena_release(&arena);
	return is_to;
}

/* Without a place its reply is told by the request_id; what has none runs out of time. */
static void await_by_id(struct client *client, struct waiting *w, struct text value)
{
	struct early *early, *next;
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
	HASH_ITER(hh, client->early, early, next)
		if (w->known == BY_ID && is_reply_to(w, early->reply)) {
			answer_from_early(client, w, early);
			return;
		}
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
	struct early *early = NULL;

	client->undelivered--;
	if (!delivery->is_delivered || !client->reader) {
		answer(client, w, &a);
		return;
	}
	w->place = (struct place){delivery->partition, delivery->offset};
	if (delivery->offset < 0) {
		await_by_id(client, w, delivery->value);
		return;
	}
	HASH_ADD(hh, client->by_place, place, sizeof w->place, w);
	if (!w->hh.tbl) {
		client->is_out_of_memory = true;
		a.how = CLIENT_UNSENT;
		a.why = "out of memory: its reply cannot be awaited";
		answer(client, w, &a);
		return;
	}
	w->known = AT_PLACE;
	HASH_FIND(hh, client->early, &w->place, sizeof w->place, early);
	if (early)
		answer_from_early(client, w, early);
}

static void keep_early(struct client *client, struct place place, struct text reply,
                       int64_t reply_ms)
{
	struct early *early;

	if (!client->undelivered)
		return;
	/* The first in is the first of the table. */
	while (client->early && (HASH_COUNT(client->early) >= EARLY_MAX ||
	                         client->early_bytes + reply.bytes > EARLY_BYTES_MAX))
		forget_early(client, client->early);
	early = malloc(sizeof *early + reply.bytes);
	client->is_out_of_memory = client->is_out_of_memory || !early;
	if (!early)
		return;
	memset(early, 0, sizeof *early);
	early->place = place;
	early->reply = (struct text){memcpy(early + 1, reply.data, reply.bytes), reply.bytes};
	early->reply_ms = reply_ms;
	HASH_ADD(hh, client->early, place, sizeof early->place, early);
	if (early->hh.tbl) {
		client->early_bytes += reply.bytes;
	} else {
		client->is_out_of_memory = true;
		free(early);
	}
}

static void drop_early(struct client *client)
{
	struct early *early, *next;

	HASH_ITER(hh, client->early, early, next)
		forget_early(client, early);
}

static void on_reply(struct client *client, struct text reply, int64_t reply_ms)
{
	struct arena arena = {0};
	struct reply_view view;
	struct err ignored;
	struct waiting *w = NULL;

	if (!reply_decode(reply, &arena, &view, &ignored)) {
		struct place place = {view.partition, view.offset};

		HASH_FIND(hh, client->by_place, &place, sizeof place, w);
		if (!w && view.has_request_id)
			HASH_FIND(hh, client->by_id, &view.request_id, sizeof view.request_id, w);
		if (w)
			answer_with(client, w, reply, &view, reply_ms);
		else
			keep_early(client, place, reply, reply_ms);
	}
	client->is_out_of_memory = client->is_out_of_memory || arena.failed;
	arena_release(&arena);
}

/* Right after a topic was made its leaders may not be there yet: wait for them. */
static enum rc find_end(struct client *client, const char *topic, int32_t partition,
                        int64_t until_ms, int64_t *end, struct err *e)
{
	int64_t first;
	enum rc rc;

	while ((rc = kafka_reader_bounds(client->reader, topic, partition, &first, end, e)) ==
	           RC_RETRY &&
	       clock_monotonic_ms() < until_ms)
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

static enum rc start_reading(struct client *client, const struct kafka_settings *settings,
                             const char *replies_topic, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + client->timeout_ms;
	struct kafka_topics *topics = NULL;
	int32_t count = 0;
	enum rc rc = kafka_topics_open(&topics, settings, e);

	if (!rc)
		rc = kafka_topics_partitions(topics, replies_topic, &count, e);
	kafka_topics_close(topics);
	if (!rc && count == 0)
		rc = err_set(e, RC_FATAL, EXIT_MISMATCH, "there is no topic %s; run holdfast-admin init",
		             replies_topic);
	if (!rc)
		rc = kafka_reader_open(&client->reader, settings, true, e);
	if (!rc)
		rc = start_at_ends(client, replies_topic, count, until_ms, e);
	return rc;
}

enum rc client_open(struct client **out, const struct kafka_settings *settings,
                    const char *requests_topic, const char *replies_topic, bool is_awaiting,
                    int64_t timeout_ms, client_answered *answered, void *context, struct err *e)
{
	struct client *client = calloc(1, sizeof *client);
	enum rc rc;

	if (!client)
		return err_out_of_memory(e);
	client->requests_topic = strdup(requests_topic);
	client->taken = calloc(TAKE, sizeof client->taken[0]);
	client->timeout_ms = timeout_ms;
	client->answered = answered;
	client->context = context;
	rc = client->requests_topic && client->taken ? RC_OK : err_out_of_memory(e);
	if (!rc && is_awaiting)
		rc = start_reading(client, settings, replies_topic, e);
	if (!rc)
		rc = kafka_sender_open(&client->sender, settings, timeout_ms, on_delivered, client, e);
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
	while (client->first)
		forget(client, client->first);
	drop_early(client);
	free(client->requests_topic);
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
	w->place = (struct place){-1, -1};
	w->until_ms = clock_monotonic_ms() + client->timeout_ms;
	if (kafka_sender_send(client->sender, client->requests_topic, KAFKA_BY_KEY, key, value, headers,
	                      header_count, w, e)) {
		free(w);
		return e->rc;
	}
	w->previous = client->last;
	*(client->last ? &client->last->next : &client->first) = w;
	client->last = w;
	client->waiting_count++;
	client->undelivered++;
	return RC_OK;
}

/* What is undelivered is timed by its sender; what is delivered and unanswered, here. */
static void expire(struct client *client)
{
	int64_t now_ms = clock_monotonic_ms();

	for (struct waiting *w = client->first, *next; w && w->until_ms <= now_ms; w = next) {
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
		drop_early(client);
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
