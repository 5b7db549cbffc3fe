/*
 * small_history.h - a history of two shows on two partitions in which everything happens once:
 * every kind of event, duplicates, dead letters, headers, replies on a topic of their own.
 */
#ifndef HOLDFAST_TESTS_SMALL_HISTORY_H
#define HOLDFAST_TESTS_SMALL_HISTORY_H

#include "tests/integration/rig.h"

/* Shows "opera" on partition 0 and "hall" on partition 1. */
#define SMALL_PARTITIONS 2
#define SMALL_ID(digits) "00000000-0000-4000-8000-0000000000" digits

/* <replies>.own: request 60 asked for partition 1 of it and got its reply there. Requests 61 and 62
 * asked likewise for <replies>.later61 and .later62, which there were not. */
extern char small_own_topic[100];

/* Set-up of a cmocka group: rig_make, the history, and no worker any more. */
int small_history_make(void **state);
/* Topics with SMALL_PARTITIONS partitions; a blank behind each name. */
void small_topics_make(const char *names);

#endif
