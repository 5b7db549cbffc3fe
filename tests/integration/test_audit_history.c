/*
 * A long random history: while a worker and an expirer are at it and afterwards, the audit finds
 * nothing, with the database and without; and it says the same twice.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/kafka/sender.h"
#include "common/message/packed_bits.h"
#include "tests/integration/audit.h"
#include "tests/integration/random_history.h"
#include "tests/integration/rig.h"
#include "tests/integration/small_history.h"

#define REQUESTS 50000
#define CHUNK 2500
#define IN_FLIGHT_MAX 6000 /* not decided */
#define AUDITS_MEANWHILE 3
#define SEED 20261125

static char own_topic[100], listed[150];

static int set_up(void **state)
{
	setenv("HOLDFAST_PARTITIONS", "2", 1);
	if (rig_make(state))
		return -1;
	snprintf(own_topic, sizeof own_topic, "%s.own", rig_topics.replies);
	snprintf(listed, sizeof listed, "--reply-topics=%s", own_topic);
	small_topics_make(own_topic);
	return 0;
}

static long decided(void)
{
	return atol(rig_sql("SELECT coalesce(sum(next_offset), 0) FROM holdfast.partition_progress"));
}

static void await_decided(long count)
{
	int64_t until_ms = clock_monotonic_ms() + 3 * RIG_WAIT_MS;

	while (decided() < count) {
		if (clock_monotonic_ms() > until_ms)
			fail_msg("%ld of %ld requests decided\n%s", decided(), count, rig_log());
		clock_sleep_ms(50);
	}
}

static void expect_done(struct audit *audit)
{
	audit_await(audit);
	if (audit->exit_code || !audit_count(audit, "\nno differences\n"))
		fail_msg("exit code %d\n%s\n%s", audit->exit_code, audit->report, rig_log());
}

/* Publish the whole history, never too far ahead; audits start in between. */
static void publish(struct audit audits[AUDITS_MEANWHILE])
{
	struct random_history *history = random_history_make(SEED, own_topic, rig_partitions);
	const struct kafka_settings kafka = rig_kafka();
	struct kafka_sender *sender;
	struct err e;

	assert_int_equal(kafka_sender_open(&sender, &kafka, RIG_WAIT_MS, NULL, NULL, &e), RC_OK);
	for (long i = 0; i < REQUESTS; i++) {
		const struct record *r = random_history_next(history);

		if (kafka_sender_send(sender, rig_topics.requests, r->partition, r->key, r->value, r->headers,
		                      r->header_count, NULL, &e))
			fail_msg("%s", e.text);
		kafka_sender_poll(sender, 0);
		if ((i + 1) % CHUNK)
			continue;
		await_decided(i + 1 - IN_FLIGHT_MAX);
		if ((i + 1) % (REQUESTS / (AUDITS_MEANWHILE + 1)) == 0 && i + 1 < REQUESTS)
			audit_start(&audits[(i + 1) / (REQUESTS / (AUDITS_MEANWHILE + 1)) - 1], listed, NULL);
	}
	while (kafka_sender_waiting(sender))
		kafka_sender_poll(sender, 100);
	kafka_sender_close(sender);
	random_history_release(history);
}

/*
 * It must have met what it is for. How many holds lapse, and are revived or taken over, depends on
 * how fast the machine is; those are told, and counted in unit/audit/test_fold_property.
 */
static void expect_much_happened(void)
{
	assert_string_equal(rig_sql("SELECT count(DISTINCT (code, reason)) >= 40 FROM holdfast.decisions"),
	                    "t");
	assert_string_equal(rig_sql("SELECT count(*) > 1000 FROM holdfast.decisions WHERE duplicate_of IS "
	                            "NOT NULL AND code <> 422"), "t");
	printf("kinds of answers, holds, by channels, revived, several ended at once: %s\n",
	       rig_sql("SELECT count(DISTINCT (code, reason)), "
	               "(SELECT count(*) FROM holdfast.seat_reservations), "
	               "(SELECT count(channel) FROM holdfast.seat_reservations), "
	               "count(*) FILTER (WHERE get_byte(reply, 1) & %d <> 0), "
	               "(SELECT count(*) FROM (SELECT ended_at FROM holdfast.seat_reservations WHERE "
	               "status = 'expired' GROUP BY show_id, ended_at HAVING count(*) > 1) AS ended) "
	               "FROM holdfast.decisions", PACKED_IS_REVIVED));
}

static void a_long_random_history_is_audited_without_a_difference(void **state)
{
	struct audit meanwhile[AUDITS_MEANWHILE], whole, topics, again;
	long worker = rig_start("holdfast-worker", listed, NULL);
	long expirer = rig_start("holdfast-expirer", "--interval-ms=100", NULL);

	(void)state;
	publish(meanwhile);
	for (int i = 0; i < AUDITS_MEANWHILE; i++) {
		expect_done(&meanwhile[i]);
		audit_release(&meanwhile[i]);
	}
	await_decided(REQUESTS);
	assert_int_equal(rig_stop(expirer, SIGTERM), 0);
	assert_int_equal(rig_stop(worker, SIGTERM), 0);
	audit_start(&whole, listed, NULL);
	audit_start(&topics, listed, "--no-database", NULL);
	expect_done(&whole);
	expect_done(&topics);
	assert_string_equal(whole.report, topics.report); /* the certificate is part of it */
	audit_start(&again, listed, NULL);
	expect_done(&again);
	assert_string_equal(whole.report, again.report);
	assert_int_equal(audit_count(&whole, "\ncertificate of "), 1);
	audit_release(&whole);
	audit_release(&topics);
	audit_release(&again);
	expect_much_happened();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_long_random_history_is_audited_without_a_difference),
	};

	return cmocka_run_group_tests(tests, set_up, rig_drop);
}
