/* What a service manager is told, read from its socket. */
#include "common/service/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"

#define WAIT_MS 10000

static int manager = -1;
static char path[80];

/* A service manager's socket: a path, or with is_abstract a name that is no file. */
static void listen_at(bool is_abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(path, sizeof path, "%s/tmp/holdfast-notify-%ld", is_abstract ? "@" : "", (long)getpid());
	memcpy(address.sun_path, path, strlen(path));
	if (is_abstract)
		address.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(manager, (struct sockaddr *)&address,
	                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))), 0);
	setenv("NOTIFY_SOCKET", path, 1);
}

static int end(void **state)
{
	(void)state;
	notify_close();
	close(manager);
	unlink(path);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

static bool is_told(void)
{
	struct pollfd fd = {.fd = manager, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

static void expect(const char *text)
{
	char got[300] = "";

	if (!is_told())
		fail_msg("not told: %s", text);
	assert_true(recv(manager, got, sizeof got - 1, 0) > 0);
	assert_string_equal(got, text);
}

static void the_manager_is_told_once_that_it_serves_then_how_and_that_it_stops(void **state)
{
	(void)state;
	listen_at(false);
	notify_open();
	notify_ready("8 partitions assigned");
	expect("READY=1\nSTATUS=8 partitions assigned");
	notify_ready("4 partitions assigned");
	expect("STATUS=4 partitions assigned");
	notify_stopping();
	expect("STOPPING=1\nSTATUS=stopping");
	assert_false(is_told());
}

static void a_name_of_the_abstract_kind_is_understood(void **state)
{
	(void)state;
	listen_at(true);
	notify_open();
	notify_stopping();
	expect("STOPPING=1\nSTATUS=stopping");
}

static void a_manager_that_wants_signs_of_life_gets_them_often_enough_and_no_more(void **state)
{
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;

	(void)state;
	listen_at(false);
	setenv("WATCHDOG_USEC", "3600000000", 1);
	notify_open();
	notify_alive();
	expect("WATCHDOG=1");
	notify_alive();
	assert_false(is_told());
	notify_close();
	setenv("WATCHDOG_USEC", "40000", 1);
	notify_open();
	notify_alive();
	expect("WATCHDOG=1");
	while (!is_told()) {
		assert_true(clock_monotonic_ms() < until_ms);
		notify_alive();
		clock_sleep_ms(1);
	}
	expect("WATCHDOG=1");
}

static void a_manager_that_wants_none_or_of_another_process_gets_none(void **state)
{
	(void)state;
	listen_at(false);
	notify_open();
	notify_alive();
	notify_close();
	setenv("WATCHDOG_USEC", "400000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	notify_open();
	notify_alive();
	assert_false(is_told());
}

/* Reads what the manager is told after some time: until then its socket is full. */
static void *read_late(void *texts)
{
	const struct timeval wait = {WAIT_MS / 1000, 0};
	char got[300];

	assert_int_equal(setsockopt(manager, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
	clock_sleep_ms(50);
	for (char *at = texts; !strstr(texts, "STOPPING=1"); at += strlen(at)) {
		ssize_t bytes = recv(manager, got, sizeof got - 2, 0);

		if (bytes <= 0)
			break;
		memcpy(at, got, (size_t)bytes);
		memcpy(at + bytes, ";", 2);
	}
	return NULL;
}

/* Linux has room for some ten texts; net.unix.max_dgram_qlen says how many. */
static void a_full_socket_loses_signs_of_life_alone(void **state)
{
	static char texts[400 * 300];
	pthread_t reader;

	(void)state;
	listen_at(false);
	setenv("WATCHDOG_USEC", "4000", 1);
	notify_open();
	notify_ready("x");
	for (int i = 0; i < 400; i++) {
		notify_alive();
		clock_sleep_ms(1);
	}
	assert_int_equal(pthread_create(&reader, NULL, read_late, texts), 0);
	notify_stopping();
	pthread_join(reader, NULL);
	assert_memory_equal(texts, "READY=1\nSTATUS=x;WATCHDOG=1;", 28);
	assert_non_null(strstr(texts, "WATCHDOG=1;STOPPING=1\nSTATUS=stopping;"));
}

static void without_a_manager_nothing_happens(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_open();
	notify_ready("x");
	notify_alive();
	notify_stopping();
	notify_close();
	/* Nor with a name that is none, or one whose owner is gone. */
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_open();
	notify_ready("x");
	notify_close();
	setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
	notify_open();
	notify_ready("x");
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_manager_is_told_once_that_it_serves_then_how_and_that_it_stops),
	    CASE(a_name_of_the_abstract_kind_is_understood),
	    CASE(a_manager_that_wants_signs_of_life_gets_them_often_enough_and_no_more),
	    CASE(a_manager_that_wants_none_or_of_another_process_gets_none),
	    CASE(a_full_socket_loses_signs_of_life_alone),
	    CASE(without_a_manager_nothing_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
