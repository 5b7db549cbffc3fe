#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/kafka/conf.h"
#include "common/kafka/sender.h"

#define MASK 0x7fffffff

/* What org.apache.kafka.common.utils.Utils.murmur2 gives, by Kafka's own test. */
static const struct {
	const char *key;
	int32_t hash;
} vectors[] = {
	{"21", -973932308},
	{"foobar", -790332482},
	{"a-little-bit-long-string", -985981536},
	{"a-little-bit-longer-string", -1486304829},
	{"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
	{"abc", 479470107},
};

/* No broker is asked while a client is made. */
static enum rc open_sender(char **names, char **values, size_t count, struct err *e)
{
	const struct option_pairs properties = {names, values, count};
	const struct kafka_settings settings = {"127.0.0.1:1", "test", &properties};
	struct kafka_sender *sender = NULL;
	enum rc rc = kafka_sender_open(&sender, &settings, 1000, NULL, NULL, e);

	kafka_sender_close(sender);
	return rc;
}

static void a_key_lands_where_java_puts_it(void **state)
{
	static const int32_t counts[] = {1, 2, 3, 8, 12, 100, 1000, INT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
		for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++)
			assert_int_equal(kafka_partition_of(vectors[i].key, strlen(vectors[i].key), counts[j]),
			                 (vectors[i].hash & MASK) % counts[j]);
}

static void only_the_bytes_of_the_key_count(void **state)
{
	(void)state;
	assert_int_equal(kafka_partition_of("foobar and more", 6, 1000), (-790332482 & MASK) % 1000);
}

/* With idempotence, which is our default and not the library's, acks=1 cannot be. */
static void a_default_stands_beside_what_the_user_asks(void **state)
{
	char *names[] = {(char[]){"acks"}}, *values[] = {(char[]){"1"}};
	struct err e = {0};

	(void)state;
	assert_int_equal(open_sender(NULL, NULL, 0, &e), RC_OK);
	assert_int_equal(open_sender(names, values, 1, &e), RC_REJECT);
	assert_int_equal(e.exit_code, EXIT_USAGE);
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
	const struct option_pairs properties = {&name, &value, 1};
	const struct kafka_settings settings = {"127.0.0.1:1", "test", &properties};
	struct err e = {0};

	assert_null(kafka_conf_make(&settings, NULL, 0, &e));
	assert_int_equal(e.rc, RC_REJECT);
	assert_int_equal(e.exit_code, EXIT_USAGE);
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

static void a_value_that_is_no_number_is_refused_by_name(void **state)
{
	char name[] = "socket.timeout.ms", value[] = "soon";

	(void)state;
	assert_refused(name, value, "--kafka.socket.timeout.ms");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_lands_where_java_puts_it),
		cmocka_unit_test(only_the_bytes_of_the_key_count),
		cmocka_unit_test(a_default_stands_beside_what_the_user_asks),
		cmocka_unit_test(what_the_user_asks_wins_over_a_default),
		cmocka_unit_test(a_property_that_is_unknown_is_refused_by_name),
		cmocka_unit_test(a_value_out_of_bounds_is_refused_by_name),
		cmocka_unit_test(a_value_that_is_no_number_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
