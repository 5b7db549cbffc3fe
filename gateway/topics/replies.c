#include "gateway/topics/replies.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"
#include "common/kafka/reader.h"

#define TAKE 1000
#define READ_MS 100
#define OPEN_MS 10000
#define LEADER_PAUSE_MS 20

static const struct backoff reader_backoff = {.first_ms = 100, .limit_ms = 2000};

struct replies {
	struct replies_settings settings;
	struct kafka_reader *reader; /* NULL: it must be opened anew */
	struct record *taken;
	pthread_t thread;
	bool is_running;
	atomic_bool is_asked_to_stop;
	_Atomic(const char *) trouble;
};

/* Right after a topic was made its leaders may not be there yet: wait for them. */
static enum rc find_end(struct replies *r, int32_t partition, int64_t until_ms, int64_t *end,
                        struct err *e)
{
	int64_t first;
	enum rc rc;

	while ((rc = kafka_reader_bounds(r->reader, r->settings.topic, partition, &first, end, e)) ==
	           RC_RETRY &&
	       clock_monotonic_ms() < until_ms && !r->is_asked_to_stop)
		clock_sleep_ms(LEADER_PAUSE_MS);
	return rc;
}

/* Every end is asked for before the first fetch: behind a fetch a question waits as long as it. */
static enum rc start_at_ends(struct replies *r, struct err *e)
{
	int32_t only = r->settings.only;
	int32_t first = only < 0 ? 0 : only;
	int32_t last = only < 0 ? r->settings.partition_count - 1 : only;
	int64_t until_ms = clock_monotonic_ms() + OPEN_MS;
	int64_t *ends = calloc((size_t)(last - first) + 1, sizeof *ends);
	enum rc rc = ends ? RC_OK : err_out_of_memory(e);

	for (int32_t i = first; !rc && i <= last; i++)
		rc = find_end(r, i, until_ms, &ends[i - first], e);
	for (int32_t i = first; !rc && i <= last; i++)
		rc = kafka_reader_start(r->reader, r->settings.topic, i, ends[i - first], e);
	free(ends);
	return rc;
}

static enum rc open_reader(struct replies *r, struct err *e)
{
	if (kafka_reader_open(&r->reader, r->settings.kafka, true, e))
		return e->rc;
	return start_at_ends(r, e);
}

/* What was answered meanwhile is not seen: who waits for it is told that it is not known. */
static void replace_reader(struct replies *r, struct backoff *backoff)
{
	struct err e;

	kafka_reader_close(r->reader);
	r->reader = NULL;
	if (!open_reader(r, &e)) {
		r->trouble = NULL;
		backoff_reset(backoff);
		log_warning("replies are read again, from their end");
		return;
	}
	log_err(LOG_WARNING, "replies cannot be read", &e);
	clock_sleep_ms(backoff_next_ms(backoff));
}

static void *read_all(void *context)
{
	struct replies *r = context;
	struct backoff backoff = reader_backoff;
	struct watchdog watchdog;

	watchdog_enter(&watchdog, "replies");
	while (!r->is_asked_to_stop) {
		size_t count = 0;
		struct err e;
		enum rc rc = RC_FATAL;

		watchdog_beat();
		if (r->reader)
			rc = kafka_reader_take(r->reader, r->taken, TAKE, &count, READ_MS, NULL, NULL, &e);
		for (size_t i = 0; i < count; i++) {
			r->settings.read(r->settings.context, &r->taken[i]);
			record_give(&r->taken[i]);
		}
		if (!rc_is_final(rc)) {
			r->trouble = rc ? "brokers do not answer" : NULL;
			continue;
		}
		if (!r->trouble && r->reader)
			log_err(LOG_ERROR, "replies cannot be read", &e);
		r->trouble = "replies cannot be read";
		replace_reader(r, &backoff);
	}
	watchdog_leave(&watchdog);
	return NULL;
}

enum rc replies_open(struct replies **replies, const struct replies_settings *settings,
                     struct err *e)
{
	struct replies *r = calloc(1, sizeof *r);
	enum rc rc;

	*replies = NULL;
	if (!r)
		return err_out_of_memory(e);
	r->settings = *settings;
	r->taken = calloc(TAKE, sizeof *r->taken);
	rc = r->taken ? open_reader(r, e) : err_out_of_memory(e);
	if (!rc) {
		r->is_running = !pthread_create(&r->thread, NULL, read_all, r);
		if (!r->is_running)
			rc = err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
	}
	if (rc)
		replies_close(r);
	else
		*replies = r;
	return rc;
}

void replies_close(struct replies *r)
{
	if (!r)
		return;
	r->is_asked_to_stop = true;
	if (r->is_running)
		pthread_join(r->thread, NULL);
	kafka_reader_close(r->reader);
	free(r->taken);
	free(r);
}

const char *replies_trouble(struct replies *r)
{
	return r->trouble;
}
