#include "gateway/topics/sending.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"
#include "common/kafka/sender.h"

#define SWEEP_MS 50
#define LATE_AT_ONCE 256
#define ARRIVED_AT_ONCE 256
#define GIVEN_AT_ONCE 16 /* under one lock, which those who ask wait for */
#define DELIVERY_MS 3000 /* below timeout_ms, so that what was not sent is known in time */

/* A record that the brokers have. */
struct arrived {
	void *token;
	int32_t partition;
	int64_t offset;
};

struct sending {
	struct sending_settings settings;
	struct outbox *outbox;       /* under the lock, as the next */
	struct kafka_sender *sender;
	struct arrived arrived[ARRIVED_AT_ONCE]; /* of the thread: not noted yet */
	size_t arrived_count;
	pthread_t thread;
	bool is_running;
	atomic_bool is_asked_to_stop;
	_Atomic(const char *) trouble;
};

static struct text text_of_id(const struct flight_id *id)
{
	return (struct text){(const char *)id->bytes, FLIGHT_ID_BYTES};
}

static int64_t delivery_ms(const struct sending *s)
{
	return s->settings.timeout_ms < DELIVERY_MS ? s->settings.timeout_ms : DELIVERY_MS;
}

static bool give(struct sending *s, const struct outbox_record *record, struct err *e)
{
	if (kafka_sender_send(s->sender, s->settings.topic, record->partition,
	                      record->key, record->value, record->headers, record->header_count,
	                      record->token, e))
		return false;
	outbox_gave(s->outbox, record->partition);
	return true;
}

/*
 * Locked, and not for long: of those that may go now of a partition give some, and of none (-1) drop
 * those that have waited since before_ms. Whoever is told that his record is not there must not find
 * it there later: one whose flight is over is dropped.
 *
 * true: the last one was not given, and is `over`; e says why where that was tried
 */
static bool give_some(struct sending *s, int32_t partition, int64_t before_ms, struct flight *over,
                      bool *is_more, struct err *e)
{
	*is_more = true;
	for (int i = 0; i < GIVEN_AT_ONCE; i++) {
		struct outbox_record *record = partition < 0 ? outbox_take_old(s->outbox, before_ms)
		                                             : outbox_take(s->outbox, partition);
		struct flight_id id;
		bool is_unsent;

		if (!record) {
			*is_more = false;
			return false;
		}
		id = flights_id(s->settings.flights, record->token);
		is_unsent = flights_find(s->settings.flights, text_of_id(&id)) &&
		            (partition < 0 || !give(s, record, e)) &&
		            flights_end(s->settings.flights, text_of_id(&id), over);
		outbox_release(s->outbox, record);
		if (is_unsent)
			return true;
	}
	return false;
}

static void work_off(struct sending *s, int32_t partition, int64_t before_ms)
{
	bool is_more;

	do {
		struct err e = {.text = ""};
		struct flight over;
		bool is_unsent;

		wait_lock(s->settings.lock);
		is_unsent = give_some(s, partition, before_ms, &over, &is_more, &e);
		wait_unlock(s->settings.lock);
		if (is_unsent && partition >= 0)
			log_err(LOG_WARNING, "a request could not be sent", &e);
		if (is_unsent)
			s->settings.over(s->settings.context, &over, true);
	} while (is_more);
}

/* Those that arrived, all at once: as many as were sent together. */
static void note_arrived(struct sending *s)
{
	size_t count = s->arrived_count;

	s->arrived_count = 0;
	if (!count)
		return;
	wait_lock(s->settings.lock);
	for (size_t i = 0; i < count; i++) {
		const struct flight_id id = flights_id(s->settings.flights, s->arrived[i].token);
		struct flight *flight = flights_find(s->settings.flights, text_of_id(&id));

		if (flight) {
			flight->is_delivered = true;
			flight->offset = s->arrived[i].offset;
		}
		outbox_arrived(s->outbox, s->arrived[i].partition);
	}
	wait_unlock(s->settings.lock);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || s->arrived[i].partition != s->arrived[i - 1].partition)
			work_off(s, s->arrived[i].partition, 0);
}

static void note_failed(struct sending *s, const struct kafka_delivery *delivery)
{
	const struct flight_id id = flights_id(s->settings.flights, delivery->token);
	struct flight over;
	bool is_over;

	wait_lock(s->settings.lock);
	is_over = delivery->is_unsent && flights_end(s->settings.flights, text_of_id(&id), &over);
	outbox_arrived(s->outbox, delivery->partition);
	wait_unlock(s->settings.lock);
	log_debug("a request was not delivered", F_STR("why", delivery->why->text),
	          F_INT("is_unsent", delivery->is_unsent));
	if (is_over)
		s->settings.over(s->settings.context, &over, true);
	work_off(s, delivery->partition, 0);
}

/* On the thread that polls, which calls note_arrived behind it. */
static void on_delivered(void *context, const struct kafka_delivery *delivery)
{
	struct sending *s = context;

	if (!delivery->is_delivered) {
		note_failed(s, delivery);
		return;
	}
	if (s->arrived_count == ARRIVED_AT_ONCE)
		note_arrived(s);
	s->arrived[s->arrived_count++] =
	    (struct arrived){delivery->token, delivery->partition, delivery->offset};
}

static enum rc open_sender(struct sending *s, struct kafka_sender **sender, struct err *e)
{
	if (kafka_sender_open(sender, s->settings.kafka, delivery_ms(s), on_delivered, s, e))
		return e->rc;
	return kafka_sender_know(*sender, s->settings.topic, e);
}

/* A producer that lost count of its records sends no more. What it had is not known to be there. */
static void replace_sender(struct sending *s)
{
	struct kafka_sender *fresh = NULL, *old;
	struct err e;

	s->trouble = "the producer must be opened anew";
	if (open_sender(s, &fresh, &e)) {
		log_err(LOG_WARNING, "cannot open a producer anew", &e);
		kafka_sender_close(fresh);
		clock_sleep_ms(SWEEP_MS);
		return;
	}
	wait_lock(s->settings.lock);
	old = s->sender;
	s->sender = fresh;
	outbox_forget(s->outbox);
	wait_unlock(s->settings.lock);
	kafka_sender_close(old);
	for (int32_t i = 0; i < s->settings.partition_count; i++)
		work_off(s, i, 0);
	s->trouble = NULL;
	log_warning("the producer was opened anew");
}

static void tell_late(struct sending *s, int64_t now_ms)
{
	struct flight late[LATE_AT_ONCE];
	size_t count;

	do {
		count = 0;
		wait_lock(s->settings.lock);
		while (count < LATE_AT_ONCE && flights_find_late(s->settings.flights, now_ms, &late[count]))
			count++;
		wait_unlock(s->settings.lock);
		for (size_t i = 0; i < count; i++)
			s->settings.over(s->settings.context, &late[i], false);
	} while (count == LATE_AT_ONCE);
}

static void *send_all(void *context)
{
	struct sending *s = context;
	struct watchdog watchdog;
	int64_t swept_ms = 0;

	watchdog_enter(&watchdog, "requests");
	while (!s->is_asked_to_stop) {
		int64_t now_ms;

		watchdog_beat();
		kafka_sender_poll(s->sender, SWEEP_MS);
		note_arrived(s);
		if (kafka_sender_is_broken(s->sender))
			replace_sender(s);
		now_ms = clock_monotonic_ms();
		if (now_ms - swept_ms >= SWEEP_MS) {
			swept_ms = now_ms;
			work_off(s, -1, now_ms - delivery_ms(s));
			tell_late(s, now_ms);
		}
	}
	watchdog_leave(&watchdog);
	return NULL;
}

/* ---- all of it ---- */

enum rc sending_open(struct sending **sending, const struct sending_settings *settings,
                     struct err *e)
{
	struct sending *s = calloc(1, sizeof *s);
	enum rc rc;

	*sending = NULL;
	if (!s)
		return err_out_of_memory(e);
	s->settings = *settings;
	s->outbox = outbox_open(settings->partition_count);
	rc = s->outbox ? open_sender(s, &s->sender, e) : err_out_of_memory(e);
	if (rc)
		sending_close(s);
	else
		*sending = s;
	return rc;
}

enum rc sending_start(struct sending *s, struct err *e)
{
	s->is_running = !pthread_create(&s->thread, NULL, send_all, s);
	return s->is_running ? RC_OK : err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
}

bool sending_put(struct sending *s, const struct outbox_record *record, struct err *e)
{
	if (outbox_is_clear(s->outbox, record->partition))
		return give(s, record, e);
	if (outbox_put(s->outbox, record))
		return true;
	(void)err_out_of_memory(e);
	return false;
}

const char *sending_trouble(struct sending *s)
{
	return s->trouble;
}

void sending_close(struct sending *s)
{
	if (!s)
		return;
	s->is_asked_to_stop = true;
	if (s->is_running)
		pthread_join(s->thread, NULL);
	if (s->outbox) {
		work_off(s, -1, INT64_MAX);
		tell_late(s, INT64_MAX);
	}
	kafka_sender_close(s->sender);
	outbox_close(s->outbox);
	free(s);
}
