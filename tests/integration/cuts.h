/*
 * cuts.h - what operators do to a pipeline's topics and group: records deleted from the head,
 * offsets set by hand; and which request has how many replies then.
 *
 * Works on the pipeline of rig.h, on its first `partitions`. Offsets are set while no worker runs.
 */
#ifndef HOLDFAST_TESTS_CUTS_H
#define HOLDFAST_TESTS_CUTS_H

#include "tests/integration/rig.h"

#define CUTS_NEAR 20 /* offsets; aborted transactions take many more */

/* By partition: records below that offset go; -1: all; 0: none. */
void cuts_delete(const char *topic, const int64_t *below, int partitions);

/* By partition, beside offsets above 0. */
enum { CUTS_KEPT = 0, CUTS_FIRST = -1, CUTS_NONE = -2, CUTS_LATEST = -3 };
void cuts_set_offsets(const int64_t *offsets, int partitions);

/* The end of the requests, behind markers, too. */
int64_t cuts_end(int partition);

/* The offset of the reply to that request on the default topic; fails where there is none. */
int64_t cuts_reply_at(int partition, int64_t request);
/*
 * The replies to each request of the partition that are kept on the topic, as "offset:count ...";
 * "+n": n of them to requests at CUTS_NEAR and beyond.
 */
const char *cuts_replies(const char *topic, int partition);

#endif
