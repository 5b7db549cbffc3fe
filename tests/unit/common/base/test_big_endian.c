/* Numbers with the highest byte first. */
#include "common/base/big_endian.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_number_is_written_and_read_the_highest_byte_first(void **state)
{
	unsigned char bytes[8];

	(void)state;
	big_endian_write(bytes, UINT64_C(0x80020304050607ff), 8);
	assert_memory_equal(bytes, "\x80\2\3\4\5\6\7\xff", 8);
	assert_true(big_endian_read(bytes, 8) == UINT64_C(0x80020304050607ff));
	assert_true(big_endian_read(bytes, 1) == 0x80);
	big_endian_write(bytes, UINT64_C(0x1122334455), 4); /* the lowest four */
	assert_memory_equal(bytes, "\x22\x33\x44\x55\5", 5);
	assert_true(big_endian_read(bytes, 0) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_written_and_read_the_highest_byte_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
