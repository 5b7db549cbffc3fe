/* The newer calls of libcrypto take memory, which may run out; these cannot fail. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "common/base/digest.h"

#include <string.h>

#include <openssl/sha.h>

#define GATHERED_BYTES 256 /* parts are small, and each call of libcrypto takes its time */

void sha256(uint8_t digest[SHA256_BYTES], const struct text *parts, size_t count)
{
	char gathered[GATHERED_BYTES];
	size_t bytes = 0;
	SHA256_CTX context;

	SHA256_Init(&context);
	for (size_t i = 0; i < count; i++) {
		const struct text part = parts[i];

		if (bytes && bytes + part.bytes > sizeof gathered) {
			SHA256_Update(&context, gathered, bytes);
			bytes = 0;
		}
		if (part.bytes > sizeof gathered) {
			SHA256_Update(&context, part.data, part.bytes);
		} else if (part.bytes) {
			memcpy(gathered + bytes, part.data, part.bytes);
			bytes += part.bytes;
		}
	}
	SHA256_Update(&context, gathered, bytes);
	SHA256_Final(digest, &context);
}

void sha1(uint8_t digest[SHA1_BYTES], const struct text *parts, size_t count)
{
	SHA_CTX context;

	SHA1_Init(&context);
	for (size_t i = 0; i < count; i++)
		SHA1_Update(&context, parts[i].data, parts[i].bytes);
	SHA1_Final(digest, &context);
}

void secret_hash(struct text show_id, struct text secret, uint8_t digest[SHA256_BYTES])
{
	const struct text parts[] = {show_id, {"", 1}, secret};

	sha256(digest, parts, sizeof parts / sizeof parts[0]);
}

void secret_hash_as(const char *role, struct text show_id, struct text secret,
                    uint8_t digest[SHA256_BYTES])
{
	const struct text parts[] = {show_id, {"", 1}, text_of(role), {"", 1}, secret};

	sha256(digest, parts, sizeof parts / sizeof parts[0]);
}
