#define _GNU_SOURCE /* strcasestr */
#include "tests/integration/crowd.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/text.h"

#define CONNECTIONS_MAX 512
#define AGAIN_MS 20      /* from an answer that says "later" to the next try */
#define ANSWER_MS 20000  /* longest wait for an answer: beyond every time-out of a gateway */
#define LOOK_MS 2

/* A customer at a connection. */
struct line {
	int fd, at;   /* -1: none; the gateway it leads to */
	int home, to; /* the gateway that is asked at first, and now */
	struct crowd_wish *wish; /* NULL: none */
	bool is_waiting;         /* it has been sent */
	int64_t since_ms, due_ms;
	struct buf in;
};

struct crowd {
	struct crowd_settings settings;
	struct line lines[CONNECTIONS_MAX];
	size_t begun;
	struct crowd_end end;
	atomic_size_t answered;
	_Atomic(const char *) fault;
	pthread_t thread;
};

static void hang_up(struct line *line)
{
	if (line->fd >= 0)
		close(line->fd);
	line->fd = -1;
	buf_clear(&line->in);
	line->is_waiting = false;
}

/* Ask the other gateway. */
static void turn(struct line *line, int64_t now_ms)
{
	hang_up(line);
	line->to = !line->to;
	line->due_ms = now_ms + 1;
}

static bool call(struct line *line, const atomic_int *ports)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	                         .sin_port = htons((uint16_t)atomic_load(&ports[line->to]))};

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	line->at = line->to;
	line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return line->fd >= 0 && !connect(line->fd, (struct sockaddr *)&to, sizeof to);
}

static void ask(struct crowd *c, struct line *line, int64_t now_ms)
{
	size_t bytes = strlen(line->wish->request);

	if (line->fd >= 0 && line->at != line->to)
		hang_up(line);
	if (line->fd < 0 && !call(line, c->settings.ports)) {
		turn(line, now_ms);
		return;
	}
	if (send(line->fd, line->wish->request, bytes, MSG_NOSIGNAL) != (ssize_t)bytes) {
		c->end.broken++;
		turn(line, now_ms);
		return;
	}
	line->is_waiting = true;
	line->since_ms = now_ms;
}

static void take_answer(struct crowd *c, struct line *line, int status, const char *body,
                        int64_t now_ms)
{
	struct crowd_wish *wish = line->wish;

	line->is_waiting = false;
	if (status == 429 || status == 503 || status == 504) {
		c->end.later++;
		line->due_ms = now_ms + AGAIN_MS;
	} else if (status != 200 && status != 409) {
		fprintf(stderr, "%d to %s\n%s\n", status, wish->request, body);
		c->fault = "an answer that should not be";
	} else if (!wish->status) {
		wish->status = status;
		wish->body = strdup(body);
		line->to = !line->at;
	} else {
		wish->status_again = status;
		wish->body_again = strdup(body);
	}
	if (wish->status && (!wish->is_repeated || wish->status_again)) {
		line->wish = NULL;
		c->answered++;
	}
}

/* Where the whole answer is there. */
static void read_answer(struct crowd *c, struct line *line, int64_t now_ms)
{
	const char *end = strstr(line->in.data, "\r\n\r\n"), *length;
	bool is_last;
	int status;

	if (!end)
		return;
	length = strcasestr(line->in.data, "\r\nContent-Length: ");
	if (sscanf(line->in.data, "HTTP/1.1 %d", &status) != 1 || !length || length > end) {
		c->fault = "an answer that cannot be read";
		return;
	}
	if (line->in.bytes < (size_t)(end + 4 - line->in.data) + strtoul(length + 18, NULL, 10))
		return;
	is_last = strcasestr(line->in.data, "\r\nConnection: close");
	take_answer(c, line, status, end + 4, now_ms);
	buf_clear(&line->in);
	if (is_last)
		hang_up(line);
}

static void receive(struct crowd *c, struct line *line, int64_t now_ms)
{
	char part[8192];
	ssize_t bytes = recv(line->fd, part, sizeof part, 0);

	if (bytes > 0) {
		buf_add(&line->in, part, (size_t)bytes);
		if (line->is_waiting)
			read_answer(c, line, now_ms);
		return;
	}
	if (line->is_waiting) {
		c->end.broken++;
		turn(line, now_ms);
	} else {
		hang_up(line);
	}
}

static void look(struct crowd *c, struct line *line, int64_t now_ms)
{
	if (!line->wish && c->begun < *c->settings.allowed && c->begun < c->settings.count) {
		line->wish = &c->settings.wishes[c->begun++];
		line->to = line->home;
		line->due_ms = 0;
	}
	if (!line->wish)
		return;
	if (!line->is_waiting && line->due_ms <= now_ms)
		ask(c, line, now_ms);
	if (line->is_waiting && now_ms - line->since_ms > ANSWER_MS)
		c->fault = "a request without an answer";
}

static void *run(void *context)
{
	struct crowd *c = context;
	struct pollfd waits[CONNECTIONS_MAX];
	size_t count = c->settings.connections;

	while (c->answered < c->settings.count && !c->fault) {
		int64_t now_ms = clock_monotonic_ms();

		for (size_t i = 0; i < count; i++) {
			look(c, &c->lines[i], now_ms);
			waits[i] = (struct pollfd){.fd = c->lines[i].fd, .events = POLLIN};
		}
		if (poll(waits, (nfds_t)count, LOOK_MS) < 0 && errno != EINTR)
			c->fault = "poll failed";
		now_ms = clock_monotonic_ms();
		for (size_t i = 0; i < count; i++)
			if (waits[i].revents)
				receive(c, &c->lines[i], now_ms);
	}
	return NULL;
}

struct crowd *crowd_start(const struct crowd_settings *settings)
{
	struct crowd *c = calloc(1, sizeof *c);

	if (!c || settings->connections > CONNECTIONS_MAX) {
		free(c);
		return NULL;
	}
	c->settings = *settings;
	for (size_t i = 0; i < settings->connections; i++) {
		c->lines[i].fd = -1;
		c->lines[i].home = (int)(i % CROWD_GATEWAYS);
	}
	if (pthread_create(&c->thread, NULL, run, c)) {
		free(c);
		return NULL;
	}
	return c;
}

size_t crowd_answered(const struct crowd *crowd)
{
	return crowd->answered;
}

const char *crowd_fault(const struct crowd *crowd)
{
	return crowd->fault;
}

struct crowd_end crowd_end(struct crowd *crowd)
{
	struct crowd_end end;

	pthread_join(crowd->thread, NULL);
	for (size_t i = 0; i < crowd->settings.connections; i++) {
		hang_up(&crowd->lines[i]);
		buf_release(&crowd->lines[i].in);
	}
	end = crowd->end;
	free(crowd);
	return end;
}
