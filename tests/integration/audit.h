/*
 * audit.h - runs holdfast-audit on the pipeline of rig.h and looks at what it printed.
 */
#ifndef HOLDFAST_TESTS_AUDIT_H
#define HOLDFAST_TESTS_AUDIT_H

#include "tests/integration/rig.h"

/* One run; several may be under way. */
struct audit {
	long pid;
	char path[200];
	int exit_code;
	char *report; /* what it printed on stdout */
};

/* Arguments end with NULL. */
void audit_start(struct audit *audit, ...);
/* Wait, and read the report. Any exit code will do. */
void audit_await(struct audit *audit);
void audit_release(struct audit *audit);

/* All of that, twice, as text and as JSON: exit code 0 and no difference, else the test fails. */
void audit_is_clean(const char *more);

/* How often a text stands in the report. */
size_t audit_count(const struct audit *audit, const char *text);

/* Fails unless every JSON report of this program so far is one JSON value. */
void audit_check_json(void);

#endif
