/* What the client library's log says of brokers and rights, and errors made of it. */
#include "common/kafka/reason.h"

#include <librdkafka/rdkafka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/clock.h"

#define ALERT_LINE \
	"[thrd:ssl://db1:9093/bootstrap]: ssl://db1:9093/bootstrap: Receive failed: error:0A000412:SSL " \
	"routines::sslv3 alert bad certificate: SSL alert number 42 (after 2ms in state APIVERSION_QUERY)"
#define SSL_LINE \
	"[thrd:ssl://db1:9093/bootstrap]: ssl://db1:9093/bootstrap: SSL handshake failed: verify " \
	"failed (after 1002ms in state SSL_HANDSHAKE)"
#define VERIFY_LINE \
	"[thrd:ssl://db1:9093/bootstrap]: ssl://db1:9093/bootstrap: error:0A000086:SSL " \
	"routines::certificate verify failed (after 2ms in state SSL_HANDSHAKE)"
#define LOGIN_LINE \
	"[thrd:sasl_ssl://db1:9093/7]: sasl_ssl://db1:9093/7: SASL authentication error: wrong (after 2ms)"
#define REFUSED_LINE "[thrd:[::1]:9092/1]: [::1]:9092/1: Connect to ipv6#[::1]:9092 failed: refused"

#define HTTP_LINE \
	"[thrd:127.0.0.1:80/bootstrap]: 127.0.0.1:80/bootstrap: Receive failed: Invalid response " \
	"size 1213486160 (0..100000000): increase receive.message.max.bytes (after 1ms in state APIVERSION)"

static struct reason news;

static int begin(void **state)
{
	(void)state;
	reason_forget();
	return 0;
}

static bool note(const char *line, int64_t now_ms)
{
	return reason_note("worker#producer-1", "FAIL", line, now_ms, &news);
}

static void a_reason_is_news_once_for_a_cause(void **state)
{
	(void)state;
	assert_true(note(SSL_LINE, 1000));
	assert_string_equal(news.broker, "db1:9093");
	assert_string_equal(news.text, "SSL handshake failed: verify failed");
	assert_false(note(SSL_LINE, 2000));
	/* The same host by another number, with another cause; then another host. */
	assert_true(note(LOGIN_LINE, 3000));
	assert_string_equal(news.broker, "db1:9093");
	assert_false(note(LOGIN_LINE, 3000 + REASON_FRESH_MS - 1));
	assert_true(note(REFUSED_LINE, 3000 + REASON_FRESH_MS));
	assert_string_equal(news.broker, "[::1]:9092");
	assert_string_equal(news.text, "Connect to ipv6#[::1]:9092 failed: refused");
	/* It had ended meanwhile. */
	assert_true(note(LOGIN_LINE, 3000 + 3 * REASON_FRESH_MS));
	/* No broker, no reason. */
	assert_false(note("[thrd:main]: nothing", 5000));
	assert_false(reason_note("worker#producer-1", "SESSTMOUT", SSL_LINE, 5000, &news));
}

static struct err fail_with(int code, const char *name)
{
	struct err e;

	(void)kafka_fail(&e, RC_RETRY, KAFKA_FAILURE(NULL, code, NULL, "Write", "topic", name), "trying");
	return e;
}

static void an_error_that_hides_why_brokers_do_not_answer_says_it(void **state)
{
	struct err e = fail_with(RD_KAFKA_RESP_ERR__TRANSPORT, NULL);

	(void)state;
	assert_string_equal(e.text, "trying: Local: Broker transport failure");
	assert_int_equal(e.origin, FROM_KAFKA);
	(void)note(SSL_LINE, clock_monotonic_ms());
	e = fail_with(RD_KAFKA_RESP_ERR__TRANSPORT, NULL);
	assert_string_equal(e.text, "trying: Local: Broker transport failure; db1:9093: SSL handshake "
	                            "failed: verify failed");
	assert_int_equal(e.rc, RC_RETRY);
	assert_int_equal(e.origin, FROM_SETTINGS);
	(void)note(VERIFY_LINE, clock_monotonic_ms());
	e = fail_with(RD_KAFKA_RESP_ERR__TIMED_OUT, NULL);
	assert_int_equal(e.origin, FROM_SETTINGS);
	/* And whose certificate the broker does not believe. */
	(void)note(ALERT_LINE, clock_monotonic_ms());
	e = fail_with(RD_KAFKA_RESP_ERR__TRANSPORT, NULL);
	assert_non_null(strstr(e.text, "; db1:9093: Receive failed: error:0A000412:SSL routines::sslv3 "
	                               "alert bad certificate: SSL alert number 42"));
	assert_int_equal(e.origin, FROM_SETTINGS);
	(void)note(HTTP_LINE, clock_monotonic_ms());
	e = fail_with(RD_KAFKA_RESP_ERR__TRANSPORT, NULL);
	assert_non_null(strstr(e.text, "; 127.0.0.1:80: what answers there is not Kafka"));
	assert_int_equal(e.origin, FROM_SETTINGS);
	/* One of two is not there: that may be all. */
	(void)note(REFUSED_LINE, clock_monotonic_ms());
	e = fail_with(RD_KAFKA_RESP_ERR__TIMED_OUT, NULL);
	assert_int_equal(e.origin, FROM_KAFKA);
	assert_non_null(strstr(e.text, "; [::1]:9092: Connect to ipv6#[::1]:9092 failed: refused"));
	/* An error that is no such one, and reasons of long ago. */
	e = fail_with(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, NULL);
	assert_null(strstr(e.text, "db1"));
	reason_forget();
	(void)note(SSL_LINE, clock_monotonic_ms() - REASON_FRESH_MS - 1000);
	e = fail_with(RD_KAFKA_RESP_ERR__TRANSPORT, NULL);
	assert_null(strstr(e.text, "db1"));
}

static void a_missing_right_is_named_with_operation_resource_and_principal(void **state)
{
	struct err e = fail_with(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "requests");

	(void)state;
	assert_string_equal(e.text, "trying: User:ANONYMOUS has no right to Write topic requests "
	                            "(Broker: Topic authorization failed)");
	assert_int_equal(e.rc, RC_FATAL);
	assert_int_equal(e.origin, FROM_RIGHTS);
	e = fail_with(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, NULL);
	assert_int_equal(e.origin, FROM_KAFKA);
}

static void a_topic_that_was_refused_is_known_for_a_while(void **state)
{
	static const char line[] = "Failed to add partition \"mine\" [0] to transaction: Broker: Topic "
	                           "authorization failed";

	(void)state;
	assert_false(reason_is_refused("mine", 1000));
	assert_false(reason_note("client", "ADDPARTS", line, 1000, &news));
	assert_true(reason_is_refused("mine", 1000));
	assert_true(reason_is_refused("mine", 1000 + REASON_REFUSED_MS - 1));
	assert_false(reason_is_refused("mine", 1000 + REASON_REFUSED_MS));
	assert_false(reason_is_refused("other", 1000));
	reason_forget();
	assert_false(reason_is_refused("mine", 1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(a_reason_is_news_once_for_a_cause, begin),
	    cmocka_unit_test_setup(an_error_that_hides_why_brokers_do_not_answer_says_it, begin),
	    cmocka_unit_test_setup(a_missing_right_is_named_with_operation_resource_and_principal, begin),
	    cmocka_unit_test_setup(a_topic_that_was_refused_is_known_for_a_while, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
