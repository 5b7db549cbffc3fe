#include "common/program/ask_health.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ADDRESS_BYTES 128
#define ANSWER_BYTES 1024

static enum rc refuse_form(struct err *e)
{
	return err_set(e, RC_USAGE, FROM_SETTINGS, "--health must be ADDR:PORT or [ADDR]:PORT");
}

static enum rc say_silent(const char *address, const char *why, struct err *e)
{
	return err_set(e, RC_RETRY, FROM_REPLY, "nobody says at %s how it is: %s", address, why);
}

/* -1: e says why */
static int connect_to(const char *address, struct err *e)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const struct timeval longest = {.tv_sec = ASK_HEALTH_MS / 1000};
	char host[ADDRESS_BYTES], *colon, *name = host;
	struct addrinfo *found = NULL;
	int fd = -1;

	if ((size_t)snprintf(host, sizeof host, "%s", address) >= sizeof host ||
	    !(colon = strrchr(host, ':')) || colon == host || !colon[1]) {
		(void)refuse_form(e);
		return -1;
	}
	*colon = '\0';
	if (host[0] == '[' && colon[-1] == ']') {
		colon[-1] = '\0';
		name++;
	}
	if (getaddrinfo(name, colon + 1, &hints, &found)) {
		(void)refuse_form(e);
		return -1;
	}
	fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest) ||
	                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest) ||
	                connect(fd, found->ai_addr, found->ai_addrlen))) {
		(void)say_silent(address, strerror(errno), e);
		(void)close(fd);
		fd = -1;
	} else if (fd < 0) {
		(void)say_silent(address, strerror(errno), e);
	}
	freeaddrinfo(found);
	return fd;
}

/* All of the answer that there is room for; its end is NUL. */
static void read_answer(int fd, char answer[ANSWER_BYTES])
{
	size_t bytes = 0;
	ssize_t got;

	while ((got = recv(fd, answer + bytes, ANSWER_BYTES - 1 - bytes, 0)) > 0)
		bytes += (size_t)got;
	answer[bytes] = '\0';
}

enum rc ask_health(const char *address, struct err *e)
{
	static const char request[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	char answer[ANSWER_BYTES];
	const char *body;
	int fd = connect_to(address, e);

	if (fd < 0)
		return e->rc;
	answer[0] = '\0';
	if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) == (ssize_t)sizeof request - 1)
		read_answer(fd, answer);
	(void)close(fd);
	if (strncmp(answer, "HTTP/1.1 ", 9) != 0)
		return say_silent(address, "no answer in time", e);
	if (strncmp(answer + 9, "200", 3) == 0)
		return RC_OK;
	body = strstr(answer, "\r\n\r\n");
	return err_set(e, RC_FATAL, FROM_PROGRAM, "not alive: %.*s",
	               body ? (int)strcspn(body + 4, "\n") : 0, body ? body + 4 : "");
}
