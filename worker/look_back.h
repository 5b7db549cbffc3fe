/*
 * look_back.h - what the topics themselves say of a partition's past.
 */
#ifndef HOLDFAST_WORKER_LOOK_BACK_H
#define HOLDFAST_WORKER_LOOK_BACK_H

#include "common/kafka_reader.h"
#include "worker/answer.h"

/*
 * The largest request offset of the partition that has a committed reply, over all reply topics;
 * -1: none. Reads each reply partition backwards in growing steps.
 */
enum rc look_back_for_reply(struct kafka_reader *reader, const struct answer_settings *settings,
                            int32_t partition, int64_t *request_offset, struct err *e) NODISCARD;

/*
 * Is the record at `offset` still the one with that digest?
 * RC_FATAL: it is gone or another. RC_RETRY: not answered in time.
 */
enum rc look_back_at_record(struct kafka_reader *reader, const char *topic, int32_t partition,
                            int64_t offset, const uint8_t digest[SHA256_BYTES],
                            struct err *e) NODISCARD;

#endif
