/* The file of API keys: what it takes, what it refuses and how it says so. */
#include "gateway/api/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* printf one | sha256sum; printf two | sha256sum */
#define ONE "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
#define TWO "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"

static void keys_are_found_by_what_they_are(void **state)
{
	static const char file[] = "# keys of the shop\n"
	                           "\n"
	                           "shop checkout " ONE " *\r\n"
	                           "  house\towner " TWO " opera- 50";
	const struct api_key *key;
	struct keys *keys;
	struct err e;

	(void)state;
	assert_int_equal(keys_read(&keys, text_of(file), &e), RC_OK);
	assert_int_equal(keys_count(keys), 2);
	key = keys_find(keys, text_of("one"));
	assert_non_null(key);
	assert_true(text_same(key->name, text_of("shop")));
	assert_int_equal(key->role, ROLE_CHECKOUT);
	assert_int_equal(key->rate, 0);
	assert_true(key_covers_show(key, text_of("a")));
	key = keys_find(keys, text_of("two"));
	assert_non_null(key);
	assert_int_equal(key->role, ROLE_OWNER);
	assert_int_equal(key->rate, 50);
	assert_true(key_covers_show(key, text_of("opera-1")));
	assert_true(key_covers_show(key, text_of("opera-")));
	assert_false(key_covers_show(key, text_of("opera")));
	assert_false(key_covers_show(key, text_of("oper-12")));
	assert_null(keys_find(keys, text_of("three")));
	assert_null(keys_find(keys, text_of(ONE)));
	assert_null(keys_find(NULL, text_of("one")));
	keys_release(keys);
}

static void a_line_that_is_none_is_named(void **state)
{
	static const struct {
		const char *file, *says;
	} rows[] = {
	    {"shop checkout " ONE, "line 1: must be: name role"},
	    {"\nshop checkout " ONE " * 5 6", "line 2: must be: name role"},
	    {"sh\xc3\xb6p checkout " ONE " *", "line 1: the name must be"},
	    {"shop browser " ONE " *", "line 1: the role must be checkout or owner"},
	    {"shop root " ONE " *", "line 1: the role must be checkout or owner"},
	    {"shop checkout 7692 *", "line 1: the digest must be 64"},
	    {"shop checkout g692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed *",
	     "line 1: the digest must be 64"},
	    {"shop checkout " ONE " a*", "line 1: the prefix must be"},
	    {"shop checkout " ONE " * 0", "line 1: the requests a second must be"},
	    {"shop checkout " ONE " * 1000001", "line 1: the requests a second must be"},
	    {"shop checkout " ONE " * 5x", "line 1: the requests a second must be"},
	    {"shop checkout " ONE " *\nshop owner " TWO " *", "line 2: another key has that name"},
	    {"shop checkout " ONE " *\nhouse owner " ONE " *", "line 2: another line has that digest"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct keys *keys;
		struct err e;

		assert_int_equal(keys_read(&keys, text_of(rows[i].file), &e), RC_USAGE);
		assert_null(keys);
		if (strncmp(e.text, rows[i].says, strlen(rows[i].says)) != 0)
			fail_msg("%s", e.text);
		assert_null(strstr(e.text, "7692"));
	}
}

static void there_are_at_most_ten_thousand(void **state)
{
	struct buf file = {0};
	struct keys *keys;
	struct err e;

	(void)state;
	for (int i = 0; i < KEYS_MAX; i++)
		buf_print(&file, "k%d checkout %064x *\n", i, (unsigned)i);
	assert_int_equal(keys_read(&keys, buf_text(&file), &e), RC_OK);
	assert_int_equal(keys_count(keys), KEYS_MAX);
	keys_release(keys);
	buf_print(&file, "more checkout %064x *\n", (unsigned)KEYS_MAX);
	assert_int_equal(keys_read(&keys, buf_text(&file), &e), RC_USAGE);
	assert_string_equal(e.text, "line 10001: more than 10000 keys");
	buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_are_found_by_what_they_are),
	    cmocka_unit_test(a_line_that_is_none_is_named),
	    cmocka_unit_test(there_are_at_most_ten_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
