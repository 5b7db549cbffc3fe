/*
 * intake.h - what a viewer is sent: the answer to its request, then frames, each applied to its map.
 *
 * Threads: one.
 */
#ifndef HOLDFAST_TESTS_BENCH_INTAKE_H
#define HOLDFAST_TESTS_BENCH_INTAKE_H

#include "tests/bench/map/crowd.h"

#define INTAKE_LATE_MS_MAX 60000 /* between coming and being read; more is not believed */

void intake_receive(struct viewer *v); /* what is there now; its connection may end of it */

#endif
