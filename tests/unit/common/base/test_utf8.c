/* Characters in UTF-8: every length, its shortest form, and what is none. */
#include "common/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* As RFC 3629 says it, once more. */
static size_t write_point(uint32_t point, char bytes[4])
{
	size_t count = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};

	for (size_t i = count; i-- > 1; point >>= 6)
		bytes[i] = (char)(0x80 | (point & 0x3F));
	bytes[0] = (char)(first[count] | point);
	return count;
}

static void every_code_point_is_read_and_no_surrogate(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x110000; point++) {
		bool is_character = point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
		uint32_t found = 0;
		char bytes[4];
		size_t count = write_point(point, bytes);
		size_t read = utf8_read((struct text){bytes, count}, &found);

		assert_int_equal(read, is_character ? count : 0);
		if (is_character)
			assert_int_equal(found, point);
		if (count > 1)
			assert_int_equal(utf8_read((struct text){bytes, count - 1}, &found), 0);
	}
}

static void what_is_no_character_is_not_read(void **state)
{
	static const char *const bad[] = {
	    "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
	    "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
	    "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF",
	    "\xC3(", "\xE2(\xA1", "\xE2\x82(", "\xF0\x9F\x98(",
	};
	uint32_t point;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (utf8_read((struct text){bad[i], strlen(bad[i])}, &point))
			fail_msg("number %zu", i);
	assert_int_equal(utf8_read((struct text){"", 0}, &point), 0);
	assert_int_equal(utf8_read((struct text){NULL, 0}, &point), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_read_and_no_surrogate),
		cmocka_unit_test(what_is_no_character_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
