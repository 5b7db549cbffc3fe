/*
 * Records as large as the topics take them: far beyond what a request may have, each is answered by
 * row 1 and its dead letter, cut, fits the topic of dead letters.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/integration/audit.h"
#include "tests/integration/topics.h"

#define LARGEST_BYTES 1048400 /* of 1,048,588 for a batch, less what Kafka writes around the record */
#define KEPT_BYTES 65536
#define KEPT_HEADERS 16384
#define OWN_HEADERS 6

static long worker;
static char *noise; /* LARGEST_BYTES that no compression makes smaller */

static int set_up(void **state)
{
	uint64_t random = 88172645463325252u;

	noise = malloc(LARGEST_BYTES);
	if (!noise || rig_make(state))
		return -1;
	for (size_t i = 0; i < LARGEST_BYTES; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		noise[i] = (char)random;
	}
	worker = rig_start("holdfast-worker", NULL);
	return 0;
}

static int tear_down(void **state)
{
	int code = worker ? rig_stop(worker, SIGTERM) : 0;

	free(noise);
	if (code)
		fprintf(stderr, "worker ended with %d\n%s\n", code, rig_log());
	return rig_drop(state) || code;
}

static struct text noisy(size_t bytes)
{
	return (struct text){noise, bytes};
}

/* Is that the dead letter of the record at that offset of partition 1? */
static bool is_letter_of(const struct record *letter, int64_t offset)
{
	const struct record_header *h = record_header_last(letter, "kafka_dlt-original-offset");
	struct buf expected = {0};
	bool is_same;

	buf_add_u64(&expected, (uint64_t)offset);
	is_same = letter->partition == 1 && text_same(h->value, buf_text(&expected));
	buf_release(&expected);
	return is_same;
}

static struct record await_letter(int64_t offset)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct record *records = topics_records(), letter = {0};

	while (!letter.give) {
		size_t count = rig_read(rig_topics.dead_letters, records, TOPICS_RECORDS_MAX);

		for (size_t i = 0; i < count; i++)
			if (!letter.give && is_letter_of(&records[i], offset)) {
				letter = records[i];
				records[i--] = records[--count];
			}
		rig_give(records, count);
		assert_true(letter.give || clock_monotonic_ms() < until_ms);
	}
	free(records);
	return letter;
}

/* Publish it to partition 1; its dead letter, which the caller gives back. */
static struct record dead(struct text key, struct text value, const struct record_header *headers,
                          size_t header_count, const char *message)
{
	int64_t offset = topics_send(1, key, value, headers, header_count);
	struct record reply = topics_reply(rig_topics.replies, 1, offset), letter;

	rig_expect(reply.value.data, 400, "INVALID_REQUEST");
	assert_int_equal(reply.key.bytes, key.bytes < KEPT_BYTES ? key.bytes : KEPT_BYTES);
	assert_memory_equal(reply.key.data, key.data, reply.key.bytes);
	rig_give(&reply, 1);
	letter = await_letter(offset);
	if (!strstr(topics_header(&letter, "kafka_dlt-exception-message"), message))
		fail_msg("\"%s\" is missing in: %s", message,
		         topics_header(&letter, "kafka_dlt-exception-message"));
	return letter;
}

static void a_large_value_is_answered_and_its_dead_letter_cut(void **state)
{
	static const struct { size_t bytes; const char *message; } values[] = {
	    {200000, "The value was cut from 200000 to 65536 bytes."},
	    {LARGEST_BYTES, "The value was cut from 1048400 to 65536 bytes."},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct record letter = dead(text_of("k"), noisy(values[i].bytes), NULL, 0, values[i].message);

		assert_int_equal(letter.value.bytes, KEPT_BYTES);
		assert_memory_equal(letter.value.data, noise, KEPT_BYTES);
		rig_give(&letter, 1);
	}
}

static void a_large_key_is_cut_in_reply_and_dead_letter(void **state)
{
	static const struct { size_t bytes, kept; const char *message; } keys[] = {
	    {KEPT_BYTES, KEPT_BYTES, "not one JSON object"},
	    {KEPT_BYTES + 1, KEPT_BYTES, "The key was cut from 65537 to 65536 bytes."},
	    {LARGEST_BYTES - 5, KEPT_BYTES, "The key was cut from 1048395 to 65536 bytes."},
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct record letter = dead(noisy(keys[i].bytes), text_of("value"), NULL, 0, keys[i].message);

		assert_int_equal(letter.key.bytes, keys[i].kept);
		assert_memory_equal(letter.key.data, noise, keys[i].kept);
		assert_string_equal(rig_keep(strndup(letter.value.data, letter.value.bytes)), "value");
		rig_give(&letter, 1);
	}
}

/* Headers without a byte fit, however many they are. Beyond 100,000 the library gives none. */
static void of_very_many_headers_the_first_are_kept(void **state)
{
	static const struct { size_t count, kept; const char *message; } lists[] = {
	    {KEPT_HEADERS, KEPT_HEADERS, "not one JSON object"},
	    {KEPT_HEADERS + 1, KEPT_HEADERS, "Of 16385 headers the first 16384 were kept."},
	    {100000, KEPT_HEADERS, "Of 100000 headers the first 16384 were kept."},
	    {LARGEST_BYTES / 2 - 10, 0, "not one JSON object"},
	};
	struct record_header *headers = calloc(LARGEST_BYTES / 2, sizeof *headers);

	(void)state;
	assert_non_null(headers);
	for (size_t i = 0; i < LARGEST_BYTES / 2; i++)
		headers[i] = (struct record_header){text_of(""), {"", 0}};
	for (size_t i = 0; i < 4; i++) {
		struct record letter = dead(text_of("k"), text_of("value"), headers, lists[i].count,
		                            lists[i].message);

		assert_int_equal(letter.header_count, lists[i].kept + OWN_HEADERS);
		rig_give(&letter, 1);
	}
	free(headers);
}

static void all_that_was_written_agrees(void **state)
{
	(void)state;
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	worker = 0;
	audit_is_clean(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_large_value_is_answered_and_its_dead_letter_cut),
	    cmocka_unit_test(a_large_key_is_cut_in_reply_and_dead_letter),
	    cmocka_unit_test(of_very_many_headers_the_first_are_kept),
	    cmocka_unit_test(all_that_was_written_agrees),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
