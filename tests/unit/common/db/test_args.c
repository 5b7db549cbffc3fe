/* Arguments in PostgreSQL's binary form, byte by byte. No server. */
#include "common/db/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void bytes_are(const struct db_args *a, int i, uint32_t type, const char *bytes, int length)
{
	assert_true(i < a->count);
	assert_int_equal(a->list[i].type, type);
	assert_int_equal(a->list[i].length, length);
	assert_false(a->list[i].is_null);
	assert_memory_equal(a->bytes.data + a->list[i].at, bytes, (size_t)length);
}

static void scalars_are_big_endian(void **state)
{
	const struct uuid id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
	struct db_args a = {0};

	(void)state;
	db_arg_int4(&a, INT32_MIN);
	db_arg_int8(&a, -2);
	db_arg_text(&a, text_of("ab"));
	db_arg_bytea(&a, (struct text){"\0x", 2});
	db_arg_uuid(&a, &id);
	bytes_are(&a, 0, DB_INT4, "\x80\0\0\0", 4);
	bytes_are(&a, 1, DB_INT8, "\xff\xff\xff\xff\xff\xff\xff\xfe", 8);
	bytes_are(&a, 2, DB_TEXT, "ab", 2);
	bytes_are(&a, 3, DB_BYTEA, "\0x", 2);
	bytes_are(&a, 4, DB_UUID, (const char *)id.bytes, 16);
	assert_int_equal(a.count, 5);
	db_args_release(&a);
}

static void times_are_microseconds_since_2000(void **state)
{
	struct db_args a = {0};

	(void)state;
	db_arg_time(&a, INT64_C(946684800000));
	db_arg_time(&a, INT64_C(946684800001));
	db_arg_time(&a, INT64_C(946684799999));
	bytes_are(&a, 0, DB_TIME, "\0\0\0\0\0\0\0\0", 8);
	bytes_are(&a, 1, DB_TIME, "\0\0\0\0\0\0\x03\xe8", 8);
	bytes_are(&a, 2, DB_TIME, "\xff\xff\xff\xff\xff\xff\xfc\x18", 8);
	db_args_release(&a);
}

static void a_text_without_data_is_null_and_an_empty_one_is_not(void **state)
{
	struct db_args a = {0};

	(void)state;
	db_arg_text(&a, (struct text){NULL, 0});
	db_arg_bytea(&a, (struct text){NULL, 0});
	db_arg_null(&a, DB_UUID);
	db_arg_text(&a, text_of(""));
	for (int i = 0; i < 3; i++)
		assert_true(a.list[i].is_null);
	assert_int_equal(a.list[0].type, DB_TEXT);
	assert_int_equal(a.list[1].type, DB_BYTEA);
	assert_int_equal(a.list[2].type, DB_UUID);
	bytes_are(&a, 3, DB_TEXT, "", 0);
	db_args_release(&a);
}

static void an_array_has_a_head_and_its_elements(void **state)
{
	struct db_array v = {.type = DB_TEXT};
	struct db_args a = {0};

	(void)state;
	db_array_text(&v, text_of("ab"));
	db_array_text(&v, (struct text){NULL, 0});
	db_array_text(&v, text_of(""));
	db_arg_array(&a, &v);
	bytes_are(&a, 0, 1009,
	          "\0\0\0\1" "\0\0\0\1" "\0\0\0\x19" "\0\0\0\3" "\0\0\0\1"
	          "\0\0\0\2" "ab" "\xff\xff\xff\xff" "\0\0\0\0", 34);
	/* Emptied, and used again: no null of before is left. */
	assert_int_equal(v.count, 0);
	db_array_text(&v, text_of("c"));
	db_arg_array(&a, &v);
	bytes_are(&a, 1, 1009,
	          "\0\0\0\1" "\0\0\0\0" "\0\0\0\x19" "\0\0\0\1" "\0\0\0\1" "\0\0\0\1" "c", 25);
	db_array_release(&v);
	db_args_release(&a);
}

static void an_empty_array_has_no_dimension(void **state)
{
	struct db_array v = {.type = DB_INT8};
	struct db_args a = {0};

	(void)state;
	db_arg_array(&a, &v);
	bytes_are(&a, 0, 1016, "\0\0\0\0" "\0\0\0\0" "\0\0\0\x14", 12);
	db_array_release(&v);
	db_args_release(&a);
}

static void every_element_type_has_its_array_type(void **state)
{
	static const uint32_t types[][2] = {{DB_BOOL, 1000}, {DB_BYTEA, 1001}, {DB_INT8, 1016},
	                                    {DB_INT4, 1007}, {DB_TEXT, 1009},  {DB_TIME, 1185},
	                                    {DB_UUID, 2951}};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct db_array v = {.type = types[i][0]};
		struct db_args a = {0};

		db_array_null(&v);
		db_arg_array(&a, &v);
		assert_int_equal(a.list[0].type, types[i][1]);
		db_array_release(&v);
		db_args_release(&a);
	}
}

static void as_many_arguments_as_the_limit_fit_and_clearing_makes_room(void **state)
{
	struct db_args a = {0};

	(void)state;
	for (int i = 0; i < DB_ARGS_MAX; i++)
		db_arg_int4(&a, i);
	assert_int_equal(a.count, DB_ARGS_MAX);
	bytes_are(&a, DB_ARGS_MAX - 1, DB_INT4, "\0\0\0\x1b", 4);
	db_args_clear(&a);
	assert_int_equal(a.count, 0);
	db_arg_int4(&a, 1);
	bytes_are(&a, 0, DB_INT4, "\0\0\0\1", 4);
	db_args_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_are_big_endian),
		cmocka_unit_test(times_are_microseconds_since_2000),
		cmocka_unit_test(a_text_without_data_is_null_and_an_empty_one_is_not),
		cmocka_unit_test(an_array_has_a_head_and_its_elements),
		cmocka_unit_test(an_empty_array_has_no_dimension),
		cmocka_unit_test(every_element_type_has_its_array_type),
		cmocka_unit_test(as_many_arguments_as_the_limit_fit_and_clearing_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
