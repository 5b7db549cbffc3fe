/* Memory that goes all at once: its sizes, clearing, going back to a mark. */
#include "common/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

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
	assert_int_equal(a.total_bytes, 4096);
	arena_release(&a);
}

static void blocks_of_an_arena_grow_up_to_a_bound(void **state)
{
	static const size_t totals[] = {4096, 8192, 16384, 32768, 65536, 131072, 196608};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
		while (a.total_bytes < totals[i])
			assert_non_null(arena_take(&a, 1024));
		assert_int_equal(a.total_bytes, totals[i]);
	}
	arena_clear(&a);
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
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_of_any_size),
		cmocka_unit_test(an_arena_that_is_cleared_keeps_one_block),
		cmocka_unit_test(an_arena_that_is_rewound_gives_the_same_memory_again),
		cmocka_unit_test(blocks_of_an_arena_grow_up_to_a_bound),
		cmocka_unit_test(a_copy_in_an_arena_ends_with_a_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
