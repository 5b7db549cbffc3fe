#include "gateway/figures/hour.h"

#include <pthread.h>
#include <string.h>

struct kept {
	struct hour_slow slow;
	int64_t until_ms; /* of the same clock as now_ms */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct hour_slice slices[HOUR_SLICES];
static int64_t newest; /* number of the slice that is under way */
static struct kept kept[HOUR_SLOWEST];
static size_t kept_count; /* the slowest first */

/* Slices that came round since anybody was here are empty. */
static void move_on(int64_t now_ms)
{
	int64_t slice = now_ms / HOUR_SLICE_MS;

	if (slice - newest >= HOUR_SLICES)
		memset(slices, 0, sizeof slices);
	else
		for (int64_t i = newest + 1; i <= slice; i++)
			slices[i % HOUR_SLICES] = (struct hour_slice){0, 0};
	if (slice > newest)
		newest = slice;
}

void hour_decided(bool is_conflict, int64_t now_ms)
{
	pthread_mutex_lock(&lock);
	move_on(now_ms);
	slices[newest % HOUR_SLICES].decisions++;
	slices[newest % HOUR_SLICES].conflicts += is_conflict;
	pthread_mutex_unlock(&lock);
}

static void forget_old(int64_t now_ms)
{
	size_t left = 0;

	for (size_t i = 0; i < kept_count; i++)
		if (kept[i].until_ms > now_ms)
			kept[left++] = kept[i];
	kept_count = left;
}

void hour_answered(const struct hour_slow *answer, int64_t now_ms)
{
	size_t i;

	pthread_mutex_lock(&lock);
	forget_old(now_ms);
	for (i = kept_count; i > 0 && kept[i - 1].slow.took_us < answer->took_us; i--)
		if (i < HOUR_SLOWEST)
			kept[i] = kept[i - 1];
	if (i < HOUR_SLOWEST) {
		kept[i] = (struct kept){*answer, now_ms + (int64_t)HOUR_SLICES * HOUR_SLICE_MS};
		kept_count += kept_count < HOUR_SLOWEST;
	}
	pthread_mutex_unlock(&lock);
}

void hour_read(struct hour *hour, int64_t now_ms)
{
	pthread_mutex_lock(&lock);
	move_on(now_ms);
	forget_old(now_ms);
	for (int64_t i = 0; i < HOUR_SLICES; i++)
		hour->slices[i] = slices[(newest + 1 + i) % HOUR_SLICES];
	for (size_t i = 0; i < kept_count; i++)
		hour->slowest[i] = kept[i].slow;
	hour->slow_count = kept_count;
	pthread_mutex_unlock(&lock);
}
