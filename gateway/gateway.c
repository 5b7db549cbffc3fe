#include "gateway/gateway.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/private.h"
#include "common/service/health.h"
#include "gateway/figures/figures.h"
#include "gateway/figures/hour.h"

#define KEYS_BYTES_MAX (4 << 20)
#define DRAIN_LOOK_MS 200
#define DRAIN_MORE_MS 2000 /* for the last viewer to close its side */

/* ---- keys ---- */

static enum rc read_whole(FILE *file, const char *path, struct buf *text, struct err *e)
{
	char part[16384];
	size_t bytes;

	while ((bytes = fread(part, 1, sizeof part, file)) > 0 && text->bytes <= KEYS_BYTES_MAX)
		buf_add(text, part, bytes);
	if (ferror(file))
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--keys: %s cannot be read: %s", path,
		               strerror(errno));
	if (text->bytes > KEYS_BYTES_MAX)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--keys: %s is larger than %d MiB", path,
		               KEYS_BYTES_MAX >> 20);
	return text->failed ? err_out_of_memory(e) : RC_OK;
}

static enum rc read_keys(const char *path, struct keys **keys, struct err *e)
{
	FILE *file = fopen(path, "re");
	struct buf text = {0};
	char detail[ERR_TEXT_BYTES];
	enum rc rc;

	*keys = NULL;
	if (!file)
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--keys: %s: %s", path, strerror(errno));
	/* Who can write it can make himself an owner; who reads it knows names, rights and digests. */
	snprintf(detail, sizeof detail, "--keys: %s", path);
	rc = private_judge(file, detail, false, e);
	if (!rc && private_is_read_by_all(file))
		log_warning("anybody can read the file of the keys: chmod o-r", F_STR("file", path));
	if (!rc)
		rc = read_whole(file, path, &text, e);
	fclose(file);
	if (!rc) {
		rc = keys_read(keys, text.data ? buf_text(&text) : text_of(""), e);
		if (rc == RC_USAGE) {
			snprintf(detail, sizeof detail, "%s", e->text);
			(void)err_set(e, RC_USAGE, FROM_SETTINGS, "--keys: %s: %.400s", path, detail);
		}
	}
	buf_release(&text);
	return rc;
}

static volatile sig_atomic_t has_hung_up;

static void on_hang_up(int number)
{
	has_hung_up = number;
}

/* signal(2) of POSIX may take the handler away behind the first: the second would end the program. */
static void catch_hang_ups(void)
{
	struct sigaction action = {.sa_handler = on_hang_up, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	sigaction(SIGHUP, &action, NULL);
}

static void read_keys_again(struct gateway *g)
{
	struct keys *fresh, *old;
	struct err e;

	if (!g->settings.keys_file)
		return;
	if (read_keys(g->settings.keys_file, &fresh, &e)) {
		log_err(LOG_ERROR, "the keys stay as they were", &e);
		figures_fault("keys");
		return;
	}
	pthread_rwlock_wrlock(&g->keys_lock);
	old = g->keys;
	g->keys = fresh;
	pthread_rwlock_unlock(&g->keys_lock);
	keys_release(old);
	log_info("keys were read again", F_INT("keys", keys_count(fresh)));
}

/* ---- settings ---- */

static enum rc read_origins(struct gateway *g, struct err *e)
{
	const char *at = g->settings.origins;

	while (at && *at) {
		size_t bytes = strcspn(at, ",");
		struct text origin = {at, bytes};

		if (!origin_is_well_formed(origin))
			return err_set(e, RC_USAGE, FROM_SETTINGS,
			               "--origins: entry %zu must be like https://tickets.example.org",
			               g->origins.count + 1);
		if (g->origins.count == ORIGINS_MAX)
			return err_set(e, RC_USAGE, FROM_SETTINGS, "--origins: more than %d", ORIGINS_MAX);
		g->origin_list[g->origins.count++] = origin;
		at += bytes + (at[bytes] == ',');
	}
	g->origins.list = g->origin_list;
	g->origins.own = g->settings.public_origin;
	if (g->origins.own.data && !origin_is_well_formed(g->origins.own))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--public-origin must be like https://seats.example.org");
	return RC_OK;
}

static bool is_loopback(const char *listen)
{
	const char *colon = strrchr(listen, ':');
	struct address address;

	if (!strncmp(listen, "unix:", 5) || !colon)
		return false;
	return !strncmp(listen, "localhost:", 10) ||
	       (address_read((struct text){listen, (size_t)(colon - listen)}, &address) &&
	        address_is_loopback(&address));
}

static enum rc judge_listen(const struct gateway *g, struct err *e)
{
	const char *listen = g->settings.http.listen;

	if (g->settings.is_demo && !is_loopback(listen))
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--demo lets everybody pay: --listen must be a loopback address");
	if (!is_loopback(listen) && strncmp(listen, "unix:", 5) != 0)
		log_warning("there is no TLS at this address: put a proxy in front, at a unix: socket or a "
		            "loopback address", F_STR("listen", listen));
	return RC_OK;
}

/* A connection is a descriptor: have as many as this process may. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

enum rc gateway_read(struct gateway *g, const struct gateway_settings *settings, struct err *e)
{
	char detail[ERR_TEXT_BYTES];

	*g = (struct gateway){.settings = *settings};
	pthread_rwlock_init(&g->keys_lock, NULL);
	memories_open(&g->memories);
	raise_limit();
	catch_hang_ups();
	if (settings->reply_partition < -1)
		return err_set(e, RC_USAGE, FROM_SETTINGS,
		               "--reply-partition must be a partition of --reply-topic, from 0 on");
	if (read_origins(g, e) || judge_listen(g, e))
		return e->rc;
	if (settings->trusted_proxies &&
	    trusted_read(text_of(settings->trusted_proxies), &g->proxies, e)) {
		snprintf(detail, sizeof detail, "%s", e->text);
		return err_set(e, RC_USAGE, FROM_SETTINGS, "--trusted-proxies: %.400s", detail);
	}
	return settings->keys_file ? read_keys(settings->keys_file, &g->keys, e) : RC_OK;
}

/* ---- life ---- */

static void on_decided(void *context, struct text code)
{
	(void)context;
	hour_decided(text_same(code, text_of("409")), clock_monotonic_ms());
}

static uint64_t count_in_flight(void *context)
{
	struct gateway *g = context;

	return exchange_waiting(g->exchange);
}

static void look_at_door(void *context, struct http_figures *figures)
{
	struct gateway *g = context;

	http_figures(g->http, figures);
}

static void look_at_maps(void *context, struct figures_maps *figures)
{
	struct gateway *g = context;
	struct maps_figures maps;

	maps_figures(g->maps, &maps);
	*figures = (struct figures_maps){
	    .shows = maps.shows,
	    .bytes = maps.bytes,
	    .loads = maps.loads,
	    .epochs = maps.epochs,
	    .snapshots = {maps.snaps[SNAP_FIRST], maps.snaps[SNAP_EPOCH], maps.snaps[SNAP_LAYOUT],
	                  maps.snaps[SNAP_RESYNC]},
	};
}

static enum rc open_maps(struct gateway *g, struct err *e)
{
	const struct maps_settings settings = {
	    .pipeline = g->settings.pipeline,
	    .desk = g->desk,
	    .positions = g->positions,
	    .http = &g->http,
	    .memory_bytes_max = g->settings.map_bytes_max,
	    .framed = figures_framed,
	};

	return maps_open(&g->maps, &settings, e);
}

enum rc gateway_open(struct gateway *g, const struct http_handler *handler,
                     void (*ended)(void *gateway, const struct exchange_result *result),
                     struct err *e)
{
	static struct figures_sources sources;
	const struct exchange_settings exchange = {
	    .pipeline = g->settings.pipeline,
	    .reply_topic = g->settings.reply_topic,
	    .reply_partition = g->settings.reply_partition,
	    .timeout_ms = g->settings.reply_timeout_ms,
	    .limits = g->settings.in_flight,
	    .shed_ms = g->settings.shed_ms,
	    .ended = ended,
	    .decided = on_decided,
	    .context = g,
	};

	if (throttle_open(&g->throttle, g->settings.limits, g->settings.viewers_max, e) ||
	    desk_open(&g->desk, g->settings.pipeline, e) ||
	    positions_open(&g->positions, g->settings.pipeline, e) ||
	    standing_open(&g->standing, g->settings.pipeline, e) ||
	    exchange_open(&g->exchange, &exchange, e) ||
	    open_maps(g, e) ||
	    http_open(&g->http, &g->settings.http, handler, e))
		return e->rc;
	sources = (struct figures_sources){g, count_in_flight, look_at_door, look_at_maps};
	figures_take_from(&sources);
	return RC_OK;
}

/* Viewers are sent away one after the other; meanwhile this thread is alive. */
static void drain(struct gateway *g, int64_t wait_ms)
{
	int64_t viewers_ms = g->settings.http.drain_ms + DRAIN_MORE_MS;
	int64_t until_ms = clock_monotonic_ms() + (viewers_ms > wait_ms ? viewers_ms : wait_ms);

	while (!http_drain(g->http, DRAIN_LOOK_MS) && clock_monotonic_ms() < until_ms)
		health_tend();
}

void gateway_close(struct gateway *g, int64_t wait_ms)
{
	figures_take_from(NULL);
	if (g->http)
		drain(g, wait_ms);
	/* Those who answer end before the door: nobody may answer behind it. */
	exchange_close(g->exchange);
	maps_stop(g->maps);
	desk_close(g->desk);
	http_close(g->http);
	maps_close(g->maps);
	standing_close(g->standing);
	positions_close(g->positions);
	throttle_close(g->throttle);
	keys_release(g->keys);
	pthread_rwlock_destroy(&g->keys_lock);
	memories_close(&g->memories);
	*g = (struct gateway){.http = NULL};
}

static void look_at_partitions(struct gateway *g, const struct common_options *common,
                               const struct pipeline_user *user)
{
	struct pipeline now = {0};
	struct err e;

	if (pipeline_read(&now, common, user, &e) ||
	    pipeline_verify(&now, PIPELINE_SOME_DATABASES, PIPELINE_CHECK_MS, &e))
		log_err(LOG_ERROR, "the number of partitions cannot be read again", &e);
	else if (now.partition_count != g->settings.pipeline->partition_count)
		log_error("the number of partitions is another now: start this gateway again",
		          F_INT("was", g->settings.pipeline->partition_count),
		          F_INT("is", now.partition_count));
	else
		g->is_misrouted = false;
	pipeline_release(&now);
}

const char *gateway_tend(struct gateway *g, const struct common_options *common,
                         const struct pipeline_user *user)
{
	const char *trouble;

	if (has_hung_up) {
		has_hung_up = 0;
		read_keys_again(g);
	}
	if (g->is_misrouted)
		look_at_partitions(g, common, user);
	if (g->is_misrouted)
		return "a request was on the wrong partition";
	trouble = exchange_trouble(g->exchange);
	if (!trouble)
		trouble = maps_trouble(g->maps);
	return trouble ? trouble : positions_trouble(g->positions);
}
