/*
 * fault.h - places where a test build dies on purpose. Nothing of it is in an ordinary build.
 *
 * With FAULTS=1 the environment HOLDFAST_FAULT=<place>:<n> kills the program (SIGKILL) when it
 * comes to that place for the n-th time.
 */
#ifndef HOLDFAST_FAULT_H
#define HOLDFAST_FAULT_H

#ifdef FAULTS
void fault_at(const char *place);
#else
#define fault_at(place) ((void)0)
#endif

#endif
