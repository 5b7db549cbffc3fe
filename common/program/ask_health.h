/*
 * ask_health.h - asks a program that runs whether it is alive, as container engines do.
 */
#ifndef HOLDFAST_PROGRAM_ASK_HEALTH_H
#define HOLDFAST_PROGRAM_ASK_HEALTH_H

#include "common/base/err.h"

#define ASK_HEALTH_MS 5000 /* longest wait for the connection, and then for the answer */

/*
 * GET /livez at ADDR:PORT or [ADDR]:PORT, which the other program has as its --metrics-listen;
 * 0.0.0.0 is this machine.
 *
 * RC_USAGE         not of that form
 * RC_RETRY         FROM_REPLY: nobody answers there, or in time
 * RC_FATAL         FROM_PROGRAM: it answers that it is not alive, and the message says why
 */
enum rc ask_health(const char *address, struct err *e) NODISCARD;

#endif
