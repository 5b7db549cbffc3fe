#include "common/base/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "common/base/log.h"

void sha256(uint8_t digest[SHA256_BYTES], const struct text *parts, size_t count)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_fine = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL);

	for (size_t i = 0; is_fine && i < count; i++)
		is_fine = !parts[i].bytes || EVP_DigestUpdate(context, parts[i].data, parts[i].bytes);
	is_fine = is_fine && EVP_DigestFinal_ex(context, digest, NULL);
	EVP_MD_CTX_free(context);
	/* Fails only without memory or without SHA-256 in libcrypto: nothing could go on. */
	if (!is_fine) {
		log_error("cannot go on", F_STR("error", "out of memory, or no SHA-256 in libcrypto"));
		_Exit(EXIT_INTERNAL);
	}
}

void secret_hash(struct text show_id, struct text secret, uint8_t digest[SHA256_BYTES])
{
	const struct text parts[] = {show_id, {"", 1}, secret};

	sha256(digest, parts, sizeof parts / sizeof parts[0]);
}
