#include "gateway/topics/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/partitioner.h"
#include "common/base/random.h"
#include "common/base/wait.h"
#include "gateway/topics/sending.h"
#include "gateway/topics/tail.h"

#define HEADERS_OWN 3 /* beside those of who asks */
#define LINGER "linger.ms"

struct exchange {
	struct exchange_settings settings;
	struct kafka_settings kafka;
	struct pairs properties;
	const char *reply_topic;
	uint64_t nonce;
	char reply_partition[4]; /* big-endian */
	struct wait lock;        /* of flights */
	struct flights *flights;
	struct sending *sending;
	struct tail *replies;
};

/* ---- ends ---- */

static struct text text_of_id(const struct flight_id *id)
{
	return (struct text){(const char *)id->bytes, FLIGHT_ID_BYTES};
}

/* Who was told already that there was no reply in time hears no more. */
static void tell(struct exchange *x, const struct flight *over, enum exchange_end end,
                 struct text reply)
{
	const struct exchange_result result = {
	    .asker = over->asker,
	    .end = end,
	    .partition = over->partition,
	    .offset = over->offset,
	    .reply = reply,
	    .waited_ms = clock_monotonic_ms() - over->since_ms,
	};

	if (!over->is_told)
		x->settings.ended(x->settings.context, &result);
}

static void on_over(void *context, const struct flight *over, bool is_unsent)
{
	tell(context, over, is_unsent ? EXCHANGE_NOT_EXECUTED : EXCHANGE_UNKNOWN,
	     (struct text){NULL, 0});
}

/* ---- asking ---- */

_Static_assert(EXCHANGE_HEADERS_MAX + HEADERS_OWN <= OUTBOX_HEADERS_MAX, "all have room");

static size_t add_headers(const struct exchange *x, const struct exchange_ask *ask,
                          const struct flight_id *id, struct record_header *headers)
{
	size_t count = ask->header_count;

	if (count)
		memcpy(headers, ask->headers, count * sizeof headers[0]);
	headers[count++] = (struct record_header){text_of("kafka_correlationId"), text_of_id(id)};
	if (!x->settings.reply_topic)
		return count;
	headers[count++] = (struct record_header){text_of("kafka_replyTopic"), text_of(x->reply_topic)};
	if (x->settings.reply_partition >= 0)
		headers[count++] = (struct record_header){text_of("kafka_replyPartition"),
		                                          {x->reply_partition, sizeof x->reply_partition}};
	return count;
}

enum flight_refusal exchange_ask(struct exchange *x, const struct exchange_ask *ask)
{
	int32_t partition_count = x->settings.pipeline->partition_count;
	int64_t now_ms = clock_monotonic_ms(), most_ms = x->settings.timeout_ms;
	int64_t wait_ms = ask->wait_ms && ask->wait_ms < most_ms ? ask->wait_ms : most_ms;
	struct flight flight = {.asker = ask->asker, .offset = -1, .since_ms = now_ms,
	                        .told_ms = now_ms + wait_ms, .until_ms = now_ms + most_ms,
	                        .has_session = ask->session != NULL};
	struct outbox_record record = {.since_ms = now_ms, .key = ask->key, .value = ask->value};
	enum flight_refusal refusal;
	bool is_unsent = false;
	struct flight_id id;
	struct err e;

	flight.partition = partition_of_key(ask->key.data, ask->key.bytes, partition_count);
	if (ask->session)
		memcpy(flight.session, ask->session, FLIGHT_SESSION_BYTES);
	wait_lock(&x->lock);
	refusal = flights_add(x->flights, &flight, &id);
	if (!refusal) {
		record.partition = flight.partition;
		record.token = flight_token(&id);
		record.header_count = add_headers(x, ask, &id, record.headers);
		is_unsent = !sending_put(x->sending, &record, &e) &&
		            flights_end(x->flights, text_of_id(&id), &flight);
	}
	wait_unlock(&x->lock);
	if (is_unsent) {
		log_err(LOG_WARNING, "a request could not be sent", &e);
		on_over(x, &flight, true);
	}
	return refusal;
}

/* ---- reading ---- */

static void on_reply(void *context, const struct record *reply)
{
	struct exchange *x = context;
	const struct record_header *id = record_header_last(reply, "kafka_correlationId");
	const struct record_header *code = record_header_last(reply, "code");
	const struct record_header *place;
	struct flight over;
	bool is_ours;

	if (x->settings.decided && code)
		x->settings.decided(x->settings.context, code->value);
	if (!id || id->value.bytes != FLIGHT_ID_BYTES || memcmp(id->value.data, &x->nonce, 8) != 0)
		return;
	wait_lock(&x->lock);
	is_ours = flights_end(x->flights, id->value, &over);
	wait_unlock(&x->lock);
	if (!is_ours)
		return;
	place = record_header_last(reply, "ce_id");
	if (place && flight_place_offset(place->value) >= 0)
		over.offset = flight_place_offset(place->value);
	tell(x, &over, EXCHANGE_REPLIED, reply->value);
}

/* ---- the exchange ---- */

/* Records go at once: who waits for an answer waits for each millisecond of lingering. */
static enum rc prepare(struct exchange *x, struct err *e)
{
	const struct pairs *given = x->settings.pipeline->kafka.properties;

	for (size_t i = 0; given && i < given->count; i++)
		if (pairs_set(&x->properties, given->names[i], strlen(given->names[i]), given->values[i],
		              strlen(given->values[i]), e))
			return e->rc;
	if (!pairs_has(&x->properties, LINGER) &&
	    pairs_set(&x->properties, LINGER, strlen(LINGER), "1", 1, e))
		return e->rc;
	x->kafka = x->settings.pipeline->kafka;
	x->kafka.properties = &x->properties;
	if (!random_fill(&x->nonce, sizeof x->nonce))
		return err_set(e, RC_FATAL, FROM_PROGRAM, "no random numbers can be had");
	x->flights = flights_open(&x->settings.limits, x->settings.pipeline->partition_count, x->nonce,
	                          x->settings.shed_ms);
	return x->flights ? RC_OK : err_out_of_memory(e);
}

static enum rc start(struct exchange *x, struct err *e)
{
	const struct tail_settings replies = {
	    .kafka = &x->kafka,
	    .topic = x->reply_topic,
	    .what = "replies",
	    .partition_count = x->settings.pipeline->partition_count,
	    .only = x->settings.reply_topic ? x->settings.reply_partition : -1,
	    .read = on_reply,
	    .context = x,
	};

	struct sending_settings sending = {
	    .kafka = &x->kafka,
	    .topic = x->settings.pipeline->topics.requests,
	    .partition_count = x->settings.pipeline->partition_count,
	    .timeout_ms = x->settings.timeout_ms,
	    .lock = &x->lock,
	    .over = on_over,
	    .context = x,
	};

	if (prepare(x, e))
		return e->rc;
	sending.flights = x->flights;
	if (sending_open(&x->sending, &sending, e) || tail_open(&x->replies, &replies, e))
		return e->rc;
	return sending_start(x->sending, e);
}

enum rc exchange_open(struct exchange **exchange, const struct exchange_settings *settings,
                      struct err *e)
{
	struct exchange *x = calloc(1, sizeof *x);
	uint32_t partition = (uint32_t)settings->reply_partition;

	*exchange = NULL;
	if (!x)
		return err_out_of_memory(e);
	x->settings = *settings;
	x->reply_topic =
	    settings->reply_topic ? settings->reply_topic : settings->pipeline->topics.replies;
	for (int i = 0; i < 4; i++)
		x->reply_partition[i] = (char)(partition >> (24 - 8 * i));
	wait_open(&x->lock);
	if (start(x, e)) {
		exchange_close(x);
		return e->rc;
	}
	*exchange = x;
	return RC_OK;
}

void exchange_close(struct exchange *x)
{
	if (!x)
		return;
	tail_close(x->replies);
	sending_close(x->sending);
	flights_close(x->flights);
	pairs_release(&x->properties);
	wait_close(&x->lock);
	free(x);
}

size_t exchange_waiting(struct exchange *x)
{
	size_t count;

	wait_lock(&x->lock);
	count = flights_count(x->flights);
	wait_unlock(&x->lock);
	return count;
}

const char *exchange_trouble(struct exchange *x)
{
	const char *trouble = sending_trouble(x->sending);

	return trouble ? trouble : tail_trouble(x->replies);
}
