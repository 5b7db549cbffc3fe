/*
 * expirers.h - one expirer for each database, and how they stand.
 *
 * Each database has a leader of its own: one program may be it with some and not with others. A
 * database that is lost keeps nothing of the others from being announced.
 * Threads: expirers_run() belongs to the main thread, which starts the others and waits for them.
 */
#ifndef HOLDFAST_EXPIRER_EXPIRERS_H
#define HOLDFAST_EXPIRER_EXPIRERS_H

#include "expirer/expirer.h"

/* Run until a stop is asked for, or with is_once for one round. What ends it earlier is logged. */
enum rc expirers_run(const struct expirer_settings *settings, struct err *e) NODISCARD;

#endif
