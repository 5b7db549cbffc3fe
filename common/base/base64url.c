#include "common/base/base64url.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

void base64url_encode(const void *data, size_t bytes, char *text)
{
	unsigned char padded[(BASE64URL_BYTES_MAX + 2) / 3 * 4 + 1];

	assert(bytes <= BASE64URL_BYTES_MAX);
	EVP_EncodeBlock(padded, data, (int)bytes);
	for (size_t i = 0; i < BASE64URL_CHARS(bytes); i++)
		text[i] = (char)(padded[i] == '+' ? '-' : padded[i] == '/' ? '_' : padded[i]);
	text[BASE64URL_CHARS(bytes)] = '\0';
}

void base64_encode(const void *data, size_t bytes, char *text)
{
	assert(bytes <= BASE64URL_BYTES_MAX);
	EVP_EncodeBlock((unsigned char *)text, data, (int)bytes);
}

bool base64url_is_text(struct text t)
{
	for (size_t i = 0; i < t.bytes; i++) {
		char c = t.data[i];
		bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

		if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return true;
}
