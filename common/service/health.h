/*
 * health.h - is the program alive, and is it ready? Pages and the service manager are told so.
 *
 * Alive: no watched thread hangs (watchdog.h). Ready: alive, and nobody said why not.
 * Threads: any, but health_open once before the others, and health_tend by the main one.
 */
#ifndef HOLDFAST_SERVICE_HEALTH_H
#define HOLDFAST_SERVICE_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/text.h"

/* Who may have a reason against being ready. */
enum health_part { HEALTH_PROGRAM, HEALTH_DATABASE, HEALTH_KAFKA, HEALTH_PART_COUNT };

/* silence_max_ms: a thread that is silent for longer hangs. Not ready at first: "starting". */
void health_open(int64_t silence_max_ms);

void health_close(void); /* forgets every reason */

/* Why that part is not ready: lines, copied; "": it is. Replaces what it said before. */
void health_say(enum health_part part, const char *why);

/* `why` gets a line for each reason against; may be NULL. */
bool health_is_alive(struct buf *why);
bool health_is_ready(struct buf *why);

/*
 * The main thread's sign of life, to be given in every round: passes it on to the service manager
 * while no thread hangs, and logs it when one does.
 */
void health_tend(void);

#endif
