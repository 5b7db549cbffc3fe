/* Files of reports: their names, and that they are there whole or not at all. */
#include "audit/page/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/holdfast-files-XXXXXX", path[100];

static int make(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "%s/page", mkdtemp(folder) ? folder : "");
	return 0;
}

static int drop(void **state)
{
	(void)state;
	remove(path);
	return rmdir(folder);
}

static struct buf of(const char *text)
{
	struct buf b = {0};

	buf_add_string(&b, text);
	return b;
}

static const char *read_file(void)
{
	static char text[100];
	FILE *file = fopen(path, "r");
	size_t bytes;

	assert_non_null(file);
	bytes = fread(text, 1, sizeof text - 1, file);
	text[bytes] = '\0';
	fclose(file);
	return text;
}

static void every_id_has_a_name_of_its_own(void **state)
{
	static const char *const names[][2] = {
	    {"evening-1", "evening-1"},    {"a.b_C", "a.b_C"},    {"tour/1", "tour=2F1"},
	    {"tour:1", "tour=3A1"},        {"..", "=2E."},        {".htaccess", "=2Ehtaccess"},
	    {"/etc/passwd", "=2Fetc=2Fpasswd"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buf b = {0};

		file_add_name(&b, text_of(names[i][0]));
		assert_string_equal(b.data, names[i][1]);
		buf_release(&b);
	}
}

static void a_file_is_written_anew(void **state)
{
	struct buf first = of("the first one, which is longer"), second = of("the second");
	char part[120];
	struct err e;

	(void)state;
	assert_int_equal(file_write(path, &first, &e), RC_OK);
	assert_string_equal(read_file(), "the first one, which is longer");
	assert_int_equal(file_write(path, &second, &e), RC_OK);
	assert_string_equal(read_file(), "the second");
	snprintf(part, sizeof part, "%s.part", path);
	assert_int_equal(access(part, F_OK), -1);
	second.failed = true; /* memory ran out: there is no such text */
	assert_int_equal(file_write(path, &second, &e), RC_FATAL);
	assert_string_equal(read_file(), "the second");
	buf_release(&first);
	buf_release(&second);
}

static void what_cannot_be_written_is_said(void **state)
{
	struct buf text = of("x");
	char none[120];
	struct err e;

	(void)state;
	snprintf(none, sizeof none, "%s/none/page", folder);
	assert_int_equal(file_write(none, &text, &e), RC_FATAL);
	assert_non_null(strstr(e.text, none));
	assert_int_equal(folder_make(folder, &e), RC_OK);
	assert_int_equal(file_write(path, &text, &e), RC_OK);
	assert_int_equal(folder_make(path, &e), RC_FATAL);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_id_has_a_name_of_its_own),
	    cmocka_unit_test(a_file_is_written_anew),
	    cmocka_unit_test(what_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
