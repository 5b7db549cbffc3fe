/*
 * manager.h - a service manager as the programs see it: NOTIFY_SOCKET for those that are started while
 * it is open, and what they say to it. What does not come fails the test.
 */
#ifndef HOLDFAST_TESTS_MANAGER_H
#define HOLDFAST_TESTS_MANAGER_H

#define MANAGER_WATCHDOG_US "400000"

void manager_open(void);
void manager_close(void);
/* Wait until it is told that. How many other things it was told before. */
int manager_await(const char *text);
/* Stop a program; its last word is read before it has ended, while others may still fill the socket. */
void manager_stop(long pid);
void manager_forget(void); /* what it was told up to now */

#endif
