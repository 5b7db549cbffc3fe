#include "common/service/health.h"

#include <pthread.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/service/notify.h"
#include "common/base/watchdog.h"

#define LOOK_MS 500

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct buf reasons[HEALTH_PART_COUNT]; /* under the lock */
static int64_t silence_max_ms;

/* The main thread's. */
static int64_t looked_ms;
static bool is_hanging;

void health_open(int64_t max_ms)
{
	silence_max_ms = max_ms;
	health_say(HEALTH_PROGRAM, "starting\n");
}

void health_close(void)
{
	pthread_mutex_lock(&lock);
	for (int part = 0; part < HEALTH_PART_COUNT; part++)
		buf_release(&reasons[part]);
	pthread_mutex_unlock(&lock);
}

void health_say(enum health_part part, const char *why)
{
	pthread_mutex_lock(&lock);
	buf_clear(&reasons[part]);
	buf_add_string(&reasons[part], why);
	pthread_mutex_unlock(&lock);
}

bool health_is_alive(struct buf *why)
{
	return watchdog_hears_all(silence_max_ms, why);
}

bool health_is_ready(struct buf *why)
{
	bool is_ready = health_is_alive(why);

	pthread_mutex_lock(&lock);
	for (int part = 0; part < HEALTH_PART_COUNT; part++) {
		/* A reason that there was no memory for is one all the same. */
		if (reasons[part].bytes == 0 && !reasons[part].failed)
			continue;
		is_ready = false;
		if (why)
			buf_add_text(why, buf_text(&reasons[part]));
	}
	pthread_mutex_unlock(&lock);
	return is_ready;
}

void health_tend(void)
{
	int64_t now_ms = clock_monotonic_ms();
	struct buf why = {0};

	watchdog_beat();
	if (now_ms - looked_ms < LOOK_MS)
		return;
	looked_ms = now_ms;
	if (health_is_alive(&why)) {
		is_hanging = false;
		notify_alive();
	} else if (!is_hanging) {
		is_hanging = true;
		for (size_t i = 0; i < why.bytes; i++)
			if (why.data[i] == '\n')
				why.data[i] = i + 1 < why.bytes ? ';' : ' ';
		log_error("a thread hangs", F_TEXT("why", buf_text(&why)));
	}
	buf_release(&why);
}
