/*
 * requests.h - the requests of one partition, from the first one on, in order.
 */
#ifndef HOLDFAST_AUDIT_REQUESTS_H
#define HOLDFAST_AUDIT_REQUESTS_H

#include "audit/settings.h"
#include "common/base/record.h"

#define REQUESTS_TO_THE_END INT64_MAX

/* Called for each request; anything but RC_OK ends the reading and is what it returns. */
typedef enum rc request_seen(void *context, const struct record *request, struct err *e);

/*
 * Read the requests of a partition, as read_committed shows them.
 *
 * until  offset behind the last one wanted; REQUESTS_TO_THE_END: what is there now
 *
 * RC_OK    every request below `until` was seen; fewer where the topic ends before it
 * RC_RETRY Kafka lost, or asked to stop
 * RC_FATAL FROM_PIPELINE: the beginning of the topic is not kept, so nothing can be decided again
 */
enum rc requests_read(const struct audit_settings *settings, int32_t partition, int64_t until,
                      request_seen *seen, void *context, struct err *e) NODISCARD;

/*
 * What the group has committed of each partition, stable offsets required, the reading repeated
 * while workers are at it; -1: nothing.
 *
 * list  partition_count offsets
 */
enum rc requests_committed(const struct audit_settings *settings, int64_t *list,
                           struct err *e) NODISCARD;

/*
 * Where a partition ends now.
 *
 * visible  offset behind what a read_committed reader can see
 * end      offset behind everything; above `visible` while a transaction is open from there on
 *
 * RC_RETRY the broker did not answer in time
 */
enum rc requests_end(const struct audit_settings *settings, int32_t partition, int64_t *visible,
                     int64_t *end, struct err *e) NODISCARD;

/* Offset behind the last record of each partition, seen or not; list: partition_count offsets. */
enum rc requests_ends(const struct audit_settings *settings, int64_t *list,
                      struct err *e) NODISCARD;

#endif
