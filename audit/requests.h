/*
 * requests.h - the requests of one partition, from the first one that is kept on, in order.
 */
#ifndef HOLDFAST_AUDIT_REQUESTS_H
#define HOLDFAST_AUDIT_REQUESTS_H

#include "audit/settings.h"
#include "common/base/record.h"

#define REQUESTS_TO_THE_END INT64_MAX

/* Called for each request; anything but RC_OK ends the reading and is what it returns. */
typedef enum rc request_seen(void *context, const struct record *request, struct err *e);

/*
 * The offset from which on a partition is kept: 0 unless records were deleted from its head, by
 * retention or by hand.
 *
 * RC_RETRY the broker did not answer in time
 */
enum rc requests_kept_from(const struct audit_settings *settings, int32_t partition, int64_t *from,
                           struct err *e) NODISCARD;

/*
 * Read the requests of a partition, as read_committed shows them.
 *
 * until  offset behind the last one wanted; REQUESTS_TO_THE_END: what is there now
 * from   returned: as of requests_kept_from. Above 0 nothing is known of shows that were made before
 *
 * RC_OK    every request from `from` on and below `until` was seen; fewer where the topic ends before
 * RC_RETRY Kafka lost, or asked to stop
 */
enum rc requests_read(const struct audit_settings *settings, int32_t partition, int64_t until,
                      request_seen *seen, void *context, int64_t *from, struct err *e) NODISCARD;

/* The error where what is asked for rests on requests that are gone. Returns e->rc. */
enum rc requests_are_gone(const struct audit_settings *settings, int32_t partition, int64_t from,
                          struct err *e) NODISCARD;

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
