/*
 * seen.h - what stands in the topics, held against the rows and against itself.
 *
 * Works on the pipeline of rig.h. What differs fails the test.
 */
#ifndef HOLDFAST_TESTS_SEEN_H
#define HOLDFAST_TESTS_SEEN_H

#include "tests/integration/rig.h"

#define SEEN_MAX 60000 /* records of one topic */

/*
 * Every request record has one reply, one row in decisions, the time of the contract and its
 * headers; folding the events gives the seats and the reservations.
 *
 * more_reply_topics  beside the default one, ends with NULL; may be NULL
 * but_show           of this show the seats are not looked at (changed by hand); may be NULL
 */
void seen_all_agree(const char *const *more_reply_topics, const char *but_show);

/* Fails unless both JSON texts say the same, whatever the order of keys. */
void seen_same(const char *found, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The end of a reply to a record on the show's partition: decided_at and request. */
const char *seen_tail(const char *show_id, const char *reply);

/* The events of a show, as "event seat,seat ..." in their order, one space between two. */
const char *seen_events(const char *show_id);
/* Event number n of a show, from 0. */
const char *seen_event(const char *show_id, size_t n);

/* Publish to that partition, past the client; the offset where it landed. */
int64_t seen_send(int32_t partition, struct text key, struct text value,
                  const struct record_header *headers, size_t header_count);
/*
 * Wait for the reply to the record at that place, read from that topic; release with rig_give.
 */
struct record seen_reply(const char *topic, int32_t partition, int64_t offset);
/* The last header of that name as text; "" where there is none. */
const char *seen_header(const struct record *r, const char *name);

/* A partition that is not the show's. */
int32_t seen_other_partition(const char *show_id);

/* Run a tool of the Kafka distribution; fails the test unless it exits 0. What it printed. */
const char *seen_kafka_tool(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for any command of the shell. */
const char *seen_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
