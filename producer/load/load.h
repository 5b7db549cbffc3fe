/*
 * load.h - the load generator of holdfast-producer --load.
 *
 * Open loop: each request is due at its time, whatever became of those before it, and its latency
 * counts from then. A pipeline that stalls is thereby charged for all who would have waited.
 * Threads: everything on the caller's.
 */
#ifndef HOLDFAST_PRODUCER_LOAD_LOAD_H
#define HOLDFAST_PRODUCER_LOAD_LOAD_H

#include "common/pipeline/client.h"
#include "producer/load/plan.h"
#include "producer/settings.h"

/* RC_USAGE: a flag says nothing sensible, or is of another mode; names it. */
enum rc load_read_flags(const struct settings *s, struct load_settings *load,
                        struct err *e) NODISCARD;
/* RC_USAGE: there is a flag of the load, and no --load; names it. */
enum rc load_refuse_flags(const struct settings *s, struct err *e) NODISCARD;

/*
 * Create the shows where asked, send, wait for what is awaited, print the report.
 *
 * load  as load_read_flags made it; gets the number of partitions
 *
 * A request that is refused is no error. What goes wrong is logged.
 *
 * RC_RETRY  FROM_KAFKA, FROM_REPLY: a request was not delivered, or has no reply
 * RC_REJECT FROM_REPLY: a show could not be created
 */
enum rc load_run(const struct settings *s, const struct pipeline *pipeline,
                 struct load_settings *load, struct err *e) NODISCARD;

/*
 * Publish create_show, add_seats and set_areas of each show, and where they are awaited wait for the
 * replies. A show or seats that exist already will do.
 */
enum rc load_create(const struct settings *s, const struct pipeline *pipeline,
                    const struct load_settings *load, const struct load_plan *plan,
                    struct err *e) NODISCARD;

#endif
