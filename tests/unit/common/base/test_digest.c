/* SHA-256 over parts, and the hash of a secret. */
#include "common/base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_digest_is_over_the_parts_with_nothing_between(void **state)
{
	static const uint8_t abc[SHA256_BYTES] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22,
		0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00,
		0x15, 0xad};
	const struct text parts[] = {text_of("a"), text_of(NULL), text_of("bc")};
	uint8_t digest[SHA256_BYTES];

	(void)state;
	sha256(digest, parts, 3);
	assert_memory_equal(digest, abc, SHA256_BYTES);
}

static void sha1_is_over_the_parts_too(void **state)
{
	static const uint8_t abc[SHA1_BYTES] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81,
	                                        0x6a, 0xba, 0x3e, 0x25, 0x71, 0x78, 0x50,
	                                        0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
	const struct text parts[] = {{"a", 1}, {"bc", 2}};
	uint8_t digest[SHA1_BYTES];

	(void)state;
	sha1(digest, parts, 2);
	assert_memory_equal(digest, abc, SHA1_BYTES);
}

static void a_secret_is_hashed_with_its_show_and_a_zero_between(void **state)
{
	const struct text whole = {"show\0secret", 11};
	uint8_t a[SHA256_BYTES], b[SHA256_BYTES];

	(void)state;
	secret_hash(text_of("show"), text_of("secret"), a);
	sha256(b, &whole, 1);
	assert_memory_equal(a, b, SHA256_BYTES);
	secret_hash(text_of("shows"), text_of("ecret"), b);
	assert_memory_not_equal(a, b, SHA256_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_digest_is_over_the_parts_with_nothing_between),
		cmocka_unit_test(sha1_is_over_the_parts_too),
		cmocka_unit_test(a_secret_is_hashed_with_its_show_and_a_zero_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
