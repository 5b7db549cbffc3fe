#include "common/base/watchdog.h"

#include <pthread.h>
#include <stdio.h>

#include "common/base/clock.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct watchdog *watched; /* under the lock */
static _Thread_local struct watchdog *own;

void watchdog_enter(struct watchdog *w, const char *name)
{
	snprintf(w->name, sizeof w->name, "%s", name);
	own = w;
	watchdog_beat();
	pthread_mutex_lock(&lock);
	w->next = watched;
	watched = w;
	pthread_mutex_unlock(&lock);
}

void watchdog_leave(struct watchdog *w)
{
	pthread_mutex_lock(&lock);
	for (struct watchdog **at = &watched; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
	pthread_mutex_unlock(&lock);
	own = NULL;
}

void watchdog_beat(void)
{
	if (own)
		atomic_store_explicit(&own->beat_ms, clock_monotonic_ms(), memory_order_relaxed);
}

bool watchdog_hears_all(int64_t silence_max_ms, struct buf *lines)
{
	bool hears_all = true;

	pthread_mutex_lock(&lock);
	for (struct watchdog *w = watched; w; w = w->next) {
		int64_t silent_ms = clock_monotonic_ms() - atomic_load(&w->beat_ms);

		if (silent_ms <= silence_max_ms)
			continue;
		hears_all = false;
		if (lines)
			buf_print(lines, "%s gives no sign of life for %lld ms\n", w->name,
			          (long long)silent_ms);
	}
	pthread_mutex_unlock(&lock);
	return hears_all;
}
