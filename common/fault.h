/*
 * fault.h - places where a test build dies on purpose, and wrongs that it does on purpose. Nothing
 * of it is in an ordinary build.
 *
 * With FAULTS=1 the environment HOLDFAST_FAULT=<place>:<n> kills the program (SIGKILL) when it
 * comes to that place for the n-th time, and HOLDFAST_BUG=<name> makes it decide wrongly in one
 * way, which the audit must find:
 *
 *   ignore_session    release, extend and confirm by whatever session
 *   forget_lapsed     a reserve takes the seats of lapsed holds without ending these
 *   late_by_one_ms    a hold lapses a millisecond behind its reserved_until
 *   wrong_duplicate   duplicate_of is the duplicate's own offset
 *
 * Without it both are compiled to nothing: no environment changes what an ordinary build does.
 */
#ifndef HOLDFAST_FAULT_H
#define HOLDFAST_FAULT_H

#ifdef FAULTS
#include <stdbool.h>

void fault_at(const char *place);
bool fault_is_bug(const char *name);
#else
#define fault_at(place) ((void)0)
#define fault_is_bug(name) false
#endif

#endif
