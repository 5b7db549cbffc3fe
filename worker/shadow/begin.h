/*
 * begin.h - what comes before a partition is followed: its rows are taken over, the topic is held
 * against them, and reading begins at the first request that was not compared yet.
 *
 * Threads: that of the partition.
 */
#ifndef HOLDFAST_WORKER_SHADOW_BEGIN_H
#define HOLDFAST_WORKER_SHADOW_BEGIN_H

#include "worker/shadow/following.h"

/*
 * Open store, book, listen and the reader of requests, which are closed by the caller whatever comes
 * back.
 *
 * RC_RETRY, RC_REOPEN  a server is not there
 * RC_FATAL  FROM_PIPELINE: no scratch database, or the topic does not hold what its rows need
 */
enum rc begin_following(struct follow *follow, struct err *e) NODISCARD;

#endif
