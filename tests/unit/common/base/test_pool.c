/* Pieces of memory that are used again. */
#include "common/base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PIECE_BYTES 64
#define KEPT_MAX 2

static void as_many_are_kept_as_it_may(void **state)
{
	struct pool pool;
	void *pieces[KEPT_MAX + 1];
	unsigned kept;

	(void)state;
	pool_open(&pool, PIECE_BYTES, KEPT_MAX);
	kept = pool.kept_max; /* none, where AddressSanitizer looks on */
	for (size_t i = 0; i < KEPT_MAX + 1; i++) {
		pieces[i] = pool_take(&pool, PIECE_BYTES);
		assert_non_null(pieces[i]);
		memset(pieces[i], 0xff, PIECE_BYTES);
	}
	assert_int_equal(pool.count, 0);
	for (size_t i = 0; i < KEPT_MAX + 1; i++)
		pool_give(&pool, pieces[i], PIECE_BYTES);
	assert_int_equal(pool.count, kept);
	if (kept)
		assert_ptr_equal(pool_take(&pool, 1), pieces[kept - 1]);
	if (kept)
		pool_give(&pool, pieces[kept - 1], 1);
	pool_close(&pool);
}

static void what_is_larger_than_its_pieces_is_none_of_them(void **state)
{
	struct pool pool;
	unsigned char *large;

	(void)state;
	pool_open(&pool, PIECE_BYTES, KEPT_MAX);
	large = pool_take(&pool, PIECE_BYTES + 1);
	assert_non_null(large);
	large[PIECE_BYTES] = 1;
	pool_give(&pool, large, PIECE_BYTES + 1);
	assert_int_equal(pool.count, 0);
	pool_give(&pool, NULL, 1);
	pool_close(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(as_many_are_kept_as_it_may),
	    cmocka_unit_test(what_is_larger_than_its_pieces_is_none_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
