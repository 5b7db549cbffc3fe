#include "tests/integration/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/text.h"

static int count_serving(const char **last)
{
	static const char line[] = "program=holdfast-gateway msg=serving listen=";
	int count = 0;

	for (const char *at = rig_log(); (at = strstr(at, line)); at++) {
		*last = at + sizeof line - 1;
		count++;
	}
	return count;
}

struct web web_start(const char *option, const char *more, const char *third)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *last = NULL;
	int before = count_serving(&last);
	struct web web = {.socket = NULL};

	web.pid = rig_start("holdfast-gateway", "--listen=127.0.0.1:0", option ? option : more,
	                    option ? more : NULL, option && more ? third : NULL, NULL);
	while (count_serving(&last) == before) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	assert_int_equal(sscanf(last, "127.0.0.1:%d", &web.port), 1);
	snprintf(web.address, sizeof web.address, "127.0.0.1:%d", web.port);
	return web;
}

struct web web_start_as(const char *socket, const char *const *options)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	const char *list[WEB_OPTIONS_MAX] = {NULL}, *last = NULL, *pages;
	int before = count_serving(&last);
	struct web web = {.socket = socket};
	char listen[120];

	for (int i = 0; i < WEB_OPTIONS_MAX && options[i]; i++)
		list[i] = options[i];
	snprintf(listen, sizeof listen, "--listen=%s%s", socket ? "unix:" : "",
	         socket ? socket : "127.0.0.1:0");
	web.pid = rig_start("holdfast-gateway", listen, "--metrics-listen=127.0.0.1:0", list[0], list[1],
	                    list[2], list[3], list[4], list[5], list[6], list[7], list[8], list[9],
	                    list[10], list[11], NULL);
	while (count_serving(&last) == before) {
		assert_true(clock_monotonic_ms() < until_ms);
		clock_sleep_ms(10);
	}
	if (!socket)
		assert_int_equal(sscanf(last, "127.0.0.1:%d", &web.port), 1);
	snprintf(web.address, sizeof web.address, "127.0.0.1:%d", web.port);
	web.pages.pid = web.pid;
	for (pages = rig_log(); (pages = strstr(pages, "msg=metrics address=")); pages++)
		sscanf(pages, "msg=metrics address=%59s", web.pages.address);
	return web;
}

static int connect_to_socket(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
	if (!connect(fd, (struct sockaddr *)&to, sizeof to))
		return fd;
	close(fd);
	return -1;
}

static int connect_to(const struct web *web)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web->port)};
	int fd;

	if (web->socket)
		return connect_to_socket(web->socket);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
		close(fd);
		return -1;
	}
	return fd;
}

int web_connect(const struct web *web)
{
	return connect_to(web);
}

int web_send(const struct web *web, const char *method, const char *path, const char *headers,
             const char *body)
{
	struct buf request = {0};
	int fd = connect_to(web);

	if (fd < 0)
		return -1;
	buf_print(&request, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s", method, path,
	          web->address, headers);
	if (body)
		buf_print(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
		          strlen(body), body);
	else
		buf_add_string(&request, !strcmp(method, "POST") ? "Content-Length: 0\r\n\r\n" : "\r\n");
	for (size_t sent = 0; sent < request.bytes; ) {
		ssize_t bytes = send(fd, request.data + sent, request.bytes - sent, MSG_NOSIGNAL);

		if (bytes <= 0) {
			close(fd);
			fd = -1;
			break;
		}
		sent += (size_t)bytes;
	}
	buf_release(&request);
	return fd;
}

struct web_answer web_receive(int fd)
{
	struct web_answer answer = {0, "", ""};
	struct buf all = {0};
	char part[8192], *end;
	ssize_t bytes;

	if (fd < 0)
		return answer;
	for (;;) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};

		assert_int_equal(poll(&wait, 1, RIG_WAIT_MS), 1);
		bytes = recv(fd, part, sizeof part, 0);
		if (bytes <= 0)
			break;
		buf_add(&all, part, (size_t)bytes);
	}
	close(fd);
	end = all.data ? strstr(all.data, "\r\n\r\n") : NULL;
	if (end && sscanf(all.data, "HTTP/1.1 %d", &answer.status) == 1) {
		answer.body = rig_keep(strdup(end + 4));
		end[2] = '\0';
		answer.head = rig_keep(strdup(all.data));
	}
	buf_release(&all);
	return answer;
}

struct web_answer web_ask(const struct web *web, const char *method, const char *path,
                          const char *headers, const char *body)
{
	return web_receive(web_send(web, method, path, headers, body));
}

const char *web_header(const struct web_answer *answer, const char *name)
{
	size_t bytes = strlen(name);

	for (const char *at = strstr(answer->head, "\r\n"); at; at = strstr(at + 2, "\r\n"))
		if (!strncasecmp(at + 2, name, bytes) && at[2 + bytes] == ':')
			return rig_keep(strndup(at + 4 + bytes, strcspn(at + 4 + bytes, "\r")));
	return "";
}

const char *web_cookie(const struct web_answer *answer)
{
	const char *set = web_header(answer, "Set-Cookie");
	char line[200];

	assert_memory_equal(set, "__Host-holdfast=", 16);
	snprintf(line, sizeof line, "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
	return rig_keep(strdup(line));
}

void web_expect(struct web_answer answer, int status, const char *reason)
{
	if (answer.status != status || strcmp(rig_field(answer.body, "reason"), reason) != 0)
		fail_msg("expected %d %s, got %d: %s", status, reason, answer.status, answer.body);
}
