/* Whose address counts, and how often somebody may ask. */
#include "gateway/api/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/api/buckets.h"

static struct address address(const char *text)
{
	struct address a;

	assert_true(address_read(text_of(text), &a));
	return a;
}

static bool is_same(const struct address *a, const struct address *b)
{
	return !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static void an_address_is_read_as_proxies_write_it(void **state)
{
	static const char *const none[] = {"", "x", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[::1", "::1]",
	                                   "[::1]x", "[::1]:", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:123456",
	                                   "unknown", "_hidden", "1.2.3.4 5"};
	struct address a, b;

	(void)state;
	a = address("192.0.2.1");
	b = address(" 192.0.2.1:443\t");
	assert_true(is_same(&a, &b));
	b = address("::ffff:192.0.2.1");
	assert_true(is_same(&a, &b));
	a = address("2001:db8::1");
	b = address("[2001:db8:0:0::1]:80");
	assert_true(is_same(&a, &b));
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		if (address_read(text_of(none[i]), &a))
			fail_msg("%s", none[i]);
}

static void a_household_counts_as_one(void **state)
{
	struct address a = address("2001:db8:0:1::5"), b = address("2001:db8:0:1:ffff::9"),
	               c = address("2001:db8:0:2::5"), v4 = address("192.0.2.1"), group;

	(void)state;
	a = address_group(&a);
	b = address_group(&b);
	c = address_group(&c);
	assert_true(is_same(&a, &b));
	assert_false(is_same(&a, &c));
	group = address_group(&v4);
	assert_true(is_same(&v4, &group));
	a = address("127.1.2.3");
	assert_true(address_is_loopback(&a));
	a = address("::1");
	assert_true(address_is_loopback(&a));
	a = address("128.0.0.1");
	assert_false(address_is_loopback(&a));
	a = address("::2");
	assert_false(address_is_loopback(&a));
}

static void the_rightmost_that_is_not_trusted_counts(void **state)
{
	static const struct {
		const char *peer, *forwarded, *client; /* client NULL: it cannot be read */
	} rows[] = {
	    {"10.0.0.1", "1.1.1.1", "1.1.1.1"},
	    {"10.0.0.1", NULL, "10.0.0.1"},
	    {"10.0.0.1", "", "10.0.0.1"},
	    {"10.0.0.1", "9.9.9.9, 1.1.1.1, 10.2.3.4", "1.1.1.1"},
	    {"10.0.0.1", "10.1.1.1, 10.2.3.4", "10.1.1.1"},
	    {"10.0.0.1", "x, 1.1.1.1", "1.1.1.1"},
	    {"10.0.0.1", "1.1.1.1, x", NULL},
	    {"10.0.0.1", "1.1.1.1,", NULL},
	    {"11.0.0.1", "1.1.1.1", "11.0.0.1"},
	    {"11.0.0.1", "x", "11.0.0.1"},
	    {"2001:db8:5::1", "2001:db9::1", "2001:db9::1"},
	    {"192.0.2.129", "1.1.1.1", "1.1.1.1"},
	    {"192.0.2.127", "1.1.1.1", "192.0.2.127"},
	};
	struct trusted_proxies proxies;
	struct err e;

	(void)state;
	assert_int_equal(trusted_read(text_of("10.0.0.0/8, 2001:db8::/32,192.0.2.128/25"), &proxies, &e),
	                 RC_OK);
	assert_int_equal(proxies.count, 3);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct address peer = address(rows[i].peer), client, wanted;
		bool is_read = address_of_client(&proxies, &peer, text_of(rows[i].forwarded), &client);

		wanted = address(rows[i].client ? rows[i].client : rows[i].peer);
		if (is_read != (rows[i].client != NULL) || !is_same(&client, &wanted))
			fail_msg("row %zu", i);
	}
	assert_int_equal(trusted_read(text_of("10.0.0.0/33"), &proxies, &e), RC_USAGE);
	assert_int_equal(trusted_read(text_of("10.0.0.0/8,x"), &proxies, &e), RC_USAGE);
	assert_string_equal(e.text, "entry 2 is no address and no range like 10.0.0.0/8");
	assert_int_equal(trusted_read(text_of("10.0.0.0/"), &proxies, &e), RC_USAGE);
	assert_int_equal(trusted_read(text_of("::1/129"), &proxies, &e), RC_USAGE);
	assert_int_equal(trusted_read(text_of("::/0"), &proxies, &e), RC_OK);
}

static void a_bucket_gives_its_burst_then_its_rate(void **state)
{
	const uint8_t a[BUCKET_KEY_BYTES] = {1}, b[BUCKET_KEY_BYTES] = {2};
	const struct bucket_limit limit = {10, 1000, 30}, one = {60, 60000, 1}, none = {0, 0, 0},
	                          fast = {2000, 1000, 1};
	struct buckets *buckets = buckets_open(100, 5);
	int64_t retry_ms = -1, now_ms = 1000000;

	(void)state;
	for (int i = 0; i < 30; i++)
		assert_true(buckets_take(buckets, a, limit, now_ms, &retry_ms));
	assert_false(buckets_take(buckets, a, limit, now_ms, &retry_ms));
	assert_int_equal(retry_ms, 100);
	assert_false(buckets_has(buckets, a, limit, now_ms, &retry_ms));
	for (int i = 0; i < 100; i++)
		assert_true(buckets_has(buckets, b, limit, now_ms, &retry_ms));
	assert_true(buckets_take(buckets, b, limit, now_ms, &retry_ms));
	assert_false(buckets_take(buckets, a, limit, now_ms + 99, &retry_ms));
	assert_int_equal(retry_ms, 1);
	assert_true(buckets_take(buckets, a, limit, now_ms + 100, &retry_ms));
	assert_false(buckets_take(buckets, a, limit, now_ms + 100, &retry_ms));
	for (int i = 0; i < 30; i++)
		assert_true(buckets_take(buckets, a, limit, now_ms + 10000, &retry_ms));
	assert_false(buckets_take(buckets, a, limit, now_ms + 10000, &retry_ms));
	assert_true(buckets_take(buckets, (uint8_t[BUCKET_KEY_BYTES]){3}, one, now_ms, &retry_ms));
	assert_false(buckets_take(buckets, (uint8_t[BUCKET_KEY_BYTES]){3}, one, now_ms + 999, &retry_ms));
	assert_true(buckets_take(buckets, (uint8_t[BUCKET_KEY_BYTES]){3}, one, now_ms + 1000, &retry_ms));
	for (int i = 0; i < 1000; i++)
		assert_true(buckets_take(buckets, a, none, now_ms, &retry_ms));
	assert_true(buckets_take(buckets, (uint8_t[BUCKET_KEY_BYTES]){4}, fast, now_ms, &retry_ms));
	assert_false(buckets_take(buckets, (uint8_t[BUCKET_KEY_BYTES]){4}, fast, now_ms, &retry_ms));
	assert_true(buckets_take(buckets, (uint8_t[BUCKET_KEY_BYTES]){4}, fast, now_ms + 1, &retry_ms));
	buckets_close(buckets);
}

/* More keys than there is room for: who asked much is still known, and others are never refused. */
static void who_asks_much_is_forgotten_last(void **state)
{
	const uint8_t much[BUCKET_KEY_BYTES] = {0xaa};
	const struct bucket_limit limit = {1, 1000, 100};
	struct buckets *buckets = buckets_open(64, 7);
	int64_t retry_ms;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_true(buckets_take(buckets, much, limit, 1000, &retry_ms));
	for (uint32_t i = 0; i < 10000; i++) {
		uint8_t key[BUCKET_KEY_BYTES] = {0xbb};

		memcpy(key + 4, &i, sizeof i);
		assert_true(buckets_take(buckets, key, limit, 1000, &retry_ms));
	}
	assert_false(buckets_take(buckets, much, limit, 1000, &retry_ms));
	buckets_close(buckets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_read_as_proxies_write_it),
	    cmocka_unit_test(a_household_counts_as_one),
	    cmocka_unit_test(the_rightmost_that_is_not_trusted_counts),
	    cmocka_unit_test(a_bucket_gives_its_burst_then_its_rate),
	    cmocka_unit_test(who_asks_much_is_forgotten_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
