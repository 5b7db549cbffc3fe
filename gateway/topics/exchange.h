/*
 * exchange.h - publishes requests and gives each the reply that a worker commits to it.
 *
 * A request is registered before it is published, so that no reply is too early. Replies are matched
 * by kafka_correlationId, which a worker hands back byte for byte; those of other gateways are told
 * by that header alone.
 * Threads: exchange_ask by any; `ended` is called on the exchange's own threads.
 */
#ifndef HOLDFAST_GATEWAY_TOPICS_EXCHANGE_H
#define HOLDFAST_GATEWAY_TOPICS_EXCHANGE_H

#include "common/base/ids.h"
#include "common/base/record.h"
#include "common/pipeline/pipeline.h"
#include "gateway/topics/flights.h"

struct exchange;

/* What became of a request. */
enum exchange_end {
	EXCHANGE_REPLIED,
	EXCHANGE_NOT_EXECUTED, /* surely not published, now or later */
	EXCHANGE_UNKNOWN,      /* published, or perhaps; no reply in time */
};

struct exchange_result {
	void *asker;         /* as asked */
	enum exchange_end end;
	int32_t partition;
	int64_t offset;      /* of the request's record; -1: not known */
	struct text reply;   /* its JSON, where EXCHANGE_REPLIED; borrowed for the call */
	int64_t waited_ms;
};

struct exchange_settings {
	const struct pipeline *pipeline; /* verified; borrowed, as all of this */
	const char *reply_topic;         /* NULL: the default one */
	int32_t reply_partition;         /* of reply_topic; -1: that of the request */
	int64_t timeout_ms;              /* from the request to its reply */
	struct flight_limits limits;
	int64_t shed_ms;                 /* as flights_open has it */
	void (*ended)(void *context, const struct exchange_result *result);
	/* NULL, or told the code of each decision, whoever asked for it. */
	void (*decided)(void *context, struct text code);
	void *context;
};

#define EXCHANGE_HEADERS_MAX 6

struct exchange_ask {
	struct text key, value;          /* copied */
	const struct record_header *headers; /* besides those of the exchange */
	size_t header_count;             /* at most EXCHANGE_HEADERS_MAX */
	const uint8_t *session;          /* FLIGHT_SESSION_BYTES that tell it; NULL: none counts */
	int64_t wait_ms;                 /* the asker, at most; 0: timeout_ms */
	void *asker;
};

/* Returns when replies are read from where they ended then. RC_RETRY: brokers did not answer. */
enum rc exchange_open(struct exchange **exchange, const struct exchange_settings *settings,
                      struct err *e) NODISCARD;
/* What still waits is ended as EXCHANGE_UNKNOWN. Takes NULL */
void exchange_close(struct exchange *exchange);

/* FLIGHT_TAKEN: `ended` is called once, maybe before this returns. Else: it never is. */
enum flight_refusal exchange_ask(struct exchange *exchange, const struct exchange_ask *ask);

size_t exchange_waiting(struct exchange *exchange);
/* Why it cannot serve just now, a literal; NULL: it can. */
const char *exchange_trouble(struct exchange *exchange);

#endif
