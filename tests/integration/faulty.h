/*
 * faulty.h - programs of the build with fault places: started, watched, and judged by the audit.
 *
 * Works on the pipeline of rig.h. What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_FAULTY_H
#define HOLDFAST_TESTS_FAULTY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/fault.h"

/*
 * How long a dead worker stays a member. The client library sends a heartbeat once a second where
 * nothing else happens, whatever the interval: below two seconds members that live are lost, too.
 */
#define FAULTY_SESSION_MS "2000"
#define FAULTY_SHORT_MEMBERSHIPS \
	"session.timeout.ms=" FAULTY_SESSION_MS ",heartbeat.interval.ms=500"

/*
 * For the programs that are started from now on: memberships that end FAULTY_SESSION_MS after a
 * worker's death; or also a group of this pipeline's own and batches of few requests. Topics that
 * are made from now on have so many partitions.
 */
void faulty_set_short_memberships(void);
void faulty_set_pace(int partitions);

/*
 * Start a program with HOLDFAST_FAULT and HOLDFAST_BREAK as given, and one argument. NULL: none.
 */
long faulty_start(const char *program, const char *fault, const char *rules, const char *argument);

const char *faulty_place(enum fault_place place);   /* its name */
const char *faulty_program(enum fault_place place);

/* Lines of the log that hold that text, and waiting until there are so many. */
size_t faulty_lines(const char *text);
void faulty_await_lines(const char *text, size_t count);

bool faulty_has_ended(long pid);
void faulty_await_stopped(long pid);
void faulty_go_on(long pid); /* SIGCONT */

/* What idle_in_transaction_session_timeout does after 10 s: a stopped worker holds no rows. */
void faulty_end_idle_transactions(void);

/* Fails, with what the audit printed, unless it ends with that exit code. */
void faulty_audit(int exit_code);

#endif
