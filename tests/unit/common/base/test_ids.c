/* UUIDs, as text and as bytes. */
#include "common/base/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#define ID "0190163d-8694-739b-aea5-966c26f8ad91"

static void a_uuid_reads_in_any_case_and_prints_in_lower(void **state)
{
	char text[UUID_TEXT_CHARS + 1];
	struct uuid id, upper;

	(void)state;
	assert_true(uuid_decode(text_of(ID), &id));
	assert_true(uuid_decode(text_of("0190163D-8694-739B-AEA5-966C26F8AD91"), &upper));
	assert_true(uuid_same(&id, &upper));
	assert_int_equal(id.bytes[0], 0x01);
	assert_int_equal(id.bytes[15], 0x91);
	uuid_encode(&upper, text);
	assert_string_equal(text, ID);
	upper.bytes[15] ^= 1;
	assert_false(uuid_same(&id, &upper));
}

static void what_has_another_form_is_no_uuid(void **state)
{
	static const char *const texts[] = {
		"", "0190163d-8694-739b-aea5-966c26f8ad9", (ID "1"), (" " ID),
		"00000000-0000-0000-0000-000000000000", "0190163d86-94-739b-aea5-966c26f8ad91",
		"0190163g-8694-739b-aea5-966c26f8ad91", "{190163d-8694-739b-aea5-966c26f8ad9}",
		"0190163d-8694-739b-aea5-966c26f8ad9 ", "0190163d 8694-739b-aea5-966c26f8ad91",
		"0190163d8694739baea5966c26f8ad91",
	};
	struct uuid id;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (uuid_decode(text_of(texts[i]), &id))
			fail_msg("taken: %s", texts[i]);
}

static void each_character_of_a_uuid_counts(void **state)
{
	(void)state;
	for (size_t at = 0; at < UUID_TEXT_CHARS; at++) {
		char text[] = ID;

		for (int c = 0; c < 256; c++) {
			bool is_digit = c && strchr("0123456789abcdefABCDEF", c);
			struct uuid id;
			char again[UUID_TEXT_CHARS + 1];

			text[at] = (char)c;
			if (uuid_decode((struct text){text, UUID_TEXT_CHARS}, &id) !=
			    (ID[at] == '-' ? c == '-' : is_digit))
				fail_msg("character %d at %zu", c, at);
			if (!is_digit || ID[at] == '-')
				continue;
			uuid_encode(&id, again);
			assert_int_equal(strcasecmp(again, text), 0);
		}
	}
}

static void a_made_uuid_is_of_version_7_and_new(void **state)
{
	struct uuid a = uuid_make(), b = uuid_make();

	(void)state;
	assert_int_equal(a.bytes[6] >> 4, 7);
	assert_int_equal(a.bytes[8] >> 6, 2);
	assert_false(uuid_same(&a, &b));
	assert_true(memcmp(a.bytes, b.bytes, 6) <= 0);
}

static void a_derived_uuid_is_of_version_5_and_always_the_same(void **state)
{
	struct uuid a = uuid_derive(text_of("x")), b = uuid_derive(text_of("x")),
	            c = uuid_derive(text_of("y"));

	(void)state;
	assert_int_equal(a.bytes[6] >> 4, 5);
	assert_int_equal(a.bytes[8] >> 6, 2);
	assert_true(uuid_same(&a, &b));
	assert_false(uuid_same(&a, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uuid_reads_in_any_case_and_prints_in_lower),
		cmocka_unit_test(what_has_another_form_is_no_uuid),
		cmocka_unit_test(each_character_of_a_uuid_counts),
		cmocka_unit_test(a_made_uuid_is_of_version_7_and_new),
		cmocka_unit_test(a_derived_uuid_is_of_version_5_and_always_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
