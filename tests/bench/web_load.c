/*
 * web_load ADDRESS:PORT KEY SHOW SEATS RATE SECONDS CONNECTIONS [SHOWS] - reserves by HTTP, so many a
 * second as asked for, over connections that stay; RATE 0: as fast as answers come. unix:PATH in place
 * of ADDRESS:PORT: at that socket, as a proxy on the same machine would.
 *
 * web_load --get=TARGET with the same words - asks for TARGET instead, without KEY, SHOW and SEATS.
 *
 * Each request is a session's of its own, and wants two seats of the show, A1 to A<SEATS>, skewed
 * towards the first. With SHOWS it wants the next two that nobody else wants, of SHOW-1 to
 * SHOW-<SHOWS> in turn, until there are none. Latency is from when a request was due, so that one
 * that waits for a free connection waits, too. Prints "key value" lines: answers, rate, status
 * counts, bytes of an answer, latencies in ms.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"

#define BYTES_MAX 16384
#define DRAIN_US 10000000

struct connection {
	int fd;
	bool is_waiting;
	int64_t due_us;
	size_t bytes; /* of the answer, of which the first ones are kept */
	char answer[BYTES_MAX];
};

static struct {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_un un;
	} address;
	socklen_t address_bytes;
	const char *get; /* NULL: reserves */
	const char *host, *key, *show;
	int seats, connections, shows; /* shows 0: the one, skewed */
	double rate;
	int64_t run_us, start_us;
	struct connection *list;
	int *idle, idle_count, epoll;
	int64_t sent, answered, ok, refused, failed, bytes;
	double *latencies;
	size_t room;
	uint64_t random;
} load;

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "web_load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint32_t next_random(void)
{
	load.random = load.random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(load.random >> 33);
}

/* The product of two has most of its weight at the beginning. */
static int pick_seat(void)
{
	double a = next_random() / 2147483648.0, b = next_random() / 2147483648.0;

	return 1 + (int)(a * b * (load.seats - 1));
}

static void open_connection(struct connection *c, int i)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
	int on = 1;

	c->fd = socket(load.address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, &load.address.any, load.address_bytes))
		die("connect");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &event))
		die("epoll_ctl");
	c->is_waiting = false;
	c->bytes = 0;
	load.idle[load.idle_count++] = i;
}

/* One that was idle for too long, which the gateway closes. */
static void open_again(struct connection *c, int i)
{
	int at = 0;

	while (load.idle[at] != i)
		at++;
	load.idle[at] = load.idle[--load.idle_count];
	close(c->fd);
	open_connection(c, i);
}

static int write_get(char *request, size_t room)
{
	return snprintf(request, room, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", load.get, load.host);
}

static int write_reserve(char *request, size_t room)
{
	int seat = load.shows ? 0 : pick_seat(), body_bytes;
	char body[200], show[100];

	snprintf(show, sizeof show, "%s", load.show);
	if (load.shows) {
		snprintf(show, sizeof show, "%s-%d", load.show, 1 + (int)(load.sent % load.shows));
		seat = 1 + 2 * (int)(load.sent / load.shows);
	}
	body_bytes = snprintf(body, sizeof body, "{\"show_id\":\"%s\",\"seat_ids\":[\"A%d\",\"A%d\"]}",
	                      show, seat, seat + 1);
	return snprintf(request, room,
	                "POST /api/seat-reservations/reserve HTTP/1.1\r\nHost: %s\r\n"
	                "Authorization: Bearer %s\r\nHoldfast-Session: load-session-%08x-%012lld\r\n"
	                "Idempotency-Key: %08x-%08x-%012lld\r\nContent-Type: application/json\r\n"
	                "Content-Length: %d\r\n\r\n%s",
	                load.host, load.key, next_random(), (long long)load.sent, next_random(),
	                next_random(), (long long)load.sent, body_bytes, body);
}

static void send_next(int64_t due_us)
{
	int i = load.idle[--load.idle_count];
	struct connection *c = &load.list[i];
	char request[1000];
	int bytes = load.get ? write_get(request, sizeof request)
	                     : write_reserve(request, sizeof request);

	if (send(c->fd, request, (size_t)bytes, MSG_NOSIGNAL) != bytes)
		die("send");
	c->is_waiting = true;
	c->due_us = due_us;
	c->bytes = 0;
	load.sent++;
}

static void note_answer(struct connection *c, int i)
{
	int64_t us = clock_monotonic_us() - c->due_us;

	if ((size_t)load.answered == load.room) {
		load.room = load.room ? 2 * load.room : 65536;
		load.latencies = realloc(load.latencies, load.room * sizeof *load.latencies);
		if (!load.latencies)
			die("memory");
	}
	load.latencies[load.answered++] = (double)us / 1000;
	if (!memcmp(c->answer + 9, "200", 3))
		load.ok++;
	else if (!memcmp(c->answer + 9, "409", 3))
		load.refused++;
	else
		load.failed++;
	load.bytes += (int64_t)c->bytes;
	c->is_waiting = false;
	c->bytes = 0;
	load.idle[load.idle_count++] = i;
}

static void read_answer(int i)
{
	static char answer[1 << 18];
	struct connection *c = &load.list[i];
	ssize_t bytes = recv(c->fd, answer, sizeof answer, 0);
	size_t kept = c->bytes < BYTES_MAX - 1 ? c->bytes : BYTES_MAX - 1, more;
	const char *end, *length;

	if (bytes < 0 && errno == EAGAIN)
		return;
	if (bytes <= 0 && !c->is_waiting) {
		open_again(c, i);
		return;
	}
	if (bytes <= 0)
		die("a connection was closed");
	more = (size_t)bytes < BYTES_MAX - 1 - kept ? (size_t)bytes : BYTES_MAX - 1 - kept;
	memcpy(c->answer + kept, answer, more);
	c->answer[kept + more] = '\0';
	c->bytes += (size_t)bytes;
	end = strstr(c->answer, "\r\n\r\n");
	length = end ? strstr(c->answer, "Content-Length: ") : NULL;
	if (length && (size_t)(end + 4 - c->answer) + strtoul(length + 16, NULL, 10) <= c->bytes)
		note_answer(c, i);
}

static int64_t due_of(int64_t n, int64_t now_us)
{
	return load.rate > 0 ? load.start_us + (int64_t)((double)n * 1e6 / load.rate) : now_us;
}

static bool has_seats(void)
{
	return !load.shows || load.sent / load.shows < load.seats / 2;
}

static void run(void)
{
	int64_t end_us;

	load.start_us = clock_monotonic_us();
	end_us = load.start_us + load.run_us;
	for (;;) {
		int64_t now_us = clock_monotonic_us(), next_us = due_of(load.sent, now_us);
		struct epoll_event events[256];
		int count;

		if (!has_seats() && now_us < end_us)
			end_us = now_us;
		while (load.idle_count && next_us <= now_us && now_us < end_us && has_seats()) {
			send_next(next_us);
			next_us = due_of(load.sent, now_us);
		}
		if (now_us >= end_us && (load.answered == load.sent || now_us > end_us + DRAIN_US))
			return;
		count = epoll_wait(load.epoll, events, 256, load.idle_count && load.rate > 0 ? 1 : 20);
		for (int i = 0; i < count; i++)
			read_answer((int)events[i].data.u32);
	}
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static double percentile(double p)
{
	return load.answered ? load.latencies[(size_t)((double)(load.answered - 1) * p)] : 0;
}

static void report(int64_t took_us)
{
	qsort(load.latencies, (size_t)load.answered, sizeof *load.latencies, by_size);
	printf("answers %lld\nrate %.1f\nok %lld\nrefused %lld\nfailed %lld\nunanswered %lld\n",
	       (long long)load.answered, (double)load.answered * 1e6 / (double)took_us,
	       (long long)load.ok, (long long)load.refused, (long long)load.failed,
	       (long long)(load.sent - load.answered));
	printf("bytes %.0f\n", load.answered ? (double)load.bytes / (double)load.answered : 0);
	printf("p50 %.3f\np99 %.3f\nmax %.3f\n", percentile(0.5), percentile(0.99), percentile(1));
}

/* false: it is of neither form */
static bool read_address(char *at)
{
	char *colon = strrchr(at, ':');

	if (!strncmp(at, "unix:", 5)) {
		load.host = "localhost";
		load.address.un.sun_family = AF_UNIX;
		snprintf(load.address.un.sun_path, sizeof load.address.un.sun_path, "%s", at + 5);
		load.address_bytes = sizeof load.address.un;
		return true;
	}
	load.host = strdup(at);
	if (!colon || !load.host)
		return false;
	*colon = '\0';
	load.address.in.sin_family = AF_INET;
	load.address.in.sin_port = htons((uint16_t)atoi(colon + 1));
	load.address_bytes = sizeof load.address.in;
	return inet_pton(AF_INET, at, &load.address.in.sin_addr) == 1;
}

int main(int argc, char **argv)
{
	int64_t from_us;

	if (argc > 1 && !strncmp(argv[1], "--get=", 6)) {
		load.get = argv[1] + 6;
		argc--, argv++;
	}
	if ((argc != 8 && argc != 9) || !read_address(argv[1])) {
		fputs("usage: web_load [--get=TARGET] ADDRESS:PORT|unix:PATH KEY SHOW SEATS RATE SECONDS "
		      "CONNECTIONS [SHOWS]\n", stderr);
		return 2;
	}
	load.key = argv[2];
	load.show = argv[3];
	load.seats = atoi(argv[4]);
	load.rate = atof(argv[5]);
	load.run_us = (int64_t)(atof(argv[6]) * 1e6);
	load.connections = atoi(argv[7]);
	load.shows = argc > 8 ? atoi(argv[8]) : 0;
	load.random = (uint64_t)clock_monotonic_us() ^ (uint64_t)getpid() << 32;
	load.list = calloc((size_t)load.connections, sizeof *load.list);
	load.idle = calloc((size_t)load.connections, sizeof *load.idle);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!load.list || !load.idle || load.epoll < 0)
		die("memory");
	for (int i = 0; i < load.connections; i++)
		open_connection(&load.list[i], i);
	from_us = clock_monotonic_us();
	run();
	report(clock_monotonic_us() - from_us);
	return load.failed || load.sent > load.answered ? 1 : 0;
}
