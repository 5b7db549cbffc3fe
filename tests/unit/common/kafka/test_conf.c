/* What clients of Kafka are made with: defaults, and properties of the user. No broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "common/base/partitioner.h"
#include "common/kafka/conf.h"
#include "common/kafka/sender.h"

/* No broker is asked while a client is made. */
static enum rc open_sender(char **names, char **values, size_t count, struct err *e)
{
	const struct pairs properties = {names, values, count};
	const struct kafka_settings settings = {"127.0.0.1:1", "test", &properties};
	struct kafka_sender *sender = NULL;
	enum rc rc = kafka_sender_open(&sender, &settings, 1000, NULL, NULL, e);

	kafka_sender_close(sender);
	return rc;
}

/* Whoever sends by the key and whoever reckons the partition beforehand must agree. */
static void the_library_puts_a_key_where_we_do(void **state)
{
	unsigned char key[64];
	uint32_t random = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t bytes = (size_t)i % (sizeof key + 1);
		int32_t count;

		for (size_t j = 0; j < sizeof key; j++)
			key[j] = (unsigned char)((random = random * 1103515245u + 12345u) >> 16);
		count = (int32_t)(1 + (random >> 8) % 10000);
		assert_int_equal(partition_of_key(key, bytes, count),
		                 rd_kafka_msg_partitioner_murmur2(NULL, key, bytes, count, NULL, NULL));
	}
}

/* With idempotence, which is our default and not the library's, acks=1 cannot be. */
static void a_default_stands_beside_what_the_user_asks(void **state)
{
	char *names[] = {(char[]){"acks"}}, *values[] = {(char[]){"1"}};
	struct err e = {0};

	(void)state;
	assert_int_equal(open_sender(NULL, NULL, 0, &e), RC_OK);
	assert_int_equal(open_sender(names, values, 1, &e), RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_non_null(strstr(e.text, "acks"));
}

static void what_the_user_asks_wins_over_a_default(void **state)
{
	char *names[] = {(char[]){"acks"}, (char[]){"enable.idempotence"}};
	char *values[] = {(char[]){"1"}, (char[]){"false"}};
	struct err e = {0};

	(void)state;
	assert_int_equal(open_sender(names, values, 2, &e), RC_OK);
}

static void assert_refused(char *name, char *value, const char *named)
{
	const struct pairs properties = {&name, &value, 1};
	const struct kafka_settings settings = {"127.0.0.1:1", "test", &properties};
	struct err e = {0};

	assert_null(kafka_conf_make(&settings, NULL, 0, &e));
	assert_int_equal(e.rc, RC_USAGE);
	assert_int_equal(e.origin, FROM_SETTINGS);
	assert_non_null(strstr(e.text, named));
}

static void a_property_that_is_unknown_is_refused_by_name(void **state)
{
	char name[] = "fetch.wait.maximum", value[] = "1";

	(void)state;
	assert_refused(name, value, "--kafka.fetch.wait.maximum");
}

static void a_value_out_of_bounds_is_refused_by_name(void **state)
{
	char name[] = "socket.timeout.ms", value[] = "9";

	(void)state;
	assert_refused(name, value, "--kafka.socket.timeout.ms");
}

/* /etc/passwd: what every machine has and everybody reads. */
static void a_private_key_that_others_read_is_refused(void **state)
{
	char key[] = "ssl.key.location", store[] = "ssl.keystore.location", path[] = "/etc/passwd";

	(void)state;
	assert_refused(key, path, "--kafka.ssl.key.location: /etc/passwd: others can read it (mode 0644)");
	assert_refused(store, path, "others can read it");
}

static void a_value_that_is_no_number_is_refused_by_name(void **state)
{
	char name[] = "socket.timeout.ms", value[] = "soon";

	(void)state;
	assert_refused(name, value, "--kafka.socket.timeout.ms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_puts_a_key_where_we_do),
		cmocka_unit_test(a_default_stands_beside_what_the_user_asks),
		cmocka_unit_test(what_the_user_asks_wins_over_a_default),
		cmocka_unit_test(a_property_that_is_unknown_is_refused_by_name),
		cmocka_unit_test(a_value_out_of_bounds_is_refused_by_name),
		cmocka_unit_test(a_private_key_that_others_read_is_refused),
		cmocka_unit_test(a_value_that_is_no_number_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
