/*
 * flights.h - the requests that are under way: who is in, how many may be, which record is whose.
 *
 * A place is held until the reply or the time-out, also where the client has left or does not wait
 * so long: the record is in the topic all the same, and tells how old the queue is.
 * Threads: one at a time.
 */
#ifndef HOLDFAST_GATEWAY_TOPICS_FLIGHTS_H
#define HOLDFAST_GATEWAY_TOPICS_FLIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/text.h"

#define FLIGHT_ID_BYTES 16
#define FLIGHT_SESSION_BYTES 16

/* kafka_correlationId: of the process, the place, and how often that was taken. */
struct flight_id {
	uint8_t bytes[FLIGHT_ID_BYTES];
};

/* The rest of it beside the process, as a pointer that is none; and back again. */
struct flights;
void *flight_token(const struct flight_id *id);
struct flight_id flights_id(const struct flights *flights, void *token);
/* Of its record, by ce_id of a reply, <topic>/<partition>/<offset>; -1: it is none. */
int64_t flight_place_offset(struct text place);

/* 0: no such limit. */
struct flight_limits {
	uint32_t all, a_partition, a_session;
};

enum flight_refusal {
	FLIGHT_TAKEN,
	FLIGHT_ALL_TAKEN,       /* too many under way, in all */
	FLIGHT_PARTITION_TAKEN, /* or on its partition */
	FLIGHT_SESSION_TAKEN,   /* or of its session */
	FLIGHT_SHED,            /* those before it on its partition wait too long already */
};

struct flight {
	void *asker;           /* the caller's */
	bool has_session;
	uint8_t session[FLIGHT_SESSION_BYTES];
	int32_t partition;     /* below the count given to flights_open */
	int64_t offset;        /* -1: not known yet */
	bool is_delivered;
	int64_t since_ms;
	int64_t told_ms;       /* who asks does not wait for longer */
	int64_t until_ms;      /* nor is it awaited; not before told_ms */
	bool is_told;          /* that there was no reply in time: asker means nothing any more */
};

#define FLIGHTS_MOST 1000000 /* places where limits.all is 0 */

/*
 * nonce    of this process, at random
 * shed_ms  no more are taken while the oldest of the partition has waited for longer; 0: no matter
 * NULL: out of memory
 */
struct flights *flights_open(const struct flight_limits *limits, int32_t partition_count,
                             uint64_t nonce, int64_t shed_ms);
void flights_close(struct flights *flights); /* takes NULL */

/* Take a place for it, copied. `id` is set where FLIGHT_TAKEN. */
enum flight_refusal flights_add(struct flights *flights, const struct flight *flight,
                                struct flight_id *id);
/* NULL: it is none of this process, or over. */
struct flight *flights_find(struct flights *flights, struct text id);
/* It is over: its place is free, and what is left of it is in `over`. false: as above */
bool flights_end(struct flights *flights, struct text id, struct flight *over);
/*
 * One whose asker is to be told now that there was no reply in time, each once; false: there is none.
 * Its place goes when until_ms has come. To be called until there is none, which also finds out how
 * long the oldest of each partition waits.
 */
bool flights_find_late(struct flights *flights, int64_t now_ms, struct flight *late);
size_t flights_count(const struct flights *flights);

#endif
