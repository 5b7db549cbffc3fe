#include "tests/integration/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/text.h"

#define CONNECTIONS_MAX 256
#define CHUNK_BYTES 65536
#define HELD_BYTES_MAX (1 << 20) /* of one way; then its sender is not read any more */
#define TICK_MS 5

const char *const proxy_mode_names[PROXY_MODES] = {"pass", "cut", "reset", "stall", "delay", "trickle"};

/* Bytes that came together, and when they may go on. */
struct chunk {
	struct chunk *next;
	int64_t due_ms;
	size_t bytes, sent;
	char data[];
};

/* From one socket to the other. */
struct way {
	int from, to;
	struct chunk *first, **last;
	size_t held_bytes;
	bool is_ended;      /* the sender ended; passed on once everything was */
	int64_t next_ms;    /* PROXY_TRICKLE: when the next byte may go */
};

struct connection {
	int client, server;
	struct way up, down;
};

struct proxy {
	int listener, port, target_port;
	pthread_t thread;
	atomic_int mode;
	atomic_long ms;
	atomic_bool is_closing;
	atomic_uint count;
	struct connection *list[CONNECTIONS_MAX];
};

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static struct sockaddr_in address_of(int port)
{
	return (struct sockaddr_in){
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void drop_chunks(struct way *way)
{
	while (way->first) {
		struct chunk *next = way->first->next;

		free(way->first);
		way->first = next;
	}
	way->last = &way->first;
}

static void end_connection(struct proxy *p, size_t i, bool is_reset)
{
	struct connection *c = p->list[i];
	const struct linger now = {.l_onoff = 1, .l_linger = 0};

	if (is_reset) {
		setsockopt(c->client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
		setsockopt(c->server, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	}
	close(c->client);
	close(c->server);
	drop_chunks(&c->up);
	drop_chunks(&c->down);
	free(c);
	p->list[i] = NULL;
}

static void open_way(struct way *way, int from, int to)
{
	*way = (struct way){.from = from, .to = to};
	way->last = &way->first;
}

static void take_connection(struct proxy *p)
{
	int client = accept(p->listener, NULL, NULL), server;
	const struct sockaddr_in target = address_of(p->target_port);
	int mode = atomic_load(&p->mode);
	struct connection *c;
	size_t i = 0;

	if (client < 0)
		return;
	atomic_fetch_add(&p->count, 1);
	server = socket(AF_INET, SOCK_STREAM, 0);
	while (i < CONNECTIONS_MAX && p->list[i])
		i++;
	c = i < CONNECTIONS_MAX ? calloc(1, sizeof *c) : NULL;
	if (!c || connect(server, (const struct sockaddr *)&target, sizeof target)) {
		free(c);
		close(client);
		close(server);
		return;
	}
	set_nonblocking(client);
	set_nonblocking(server);
	c->client = client;
	c->server = server;
	open_way(&c->up, client, server);
	open_way(&c->down, server, client);
	p->list[i] = c;
	if (mode == PROXY_CUT || mode == PROXY_RESET)
		end_connection(p, i, mode == PROXY_RESET);
}

/* false: the connection is over */
static bool read_way(struct proxy *p, struct way *way)
{
	int mode = atomic_load(&p->mode);
	struct chunk *chunk;
	ssize_t got;

	if (way->is_ended || way->held_bytes >= HELD_BYTES_MAX)
		return true;
	chunk = malloc(sizeof *chunk + CHUNK_BYTES);
	if (!chunk)
		return false;
	got = recv(way->from, chunk->data, CHUNK_BYTES, 0);
	if (got <= 0) {
		free(chunk);
		way->is_ended = got == 0;
		return got == 0 || errno == EAGAIN || errno == EINTR;
	}
	chunk->next = NULL;
	chunk->bytes = (size_t)got;
	chunk->sent = 0;
	chunk->due_ms = clock_monotonic_ms() + (mode == PROXY_DELAY ? atomic_load(&p->ms) : 0);
	*way->last = chunk;
	way->last = &chunk->next;
	way->held_bytes += chunk->bytes;
	return true;
}

/* Forward what may go; false: the connection is over. */
static bool write_way(struct proxy *p, struct way *way)
{
	int mode = atomic_load(&p->mode);
	int64_t now_ms = clock_monotonic_ms();

	while (way->first && mode != PROXY_STALL) {
		struct chunk *chunk = way->first;
		size_t left = chunk->bytes - chunk->sent;
		ssize_t sent;

		if (mode == PROXY_DELAY && chunk->due_ms > now_ms)
			return true;
		if (mode == PROXY_TRICKLE) {
			if (way->next_ms > now_ms)
				return true;
			way->next_ms = now_ms + atomic_load(&p->ms);
			left = 1;
		}
		sent = send(way->to, chunk->data + chunk->sent, left, MSG_NOSIGNAL);
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		chunk->sent += (size_t)sent;
		way->held_bytes -= (size_t)sent;
		if (chunk->sent < chunk->bytes)
			continue;
		way->first = chunk->next;
		if (!way->first)
			way->last = &way->first;
		free(chunk);
	}
	return way->first || !way->is_ended || mode == PROXY_STALL;
}

static void serve_connections(struct proxy *p)
{
	int mode = atomic_load(&p->mode);

	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		struct connection *c = p->list[i];

		if (!c)
			continue;
		if (mode == PROXY_CUT || mode == PROXY_RESET || !read_way(p, &c->up) ||
		    !read_way(p, &c->down) || !write_way(p, &c->up) || !write_way(p, &c->down))
			end_connection(p, i, mode == PROXY_RESET);
	}
}

static void *run(void *argument)
{
	struct proxy *p = argument;
	struct pollfd fds[1 + 2 * CONNECTIONS_MAX];

	while (!atomic_load(&p->is_closing)) {
		nfds_t count = 1;

		fds[0] = (struct pollfd){.fd = p->listener, .events = POLLIN};
		for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
			const struct connection *c = p->list[i];

			if (!c)
				continue;
			if (!c->up.is_ended && c->up.held_bytes < HELD_BYTES_MAX)
				fds[count++] = (struct pollfd){.fd = c->client, .events = POLLIN};
			if (!c->down.is_ended && c->down.held_bytes < HELD_BYTES_MAX)
				fds[count++] = (struct pollfd){.fd = c->server, .events = POLLIN};
		}
		poll(fds, count, TICK_MS);
		if (fds[0].revents & POLLIN)
			take_connection(p);
		serve_connections(p);
	}
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (p->list[i])
			end_connection(p, i, false);
	return NULL;
}

struct proxy *proxy_open(int port, int target_port)
{
	struct proxy *p = calloc(1, sizeof *p);
	struct sockaddr_in here = address_of(port);
	socklen_t bytes = sizeof here;
	int on = 1;

	assert_non_null(p);
	p->target_port = target_port;
	p->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(p->listener >= 0);
	setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	set_nonblocking(p->listener);
	if (bind(p->listener, (struct sockaddr *)&here, sizeof here))
		fail_msg("port %d: %s", port, strerror(errno));
	assert_int_equal(listen(p->listener, 64), 0);
	assert_int_equal(getsockname(p->listener, (struct sockaddr *)&here, &bytes), 0);
	p->port = ntohs(here.sin_port);
	assert_int_equal(pthread_create(&p->thread, NULL, run, p), 0);
	return p;
}

void proxy_close(struct proxy *p)
{
	if (!p)
		return;
	atomic_store(&p->is_closing, true);
	pthread_join(p->thread, NULL);
	close(p->listener);
	free(p);
}

int proxy_port(const struct proxy *p)
{
	return p->port;
}

void proxy_set(struct proxy *p, enum proxy_mode mode, int64_t ms)
{
	atomic_store(&p->ms, (long)ms);
	atomic_store(&p->mode, mode);
}

unsigned proxy_count(const struct proxy *p)
{
	return atomic_load(&p->count);
}
