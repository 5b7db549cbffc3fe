/*
 * web_floor LISTEN BYTES - what the kernel alone costs of an answer: takes each request of web_load as
 * soon as it is there and answers with so many bytes, always the same. It looks at nothing of a
 * request but where it ends, and knows no limit, no time-out and no second thread. LISTEN is ADDR:PORT,
 * where the port may be 0, or unix:PATH. Prints "listen LISTEN".
 */
#define _GNU_SOURCE /* accept4 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BYTES_MAX 16384
#define REQUEST_BYTES_MAX 4096 /* a request of web_load comes in one piece */
#define EVENTS_MAX 64          /* as many as the gateway's loops take */

static char answer[BYTES_MAX];

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "web_floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int listen_unix(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, SOMAXCONN))
		die("listen");
	printf("listen unix:%s\n", path);
	return fd;
}

static int listen_tcp(char *at)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t bytes = sizeof address;
	char *colon = strrchr(at, ':');
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!colon)
		die("address");
	*colon = '\0';
	address.sin_port = htons((uint16_t)atoi(colon + 1));
	if (inet_pton(AF_INET, at, &address.sin_addr) != 1)
		die("address");
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, SOMAXCONN) ||
	    getsockname(fd, (struct sockaddr *)&address, &bytes))
		die("listen");
	printf("listen %s:%d\n", at, (int)ntohs(address.sin_port));
	return fd;
}

static void watch(int epoll, int fd)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		die("epoll_ctl");
}

static void accept_one(int epoll, int door)
{
	int on = 1, fd = accept4(door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		die("accept");
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* a Unix socket has none */
	watch(epoll, fd);
}

/* A whole request has its head's end and what Content-Length says behind it. */
static void serve(int fd, size_t bytes)
{
	char request[REQUEST_BYTES_MAX];
	ssize_t got = recv(fd, request, sizeof request - 1, 0);
	const char *end, *length;

	if (got <= 0) {
		close(fd);
		return;
	}
	request[got] = '\0';
	end = strstr(request, "\r\n\r\n");
	length = end ? strstr(request, "Content-Length: ") : NULL;
	if (!end || (length && end + 4 + atoi(length + 16) != request + got))
		die("a request is not whole");
	if (send(fd, answer, bytes, MSG_NOSIGNAL) != (ssize_t)bytes)
		die("send");
}

/* false: there is no room for so few or so many bytes */
static int make_answer(size_t bytes)
{
	char head[100];
	int head_bytes = snprintf(head, sizeof head, "HTTP/1.1 409 Conflict\r\nContent-Length: %zu\r\n\r\n",
	                          bytes);

	if (bytes > sizeof answer || bytes < (size_t)head_bytes)
		return 0;
	/* One or two digits fewer, and as many bytes more of body. */
	head_bytes = snprintf(head, sizeof head, "HTTP/1.1 409 Conflict\r\nContent-Length: %0*zu\r\n\r\n",
	                      (int)(snprintf(NULL, 0, "%zu", bytes)), bytes - (size_t)head_bytes);
	memset(answer, 'x', bytes);
	memcpy(answer, head, (size_t)head_bytes);
	return 1;
}

int main(int argc, char **argv)
{
	size_t bytes = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	int door, epoll = epoll_create1(EPOLL_CLOEXEC);

	if (argc != 3 || !make_answer(bytes)) {
		fputs("usage: web_floor ADDR:PORT|unix:PATH BYTES\n", stderr);
		return 2;
	}
	door = !strncmp(argv[1], "unix:", 5) ? listen_unix(argv[1] + 5) : listen_tcp(argv[1]);
	fflush(stdout);
	watch(epoll, door);
	for (;;) {
		struct epoll_event events[EVENTS_MAX];
		int count = epoll_wait(epoll, events, EVENTS_MAX, -1);

		for (int i = 0; i < count; i++) {
			if (events[i].data.fd == door)
				accept_one(epoll, door);
			else
				serve(events[i].data.fd, bytes);
		}
	}
}
