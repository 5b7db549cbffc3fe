/*
 * bare - sends viewers what a gateway sent them, and does nothing else: the least that it can cost.
 *
 *   bare FRAMES COUNT SECONDS [unix:PATH]
 *
 * FRAMES has lines "MS TEXT", as `viewers --frames` leaves them. Listens at 127.0.0.1, or at a Unix
 * socket, says "listen" and where, and lets COUNT viewers in, each with the first frame. Then each
 * further one goes to all of them, at its time, one send() a viewer, for SECONDS; says "bare.frame_us"
 * and the processor time of a send in microseconds, and stays until SIGTERM. Reads nothing: there are
 * no pings.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/http/viewer.h"
#include "common/http/ws.h"

#define REQUEST_BYTES 4096
#define SETTLE_MS 1000 /* behind the last first frame: who has it reads it now */

static int *viewers;
static unsigned count;

static bool send_all(int fd, const char *data, size_t bytes)
{
	while (bytes) {
		ssize_t sent = send(fd, data, bytes, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		bytes -= (size_t)sent;
	}
	return true;
}

static double processor_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ---- frames ---- */

struct line {
	int64_t ms;
	struct buf frame;
};

/* false: there is none any more */
static bool read_line(FILE *file, struct line *line)
{
	char *text = NULL, *json, header[WS_HEADER_BYTES_MAX];
	size_t room = 0;
	ssize_t length = getline(&text, &room, file);
	bool is_there = length > 0 && text[length - 1] == '\n';

	if (is_there) {
		text[length - 1] = '\0';
		line->ms = strtoll(text, &json, 10);
		json += *json == ' ';
		buf_clear(&line->frame);
		buf_add(&line->frame, header, ws_write_header(header, WS_TEXT, strlen(json)));
		buf_add(&line->frame, json, strlen(json));
	}
	free(text);
	return is_there && !line->frame.failed;
}

/* ---- viewers ---- */

static int listen_anywhere(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof at;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, SOMAXCONN) ||
	    getsockname(fd, (struct sockaddr *)&at, &length))
		return -1;
	printf("listen 127.0.0.1:%u\n", (unsigned)ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

static int listen_at(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof at.sun_path)
		return -1;
	strcpy(at.sun_path, path);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, SOMAXCONN))
		return -1;
	printf("listen unix:%s\n", path);
	fflush(stdout);
	return fd;
}

/* As a gateway has its sockets, but that a full one is waited for. */
static bool let_in(int fd, bool is_tcp, const struct buf *first)
{
	static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
	const int yes = 1, bytes = VIEWER_SEND_BYTES;
	char request[REQUEST_BYTES];

	return fd >= 0 && recv(fd, request, sizeof request, 0) > 0 &&
	       send_all(fd, answer, sizeof answer - 1) && send_all(fd, first->data, first->bytes) &&
	       (!is_tcp || !setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes)) &&
	       !setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

/* path: of the Unix socket; NULL: none */
static bool let_all_in(const struct buf *first, const char *path)
{
	int fd = path ? listen_at(path) : listen_anywhere();
	bool is_right = fd >= 0;

	viewers = calloc(count, sizeof *viewers);
	for (unsigned i = 0; is_right && viewers && i < count; i++) {
		viewers[i] = accept(fd, NULL, NULL);
		is_right = let_in(viewers[i], !path, first);
	}
	return is_right && viewers;
}

/* ---- what is measured ---- */

static bool send_in_time(FILE *file, struct line *line, double seconds)
{
	int64_t began_ms, first_ms = -1;
	unsigned long long sends = 0;
	double before;

	clock_sleep_ms(SETTLE_MS);
	began_ms = clock_monotonic_ms();
	before = processor_us();
	while (read_line(file, line)) {
		int64_t due_ms;

		first_ms = first_ms < 0 ? line->ms : first_ms;
		due_ms = began_ms + line->ms - first_ms;
		if ((double)(due_ms - began_ms) > seconds * 1000)
			break;
		if (due_ms > clock_monotonic_ms())
			clock_sleep_ms(due_ms - clock_monotonic_ms());
		for (unsigned i = 0; i < count; i++, sends++)
			if (!send_all(viewers[i], line->frame.data, line->frame.bytes))
				return false;
	}
	if (sends)
		printf("bare.frame_us %.2f\n", (processor_us() - before) / (double)sends);
	fflush(stdout);
	return sends > 0;
}

int main(int argc, char **argv)
{
	bool is_right = argc == 4 || (argc == 5 && !strncmp(argv[4], "unix:", 5));
	FILE *file = is_right ? fopen(argv[1], "r") : NULL;
	struct line line = {.ms = 0};

	count = is_right ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	if (!file || !count) {
		fprintf(stderr, "usage: bare FRAMES COUNT SECONDS [unix:PATH]\n");
		return 2;
	}
	if (!read_line(file, &line) || !let_all_in(&line.frame, argc == 5 ? argv[4] + 5 : NULL) ||
	    !send_in_time(file, &line, strtod(argv[3], NULL))) {
		perror("bare");
		return 1;
	}
	pause();
	return 0;
}
