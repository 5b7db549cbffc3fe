#include "expirer/expirers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/service/health.h"
#include "common/base/log.h"
#include "common/service/notify.h"
#include "common/base/stop.h"
#include "common/base/watchdog.h"

#define WATCH_MS 200 /* between two looks of the main thread, where no thread says anything */

struct expirers {
	struct expirer *list; /* one a database */
	size_t count;
	struct wait wait;
	char told[60];        /* to the service manager */
	bool is_stopping;     /* and that was told */
};

static void *work(void *argument)
{
	struct expirer *x = argument;
	char name[WATCHDOG_NAME_BYTES];
	struct watchdog watchdog;
	struct err end = {0};

	snprintf(name, sizeof name, "%.31s", x->database->name[0] ? x->database->name : "expirer");
	watchdog_enter(&watchdog, name);
	end.rc = expirer_serve(x, &end);
	watchdog_leave(&watchdog);
	/* What one cannot get over ends the program; but each of them has its one round. */
	if (end.rc && !x->settings->is_once)
		stop_ask();
	wait_lock(x->wait);
	x->end = end;
	x->is_running = false;
	wait_wake(x->wait);
	wait_unlock(x->wait);
	return NULL;
}

/* To health.h and to the service manager: how all of them stand. Under the lock. */
static void tell(struct expirers *all)
{
	size_t leaders = 0, turned = 0;
	char status[sizeof all->told];
	struct buf lines = {0};

	for (size_t i = 0; i < all->count; i++) {
		const struct expirer *x = &all->list[i];

		leaders += x->is_leader;
		turned += x->has_turned;
		if (!x->why[0])
			continue;
		buf_print(&lines, x->database->name[0] ? "%s\n" : "database: %s\n", x->why);
	}
	health_say(HEALTH_DATABASE, lines.failed  ? "out of memory\n"
	                            : lines.bytes ? lines.data
	                                          : "");
	buf_release(&lines);
	if (all->is_stopping || turned < all->count)
		return;
	health_say(HEALTH_PROGRAM, "");
	if (all->count == 1)
		snprintf(status, sizeof status, "%s", leaders ? "leader" : "standby");
	else
		snprintf(status, sizeof status, "leader of %zu of %zu databases", leaders, all->count);
	if (strcmp(status, all->told) != 0)
		notify_ready(status);
	memcpy(all->told, status, sizeof status);
}

static bool is_any_running(const struct expirers *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->list[i].is_running)
			return true;
	return false;
}

static void tell_stopping(struct expirers *all)
{
	if (!stop_is_asked() || all->is_stopping)
		return;
	all->is_stopping = true;
	health_say(HEALTH_PROGRAM, "stopping\n");
	notify_stopping();
}

/* Until every thread has ended: they may have seen before this one that they are to stop. */
static void watch(struct expirers *all)
{
	wait_lock(&all->wait);
	while (is_any_running(all)) {
		int64_t until_ms = clock_monotonic_ms() + WATCH_MS;

		tell_stopping(all);
		tell(all);
		health_tend();
		kafka_pool_tend(all->list[0].settings->pipeline->pool, until_ms - WATCH_MS);
		wait_until(&all->wait, until_ms);
	}
	tell_stopping(all);
	wait_unlock(&all->wait);
}

/* RC_FATAL: not all of them could be started */
static enum rc start(struct expirers *all, const struct expirer_settings *settings, struct err *e)
{
	const struct database_map *databases = &settings->pipeline->databases;
	int64_t now_ms = clock_monotonic_ms();

	for (size_t i = 0; i < databases->count; i++) {
		struct expirer *x = &all->list[i];

		*x = (struct expirer){
		    .settings = settings,
		    .database = &databases->list[i],
		    .is_first = i == 0,
		    .wait = &all->wait,
		    .figures_at_ms = now_ms + EXPIRER_FIGURES_MS,
		    .reached_ms = now_ms,
		    .is_running = true,
		};
		if (pthread_create(&x->thread, NULL, work, x))
			return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread");
		all->count++;
	}
	return RC_OK;
}

/* Wait for all; the error of the first that has one. */
static enum rc finish(struct expirers *all, bool is_once, struct err *e)
{
	enum rc rc = RC_OK;
	int64_t announced = 0;

	for (size_t i = 0; i < all->count; i++) {
		pthread_join(all->list[i].thread, NULL);
		announced += all->list[i].announced;
		if (!rc && all->list[i].end.rc) {
			*e = all->list[i].end;
			rc = e->rc;
		}
	}
	if (is_once && !rc)
		log_info("announced", F_INT("count", announced));
	return rc;
}

enum rc expirers_run(const struct expirer_settings *settings, struct err *e)
{
	struct expirers all = {.list = calloc(settings->pipeline->databases.count, sizeof *all.list)};
	struct err later;
	enum rc rc;

	wait_open(&all.wait);
	rc = all.list ? start(&all, settings, e) : err_out_of_memory(e);
	if (rc) {
		log_err(LOG_ERROR, "cannot start", e);
		stop_ask();
	}
	watch(&all);
	health_say(HEALTH_PROGRAM, "stopping\n");
	if (rc)
		(void)finish(&all, false, &later);
	else
		rc = finish(&all, settings->is_once, e);
	wait_close(&all.wait);
	free(all.list);
	return rc;
}
