/* Texts that look the same, and how wide they are. */
#include "common/base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void texts_that_look_the_same_are_the_same_in_nfc(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_true(text_same(unicode_nfc(text_of("A\xcc\x88"), &arena),
	                      unicode_nfc(text_of("\xc3\x84"), &arena)));
	/* Another letter, and one that only NFKC takes for the same. */
	assert_false(text_same(unicode_nfc(text_of("A"), &arena), unicode_nfc(text_of("А"), &arena)));
	assert_false(text_same(unicode_nfc(text_of("ﬁ"), &arena), unicode_nfc(text_of("fi"), &arena)));
	assert_null(unicode_nfc(text_of("\xff"), &arena).data);
	assert_false(arena.failed);
	arena_release(&arena);
}

static void width_is_in_columns_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(unicode_width(text_of("")), 0);
	assert_int_equal(unicode_width(text_of("Rang-Ä 1")), 8);
	assert_int_equal(unicode_width(text_of("A\xcc\x88")), 1);
	assert_int_equal(unicode_width(text_of("席")), 2);
	assert_int_equal(unicode_width(text_of("مدرج 4")), 6);
	assert_int_equal(unicode_width(text_of("\xff" "a")), 2);
}

static void padding_never_cuts(void **state)
{
	struct buf b = {0};

	(void)state;
	unicode_add_padded(&b, text_of("席"), 4);
	unicode_add_padded(&b, text_of("long"), 2);
	unicode_add_padded(&b, text_of("a"), 3);
	assert_string_equal(b.data, "席  longa  ");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_that_look_the_same_are_the_same_in_nfc),
	    cmocka_unit_test(width_is_in_columns_of_a_terminal),
	    cmocka_unit_test(padding_never_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
