/*
 * message.h - a record made of the client library's message. For sources of common/kafka only.
 */
#ifndef HOLDFAST_KAFKA_MESSAGE_H
#define HOLDFAST_KAFKA_MESSAGE_H

#include "common/base/err.h"
#include "common/base/record.h"

struct rd_kafka_message_s;
struct rd_kafka_headers_s;

/*
 * Takes the message, which goes with record_give, whatever comes back.
 * RC_FATAL: out of memory, the record has no headers.
 */
enum rc kafka_record_fill(struct record *record, struct rd_kafka_message_s *message,
                          struct err *e) NODISCARD;

/* A copy for a message to be sent, which takes it over; NULL: out of memory. */
struct rd_kafka_headers_s *kafka_headers_make(const struct record_header *headers, size_t count);

#endif
