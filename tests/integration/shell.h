/*
 * shell.h - commands: what they print, which is good for the next 64 calls.
 */
#ifndef HOLDFAST_TESTS_SHELL_H
#define HOLDFAST_TESTS_SHELL_H

#include "tests/integration/rig.h"

/* Any command of the shell; fails the test unless it exits 0. */
const char *shell_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same of a tool of the Kafka distribution. */
const char *shell_kafka_tool(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Kafka's tool for groups, with what is to be done to the offsets of the tests' own group once it has
 * no member. The tool exits with 0 where it could not: fails the test where it says so.
 */
void shell_offsets(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Stop the broker in order and start it again. A lone one that goes down while markers of a
 * transaction are on their way may forget them for ever: what it has begun, it ends first. So no
 * program may begin anything meanwhile.
 */
void shell_restart_kafka(void);

#endif
