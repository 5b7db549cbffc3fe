/*
 * publish.h - publishes requests: the one of the flags, or the lines of standard input.
 */
#ifndef HOLDFAST_PRODUCER_PUBLISH_H
#define HOLDFAST_PRODUCER_PUBLISH_H

#include "common/pipeline/pipeline.h"
#include "producer/settings.h"

/*
 * Publish one request, which is complete, or without one each line of standard input; await what is
 * to be awaited. What goes wrong is logged.
 *
 * RC_USAGE: a line is no request; else as of ordered_replies_judge
 */
enum rc publish_run(const struct settings *s, const struct pipeline *pipeline, struct text value,
                    struct err *e) NODISCARD;

#endif
