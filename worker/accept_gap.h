/*
 * accept_gap.h - lets a partition go on whose requests are gone from its head, on the word of an
 * operator that nothing is missing (holdfast-admin accept-gap).
 *
 * It becomes the partition's owner as a lane does and hears what rows, replies and offset say; it
 * answers nothing and commits no offset. What was said, by whom and when, stands in accepted_gaps.
 * Threads: the main thread's.
 */
#ifndef HOLDFAST_WORKER_ACCEPT_GAP_H
#define HOLDFAST_WORKER_ACCEPT_GAP_H

#include "worker/lane/settings.h"

/*
 * partition  its number, as the operator wrote it
 * reason     why nothing is missing, in his words
 * wait_ms    longest wait for the servers
 *
 * Prints on stdout what was accepted; may be repeated.
 *
 * RC_USAGE   there is no such partition, or no reason
 * RC_FATAL   FROM_PIPELINE: the partition is not in that state, or answers would be lost
 */
enum rc accept_gap_run(const struct lane_settings *settings, const char *partition,
                       const char *reason, int64_t wait_ms, struct err *e) NODISCARD;

#endif
