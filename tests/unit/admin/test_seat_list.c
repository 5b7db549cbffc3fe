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

static void names_are_any_text_that_people_use(void **state)
{
	(void)state;
	expect_seats("Parkett Reihe 3 Platz 12\nRang-\xc3\x84 1\nA(4\n",
	             "Parkett Reihe 3 Platz 12 Rang-\xc3\x84 1 A(4");
	expect_seats("A, 1\nA, 2\n", "A, 1 A, 2");
}

static void wrong_lines_are_counted_and_named_and_what_is_allowed_is_said(void **state)
{
	(void)state;
	expect_refusal("A1\nA2 \nA3\n A4\n",
	               "--seats: 2 lines are no seat: 2, 4; the first: it has a space at its end. A seat's "
	               "name is 1 to 64 bytes of UTF-8 without control characters and outer spaces");
	expect_refusal(" A1\n", "1 line is no seat: 1; the first: it has a space at its beginning.");
	expect_refusal("R\xe4ng\n", "byte 2, 0xE4, is no UTF-8: save the list as UTF-8.");
	expect_refusal("A1\tParkett\n", "byte 3 is a tab, as in a table");
	expect_refusal("A\xc2\x85\n", "byte 2 is a control character, U+0085");
	expect_refusal("1234567890123456789012345678901234567890123456789012345678901234x\n",
	               "the first: it has 65 bytes");
	expect_refusal(" ?\n ?\n ?\n ?\n ?\n ?\n ?\n ?\n ?\n ?\n ?\n ?\n",
	               "12 lines are no seat: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ...;");
}

static bool is_like_table(const char *content)
{
	struct seat_list list;
	bool is_so;

	assert_int_equal(read_list(&list, content), RC_OK);
	is_so = list.is_like_table;
	seat_list_release(&list);
	return is_so;
}

static void only_a_list_of_commas_alone_is_like_a_table(void **state)
{
	(void)state;
	assert_true(is_like_table("A1,Parkett\nA2,Parkett\n"));
	assert_true(is_like_table("A1;Parkett\nA2;Parkett\n"));
	assert_false(is_like_table("A1,Parkett\nA2\n"));
	assert_false(is_like_table("A1\nA2,Parkett\n"));
	assert_false(is_like_table("A1,Parkett\n"));
}

static void a_heading_and_an_empty_list_are_refused_in_words(void **state)
{
	(void)state;
	expect_refusal("seat_id\nA1\n", "line 1 is a heading (seat_id)");
	expect_refusal("Seats\r\nA1\r\n", "line 1 is a heading (Seats)");
	expect_refusal("seat_id,section\nA1,Parkett\n", "a table is a plan, which --plan=FILE takes");
	expect_refusal("", "has no seats; one a line is expected");
	expect_refusal("\xef\xbb\xbf\r\n\n", "has no seats");
	expect_refusal("A1\nA1\n", "seat A1 comes twice");
}

static void two_that_look_the_same_are_refused(void **state)
{
	(void)state;
	expect_refusal("R\xc3\xa4ng 1\nRa\xcc\x88ng 1\n", "two seats look the same");
	expect_seats("R\xc3\xa4ng 1\nRang 1\n", "R\xc3\xa4ng 1 Rang 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blank_lines_ends_of_lines_and_a_mark_do_no_harm),
	    cmocka_unit_test(names_are_any_text_that_people_use),
	    cmocka_unit_test(wrong_lines_are_counted_and_named_and_what_is_allowed_is_said),
	    cmocka_unit_test(only_a_list_of_commas_alone_is_like_a_table),
	    cmocka_unit_test(two_that_look_the_same_are_refused),
	    cmocka_unit_test(a_heading_and_an_empty_list_are_refused_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
