#include "common/kafka/reason.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/text.h"

#define WHAT_BYTES 200
#define PRINCIPAL_BYTES 120
#define NOT_KAFKA "what answers there is not Kafka"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
	struct reason reason;
	int64_t seen_ms; /* monotonic; 0: free */
} brokers[REASON_BROKERS_MAX]; /* under the lock */

static struct {
	char client[64], topic[REASON_NAME_BYTES];
	int64_t seen_ms;
} refused[REASON_REFUSED_MAX]; /* likewise */
static size_t refused_next;
static atomic_bool is_any_refused; /* asked without the lock, for each reply */

/* "ssl://host:port/bootstrap" has "host:port" in it; false: a broker by another name. */
static bool find_address(const char *name, size_t bytes, char broker[REASON_NAME_BYTES])
{
	const char *end = name + bytes, *at;

	for (at = name; at + 3 <= end; at++)
		if (!memcmp(at, "://", 3)) {
			name = at + 3;
			break;
		}
	at = memchr(name, '/', (size_t)(end - name));
	end = at ? at : end;
	snprintf(broker, REASON_NAME_BYTES, "%.*s", (int)(end - name), name);
	return memchr(name, ':', (size_t)(end - name)) != NULL;
}

/*
 * "[thrd:ssl://host:port/bootstrap]: ssl://host:port/bootstrap: REASON (after 9ms in state UP)":
 * where in the life of a connection it was, and how often, makes no other reason of it.
 */
static bool read_failure(const char *line, struct reason *reason)
{
	const char *name = strstr(line, "]: "), *text, *end;
	int bytes;

	name = name ? name + 3 : line;
	text = strstr(name, ": ");
	if (!text || !find_address(name, (size_t)(text - name), reason->broker))
		return false;
	text += 2;
	end = strstr(text, " (after ");
	bytes = end ? (int)(end - text) : (int)strlen(text);
	/* The library takes the first bytes for a length, and advises to allow such lengths. */
	if (strstr(text, "Invalid response size "))
		snprintf(reason->text, sizeof reason->text, NOT_KAFKA);
	else
		snprintf(reason->text, sizeof reason->text, "%.*s", bytes, text);
	return true;
}

static bool keep_failure(const struct reason *reason, int64_t now_ms)
{
	size_t place = 0;
	bool is_same;

	for (size_t i = 0; i < REASON_BROKERS_MAX; i++) {
		if (!strcmp(brokers[i].reason.broker, reason->broker)) {
			place = i;
			break;
		}
		if (brokers[i].seen_ms < brokers[place].seen_ms)
			place = i;
	}
	is_same = brokers[place].seen_ms && now_ms - brokers[place].seen_ms < REASON_FRESH_MS &&
	          !strcmp(brokers[place].reason.broker, reason->broker) &&
	          !strcmp(brokers[place].reason.text, reason->text);
	brokers[place].reason = *reason;
	brokers[place].seen_ms = now_ms > 0 ? now_ms : 1;
	return !is_same;
}

/* 'Failed to add partition "TOPIC" [0] to transaction: Broker: Topic authorization failed' */
static void keep_refused(const char *client, const char *line, int64_t now_ms)
{
	const char *begin = strchr(line, '"'), *end = begin ? strchr(begin + 1, '"') : NULL;

	if (!end || !strstr(end, rd_kafka_err2str(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)))
		return;
	snprintf(refused[refused_next].client, sizeof refused[0].client, "%s", client);
	snprintf(refused[refused_next].topic, sizeof refused[0].topic, "%.*s",
	         (int)(end - begin - 1), begin + 1);
	refused[refused_next].seen_ms = now_ms;
	is_any_refused = true;
	refused_next = (refused_next + 1) % REASON_REFUSED_MAX;
}

bool reason_note(const char *client, const char *facility, const char *line, int64_t now_ms,
                 struct reason *news)
{
	bool is_news = false;

	pthread_mutex_lock(&lock);
	if (!strcmp(facility, "FAIL") && read_failure(line, news))
		is_news = keep_failure(news, now_ms);
	else if (!strcmp(facility, "ADDPARTS"))
		keep_refused(client, line, now_ms);
	pthread_mutex_unlock(&lock);
	return is_news;
}

void reason_forget(void)
{
	pthread_mutex_lock(&lock);
	memset(brokers, 0, sizeof brokers);
	memset(refused, 0, sizeof refused);
	is_any_refused = false;
	pthread_mutex_unlock(&lock);
}

bool reason_is_refused(const char *topic, int64_t now_ms)
{
	bool is_refused = false;

	if (!is_any_refused)
		return false;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < REASON_REFUSED_MAX && !is_refused; i++)
		is_refused = refused[i].client[0] && now_ms - refused[i].seen_ms < REASON_REFUSED_MS &&
		             !strcmp(refused[i].topic, topic);
	pthread_mutex_unlock(&lock);
	return is_refused;
}

/* Is it of this machine's making? No pause mends it. */
static bool is_setting(const char *text)
{
	/*
	 * A broker refuses a client's certificate by an alert, behind the handshake. That a broker's is
	 * not believed is said in two ways, one of them without the handshake.
	 */
	static const char *const parts[] = {"SSL handshake failed", "certificate verify failed",
	                                    "SSL alert number", "SASL ", "security.protocol", NOT_KAFKA};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (strstr(text, parts[i]))
			return true;
	return false;
}

/* Append the reasons of all brokers; true: they are settings. */
static bool add_reasons(struct buf *text)
{
	int64_t now_ms = clock_monotonic_ms();
	bool is_any = false, are_settings = true;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < REASON_BROKERS_MAX; i++) {
		const struct reason *r = &brokers[i].reason;

		if (!brokers[i].seen_ms || now_ms - brokers[i].seen_ms > REASON_FRESH_MS)
			continue;
		buf_print(text, "; %s: %s", r->broker, r->text);
		are_settings = are_settings && is_setting(r->text);
		is_any = true;
	}
	pthread_mutex_unlock(&lock);
	return is_any && are_settings;
}

/* The topic that the client was refused last, where it is one that is said in the log alone. */
static void find_refused(const char *client, char topic[REASON_NAME_BYTES])
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < REASON_REFUSED_MAX; i++) {
		size_t place = (refused_next + i) % REASON_REFUSED_MAX;

		if (refused[place].client[0] && !strcmp(refused[place].client, client))
			snprintf(topic, REASON_NAME_BYTES, "%s", refused[place].topic);
	}
	pthread_mutex_unlock(&lock);
}

static const char *property(const struct rd_kafka_s *client, const char *name, char value[80])
{
	size_t bytes = 80;

	if (!client || rd_kafka_conf_get(rd_kafka_conf((rd_kafka_t *)(uintptr_t)client), name, value,
	                                 &bytes))
		value[0] = '\0';
	return value;
}

/* As far as this side knows it: of a certificate the broker makes the name by its own rules. */
static void print_principal(const struct rd_kafka_s *client, char text[PRINCIPAL_BYTES])
{
	char protocol[80], value[80];

	(void)property(client, "security.protocol", protocol);
	if (strstr(protocol, "sasl") && property(client, "sasl.username", value)[0])
		snprintf(text, PRINCIPAL_BYTES, "User:%s", value);
	else if (strstr(protocol, "sasl"))
		snprintf(text, PRINCIPAL_BYTES, "this login");
	else if (property(client, "ssl.certificate.location", value)[0] ||
	         property(client, "ssl.keystore.location", value)[0])
		snprintf(text, PRINCIPAL_BYTES, "the subject of %s", value);
	else
		snprintf(text, PRINCIPAL_BYTES, "User:ANONYMOUS");
}

bool kafka_is_right(int code)
{
	return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
	       code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
}

/* Is it one that hides why no broker answers? */
static bool is_transport(int code)
{
	return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
	       code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__RESOLVE ||
	       code == RD_KAFKA_RESP_ERR__SSL || code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
	       code == RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE || code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT;
}

enum rc kafka_fail_at(struct err *e, enum rc rc, const struct kafka_failure *failure,
                      const char *func, int line, const char *what, ...)
{
	const char *text = failure->text ? failure->text
	                                 : rd_kafka_err2str((rd_kafka_resp_err_t)failure->code);
	char tried[WHAT_BYTES], principal[PRINCIPAL_BYTES], name[REASON_NAME_BYTES];
	struct buf reasons = {0};
	bool are_settings;
	va_list args;

	va_start(args, what);
	vsnprintf(tried, sizeof tried, what, args);
	va_end(args);
	if (failure->name && kafka_is_right(failure->code)) {
		snprintf(name, sizeof name, "%s", failure->name);
		if (failure->code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED && failure->client)
			find_refused(rd_kafka_name(failure->client), name);
		print_principal(failure->client, principal);
		return err_fill(e, RC_FATAL, FROM_RIGHTS, "", func, line,
		                "%s: %s has no right to %s %s %s (%s)", tried, principal,
		                failure->operation, failure->kind, name, text);
	}
	are_settings = is_transport(failure->code) && add_reasons(&reasons);
	rc = err_fill(e, rc, are_settings ? FROM_SETTINGS : FROM_KAFKA, "", func, line, "%s: %s%s",
	              tried, text, reasons.bytes ? buf_text(&reasons).data : "");
	buf_release(&reasons);
	return rc;
}
