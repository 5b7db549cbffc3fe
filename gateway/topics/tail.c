#include "gateway/topics/tail.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/backoff.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/wait.h"
#include "common/base/watchdog.h"
#include "common/kafka/reader.h"

#define TAKE 1000
#define READ_MS 100
#define LEADER_PAUSE_MS 20
#define RESTING_MS 1000 /* between two signs of life */

static const struct backoff reader_backoff = {.first_ms = 100, .limit_ms = 2000};

struct tail {
	struct tail_settings settings;
	struct kafka_reader *reader; /* NULL: it must be opened anew */
	pthread_t thread;
	bool is_running;
	atomic_bool is_asked_to_stop;
	struct wait rest; /* of the next two */
	bool is_unwanted; /* it may rest */
	bool is_resting;
	_Atomic(const char *) trouble;
	/* Of its thread alone: the last record read whose partition's end was not asked for; -1: none. */
	int64_t last_offset;
	int32_t last_partition;
};

/* Right after a topic was made its leaders may not be there yet: wait for them, but not for ever. */
static enum rc find_ends(struct tail *t, int32_t first, int32_t count, int64_t *ends, struct err *e)
{
	int64_t open_ms = t->settings.open_ms ? t->settings.open_ms : TAIL_OPEN_MS;
	int64_t until_ms = clock_monotonic_ms() + open_ms, left_ms = open_ms;
	enum rc rc;

	while ((rc = kafka_reader_ends(t->reader, t->settings.topic, first, count,
	                               left_ms > 0 ? left_ms : 1, ends, e)) == RC_RETRY &&
	       (left_ms = until_ms - clock_monotonic_ms()) > 0 && !t->is_asked_to_stop)
		clock_sleep_ms(LEADER_PAUSE_MS);
	return rc;
}

/* Every end is asked for before the first fetch: behind a fetch a question waits as long as it. */
static enum rc start_at_ends(struct tail *t, struct err *e)
{
	int32_t only = t->settings.only, first = only < 0 ? 0 : only;
	int32_t count = only < 0 ? t->settings.partition_count : 1;
	int64_t *ends = calloc((size_t)count, sizeof *ends);
	enum rc rc = ends ? find_ends(t, first, count, ends, e) : err_out_of_memory(e);

	for (int32_t i = 0; !rc && i < count; i++)
		rc = kafka_reader_start(t->reader, t->settings.topic, first + i, ends[i], e);
	free(ends);
	return rc;
}

static enum rc open_reader(struct tail *t, struct err *e)
{
	if (kafka_reader_open(&t->reader, t->settings.kafka, true, e))
		return e->rc;
	return start_at_ends(t, e);
}

/* It is read again, from its end. */
static void resume(struct tail *t)
{
	wait_lock(&t->rest);
	t->is_resting = false;
	wait_unlock(&t->rest);
	if (t->settings.missed)
		t->settings.missed(t->settings.context);
}

/* What was answered meanwhile is not seen: who waits for it is told that it is not known. */
static void replace_reader(struct tail *t, struct backoff *backoff)
{
	struct err e;

	kafka_reader_close(t->reader);
	t->reader = NULL;
	if (!open_reader(t, &e)) {
		t->trouble = NULL;
		backoff_reset(backoff);
		log_warning("a topic is read again, from its end", F_STR("what", t->settings.what));
		resume(t);
		return;
	}
	log_err(LOG_WARNING, "a topic cannot be read", &e);
	clock_sleep_ms(backoff_next_ms(backoff));
}

/* Not in trouble: whether that is over, only reading tells. */
static bool may_rest(struct tail *t)
{
	bool may;

	wait_lock(&t->rest);
	may = t->is_unwanted && t->reader && !t->trouble;
	t->is_resting = t->is_resting || may;
	wait_unlock(&t->rest);
	return may;
}

/* Until it is woken, and is read from where it ends then. RC_FATAL: it must be opened anew. */
static enum rc rest(struct tail *t, struct err *e)
{
	enum rc rc = kafka_reader_rest(t->reader, e);

	log_debug("a topic is not read: nobody wants it", F_STR("what", t->settings.what));
	wait_lock(&t->rest);
	while (!rc && t->is_unwanted && !t->is_asked_to_stop) {
		watchdog_beat();
		(void)wait_until(&t->rest, clock_monotonic_ms() + RESTING_MS);
	}
	wait_unlock(&t->rest);
	if (!rc && !t->is_asked_to_stop)
		rc = start_at_ends(t, e);
	if (rc)
		return RC_FATAL;
	log_debug("a topic is read again", F_STR("what", t->settings.what));
	resume(t);
	return RC_OK;
}

/*
 * A broker tells an end only when it is asked again, a tenth of a second later. But with the last
 * record it says where the partition ends: behind it, or one further, where the marker of its
 * transaction stands. It would not be seen before that is there.
 */
static void tell_end(struct tail *t)
{
	int64_t next = t->last_offset + 1, end;

	if (!t->settings.reached_end || t->last_offset < 0)
		return;
	end = kafka_reader_seen_end(t->reader, t->settings.topic, t->last_partition);
	t->last_offset = -1;
	if (end == next || end == next + 1)
		t->settings.reached_end(t->settings.context, t->last_partition, next);
}

static void on_record(void *context, const struct record *record)
{
	struct tail *t = context;

	if (record->partition != t->last_partition)
		tell_end(t);
	t->last_partition = record->partition;
	t->last_offset = record->offset;
	t->settings.read(t->settings.context, record);
}

static void on_end(void *context, const char *topic, int32_t partition, int64_t next)
{
	struct tail *t = context;

	(void)topic;
	if (t->settings.reached_end && partition >= 0 && partition < t->settings.partition_count)
		t->settings.reached_end(t->settings.context, partition, next);
}

static void *read_all(void *context)
{
	struct tail *t = context;
	struct backoff backoff = reader_backoff;
	struct watchdog watchdog;

	watchdog_enter(&watchdog, t->settings.what);
	while (!t->is_asked_to_stop) {
		struct err e;
		enum rc rc = RC_FATAL;

		watchdog_beat();
		if (may_rest(t))
			rc = rest(t, &e);
		else if (t->reader)
			rc = kafka_reader_show(t->reader, TAKE, READ_MS, on_record, on_end, t, &e);
		tell_end(t);
		if (!rc_is_final(rc)) {
			t->trouble = rc ? "brokers do not answer" : NULL;
			continue;
		}
		if (!t->trouble && t->reader)
			log_err(LOG_ERROR, "a topic cannot be read", &e);
		t->trouble = "replies or events cannot be read";
		replace_reader(t, &backoff);
	}
	watchdog_leave(&watchdog);
	return NULL;
}

enum rc tail_open(struct tail **tail, const struct tail_settings *settings, struct err *e)
{
	struct tail *t = calloc(1, sizeof *t);
	enum rc rc;

	*tail = NULL;
	if (!t)
		return err_out_of_memory(e);
	t->settings = *settings;
	t->last_offset = -1;
	wait_open(&t->rest);
	rc = open_reader(t, e);
	if (!rc) {
		t->is_running = !pthread_create(&t->thread, NULL, read_all, t);
		if (!t->is_running)
			rc = err_set(e, RC_FATAL, FROM_PROGRAM, "no thread can be started");
	}
	if (rc)
		tail_close(t);
	else
		*tail = t;
	return rc;
}

void tail_close(struct tail *t)
{
	if (!t)
		return;
	t->is_asked_to_stop = true;
	(void)tail_wake(t);
	if (t->is_running)
		pthread_join(t->thread, NULL);
	kafka_reader_close(t->reader);
	wait_close(&t->rest);
	free(t);
}

void tail_rest(struct tail *t)
{
	wait_lock(&t->rest);
	t->is_unwanted = true;
	wait_unlock(&t->rest);
}

bool tail_wake(struct tail *t)
{
	bool is_read;

	wait_lock(&t->rest);
	t->is_unwanted = false;
	is_read = !t->is_resting;
	wait_wake(&t->rest);
	wait_unlock(&t->rest);
	return is_read;
}

const char *tail_trouble(struct tail *t)
{
	return t->trouble;
}
