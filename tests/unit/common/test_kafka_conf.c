#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "common/kafka_conf.h"

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

static struct rd_kafka_conf_s *make(char *name, char *value, const char *const (*defaults)[2],
                                    size_t default_count, struct err *e)
{
	const struct option_pairs properties = {&name, &value, name ? 1 : 0};
	const struct kafka_settings settings = {"broker.invalid:9092", "test", &properties};

	return kafka_conf_make(&settings, defaults, default_count, e);
}

static void assert_property(struct rd_kafka_conf_s *conf, const char *name, const char *expected)
{
	char value[64] = "";
	size_t bytes = sizeof value;

	assert_int_equal(rd_kafka_conf_get(conf, name, value, &bytes), RD_KAFKA_CONF_OK);
	assert_string_equal(value, expected);
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

static void defaults_stand_where_nothing_was_asked(void **state)
{
	static const char *const defaults[][2] = {{"fetch.wait.max.ms", "77"}};
	struct err e;
	struct rd_kafka_conf_s *conf = make(NULL, NULL, defaults, 1, &e);

	(void)state;
	assert_non_null(conf);
	assert_property(conf, "fetch.wait.max.ms", "77");
	assert_property(conf, "bootstrap.servers", "broker.invalid:9092");
	assert_property(conf, "client.id", "test");
	rd_kafka_conf_destroy(conf);
}

static void what_the_user_asks_wins_over_a_default(void **state)
{
	static const char *const defaults[][2] = {{"fetch.wait.max.ms", "77"}};
	char name[] = "fetch.wait.max.ms", value[] = "78";
	struct err e;
	struct rd_kafka_conf_s *conf = make(name, value, defaults, 1, &e);

	(void)state;
	assert_non_null(conf);
	assert_property(conf, "fetch.wait.max.ms", "78");
	rd_kafka_conf_destroy(conf);
}

static void assert_refused(char *name, char *value, const char *named)
{
	struct err e = {0};

	assert_null(make(name, value, NULL, 0, &e));
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
		cmocka_unit_test(defaults_stand_where_nothing_was_asked),
		cmocka_unit_test(what_the_user_asks_wins_over_a_default),
		cmocka_unit_test(a_property_that_is_unknown_is_refused_by_name),
		cmocka_unit_test(a_value_out_of_bounds_is_refused_by_name),
		cmocka_unit_test(a_value_that_is_no_number_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
