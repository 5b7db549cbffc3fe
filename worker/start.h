/*
 * start.h - what a worker does before its work: it reads the pipeline and verifies it, serves its
 * pages, and tries what can be tried without a partition.
 *
 * Threads: the main thread's.
 */
#ifndef HOLDFAST_WORKER_START_H
#define HOLDFAST_WORKER_START_H

#include "common/pipeline/pipeline.h"
#include "worker/settings.h"

#define START_PROGRAM "holdfast-worker"

/*
 * pipeline  zeroed; release with pipeline_release whatever comes back
 *
 * RC_USAGE, RC_RETRY, RC_REOPEN, RC_FATAL  as of pipeline_verify, service_open and rehearsal_run
 */
enum rc start_run(const struct settings *settings, struct pipeline *pipeline,
                  struct err *e) NODISCARD;
void start_undo(void); /* all but the pipeline; also where start_run failed */

#endif
