/*
 * stop.h - SIGTERM and SIGINT ask the program to end; a second one ends it at once.
 */
#ifndef HOLDFAST_BASE_STOP_H
#define HOLDFAST_BASE_STOP_H

#include <stdbool.h>
#include <stdint.h>

void stop_install(void); /* once, in main, before the first thread; SIGPIPE is ignored from here */
bool stop_is_asked(void);
void stop_ask(void);               /* as a signal would; any thread */
bool stop_wait_ms(int64_t ms);     /* sleeps up to ms; true as soon as a stop is asked for */

#endif
