/*
 * A call that does not return, and connections that are cut for it: which, when, and when not.
 */
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "common/base/clock.h"
#include "common/kafka/nudge.h"

#define WAIT_MS 30000
#define LONG_MS 600000 /* never, here */
#define CONNECTIONS 3
#define HOLD_MS 100

/* What the library calls for its connections. */
static int (*make_socket)(int domain, int type, int protocol, void *opaque);
static int (*close_socket)(int fd, void *opaque);

/* Connections of a client, each with the end that the broker would have. */
static struct nudge *nudge;
static int ours[CONNECTIONS], theirs[CONNECTIONS], listener;

void rd_kafka_conf_set_opaque(rd_kafka_conf_t *conf, void *opaque)
{
	(void)conf;
	assert_ptr_equal(opaque, nudge);
}

void rd_kafka_conf_set_socket_cb(rd_kafka_conf_t *conf, int (*set)(int, int, int, void *))
{
	(void)conf;
	make_socket = set;
}

void rd_kafka_conf_set_closesocket_cb(rd_kafka_conf_t *conf, int (*set)(int, void *))
{
	(void)conf;
	close_socket = set;
}

static void make(int quiet_ms, int shaken_ms)
{
	const struct nudge_times times = {quiet_ms, shaken_ms, HOLD_MS};
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t bytes = sizeof address;

	nudge = nudge_make(&times);
	assert_non_null(nudge);
	nudge_attach(nudge, NULL);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, bytes), 0);
	assert_int_equal(listen(listener, CONNECTIONS), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &bytes), 0);
	for (int i = 0; i < CONNECTIONS; i++) {
		ours[i] = make_socket(AF_INET, SOCK_STREAM, 0, nudge);
		assert_int_equal(connect(ours[i], (struct sockaddr *)&address, bytes), 0);
		theirs[i] = accept(listener, NULL, NULL);
		assert_true(theirs[i] >= 0);
	}
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < CONNECTIONS; i++) {
		if (ours[i] >= 0)
			close_socket(ours[i], nudge);
		close(theirs[i]);
	}
	close(listener);
	nudge_release(nudge);
	return 0;
}

/* Has the broker's end seen the end of that connection, after wait_ms at the longest? */
static bool is_cut(int i, int wait_ms)
{
	struct pollfd one = {.fd = theirs[i], .events = POLLIN};
	char byte;

	return poll(&one, 1, wait_ms) == 1 && recv(theirs[i], &byte, 1, 0) == 0;
}

static void a_call_that_does_not_return_costs_one_connection_after_another(void **state)
{
	(void)state;
	make(5, 5);
	nudge_begin(nudge);
	/* The newest first, and then those that were cut longest ago. */
	assert_true(is_cut(2, WAIT_MS));
	assert_true(is_cut(1, WAIT_MS));
	assert_true(is_cut(0, WAIT_MS));
	nudge_end(nudge, false);
}

static void after_a_cut_the_client_connects_after_a_while(void **state)
{
	int64_t from_ms;

	(void)state;
	make(5, LONG_MS);
	from_ms = clock_monotonic_ms();
	nudge_begin(nudge);
	assert_true(is_cut(2, WAIT_MS));
	nudge_end(nudge, true);
	close_socket(ours[2], nudge);
	ours[2] = make_socket(AF_INET, SOCK_STREAM, 0, nudge);
	assert_true(ours[2] >= 0 && clock_monotonic_ms() - from_ms >= HOLD_MS);
}

static void a_call_that_returns_costs_nothing(void **state)
{
	(void)state;
	make(30, LONG_MS);
	nudge_begin(nudge);
	nudge_end(nudge, true);
	nudge_alive(nudge); /* an answer that came late starts nothing */
	for (int i = 0; i < CONNECTIONS; i++)
		assert_false(is_cut(i, 30));
}

static void one_is_cut_sooner_where_one_was_lost(void **state)
{
	(void)state;
	make(LONG_MS, 5);
	nudge_begin(nudge);
	assert_false(is_cut(2, 50));
	nudge_end(nudge, true);
	close_socket(ours[2], nudge);
	ours[2] = -1;
	assert_true(is_cut(2, WAIT_MS)); /* closed */
	nudge_begin(nudge);
	assert_true(is_cut(1, WAIT_MS));
	nudge_end(nudge, true);
	/* All is well again. */
	nudge_begin(nudge);
	assert_false(is_cut(0, 50));
	nudge_end(nudge, false);
}

static void a_sign_of_life_gives_the_call_more_time(void **state)
{
	int64_t alive_ms;

	(void)state;
	make(500, LONG_MS);
	nudge_begin(nudge);
	clock_sleep_ms(50);
	alive_ms = clock_monotonic_ms();
	nudge_alive(nudge);
	assert_true(is_cut(2, WAIT_MS));
	assert_true(clock_monotonic_ms() - alive_ms >= 500);
	nudge_end(nudge, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_call_that_does_not_return_costs_one_connection_after_another, end),
	    cmocka_unit_test_teardown(after_a_cut_the_client_connects_after_a_while, end),
	    cmocka_unit_test_teardown(a_call_that_returns_costs_nothing, end),
	    cmocka_unit_test_teardown(one_is_cut_sooner_where_one_was_lost, end),
	    cmocka_unit_test_teardown(a_sign_of_life_gives_the_call_more_time, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
