/*
 * pages.h - a program with its pages: /metrics, /livez, /readyz.
 */
#ifndef HOLDFAST_TESTS_PAGES_H
#define HOLDFAST_TESTS_PAGES_H

#include "tests/integration/rig.h"

struct pages {
	long pid;
	char address[60];
};

/* Start a program that serves them at a free port; options may be NULL. */
struct pages pages_start(const char *program, const char *option, const char *more);
/* A page's body; the status stands on a line of its own behind it. */
const char *pages_get(const struct pages *p, const char *path);
/* Until it has that status and contains that; RIG_WAIT_MS at the longest. */
void pages_await(const struct pages *p, const char *path, const char *status, const char *part);
void pages_await_ready(const struct pages *p);
/* The value of a series of /metrics; -1: it is not there. */
double pages_value(const struct pages *p, const char *series);
/* Until a log line of any program contains that. */
void pages_await_log(const char *part);

#endif
