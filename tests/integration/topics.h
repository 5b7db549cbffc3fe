/*
 * topics.h - the records of a test's topics: what was told of a show, replies, headers.
 *
 * Works on the pipeline of rig.h. Texts are good for the next 64 calls.
 */
#ifndef HOLDFAST_TESTS_TOPICS_H
#define HOLDFAST_TESTS_TOPICS_H

#include "tests/integration/rig.h"

#define TOPICS_RECORDS_MAX 60000 /* of one topic */

/* Room for that many; release with free(3). */
struct record *topics_records(void);

/* Fails unless both JSON texts say the same, whatever the order of keys. */
void topics_expect(const char *found, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The end of a reply to a record on the show's partition: decided_at and request. */
const char *topics_tail(const char *show_id, const char *reply);

/* The events of a show, as "event seat,seat ..." in their order, one space between two. */
const char *topics_events(const char *show_id);
/* Event number n of a show, from 0. */
const char *topics_event(const char *show_id, size_t n);

/* Publish to that partition, past the client; the offset where it landed. */
int64_t topics_send(int32_t partition, struct text key, struct text value,
                    const struct record_header *headers, size_t header_count);
/*
 * Wait for the reply to the record at that place, read from that topic; release with rig_give.
 */
struct record topics_reply(const char *topic, int32_t partition, int64_t offset);
/* The last header of that name as text; "" where there is none. */
const char *topics_header(const struct record *r, const char *name);

/* A partition that is not the show's. */
int32_t topics_other_partition(const char *show_id);

#endif
