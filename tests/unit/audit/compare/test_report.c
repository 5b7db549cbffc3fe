/* What the audit prints of differences: long texts, odd bytes, secrets, limits; and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "audit/compare/report.h"
#include "audit/compare/texts.h"

#define SHOWN_BYTES 300

static struct report report;
static FILE *file;
static int kept_stdout;
static char printed[8192];

/* Until read_printed what is printed goes to a file. */
static void open_report(bool is_json, uint64_t differences_max)
{
	fflush(stdout);
	file = tmpfile();
	kept_stdout = dup(STDOUT_FILENO);
	assert_true(file && kept_stdout >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
	report_open(&report, is_json, differences_max);
}

static const char *read_printed(void)
{
	struct err e;
	size_t bytes;

	assert_int_equal(report_flush(&e), RC_OK);
	assert_true(dup2(kept_stdout, STDOUT_FILENO) >= 0);
	close(kept_stdout);
	rewind(file);
	bytes = fread(printed, 1, sizeof printed - 1, file);
	printed[bytes] = '\0';
	fclose(file);
	report_close(&report);
	return printed;
}

static struct text filled(char *text, size_t bytes)
{
	memset(text, 'x', bytes);
	return (struct text){text, bytes};
}

static void a_difference_is_one_line_with_its_place(void **state)
{
	(void)state;
	open_report(false, 10);
	report_differs(&report, 3, 57, "sold", "reserved", "seat %s of show x: status", "A1");
	report_differs(&report, 3, NO_OFFSET, NULL, "", "a row");
	assert_string_equal(read_printed(),
	                    "DIFFERENCE partition 3, offset 57: seat A1 of show x: status: expected sold, "
	                    "found reserved\n"
	                    "DIFFERENCE partition 3, no offset: a row: expected nothing, found (empty)\n");
}

static void bytes_that_a_terminal_would_obey_are_spelt_out(void **state)
{
	(void)state;
	open_report(false, 10);
	report_difference(&report, 0, 1, text_of("header \x1b[2J"), (struct text){"a\0b", 3},
	                  text_of("\x7f\xc3\xa9~"));
	assert_string_equal(read_printed(), "DIFFERENCE partition 0, offset 1: header \\x1b[2J: expected "
	                                    "a\\x00b, found \\x7f\\xc3\\xa9~\n");
}

static void a_long_text_is_cut_and_shown_where_it_differs(void **state)
{
	char whole[SHOWN_BYTES + 1], other[SHOWN_BYTES + 1];
	struct text expected = filled(whole, SHOWN_BYTES), found = filled(other, SHOWN_BYTES);
	const char *at;

	(void)state;
	other[SHOWN_BYTES - 1] = 'y';
	open_report(false, 10);
	report_difference(&report, 0, 1, text_of("at the limit"), expected, found);
	expected.bytes = found.bytes = SHOWN_BYTES + 1;
	whole[SHOWN_BYTES] = other[SHOWN_BYTES] = 'z';
	report_difference(&report, 0, 1, text_of("one past it"), expected, found);
	other[0] = 'y';
	report_difference(&report, 0, 1, text_of("from the first byte"), expected, found);
	at = strchr(read_printed(), '\n') + 1;
	assert_null(memchr(printed, '.', (size_t)(at - printed)));
	assert_int_equal(strcspn(strstr(printed, "expected ") + 9, ","), SHOWN_BYTES);
	/* 40 bytes before the first that differs. */
	assert_true(strstr(at, "one past it: expected ...xxxx") &&
	            strstr(at, "xxxxxz (301 bytes), found ...xx") && strstr(at, "xxxxyz (301 bytes)\n"));
	assert_int_equal(strcspn(strstr(at, "expected ...") + 12, " "), 40 + 2);
	at = strchr(at, '\n') + 1;
	assert_true(strstr(at, "expected xxxx") && strstr(at, "found yxxx"));
	assert_non_null(strstr(at, "xy... (301 bytes)\n"));
}

static void of_secrets_lengths_and_digests_are_shown(void **state)
{
	(void)state;
	open_report(false, 10);
	report_secret_difference(&report, 0, 1, "value", text_of("alice"), text_of("alicia"));
	report_secret_difference(&report, 0, 2, "value", text_of("alice"), (struct text){NULL, 0});
	assert_string_equal(read_printed(),
	                    "DIFFERENCE partition 0, offset 1: value, from its byte 4 on: expected 5 "
	                    "bytes, sha256 2bd806c97f0e..., found 6 bytes, sha256 4d1e58c90b3b...\n"
	                    "DIFFERENCE partition 0, offset 2: value: expected 5 bytes, sha256 "
	                    "2bd806c97f0e..., found nothing\n");
}

static void differences_are_printed_up_to_the_limit_and_counted_beyond(void **state)
{
	(void)state;
	for (int count = 2; count <= 3; count++) {
		open_report(false, 2);
		for (int i = 0; i < count; i++)
			report_differs(&report, 0, i, "1", "2", "x");
		report_end_differences(&report);
		assert_int_equal(report.differences, count);
		read_printed();
		assert_non_null(strstr(printed, "offset 1: x"));
		assert_null(strstr(printed, "offset 2: x"));
		assert_int_equal(strstr(printed, "(and 1 more difference") != NULL, count == 3);
	}
}

static void json_is_ascii_and_closed_whatever_was_found(void **state)
{
	struct err e;

	(void)state;
	open_report(true, 10);
	report_difference(&report, 0, NO_OFFSET, text_of("\xff\"\\"), text_of("\n"),
	                  (struct text){NULL, 0});
	report_note(&report, -1, "of %s", "\xc3\xa9");
	report_note(&report, 2, "two");
	report_difference(&report, 1, 7, text_of("x"), text_of("a"), text_of("b"));
	(void)err_set(&e, RC_FATAL, FROM_KAFKA, "\xe9 \"lost\"");
	report_break_off(&report, &e);
	assert_string_equal(
	    read_printed(),
	    "{\"differences\":["
	    "\n{\"partition\":0,\"offset\":null,\"what\":\"\\\\xff\\\"\\\\\",\"expected\":\"\\\\x0a\","
	    "\"found\":\"nothing\"},"
	    "\n{\"partition\":1,\"offset\":7,\"what\":\"x\",\"expected\":\"a\",\"found\":\"b\"}"
	    "],\"difference_count\":2,\"notes\":["
	    "\n{\"partition\":null,\"note\":\"of \\\\xc3\\\\xa9\"},"
	    "\n{\"partition\":2,\"note\":\"two\"}],\"error\":\"\\\\xe9 \\\"lost\\\"\"}\n");
}

static void a_report_that_cannot_be_written_is_an_error(void **state)
{
	struct err e;

	(void)state;
	open_report(false, 10);
	assert_non_null(freopen("/dev/full", "w", stdout));
	report_differs(&report, 0, 1, "a", "b", "x");
	assert_int_equal(report_flush(&e), RC_FATAL);
	assert_int_equal(e.origin, FROM_PROGRAM);
	clearerr(stdout);
	read_printed();
}

static void times_are_shown_to_the_microsecond_and_beyond_all_years(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} times[] = {
	    {0, "1970-01-01T00:00:00.000Z"},
	    {1001, "1970-01-01T00:00:00.001001Z"},
	    {-1, "1969-12-31T23:59:59.999999Z"},
	    {INT64_C(253402300799999000), "9999-12-31T23:59:59.999Z"},
	    {INT64_C(253402300800000000), "253402300800000000 us from 1970"},
	    {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000Z"},
	    {INT64_C(-62135596800000001), "-62135596800000001 us from 1970"},
	    {INT64_MAX, "infinity"},
	    {INT64_MIN, "-infinity"},
	};
	char text[TEXTS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		assert_string_equal(print_time(times[i].us, text), times[i].text);
}

static void bytes_are_shown_as_hexadecimal_up_to_a_digest(void **state)
{
	char text[TEXTS_BYTES], bytes[TEXTS_HEX_BYTES_MAX + 1];

	(void)state;
	memset(bytes, '\xab', sizeof bytes);
	assert_string_equal(print_hex("\x01\xfe", 2, text), "01fe");
	assert_int_equal(strlen(print_hex(bytes, TEXTS_HEX_BYTES_MAX, text)), 2 * TEXTS_HEX_BYTES_MAX);
	assert_int_equal(strlen(print_hex(bytes, sizeof bytes, text)), 2 * TEXTS_HEX_BYTES_MAX + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_difference_is_one_line_with_its_place),
	    cmocka_unit_test(bytes_that_a_terminal_would_obey_are_spelt_out),
	    cmocka_unit_test(a_long_text_is_cut_and_shown_where_it_differs),
	    cmocka_unit_test(of_secrets_lengths_and_digests_are_shown),
	    cmocka_unit_test(differences_are_printed_up_to_the_limit_and_counted_beyond),
	    cmocka_unit_test(json_is_ascii_and_closed_whatever_was_found),
	    cmocka_unit_test(a_report_that_cannot_be_written_is_an_error),
	    cmocka_unit_test(times_are_shown_to_the_microsecond_and_beyond_all_years),
	    cmocka_unit_test(bytes_are_shown_as_hexadecimal_up_to_a_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
