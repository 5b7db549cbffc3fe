/*
 * gateway.h - all that one gateway is made of, and what its parts share.
 */
#ifndef HOLDFAST_GATEWAY_GATEWAY_H
#define HOLDFAST_GATEWAY_GATEWAY_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/http/http.h"
#include "common/pipeline/pipeline.h"
#include "gateway/api/address.h"
#include "gateway/api/keys.h"
#include "gateway/api/origin.h"
#include "gateway/maps/maps.h"
#include "gateway/memories.h"
#include "gateway/rows/desk.h"
#include "gateway/rows/positions.h"
#include "gateway/rows/standing.h"
#include "gateway/throttle.h"
#include "gateway/topics/exchange.h"

#define ORIGINS_MAX 100

struct gateway_settings {
	const struct pipeline *pipeline; /* verified; borrowed, as all texts */
	struct http_settings http;
	const char *keys_file;           /* NULL: there are no keys */
	struct text public_origin;       /* data NULL: none */
	const char *origins, *trusted_proxies;
	const char *reply_topic;         /* NULL: the default one */
	int32_t reply_partition;
	int64_t reply_timeout_ms;
	struct flight_limits in_flight;
	int64_t shed_ms;                 /* 0: nothing is shed */
	struct bucket_limit limits[THROTTLE_COUNT];
	uint32_t viewers_max;            /* of an address; 0: no limit */
	size_t map_bytes_max;            /* of shows in memory; 0: no limit */
	bool is_demo, has_pages;
};

struct gateway {
	struct gateway_settings settings;
	struct http *http;
	struct exchange *exchange;
	struct desk *desk;
	struct positions *positions;
	struct maps *maps;
	struct standing *standing;
	struct throttle *throttle;
	struct origins origins;
	struct text origin_list[ORIGINS_MAX];
	struct trusted_proxies proxies;
	pthread_rwlock_t keys_lock;
	struct keys *keys;
	struct memories memories;     /* of askers */
	atomic_bool is_misrouted;     /* a worker answered 421: N must be read again */
	atomic_bool is_ignoring_said; /* that X-Forwarded-For of one who is not trusted is ignored */
};

/* Check what can be checked without a server: origins, proxies, keys, demo. RC_USAGE */
enum rc gateway_read(struct gateway *gateway, const struct gateway_settings *settings,
                     struct err *e) NODISCARD;
/*
 * Serve: the handler has each request, `ended` what became of each that was published; both with the
 * gateway as their context.
 *
 * RC_RETRY: brokers did not answer; RC_USAGE: nothing can listen there
 */
enum rc gateway_open(struct gateway *gateway, const struct http_handler *handler,
                     void (*ended)(void *gateway, const struct exchange_result *result),
                     struct err *e) NODISCARD;
/* Answer what waits, up to wait_ms, send viewers away, and end. Takes one that was only read. */
void gateway_close(struct gateway *gateway, int64_t wait_ms);

/*
 * Now and then, by the thread that opened it. After a SIGHUP the keys are read again; a bad file leaves
 * the old ones, which is logged and counted. After a 421 it asks the servers whether N is still N, and
 * is not ready until they say so.
 *
 * Why it cannot serve just now, a literal; NULL: it can.
 */
const char *gateway_tend(struct gateway *gateway, const struct common_options *common,
                         const struct pipeline_user *user);

#endif
