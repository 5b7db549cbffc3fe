#include "tests/unit/common/http/client.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char answer[CLIENT_ANSWER_BYTES];
static bool was_reset;

static int connect_path(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

int client_open(const char *address)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
	struct addrinfo *found;
	char host[100];
	char *port;
	int fd;

	if (!strncmp(address, "unix:", 5))
		return connect_path(address + 5);
	snprintf(host, sizeof host, "%s", address + (address[0] == '['));
	port = strrchr(host, ':');
	*port = '\0';
	if (host[strlen(host) - 1] == ']')
		host[strlen(host) - 1] = '\0';
	assert_int_equal(getaddrinfo(host, port + 1, &hints, &found), 0);
	fd = socket(found->ai_family, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, found->ai_addr, found->ai_addrlen), 0);
	freeaddrinfo(found);
	return fd;
}

bool client_try_send(int fd, const char *data, size_t bytes)
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

void client_send(int fd, const char *text)
{
	assert_true(client_try_send(fd, text, strlen(text)));
}

/* 0: the other side has closed */
static size_t receive(int fd, char *data, size_t bytes, int flags)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	ssize_t got;

	if (poll(&poller, 1, CLIENT_WAIT_MS) != 1)
		fail_msg("no answer in time");
	got = recv(fd, data, bytes, flags);
	was_reset = got < 0;
	return got > 0 ? (size_t)got : 0;
}

bool client_was_reset(void)
{
	return was_reset;
}

/* Looked at before it is taken, so that nothing of what comes behind it is. */
static size_t receive_head(int fd)
{
	size_t bytes = 0, seen;
	const char *end;

	do {
		assert_true(bytes < sizeof answer - 1);
		seen = receive(fd, answer + bytes, sizeof answer - 1 - bytes, MSG_PEEK);
		if (!seen)
			fail_msg("closed after: %.*s", (int)bytes, answer);
		answer[bytes + seen] = '\0';
		end = strstr(answer, "\r\n\r\n");
		if (end)
			seen = (size_t)(end + 4 - answer) - bytes;
		bytes += receive(fd, answer + bytes, seen, 0);
	} while (!end);
	answer[bytes] = '\0';
	return bytes;
}

const char *client_head_answer(int fd)
{
	(void)receive_head(fd);
	return answer;
}

const char *client_answer(int fd)
{
	size_t bytes = receive_head(fd), whole;
	const char *length = strstr(answer, "\r\nContent-Length: ");

	whole = bytes + (length ? strtoul(length + 18, NULL, 10) : 0);
	assert_true(whole < sizeof answer);
	while (bytes < whole) {
		size_t got = receive(fd, answer + bytes, whole - bytes, 0);

		assert_true(got > 0);
		bytes += got;
	}
	answer[bytes] = '\0';
	return answer;
}

const char *client_rest(int fd)
{
	size_t bytes = 0, got;

	while ((got = receive(fd, answer + bytes, sizeof answer - 1 - bytes, 0)) > 0)
		bytes += got;
	answer[bytes] = '\0';
	return answer;
}

void client_expect(const char *text, unsigned status, const char *part)
{
	char line[20];

	snprintf(line, sizeof line, "HTTP/1.1 %u ", status);
	if (strncmp(text, line, strlen(line)) != 0 || !strstr(text, part))
		fail_msg("expected %u and \"%s\", got \"%s\"", status, part, text);
}
