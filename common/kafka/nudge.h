/*
 * nudge.h - wakes a call of the library that does not return. For sources of common/kafka only.
 *
 * rd_kafka_send_offsets_to_transaction does not keep to its time-out (issues 5456 and 5511 of
 * librdkafka): while the group's coordinator is away it waits until any connection of the client
 * comes or goes, and then looks for the coordinator again. Since version 2.10 a client drops a
 * broker that the cluster does not list, and a broker that starts is not listed for a moment. With
 * the coordinator dropped nothing may come or go any more, and the call waits for ever. So where
 * none of its requests is answered for too long, connections of its client are cut, one after
 * another, until it returns. To the client each is a connection lost as any other.
 *
 * Threads: begin and end by the thread that calls the library; cuts are made by one of this file's.
 */
#ifndef HOLDFAST_KAFKA_NUDGE_H
#define HOLDFAST_KAFKA_NUDGE_H

#include <stdbool.h>

#define NUDGE_CONNECTIONS_MAX 64 /* of one client; what it has beyond these is never cut */

/*
 * quiet_ms, shaken_ms  from the last sign of life until a connection is cut: where no connection has
 *                      been lost since the last call that went well, and where one has
 * hold_ms              from a cut until the client may connect again: the library looks for a
 *                      coordinator once a second at the most, and only where it has a connection;
 *                      the cut itself counts as a look
 */
struct nudge_times {
	int quiet_ms, shaken_ms, hold_ms;
};

struct rd_kafka_conf_s;
struct nudge;

/* Release with nudge_release, when the client that was made of the configuration has ended. */
struct nudge *nudge_make(const struct nudge_times *times); /* NULL: out of memory */
void nudge_release(struct nudge *nudge);                   /* takes NULL */

/* Know the connections of the client; its opaque is taken. */
void nudge_attach(struct nudge *nudge, struct rd_kafka_conf_s *conf);

/* Around one call; no second one meanwhile. */
void nudge_begin(struct nudge *nudge);
void nudge_end(struct nudge *nudge, bool is_well);
/* A sign of life, by any thread: a request of the call has come back. */
void nudge_alive(struct nudge *nudge);

#endif
