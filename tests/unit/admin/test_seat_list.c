/* Lists of seats as people have them, from files, and what is said of those that are none. */
#include "admin/seat_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct err e;

static enum rc read_list(struct seat_list *list, const char *content)
{
	char path[] = "/tmp/holdfast-seats-XXXXXX";
	int fd = mkstemp(path);
	enum rc rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
	close(fd);
	*list = (struct seat_list){0};
	rc = seat_list_read(list, path, &e);
	unlink(path);
	return rc;
}

static void expect_seats(const char *content, const char *expected)
{
	struct seat_list list;
	struct buf found = {0};

	assert_int_equal(read_list(&list, content), RC_OK);
	for (size_t i = 0; i < list.count; i++)
		buf_print(&found, "%s%.*s", i ? " " : "", TEXT_ARGS(list.seat_ids[i]));
	assert_string_equal(found.data, expected);
	buf_release(&found);
	seat_list_release(&list);
}

static void expect_refusal(const char *content, const char *said)
{
	struct seat_list list;

	assert_int_equal(read_list(&list, content), RC_USAGE);
	if (!strstr(e.text, said))
		fail_msg("expected %s, found %s", said, e.text);
	seat_list_release(&list);
}

static void blank_lines_ends_of_lines_and_a_mark_do_no_harm(void **state)
{
	(void)state;
	expect_seats("A1\nA2\n", "A1 A2");
	expect_seats("A1\r\n\r\nA2", "A1 A2");
	expect_seats("\xef\xbb\xbf" "A1\nA2\n", "A1 A2");
	expect_seats("seat\n", "seat"); /* alone it is one */
}

static void wrong_lines_are_counted_and_named_and_what_is_allowed_is_said(void **state)
{
	(void)state;
	expect_refusal("A1\nA 2\nA3\nA(4\n",
	               "--seats: 2 lines are no seat id: 2, 4; the first: a space in place 2. A seat id is "
	               "1 to 64 of A-Z a-z 0-9 . _ : / -");
	expect_refusal("A(1\n", "1 line is no seat id: 1; the first: a ( in place 2.");
	expect_refusal("R\xc3\xa4ng\n", "a byte 0xC3 in place 2.");
	expect_refusal("A1,Parkett\n", "a comma in place 3, as in a table");
	expect_refusal("1234567890123456789012345678901234567890123456789012345678901234x\n",
	               "the first: it has 65 characters");
	expect_refusal("?\n?\n?\n?\n?\n?\n?\n?\n?\n?\n?\n?\n",
	               "12 lines are no seat id: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ...;");
}

static void a_heading_and_an_empty_list_are_refused_in_words(void **state)
{
	(void)state;
	expect_refusal("seat_id\nA1\n", "line 1 is a heading (seat_id)");
	expect_refusal("Seats\r\nA1\r\n", "line 1 is a heading (Seats)");
	expect_refusal("", "has no seat ids; one a line is expected");
	expect_refusal("\xef\xbb\xbf\r\n\n", "has no seat ids");
	expect_refusal("A1\nA1\n", "seat A1 comes twice");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blank_lines_ends_of_lines_and_a_mark_do_no_harm),
	    cmocka_unit_test(wrong_lines_are_counted_and_named_and_what_is_allowed_is_said),
	    cmocka_unit_test(a_heading_and_an_empty_list_are_refused_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
