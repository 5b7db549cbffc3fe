/* Records as read: partition of a key, headers, giving them back. */
#include "common/base/record.h"

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
			assert_int_equal(record_partition_of(vectors[i].key, strlen(vectors[i].key), counts[j]),
			                 (vectors[i].hash & MASK) % counts[j]);
}

static void only_the_bytes_of_the_key_count(void **state)
{
	(void)state;
	assert_int_equal(record_partition_of("foobar and more", 6, 1000), (-790332482 & MASK) % 1000);
}

static int given;

static void give(struct record *r)
{
	given += r->handle != NULL;
}

static void a_record_is_given_back_once(void **state)
{
	struct record record = {.handle = &given, .give = give};

	(void)state;
	record_give(&record);
	record_give(&record);
	assert_int_equal(given, 1);
	assert_null(record.handle);
}

static void the_last_header_of_a_name_counts(void **state)
{
	struct record_header headers[] = {
		{{"a", 1}, {"1", 1}}, {{"b", 1}, {"2", 1}}, {{"a", 1}, {"3", 1}}};
	const struct record record = {.headers = headers, .header_count = 3};

	(void)state;
	assert_ptr_equal(record_header_last(&record, "a"), &headers[2]);
	assert_ptr_equal(record_header_last(&record, "b"), &headers[1]);
	assert_null(record_header_last(&record, "c"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_lands_where_java_puts_it),
		cmocka_unit_test(only_the_bytes_of_the_key_count),
		cmocka_unit_test(a_record_is_given_back_once),
		cmocka_unit_test(the_last_header_of_a_name_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
