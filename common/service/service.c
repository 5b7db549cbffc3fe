#include "common/service/service.h"

#include <stdio.h>

#include "common/base/log.h"
#include "common/base/watchdog.h"
#include "common/service/health.h"
#include "common/service/notify.h"

#define LABELS_BYTES 200

static char build_labels[LABELS_BYTES];
static struct pages *served;
static struct watchdog main_thread;
static bool is_watched;
static const struct page *own_page;

static int make_metrics(struct buf *body)
{
	metrics_print(body);
	return PAGES_OK;
}

/* Where all is well the page is a comment, so that Prometheus may scrape it: its `up` then tells. */
static int make_live(struct buf *body)
{
	if (!health_is_alive(body))
		return PAGES_UNAVAILABLE;
	buf_add_string(body, "# alive\n");
	return PAGES_OK;
}

static int make_ready(struct buf *body)
{
	if (!health_is_ready(body))
		return PAGES_UNAVAILABLE;
	buf_add_string(body, "# ready\n");
	return PAGES_OK;
}

#define LISTEN_OPTION "--metrics-listen"

enum rc service_try(const char *metrics_listen, struct err *e)
{
	return metrics_listen ? pages_try(LISTEN_OPTION, metrics_listen, e) : RC_OK;
}

void service_add_page(const struct page *page)
{
	own_page = page;
}

enum rc service_open(const struct service_settings *settings, struct err *e)
{
	static struct page pages[] = {
	    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", make_metrics},
	    {"/livez", "text/plain; version=0.0.4; charset=utf-8", make_live},
	    {"/readyz", "text/plain; version=0.0.4; charset=utf-8", make_ready},
	    {NULL, NULL, NULL},
	};
	size_t count = sizeof pages / sizeof pages[0];

	snprintf(build_labels, sizeof build_labels, "program=\"%s\",version=\"%s\",librdkafka=\"%s\"",
	         settings->program, HOLDFAST_VERSION, settings->librdkafka);
	metrics_open(build_labels, settings->metrics, settings->metric_count);
	health_open(settings->silence_max_ms);
	watchdog_enter(&main_thread, "the main thread");
	is_watched = true;
	notify_open();
	if (!settings->metrics_listen)
		return RC_OK;
	if (own_page)
		pages[count - 1] = *own_page;
	if (pages_open(&served, LISTEN_OPTION, settings->metrics_listen, pages,
	               own_page ? count : count - 1, e))
		return e->rc;
	log_info("metrics", F_STR("address", pages_address(served)));
	return RC_OK;
}

void service_close(void)
{
	pages_close(served);
	served = NULL;
	if (is_watched)
		watchdog_leave(&main_thread);
	is_watched = false;
	notify_close();
	health_close();
	metrics_close();
}

bool service_has_pages(void)
{
	return served;
}
