#include "common/kafka/txn.h"

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/kafka/ending.h"
#include "common/kafka/membership.h"
#include "common/kafka/message.h"
#include "common/kafka/nudge.h"
#include "common/kafka/offsets.h"
#include "common/kafka/reason.h"
#include "common/base/log.h"
#include "common/base/watchdog.h"

#define TXN_TOPICS_MAX 16
#define COMMIT_WAIT_MS 15000
#define RETRY_PAUSE_MS 20
#define METADATA_WAIT_MS 5000

struct kafka_txn {
	rd_kafka_t *client;
	rd_kafka_topic_t *topics[TXN_TOPICS_MAX];
	size_t topic_count;
	int64_t timestamp_ms; /* of what is sent; 0: now */
	atomic_bool is_tainted;
	char *id; /* the transactional one */
	struct nudge *nudge;
};

/* Quiet: as long as a request may take, socket.timeout.ms. */
static const struct nudge_times nudge_times = {8000, 3000, 1200};

/* Why each: docs/architecture.md, "Settings of the Kafka clients". */
static const char *const defaults[][2] = {
    {"enable.idempotence", "true"},          {"acks", "all"},
    {"transaction.timeout.ms", KAFKA_TXN_TIMEOUT_MS},
    {"message.timeout.ms", "8000"},          {"socket.timeout.ms", "8000"},
    {"linger.ms", "20"},                     {"retry.backoff.ms", "10"},
    {"compression.type", "lz4"},             {"partitioner", "murmur2_random"},
    {"socket.nagle.disable", "true"},        {"message.max.bytes", "1048576"},
    {"queue.buffering.max.messages", "200000"},
};

/* Requests that a transaction consists of, by their number in Kafka's protocol. */
enum { PRODUCE = 0, ADD_PARTITIONS = 24, ADD_OFFSETS = 25, END = 26, OFFSET_COMMIT = 28 };

static bool is_of_transaction(int16_t api_key)
{
	return api_key == PRODUCE || api_key == ADD_PARTITIONS || api_key == ADD_OFFSETS ||
	       api_key == END || api_key == OFFSET_COMMIT;
}

static rd_kafka_resp_err_t on_response(rd_kafka_t *client, int sockfd, const char *broker,
                                       int32_t broker_id, int16_t api_key, int16_t api_version,
                                       int32_t correlation_id, size_t bytes, int64_t rtt_us,
                                       rd_kafka_resp_err_t failed, void *opaque)
{
	struct kafka_txn *txn = opaque;

	(void)client, (void)sockfd, (void)broker, (void)broker_id, (void)api_version;
	(void)correlation_id, (void)bytes, (void)rtt_us;
	if (failed && is_of_transaction(api_key))
		atomic_store(&txn->is_tainted, true);
	if (api_key == ADD_OFFSETS || api_key == OFFSET_COMMIT)
		nudge_alive(txn->nudge);
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

#ifdef FAULTS
/* The answer to a request that was just sent is not read before this returns. */
static rd_kafka_resp_err_t on_sent(rd_kafka_t *client, int sockfd, const char *broker,
                                   int32_t broker_id, int16_t api_key, int16_t api_version,
                                   int32_t correlation_id, size_t bytes, void *opaque)
{
	struct kafka_txn *txn = opaque;
	struct err e;

	(void)client, (void)sockfd, (void)broker, (void)broker_id, (void)api_version;
	(void)correlation_id, (void)bytes;
	if (api_key == END && fault_at(FAULT_END_SENT, &e))
		atomic_store(&txn->is_tainted, true);
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}
#endif

static rd_kafka_resp_err_t on_new(rd_kafka_t *client, const rd_kafka_conf_t *conf, void *opaque,
                                  char *reason, size_t reason_bytes)
{
	(void)conf, (void)reason, (void)reason_bytes;
#ifdef FAULTS
	rd_kafka_interceptor_add_on_request_sent(client, "fault", on_sent, opaque);
#endif
	return rd_kafka_interceptor_add_on_response_received(client, "taint", on_response, opaque);
}

/* Only there because a flush without it polls in steps of 10 ms. */
static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
	(void)client, (void)opaque;
	if (message->err)
		log_debug("reply not delivered", F_STR("error", rd_kafka_err2str(message->err)));
}

/* What the caller does after a failed call of a transaction. */
static enum rc class_of(const rd_kafka_error_t *failed)
{
	switch (rd_kafka_error_code(failed)) {
	case RD_KAFKA_RESP_ERR__FENCED:
	case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
	case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
	case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
	case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
	case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
	case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
		return RC_FENCED;
	case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
		return RC_USAGE;
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
		return RC_FATAL;
	default:
		return RC_REOPEN;
	}
}

static enum rc fill(const struct kafka_txn *txn, struct err *e, enum rc rc, const char *what,
                    const rd_kafka_error_t *failed)
{
	int code = rd_kafka_error_code(failed);
	bool is_id = code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
	bool is_group = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
	const struct kafka_failure failure = {
	    .client = txn->client,
	    .code = code,
	    .text = rd_kafka_error_string(failed),
	    .operation = is_group ? "Read" : "Write",
	    .kind = is_id ? "transactional id" : is_group ? "group" : "topic",
	    /* Which topic or group it is the library says in its log, or not at all. */
	    .name = is_id ? txn->id : is_group ? "of the workers" : "of the answers",
	};

	return kafka_fail(e, rc, &failure, "%s", what);
}

static enum rc fail(const struct kafka_txn *txn, struct err *e, const char *what,
                    rd_kafka_error_t *failed)
{
	enum rc rc = fill(txn, e, class_of(failed), what, failed);

	rd_kafka_error_destroy(failed);
	return rc;
}

/* The topics' leaders must be known before the first transaction, or it waits for a second. */
static enum rc know_topics(struct kafka_txn *txn, const char *const *topics, size_t count,
                           struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const struct rd_kafka_metadata *metadata = NULL;
		rd_kafka_resp_err_t failed;

		watchdog_beat();
		txn->topics[i] = rd_kafka_topic_new(txn->client, topics[i], NULL);
		if (!txn->topics[i])
			return err_set(e, RC_USAGE, FROM_SETTINGS, "topic %s: %s", topics[i],
			               rd_kafka_err2str(rd_kafka_last_error()));
		txn->topic_count = i + 1;
		failed = rd_kafka_metadata(txn->client, 0, txn->topics[i], &metadata, METADATA_WAIT_MS);
		if (failed)
			return kafka_fail(e, RC_RETRY, KAFKA_FAILURE(txn->client, failed, NULL,
			                                                       "Describe", "topic", topics[i]),
			                  "metadata of %s", topics[i]);
		rd_kafka_metadata_destroy(metadata);
	}
	return RC_OK;
}

static enum rc init(struct kafka_txn *txn, int64_t wait_ms, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;

	for (;;) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		rd_kafka_error_t *failed;
		bool is_again;

		watchdog_beat();
		failed = rd_kafka_init_transactions(txn->client, left_ms > 1 ? (int)left_ms : 1);
		if (!failed)
			return RC_OK;
		is_again = rd_kafka_error_is_retriable(failed);
		if (!is_again || clock_monotonic_ms() >= until_ms) {
			enum rc rc = class_of(failed);

			rc = fill(txn, e, rc == RC_REOPEN ? RC_RETRY : rc, "init of transactions", failed);
			if (rc == RC_USAGE)
				err_set(e, rc, FROM_SETTINGS,
				        "init of transactions: %s (transaction.timeout.ms of the worker, "
				        "transaction.max.timeout.ms of the brokers)", rd_kafka_error_string(failed));
			rd_kafka_error_destroy(failed);
			return rc;
		}
		rd_kafka_error_destroy(failed);
		clock_sleep_ms(RETRY_PAUSE_MS);
	}
}

enum rc kafka_txn_open(struct kafka_txn **out, const struct kafka_settings *settings,
                       const char *transactional_id, const char *const *topics, size_t topic_count,
                       int64_t wait_ms, struct err *e)
{
	struct kafka_txn *txn = calloc(1, sizeof *txn);
	struct rd_kafka_conf_s *conf;
	char reason[256];

	if (!txn)
		return err_out_of_memory(e);
	txn->id = strdup(transactional_id);
	txn->nudge = nudge_make(&nudge_times);
	if (!txn->id || !txn->nudge) {
		err_out_of_memory(e);
		goto out;
	}
	if (topic_count > TXN_TOPICS_MAX) {
		err_set(e, RC_USAGE, FROM_SETTINGS, "more than %d topics", TXN_TOPICS_MAX);
		goto out;
	}
	conf = kafka_conf_make(settings, defaults, sizeof defaults / sizeof defaults[0], e);
	if (!conf)
		goto out;
	rd_kafka_conf_set(conf, "transactional.id", transactional_id, reason, sizeof reason);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	nudge_attach(txn->nudge, conf);
	rd_kafka_conf_interceptor_add_on_new(conf, "taint", on_new, txn);
	txn->client = kafka_open_producer(conf, "Kafka producer", e);
	if (!txn->client)
		goto out;
	if (know_topics(txn, topics, topic_count, e) || init(txn, wait_ms, e))
		goto out;
	atomic_store(&txn->is_tainted, false); /* what happened before the fence is over */
	nudge_end(txn->nudge, true);
	*out = txn;
	return RC_OK;
out:
	kafka_txn_close(txn);
	return e->rc;
}

static void end_txn(void *client)
{
	struct kafka_txn *txn = client;

	for (size_t i = 0; i < txn->topic_count; i++)
		rd_kafka_topic_destroy(txn->topics[i]);
	if (txn->client)
		rd_kafka_destroy(txn->client);
	nudge_release(txn->nudge);
	free(txn->id);
	free(txn);
}

/* Its last requests may be under way yet, as a dead process's: the next one's fence holds. */
void kafka_txn_close(struct kafka_txn *txn)
{
	if (!txn)
		return;
	if (txn->client)
		rd_kafka_purge(txn->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	kafka_end(end_txn, txn);
}

bool kafka_txn_is_tainted(const struct kafka_txn *txn)
{
	return atomic_load(&txn->is_tainted);
}

enum rc kafka_txn_begin(struct kafka_txn *txn, struct err *e)
{
	rd_kafka_error_t *failed = rd_kafka_begin_transaction(txn->client);

	return failed ? fail(txn, e, "begin of transaction", failed) : RC_OK;
}

void kafka_txn_set_time(struct kafka_txn *txn, int64_t timestamp_ms)
{
	txn->timestamp_ms = timestamp_ms;
}

enum rc kafka_txn_send(struct kafka_txn *txn, size_t topic, int32_t partition, struct text key,
                       struct text value, const struct record_header *headers, size_t header_count,
                       struct err *e)
{
	rd_kafka_headers_t *copy = kafka_headers_make(headers, header_count);
	rd_kafka_error_t *failed;

	if (!copy)
		return err_out_of_memory(e);
	for (;;) {
		const rd_kafka_vu_t arguments[] = {
		    {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = txn->topics[topic]},
		    {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
		    {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = txn->timestamp_ms},
		    {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
		    {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {(void *)(uintptr_t)key.data, key.bytes}},
		    {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {(void *)(uintptr_t)value.data, value.bytes}},
		    {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = copy},
		};

		failed = rd_kafka_produceva(txn->client, arguments,
		                            sizeof arguments / sizeof arguments[0]);
		if (!failed)
			return RC_OK;
		if (rd_kafka_error_code(failed) != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			break;
		rd_kafka_error_destroy(failed);
		watchdog_beat();
		rd_kafka_poll(txn->client, RETRY_PAUSE_MS);
	}
	rd_kafka_headers_destroy(copy);
	return fail(txn, e, "publishing", failed);
}

/* The same call again while the library says so, up to a deadline. */
typedef rd_kafka_error_t *transaction_call(struct kafka_txn *txn, const void *argument,
                                           const void *metadata, int wait_ms);

static rd_kafka_error_t *call_send_offsets(struct kafka_txn *txn, const void *list,
                                           const void *metadata, int wait_ms)
{
	rd_kafka_error_t *failed;

	nudge_begin(txn->nudge);
	failed = rd_kafka_send_offsets_to_transaction(txn->client, list, metadata, wait_ms);
	nudge_end(txn->nudge, !failed);
	return failed;
}

static rd_kafka_error_t *call_commit(struct kafka_txn *txn, const void *list,
                                     const void *metadata, int wait_ms)
{
	(void)list, (void)metadata;
	return rd_kafka_commit_transaction(txn->client, wait_ms);
}

static enum rc call_until(struct kafka_txn *txn, transaction_call *call, const void *list,
                          const void *metadata, const char *what, int64_t until_ms, struct err *e)
{
	for (;;) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		rd_kafka_error_t *failed;

		watchdog_beat();
		failed = call(txn, list, metadata, left_ms > 1 ? (int)left_ms : 1);
		if (!failed)
			return RC_OK;
		if (!rd_kafka_error_is_retriable(failed) || clock_monotonic_ms() >= until_ms)
			return fail(txn, e, what, failed);
		rd_kafka_error_destroy(failed);
		clock_sleep_ms(RETRY_PAUSE_MS);
	}
}

/* In a test build what was sent is in the log when a fault comes, not in the library's memory. */
static enum rc finish_sending(struct kafka_txn *txn, struct err *e)
{
#ifdef FAULTS
	rd_kafka_flush(txn->client, COMMIT_WAIT_MS);
#else
	(void)txn;
#endif
	return fault_at(FAULT_PRODUCED, e);
}

enum rc kafka_txn_commit(struct kafka_txn *txn, const struct kafka_membership *membership,
                         const char *requests_topic, int32_t partition,
                         const struct kafka_commit *commit, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + COMMIT_WAIT_MS;
	rd_kafka_topic_partition_list_t *list = kafka_commit_list(requests_topic, partition, commit);
	enum rc rc = list ? finish_sending(txn, e) : err_out_of_memory(e);

	if (!rc)
		rc = call_until(txn, call_send_offsets, list, membership->metadata,
		                "offsets of transaction", until_ms, e);
	if (!rc)
		rc = fault_at(FAULT_OFFSETS_SENT, e);
	if (!rc)
		rc = call_until(txn, call_commit, NULL, NULL, "commit of transaction", until_ms, e);
	if (!rc)
		rc = fault_at(FAULT_ANSWERED, e);
	if (list)
		rd_kafka_topic_partition_list_destroy(list);
	return rc;
}
