/* Tables of reports: as JSON by column and by row, and as CSV. */
#include "audit/report/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct column columns[] = {
    {"name", COLUMN_TEXT}, {"at", COLUMN_TIME}, {"count", COLUMN_NUMBER}, {"list", COLUMN_JSON}};
static struct table table;

static int fill(void **state)
{
	static const struct {
		const char *name;
		int64_t at, count;
		const char *list;
	} rows[] = {
	    {"A1", 1000, 7, "[]"},
	    {NULL, 1500, NO_NUMBER, "[\"a\",\"b\"]"},
	    {"say \"x\", y", 1499, -3, "[]"},
	};

	(void)state;
	table = TABLE_OF("t", columns, 4);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		union cell *row = table_add(&table);

		assert_non_null(row);
		row[0].text = text_of(rows[i].name);
		row[1].number = rows[i].at;
		row[2].number = rows[i].count;
		row[3].text = text_of(rows[i].list);
	}
	return 0;
}

static int release(void **state)
{
	(void)state;
	table_release(&table);
	return 0;
}

static void columns_have_differences_of_times(void **state)
{
	struct buf b = {0};
	struct json j = {.to = &b};

	(void)state;
	table_write_columns(&table, NULL, 400, &j);
	assert_string_equal(b.data, "{\"name\":[\"A1\",null,\"say \\\"x\\\", y\"],\"at\":[600,500,-1],"
	                            "\"count\":[7,null,-3],\"list\":[[],[\"a\",\"b\"],[]]}");
	buf_release(&b);
}

static void rows_have_times_and_may_leave_columns_out(void **state)
{
	struct buf b = {0};
	struct json j = {.to = &b};

	(void)state;
	table.json_from = 1;
	table_write_rows(&table, NULL, &j);
	assert_string_equal(b.data, "[\n{\"at\":1000,\"count\":7,\"list\":[]},"
	                            "\n{\"at\":1500,\"count\":null,\"list\":[\"a\",\"b\"]},"
	                            "\n{\"at\":1499,\"count\":-3,\"list\":[]}]");
	buf_release(&b);
}

static void csv_is_quoted_where_it_must_be(void **state)
{
	struct buf b = {0};

	(void)state;
	table.json_from = 2; /* of JSON alone */
	table_cut(&table, 3);
	table_write_csv(&table, &b);
	assert_string_equal(b.data, "name,at,count,list\r\n"
	                            "A1,1970-01-01T00:00:01.000Z,7,[]\r\n"
	                            ",1970-01-01T00:00:01.500Z,,\"[\"\"a\"\",\"\"b\"\"]\"\r\n"
	                            "\"say \"\"x\"\", y\",1970-01-01T00:00:01.499Z,-3,[]\r\n");
	buf_clear(&b);
	table_cut(&table, 0);
	table_write_csv(&table, &b);
	assert_string_equal(b.data, "name,at,count,list\r\n");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(columns_have_differences_of_times, fill, release),
	    cmocka_unit_test_setup_teardown(rows_have_times_and_may_leave_columns_out, fill, release),
	    cmocka_unit_test_setup_teardown(csv_is_quoted_where_it_must_be, fill, release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
