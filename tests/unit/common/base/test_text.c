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

static void an_arena_gives_zeroed_aligned_memory_of_any_size(void **state)
{
	static const size_t sizes[] = {1, 16, 17, 65535, 65536, 65537, 1000000};
	struct arena a = {0};

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			unsigned char *taken = arena_take(&a, sizes[i]);

			assert_non_null(taken);
			assert_int_equal((uintptr_t)taken % _Alignof(max_align_t), 0);
			for (size_t j = 0; j < sizes[i]; j++)
				if (taken[j])
					fail_msg("byte %zu of %zu is not zero", j, sizes[i]);
			memset(taken, 0xff, sizes[i]);
		}
		arena_clear(&a);
	}
	arena_release(&a);
	assert_int_equal(a.total_bytes, 0);
}

static void an_arena_that_is_cleared_keeps_one_block(void **state)
{
	struct arena a = {0};
	void *first = arena_take(&a, 8);

	(void)state;
	arena_clear(&a);
	assert_ptr_equal(arena_take(&a, 8), first);
	arena_release(&a);
}

static void an_arena_that_is_rewound_gives_the_same_memory_again(void **state)
{
	struct arena a = {0};
	char *before = arena_take(&a, 8), *kept;
	struct arena_mark mark = arena_mark(&a);

	(void)state;
	kept = arena_take(&a, 8);
	memcpy(before, "before", 7);
	for (int round = 0; round < 3; round++) {
		arena_rewind(&a, mark);
		assert_ptr_equal(arena_take(&a, 8), kept);
		(void)arena_take(&a, 100000);
		(void)arena_take(&a, 8);
		assert_string_equal(before, "before");
	}
	arena_rewind(&a, mark);
	assert_int_equal(a.total_bytes, 65536);
	arena_release(&a);
}

static void a_copy_in_an_arena_ends_with_a_nul(void **state)
{
	struct arena a = {0};
	struct text copy = arena_copy(&a, (struct text){"abc", 2});

	(void)state;
	assert_string_equal(copy.data, "ab");
	assert_int_equal(copy.bytes, 2);
	copy = arena_copy(&a, text_of(NULL));
	assert_string_equal(copy.data, "");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_compare_as_bytes_and_a_prefix_comes_first),
		cmocka_unit_test(a_buffer_grows_and_ends_with_a_nul),
		cmocka_unit_test(an_empty_buffer_gives_the_empty_text_with_data),
		cmocka_unit_test(printing_fits_at_every_length_around_the_first_block),
		cmocka_unit_test(numbers_are_added_big_endian),
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_of_any_size),
		cmocka_unit_test(an_arena_that_is_cleared_keeps_one_block),
		cmocka_unit_test(an_arena_that_is_rewound_gives_the_same_memory_again),
		cmocka_unit_test(a_copy_in_an_arena_ends_with_a_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
