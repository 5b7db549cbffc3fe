/*
 * digest.h - SHA-256, and SHA-1 where a protocol has nothing else (libcrypto).
 */
#ifndef HOLDFAST_BASE_DIGEST_H
#define HOLDFAST_BASE_DIGEST_H

#include <stdint.h>

#include "common/base/text.h"

#define SHA256_BYTES 32
#define SHA1_BYTES 20

/* SHA-256 over the parts in order, with nothing between them. */
void sha256(uint8_t digest[SHA256_BYTES], const struct text *parts, size_t count);

/* The same of SHA-1, which keeps nothing secret. */
void sha1(uint8_t digest[SHA1_BYTES], const struct text *parts, size_t count);

/* SHA-256(show_id, 0x00, secret): what the database knows of a session id or an owner key. */
void secret_hash(struct text show_id, struct text secret, uint8_t digest[SHA256_BYTES]);
/* SHA-256(show_id, 0x00, role, 0x00, secret): of a secret that is no session id and no owner key. */
void secret_hash_as(const char *role, struct text show_id, struct text secret,
                    uint8_t digest[SHA256_BYTES]);

#endif
