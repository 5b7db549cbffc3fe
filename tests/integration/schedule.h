/*
 * schedule.h - two database sessions that are stepped through in every order which keeps each
 * one's own.
 *
 * A step is given to its session when its turn comes, and waited for: until it is done, or until
 * the server says that it waits for a lock of another's. A blocked session is left alone; the
 * turns that come to it meanwhile are made up for as soon as it is free. A session whose step
 * failed rolls back at its next turn, and has no further steps.
 *
 * What cannot be done fails the test.
 */
#ifndef HOLDFAST_TESTS_SCHEDULE_H
#define HOLDFAST_TESTS_SCHEDULE_H

#include "common/db/db.h"

#define SCHEDULE_STEPS_MAX 8
#define SCHEDULE_ORDER_BYTES (2 * SCHEDULE_STEPS_MAX + 1)

/* Runs on the session's own thread: no cmocka there. What is not RC_OK ends the session's part. */
typedef enum rc schedule_step(struct db *db, void *actor, struct err *e);

struct schedule_part {
	schedule_step *steps[SCHEDULE_STEPS_MAX]; /* up to the first NULL */
	void *actor;
};

/* On own_url's database; two threads. */
void schedule_open(void);
void schedule_close(void);

/*
 * Run every order of the two parts' steps. begin makes the actors ready and end judges, each with
 * the order as "ABBA..."; failed[i] is NULL or the error that ended the part.
 *
 * Returns the number of orders.
 */
typedef void schedule_begin(const char *order);
typedef void schedule_end(const char *order, const struct err *const failed[2]);
int schedule_run(const struct schedule_part parts[2], schedule_begin *begin, schedule_end *end);

/* Of all orders so far: those in which a session waited for the other. */
int schedule_blocked(void);

#endif
