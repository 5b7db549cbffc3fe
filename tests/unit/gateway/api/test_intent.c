/* Idempotency keys, and the request_id that each stands for. */
#include "gateway/api/intent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_key_is_bare_or_quoted(void **state)
{
	static const struct {
		const char *header, *key; /* key NULL: it is none */
	} rows[] = {
	    {"abc", "abc"},
	    {"\"abc\"", "abc"},
	    {"\"a\\\"b\\\\c\"", "a\"b\\c"},
	    {"a\\b", "a\\b"},
	    {"\"\"", NULL},
	    {"", NULL},
	    {"\"", NULL},
	    {"\"abc", NULL},
	    {"abc\"", NULL},
	    {"a b", NULL},
	    {"\"a b\"", NULL},
	    {"\"a\\b\"", NULL},
	    {"\"a\\\"", NULL},
	    {"a\tb", NULL},
	    {"\xc3\xa4", NULL},
	    {"~!", "~!"},
	    {"a\x7f", NULL},
	};
	char buffer[INTENT_KEY_CHARS_MAX];
	struct text key;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool is_key = intent_read_key(text_of(rows[i].header), buffer, &key);

		if (is_key != (rows[i].key != NULL) || (is_key && !text_same(key, text_of(rows[i].key))))
			fail_msg("%s", rows[i].header);
	}
}

static void a_key_has_at_most_255_characters(void **state)
{
	char buffer[INTENT_KEY_CHARS_MAX], header[INTENT_KEY_CHARS_MAX + 3];
	struct text key;

	(void)state;
	memset(header, 'k', sizeof header);
	assert_true(intent_read_key((struct text){header, 255}, buffer, &key));
	assert_int_equal(key.bytes, 255);
	assert_false(intent_read_key((struct text){header, 256}, buffer, &key));
	header[0] = header[256] = '"';
	assert_true(intent_read_key((struct text){header, 257}, buffer, &key));
	assert_int_equal(key.bytes, 255);
	header[256] = 'k';
	header[257] = '"';
	assert_false(intent_read_key((struct text){header, 258}, buffer, &key));
}

static void id_text(const char *who, const char *operation, const char *key, bool is_service,
                    char text[UUID_TEXT_CHARS + 1])
{
	struct uuid id = intent_request_id(text_of(who), operation, text_of(key), is_service);

	uuid_encode(&id, text);
}

#define KEY_7 "01931b2c-0d3e-7abc-8def-0123456789ab"
#define KEY_4 "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"

static void the_id_is_the_same_for_the_same_intent_alone(void **state)
{
	char a[UUID_TEXT_CHARS + 1], b[UUID_TEXT_CHARS + 1];

	(void)state;
	id_text("session", "reserve", "key", false, a);
	/* printf 'session\0reserve\0key' | sha256sum, cut, with version 8 and the variant set */
	assert_string_equal(a, "00000000-0000-8d08-9db9-fffee97853f8");
	id_text("session", "reserve", "key", true, b);
	assert_string_equal(a, b);
	id_text("session2", "reserve", "key", false, b);
	assert_string_not_equal(a, b);
	id_text("session", "release", "key", false, b);
	assert_string_not_equal(a, b);
	id_text("session", "reserve", "yek", false, b);
	assert_string_not_equal(a, b);
}

static void a_uuid_gives_its_time_or_itself(void **state)
{
	char id[UUID_TEXT_CHARS + 1];

	(void)state;
	id_text("shop", "reserve", KEY_7, true, id);
	assert_string_equal(id, KEY_7);
	id_text("shop", "reserve", KEY_4, true, id);
	assert_string_equal(id, KEY_4);
	id_text("session", "reserve", KEY_7, false, id);
	assert_memory_equal(id, "01931b2c-0d3e-8", 15);
	assert_string_not_equal(id, KEY_7);
	id_text("session", "reserve", KEY_4, false, id);
	assert_memory_equal(id, "00000000-0000-8", 15);
	id_text("shop", "reserve", "00000000-0000-0000-0000-000000000000", true, id);
	assert_memory_equal(id, "00000000-0000-8", 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_is_bare_or_quoted),
	    cmocka_unit_test(a_key_has_at_most_255_characters),
	    cmocka_unit_test(the_id_is_the_same_for_the_same_intent_alone),
	    cmocka_unit_test(a_uuid_gives_its_time_or_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
