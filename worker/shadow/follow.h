/*
 * follow.h - follows one partition of a live topic: decides each request in the scratch database, and
 * compares with what the installation answers.
 *
 * It takes the rows over as an owner does and lets the lane's own code decide. It has no group and no
 * producer, so that it can fence nobody but another shadow on its own database.
 * Threads: one works; the atomics are for any.
 * Limits: FOLLOW_BATCHES batches are decided ahead of what is compared; then requests wait.
 */
#ifndef HOLDFAST_WORKER_SHADOW_FOLLOW_H
#define HOLDFAST_WORKER_SHADOW_FOLLOW_H

#include "worker/shadow/following.h"

#define FOLLOW_LOSSES_MAX 5 /* losses of the rows in a row, with nothing compared in between */

/* settings: borrowed. Close it whatever comes back. RC_FATAL: no memory */
enum rc follow_open(struct follow *follow, const struct lane_settings *settings, int32_t partition,
                    struct err *e) NODISCARD;
void follow_close(struct follow *follow);

/* For a thread: follow until state_ask_to_stop. */
void *follow_work(void *follow);

#endif
