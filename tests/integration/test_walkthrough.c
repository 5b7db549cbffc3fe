/*
 * The pages' commands as they stand, from the first of README to the last, and what their example
 * show teaches. tests/run: own servers. tests/run: plain
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/partitioner.h"

#define PARTITIONS 8 /* as init makes them */
#define SHOW_BYTES 65

static void every_command_of_the_pages_runs_as_it_stands(void **state)
{
	(void)state;
	assert_int_equal(system("tests/walkthrough >&2"), 0);
}

/* What librdkafka takes by default, and what is built on it. */
static uint32_t crc32_of(const char *key)
{
	uint32_t sum = UINT32_MAX;

	for (; *key; key++) {
		sum ^= (unsigned char)*key;
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~sum;
}

/* What Sarama takes by default. */
static uint32_t fnv1a_of(const char *key)
{
	uint32_t sum = UINT32_C(0x811c9dc5);
	int32_t hash;

	for (; *key; key++)
		sum = (sum ^ (unsigned char)*key) * UINT32_C(0x01000193);
	memcpy(&hash, &sum, sizeof hash);
	hash %= PARTITIONS;
	return (uint32_t)(hash < 0 ? -hash : hash);
}

/* Of each show on the first pages. A client that hashes otherwise shall see it at once. */
static void a_client_with_another_hash_fails_with_the_first_show(void **state)
{
	static const char *const pages[] = {"README.md", "docs/first-steps.md"};
	static char page[100000];
	static const char *const before[] = {"\"show_id\":\"", "--show-id=", "show create "};
	char show[SHOW_BYTES];
	size_t bytes = 0, seen = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		FILE *file = fopen(pages[i], "r");

		assert_non_null(file);
		bytes += fread(page + bytes, 1, sizeof page - 1 - bytes, file);
		(void)fclose(file);
	}
	page[bytes] = '\0';
	for (size_t i = 0; i < 3; i++)
		for (const char *at = page; (at = strstr(at, before[i])); ) {
			int32_t right;

			at += strlen(before[i]);
			if (sscanf(at, "%64[a-z0-9-]", show) != 1)
				continue;
			right = partition_of_key(show, strlen(show), PARTITIONS);
			if ((int32_t)(crc32_of(show) % PARTITIONS) == right)
				fail_msg("%s is on the same partition by CRC32", show);
			if ((int32_t)fnv1a_of(show) == right)
				fail_msg("%s is on the same partition by FNV-1a", show);
			seen++;
		}
	assert_true(seen > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_client_with_another_hash_fails_with_the_first_show),
	    cmocka_unit_test(every_command_of_the_pages_runs_as_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
