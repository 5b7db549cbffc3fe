/*
 * service.h - what a long-running program has beside its work: metrics, health, the pages that show
 * both, and news for the service manager.
 *
 * Threads: the main one.
 */
#ifndef HOLDFAST_SERVICE_SERVICE_H
#define HOLDFAST_SERVICE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/http/pages.h"
#include "common/service/metrics.h"

struct service_settings {
	const char *program;
	const char *librdkafka;     /* its version, for holdfast_build_info */
	const char *metrics_listen; /* ADDR:PORT; NULL: no pages */
	int64_t silence_max_ms;     /* a thread that is silent for longer hangs */
	const struct metrics_row *metrics; /* what the program counts, borrowed for ever; NULL: nothing */
	size_t metric_count;
};

/*
 * From here on the pages are served, and the calling thread is watched: it must call health_tend.
 *
 * RC_USAGE: the address is no good, or taken
 */
enum rc service_open(const struct service_settings *settings, struct err *e) NODISCARD;
/* A page of the program's own, borrowed for ever; before service_open. */
void service_add_page(const struct page *page);
/* For --check, beside a program that has the address. RC_USAGE: it is no good */
enum rc service_try(const char *metrics_listen, struct err *e) NODISCARD;
void service_close(void); /* also where service_open failed, or was not called */

/* Whether pages are served. Where not, what is looked up for them alone may be left out. */
bool service_has_pages(void);

#endif
