/*
 * certificate.h - a hash chained over requests and replies, so that two parties compare one line.
 */
#ifndef HOLDFAST_AUDIT_COMPARE_CERTIFICATE_H
#define HOLDFAST_AUDIT_COMPARE_CERTIFICATE_H

#include "common/base/record.h"

/* Of one partition. Zeroed is the beginning. */
struct certificate {
	int64_t first, last;  /* offsets of requests; where records > 0 */
	uint64_t records;
	uint8_t hash[SHA256_BYTES];
	struct buf link;      /* the bytes of one step, memory kept */
};

void certificate_release(struct certificate *c);

/*
 * One step: hash = SHA-256(hash before, offset, request, reply). Of both records timestamp
 * (request only), key, value and headers count, each with its length. false: out of memory.
 */
bool certificate_add(struct certificate *c, const struct record *request, const struct record *reply);

/* Of several partitions: SHA-256 over partition, first, last, records and hash of each. */
void certificate_sum(const struct certificate *list, int32_t count, uint8_t hash[SHA256_BYTES]);

#define HASH_TEXT_BYTES (2 * SHA256_BYTES + 1)
void certificate_print_hash(const uint8_t hash[SHA256_BYTES], char text[HASH_TEXT_BYTES]);

#endif
