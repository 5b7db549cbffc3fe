/*
 * history.h - requests of every type, good and bad, on a few shows that they fight for.
 *
 * Works on the pipeline of rig.h, with a worker that runs. Random, but the same at each run; what
 * the append times make of it is not.
 */
#ifndef HOLDFAST_TESTS_HISTORY_H
#define HOLDFAST_TESTS_HISTORY_H

#include "tests/integration/rig.h"

#define HISTORY_SHOWS 6

/* The name of show number n. */
const char *history_show(int n);

/* Create the shows, with seats and an owner. */
void history_begin(void);
/* Publish that many requests at random and wait for their replies. */
void history_go_on(int count);
/* Wait until every short hold has lapsed; there is one at least. */
void history_await_lapses(void);
/* A tombstone, records without a key and on a wrong partition, an aborted transaction. */
void history_add_oddities(void);

/* Append requests of a transaction that is then aborted: offsets that nobody sees. */
void history_abort(int32_t partition);

/* Fails unless every type, and every status of a reservation and a seat, came of it. */
void history_expect_variety(void);

#endif
