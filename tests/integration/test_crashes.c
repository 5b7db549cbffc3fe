/*
 * What must hold when a worker goes: killed at a fault point around its first commits, or leaving
 * another one that shares its partitions.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/faulty.h"
#include "tests/integration/rig.h"

static size_t count_code(size_t first, size_t count, const char *code)
{
	size_t found = 0;

	for (size_t i = first; i < first + count; i++)
		found += strcmp(rig_field(rig_reply(i), "code"), code) == 0;
	return found;
}

/* Every record of the partition has one row, one reply, and the rows agree with each other. */
static void expect_one_answer_each(void)
{
	struct record *records = test_calloc(60000, sizeof *records);
	size_t replies, requests;

	rig_await_sql("t", "SELECT bool_and(next_offset = (SELECT count(*) FROM holdfast.decisions d "
	                   "WHERE d.partition = p.partition)) FROM holdfast.partition_progress p");
	requests = rig_read(rig_topics.requests, records, 60000);
	rig_give(records, requests);
	replies = rig_read(rig_topics.replies, records, 60000);
	rig_give(records, replies);
	assert_int_equal(replies, requests);
	assert_int_equal(atoi(rig_sql("SELECT count(*) FROM holdfast.decisions")), requests);
	test_free(records);
}

/*
 * The first commits of all: those of the partitions' first offsets, then a first batch, killed at
 * each place between taking it and having answered it. test_faults goes through every place, but
 * on a pipeline that has been at work.
 */
static void a_worker_killed_at_its_first_batch_answers_it_later(void **state)
{
	static const enum fault_place places[] = {FAULT_OFFSETS_SENT, FAULT_END_SENT,
	                                          FAULT_PROGRESS_UPDATED, FAULT_COMMITTED,
	                                          FAULT_PRODUCED, FAULT_ANSWERED};
	char show[20], fault[40];

	(void)state;
	faulty_set_short_memberships();
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		long worker;

		snprintf(show, sizeof show, "first-%zu", i);
		snprintf(fault, sizeof fault, "%s:kill:1", faulty_place(places[i]));
		rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
		         rig_id(), show);
		rig_send(show, "{\"type\":\"add_seats\",\"request_id\":\"%s\",\"show_id\":\"%s\","
		               "\"seat_ids\":[\"A1\"]}", rig_id(), show);
		worker = faulty_start("holdfast-worker", fault, NULL, NULL);
		assert_int_equal(rig_stop(worker, 0), -SIGKILL);
		worker = rig_start("holdfast-worker", "--until-caught-up", NULL);
		assert_int_equal(rig_stop(worker, 0), 0);
		rig_await(2);
		assert_int_equal(count_code(0, 2, "200"), 2);
		expect_one_answer_each();
	}
	assert_string_equal(rig_sql("SELECT count(*) FROM holdfast.decisions"), "12");
}

static void two_workers_share_and_one_leaves(void **state)
{
	long first = rig_start("holdfast-worker", NULL), second;
	char show[20];

	(void)state;
	rig_show("shared-0", 1);
	second = rig_start("holdfast-worker", NULL);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 500; i++) {
			snprintf(show, sizeof show, "shared-%d", round * 500 + i + 1);
			rig_send(show, "{\"type\":\"create_show\",\"request_id\":\"%s\",\"show_id\":\"%s\"}",
			         rig_id(), show);
		}
		if (round == 0)
			rig_await(500);
	}
	assert_int_equal(rig_stop(first, SIGTERM), 0);
	rig_await(500);
	assert_int_equal(rig_stop(second, SIGTERM), 0);
	expect_one_answer_each();
}

static void a_topic_named_twice_is_refused_at_once(void **state)
{
	char flag[200];

	(void)state;
	snprintf(flag, sizeof flag, "--replies-topic=%s", rig_topics.requests);
	assert_int_equal(rig_stop(rig_start("holdfast-worker", flag, NULL), 0), 2);
	assert_int_equal(rig_stop(rig_start("holdfast-admin", flag, "init", NULL), 0), 2);
	assert_non_null(strstr(rig_log(), "is named twice"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    /* First: the very first commits of a pipeline. */
	    cmocka_unit_test(a_worker_killed_at_its_first_batch_answers_it_later),
	    cmocka_unit_test(two_workers_share_and_one_leaves),
	    cmocka_unit_test(a_topic_named_twice_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, rig_make, rig_drop);
}
