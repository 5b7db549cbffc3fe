/* Borrowed bytes and growing buffers. */
#include "common/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void texts_compare_as_bytes_and_a_prefix_comes_first(void **state)
{
	(void)state;
	assert_true(text_compare(text_of("a"), text_of("b")) < 0);
	assert_true(text_compare(text_of("b"), text_of("a")) > 0);
	assert_true(text_compare(text_of("a"), text_of("ab")) < 0);
	assert_true(text_compare(text_of("ab"), text_of("a")) > 0);
	assert_true(text_compare(text_of("a\x7f"), text_of("a\x80")) < 0);
	assert_int_equal(text_compare(text_of("a"), text_of("a")), 0);
	assert_int_equal(text_compare(text_of(""), text_of(NULL)), 0);
	assert_true(text_same(text_of("a"), text_of("a")));
	assert_true(text_same(text_of(""), text_of(NULL)));
	assert_false(text_same(text_of("a"), text_of("b")));
	assert_false(text_same(text_of("a"), text_of("ab")));
	assert_false(text_same((struct text){"a\0b", 3}, (struct text){"a\0c", 3}));
}

static void a_buffer_grows_and_ends_with_a_nul(void **state)
{
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		buf_add(&b, "x", 1);
		assert_int_equal(b.bytes, i + 1);
		assert_true(b.bytes < b.capacity_bytes);
		assert_int_equal(strlen(b.data), i + 1);
	}
	buf_clear(&b);
	assert_int_equal(b.bytes, 0);
	assert_string_equal(b.data, "");
	buf_release(&b);
	buf_release(&b);
}

static void an_empty_buffer_gives_the_empty_text_with_data(void **state)
{
	const struct buf b = {0};

	(void)state;
	assert_non_null(buf_text(&b).data);
	assert_int_equal(buf_text(&b).bytes, 0);
}

static void printing_fits_at_every_length_around_the_first_block(void **state)
{
	(void)state;
	for (int width = 250; width < 260; width++) {
		struct buf b = {0};

		buf_print(&b, "%*d|", width, 7);
		assert_int_equal(b.bytes, width + 1);
		assert_string_equal(b.data + width - 1, "7|");
		buf_release(&b);
	}
}

static void numbers_are_added_big_endian(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_add_u16(&b, 0x0102);
	buf_add_u32(&b, 0x03040506);
	buf_add_u64(&b, UINT64_C(0x0708090a0b0c0d0e));
	assert_int_equal(b.bytes, 14);
	assert_memory_equal(b.data, "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe", 14);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_compare_as_bytes_and_a_prefix_comes_first),
		cmocka_unit_test(a_buffer_grows_and_ends_with_a_nul),
		cmocka_unit_test(an_empty_buffer_gives_the_empty_text_with_data),
		cmocka_unit_test(printing_fits_at_every_length_around_the_first_block),
		cmocka_unit_test(numbers_are_added_big_endian),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
