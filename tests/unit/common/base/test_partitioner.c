/* The partition of a key, held against Kafka's own vectors. */
#include "common/base/partitioner.h"
#include "common/base/partitioner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static void a_key_lands_where_java_puts_it(void **state)
{
	static const int32_t counts[] = {1, 2, 3, 8, 12, 100, 1000, INT32_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
		for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++)
			assert_int_equal(partition_of_key(vectors[i].key, strlen(vectors[i].key), counts[j]),
			                 (vectors[i].hash & MASK) % counts[j]);
}

static void only_the_bytes_of_the_key_count(void **state)
{
	(void)state;
	assert_int_equal(partition_of_key("foobar and more", 6, 1000), (-790332482 & MASK) % 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_lands_where_java_puts_it),
		cmocka_unit_test(only_the_bytes_of_the_key_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
