/*
 * web.h - a client of a gateway, request by request, over a connection of its own each.
 *
 * Texts are good for the next 64 calls. What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_WEB_H
#define HOLDFAST_TESTS_WEB_H

#include "tests/integration/pages.h"

/* A gateway that was started. */
struct web {
	long pid;
	int port;
	char address[30];    /* 127.0.0.1:PORT */
	const char *socket;  /* the path of a unix: socket that is asked in its place; NULL: none */
	struct pages pages;  /* where web_start_as started it */
};

/* Start one at a free port and wait until it serves; options may be NULL. */
struct web web_start(const char *option, const char *more, const char *third);
#define WEB_OPTIONS_MAX 12
/* The same, with its /metrics; options end with NULL. socket: listen at that path instead, or NULL */
struct web web_start_as(const char *socket, const char *const *options);

/* Status 0: the connection ended without an answer. */
struct web_answer {
	int status;
	const char *head, *body;
};

/*
 * Send a request and wait for its answer.
 *
 * headers  lines that end with "\r\n", or ""; a body is application/json
 * body     NULL: none
 */
struct web_answer web_ask(const struct web *web, const char *method, const char *path,
                          const char *headers, const char *body);
/* A connection, for what is no request; -1 where there is none. */
int web_connect(const struct web *web);
/* In two steps, so that several are under way: the connection, -1 where there is none. */
int web_send(const struct web *web, const char *method, const char *path, const char *headers,
             const char *body);
struct web_answer web_receive(int connection); /* and closes it */

/* The value of a header of an answer; "" where it is absent. */
const char *web_header(const struct web_answer *answer, const char *name);
/* "Cookie: ...\r\n" of an answer that sets it; fails where none is set. */
const char *web_cookie(const struct web_answer *answer);
/* Fails unless the answer has that status and its body that reason. */
void web_expect(struct web_answer answer, int status, const char *reason);

#endif
