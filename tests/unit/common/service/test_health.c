/* Alive and ready: reasons against, and threads that hang. */
#include "common/service/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "common/base/clock.h"
#include "common/base/watchdog.h"

#define WAIT_MS 10000
#define NEVER_MS 3600000

static struct buf why;

static int end(void **state)
{
	(void)state;
	health_close();
	buf_release(&why);
	return 0;
}

static bool is_ready(void)
{
	buf_clear(&why);
	return health_is_ready(&why);
}

static void every_reason_against_is_a_line_and_the_last_to_go_makes_it_ready(void **state)
{
	(void)state;
	health_open(NEVER_MS);
	assert_false(is_ready());
	assert_string_equal(why.data, "starting\n");
	health_say(HEALTH_KAFKA, "Kafka: away\n");
	health_say(HEALTH_PROGRAM, "partition 3 halted: x\npartition 4 halted: y\n");
	assert_false(is_ready());
	assert_string_equal(why.data,
	                    "partition 3 halted: x\npartition 4 halted: y\nKafka: away\n");
	health_say(HEALTH_PROGRAM, "");
	assert_false(is_ready());
	assert_string_equal(why.data, "Kafka: away\n");
	assert_true(health_is_alive(NULL));
	health_say(HEALTH_KAFKA, "");
	assert_true(is_ready());
	assert_int_equal(why.bytes, 0);
	assert_true(health_is_ready(NULL));
}

struct sleeper {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool is_in, is_over;
	struct watchdog watchdog;
};

/* A thread that enters and then hangs until it is woken. */
static void *hang(void *argument)
{
	struct sleeper *sleeper = argument;

	watchdog_enter(&sleeper->watchdog, "the sleeper");
	pthread_mutex_lock(&sleeper->lock);
	sleeper->is_in = true;
	pthread_cond_broadcast(&sleeper->wake);
	while (!sleeper->is_over)
		pthread_cond_wait(&sleeper->wake, &sleeper->lock);
	pthread_mutex_unlock(&sleeper->lock);
	watchdog_leave(&sleeper->watchdog);
	return NULL;
}

static void await_silence(int64_t silence_ms)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;

	while (watchdog_hears_all(silence_ms, NULL)) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(1);
	}
}

static void a_thread_that_hangs_is_named_while_others_beat(void **state)
{
	struct sleeper sleeper = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
	struct watchdog own;
	pthread_t thread;

	(void)state;
	health_open(20);
	health_say(HEALTH_PROGRAM, "");
	assert_int_equal(pthread_create(&thread, NULL, hang, &sleeper), 0);
	pthread_mutex_lock(&sleeper.lock);
	while (!sleeper.is_in)
		pthread_cond_wait(&sleeper.wake, &sleeper.lock);
	pthread_mutex_unlock(&sleeper.lock);
	await_silence(20);
	watchdog_enter(&own, "the test");
	watchdog_beat();
	assert_false(health_is_alive(&why));
	assert_int_equal(strncmp(why.data, "the sleeper gives no sign of life for ", 38), 0);
	assert_null(strstr(why.data, "the test"));
	assert_false(is_ready()); /* hanging is not ready either, and says so */
	assert_non_null(strstr(why.data, "the sleeper"));
	pthread_mutex_lock(&sleeper.lock);
	sleeper.is_over = true;
	pthread_cond_broadcast(&sleeper.wake);
	pthread_mutex_unlock(&sleeper.lock);
	pthread_join(thread, NULL);
	watchdog_beat();
	assert_true(watchdog_hears_all(NEVER_MS, NULL)); /* it left: nobody waits for it */
	watchdog_leave(&own);
	assert_true(watchdog_hears_all(-1, NULL));
}

static void a_sign_of_life_ends_the_silence(void **state)
{
	struct watchdog own;

	(void)state;
	watchdog_enter(&own, "the test");
	await_silence(5);
	watchdog_beat();
	assert_true(watchdog_hears_all(NEVER_MS, NULL));
	assert_false(watchdog_hears_all(-1, &why));
	assert_non_null(strstr(why.data, "the test gives no sign of life"));
	watchdog_leave(&own);
}

static void who_has_not_entered_may_beat_as_well(void **state)
{
	(void)state;
	watchdog_beat();
	assert_true(watchdog_hears_all(-1, NULL));
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_reason_against_is_a_line_and_the_last_to_go_makes_it_ready),
	    CASE(a_thread_that_hangs_is_named_while_others_beat),
	    CASE(a_sign_of_life_ends_the_silence),
	    CASE(who_has_not_entered_may_beat_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
