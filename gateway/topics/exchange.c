#include "gateway/topics/exchange.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/partitioner.h"
#include "common/base/random.h"
#include "common/base/wait.h"
#include "common/base/watchdog.h"
#include "common/kafka/sender.h"
#include "gateway/topics/outbox.h"
#include "gateway/topics/tail.h"

#define SWEEP_MS 50
#define LATE_AT_ONCE 256
#define DELIVERY_MS 3000 /* below timeout_ms, so that what was not sent is known in time */
#define HEADERS_OWN 3 /* beside those of who asks */
#define LINGER "linger.ms"

struct exchange {
	struct exchange_settings settings;
	struct kafka_settings kafka;
	struct pairs properties;
	const char *reply_topic;
	uint64_t nonce;
	char reply_partition[4]; /* big-endian */
	struct wait lock;        /* of flights, outbox and sender */
	struct flights *flights;
	struct outbox *outbox;
	struct kafka_sender *sender;
	struct tail *replies;
	pthread_t sending;
	bool is_sending;
	atomic_bool is_asked_to_stop;
	_Atomic(const char *) sending_trouble;
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

static void tell_none(struct exchange *x, const struct flight *over, enum exchange_end end)
{
	tell(x, over, end, (struct text){NULL, 0});
}

/* ---- sending ---- */

static int64_t delivery_ms(const struct exchange *x)
{
	return x->settings.timeout_ms < DELIVERY_MS ? x->settings.timeout_ms : DELIVERY_MS;
}

/* Locked. false: it could not be given to the library, and e says why. */
static bool give(struct exchange *x, const struct outbox_record *record, struct err *e)
{
	if (kafka_sender_send(x->sender, x->settings.pipeline->topics.requests, record->partition,
	                      record->key, record->value, record->headers, record->header_count,
	                      record->token, e))
		return false;
	outbox_gave(x->outbox, record->partition);
	return true;
}

/*
 * Give what may go now of a partition; of none (-1): drop what has waited since before_ms. Whoever is
 * told that his record is not there must not find it there later: one whose flight is over is dropped.
 */
static void work_off(struct exchange *x, int32_t partition, int64_t before_ms)
{
	struct outbox_record *record;

	do {
		struct err e = {.text = ""};
		bool is_unsent = false;
		struct flight over;

		wait_lock(&x->lock);
		record = partition < 0 ? outbox_take_old(x->outbox, before_ms)
		                       : outbox_take(x->outbox, partition);
		if (record) {
			const struct flight_id id = flights_id(x->flights, record->token);

			is_unsent = flights_find(x->flights, text_of_id(&id)) &&
			            (partition < 0 || !give(x, record, &e)) &&
			            flights_end(x->flights, text_of_id(&id), &over);
		}
		wait_unlock(&x->lock);
		if (is_unsent && partition >= 0)
			log_err(LOG_WARNING, "a request could not be sent", &e);
		if (is_unsent)
			tell_none(x, &over, EXCHANGE_NOT_EXECUTED);
		free(record);
	} while (record);
}

static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	struct exchange *x = context;
	const struct flight_id id = flights_id(x->flights, delivery->token);
	struct flight over, *flight;
	bool is_over = false;

	wait_lock(&x->lock);
	flight = flights_find(x->flights, text_of_id(&id));
	if (flight && delivery->is_delivered) {
		flight->is_delivered = true;
		flight->offset = delivery->offset;
	} else if (flight && delivery->is_unsent) {
		is_over = flights_end(x->flights, text_of_id(&id), &over);
	}
	outbox_arrived(x->outbox, delivery->partition);
	wait_unlock(&x->lock);
	if (!delivery->is_delivered)
		log_debug("a request was not delivered", F_STR("why", delivery->why->text),
		          F_INT("is_unsent", delivery->is_unsent));
	if (is_over)
		tell_none(x, &over, EXCHANGE_NOT_EXECUTED);
	work_off(x, delivery->partition, 0);
}

static enum rc open_sender(struct exchange *x, struct kafka_sender **sender, struct err *e)
{
	if (kafka_sender_open(sender, &x->kafka, delivery_ms(x), on_delivered, x, e))
		return e->rc;
	return kafka_sender_know(*sender, x->settings.pipeline->topics.requests, e);
}

/* A producer that lost count of its records sends no more. What it had is not known to be there. */
static void replace_sender(struct exchange *x)
{
	struct kafka_sender *fresh = NULL, *old;
	struct err e;

	x->sending_trouble = "the producer must be opened anew";
	if (open_sender(x, &fresh, &e)) {
		log_err(LOG_WARNING, "cannot open a producer anew", &e);
		kafka_sender_close(fresh);
		clock_sleep_ms(SWEEP_MS);
		return;
	}
	wait_lock(&x->lock);
	old = x->sender;
	x->sender = fresh;
	outbox_forget(x->outbox);
	wait_unlock(&x->lock);
	kafka_sender_close(old);
	for (int32_t i = 0; i < x->settings.pipeline->partition_count; i++)
		work_off(x, i, 0);
	x->sending_trouble = NULL;
	log_warning("the producer was opened anew");
}

static void tell_late(struct exchange *x, int64_t now_ms)
{
	struct flight late[LATE_AT_ONCE];
	size_t count;

	do {
		count = 0;
		wait_lock(&x->lock);
		while (count < LATE_AT_ONCE && flights_find_late(x->flights, now_ms, &late[count]))
			count++;
		wait_unlock(&x->lock);
		for (size_t i = 0; i < count; i++)
			tell_none(x, &late[i], EXCHANGE_UNKNOWN);
	} while (count == LATE_AT_ONCE);
}

static void *send_all(void *context)
{
	struct exchange *x = context;
	struct watchdog watchdog;
	int64_t swept_ms = 0;

	watchdog_enter(&watchdog, "requests");
	while (!x->is_asked_to_stop) {
		int64_t now_ms;

		watchdog_beat();
		kafka_sender_poll(x->sender, SWEEP_MS);
		if (kafka_sender_is_broken(x->sender))
			replace_sender(x);
		now_ms = clock_monotonic_ms();
		if (now_ms - swept_ms >= SWEEP_MS) {
			swept_ms = now_ms;
			work_off(x, -1, now_ms - delivery_ms(x));
			tell_late(x, now_ms);
		}
	}
	watchdog_leave(&watchdog);
	return NULL;
}

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
		(void)err_out_of_memory(&e);
		if (outbox_is_clear(x->outbox, record.partition) ? !give(x, &record, &e)
		                                                 : !outbox_put(x->outbox, &record))
			is_unsent = flights_end(x->flights, text_of_id(&id), &flight);
	}
	wait_unlock(&x->lock);
	if (is_unsent) {
		log_err(LOG_WARNING, "a request could not be sent", &e);
		tell_none(x, &flight, EXCHANGE_NOT_EXECUTED);
	}
	return refusal;
}

/* ---- reading ---- */

static void on_reply(void *context, const struct record *reply)
{
	struct exchange *x = context;
	const struct record_header *id = record_header_last(reply, "kafka_correlationId");
	const struct record_header *code = record_header_last(reply, "code");
	const struct record_header *place = record_header_last(reply, "ce_id");
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
	x->outbox = outbox_open(x->settings.pipeline->partition_count);
	return x->flights && x->outbox ? RC_OK : err_out_of_memory(e);
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

	if (prepare(x, e) || open_sender(x, &x->sender, e) || tail_open(&x->replies, &replies, e))
		return e->rc;
	x->is_sending = !pthread_create(&x->sending, NULL, send_all, x);
	return x->is_sending ? RC_OK : err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
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
	x->is_asked_to_stop = true;
	if (x->is_sending)
		pthread_join(x->sending, NULL);
	tail_close(x->replies);
	if (x->flights && x->outbox) {
		work_off(x, -1, INT64_MAX);
		tell_late(x, INT64_MAX);
	}
	kafka_sender_close(x->sender);
	outbox_close(x->outbox);
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
	const char *trouble = x->sending_trouble;

	return trouble ? trouble : tail_trouble(x->replies);
}
