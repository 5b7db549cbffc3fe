/*
 * notify.h - what a service manager is told, in the protocol of sd_notify(3): a datagram to the
 * socket that NOTIFY_SOCKET names. Without that variable nothing happens.
 * A manager whose socket is full is waited for, a second at the most, but for a sign of life.
 *
 * Threads: the main one.
 */
#ifndef HOLDFAST_SERVICE_NOTIFY_H
#define HOLDFAST_SERVICE_NOTIFY_H

#include <stdint.h>

/* Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Once. */
void notify_open(void);
void notify_close(void);

/* It serves. `status`: a line for people. Each further call tells the status alone. */
void notify_ready(const char *status);
void notify_alive(void); /* as often as one likes: passed on as often as the manager wants it */
void notify_stopping(void);

#endif
