/* Channels as flags and files give them, and how they are told. */
#include "admin/channels_given.h"

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

static enum rc read_file(struct channels_given *channels, const char *content)
{
	char path[] = "/tmp/holdfast-channels-XXXXXX";
	int fd = mkstemp(path);
	struct settings s = {.channels = path};
	enum rc rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
	close(fd);
	*channels = (struct channels_given){0};
	rc = channels_given_read(channels, &s, &e);
	unlink(path);
	return rc;
}

static void expect_told(struct channels_given *channels, const char *expected)
{
	struct buf told = {0};

	channels_given_describe(channels, &told);
	assert_string_equal(buf_text(&told).data, expected);
	buf_release(&told);
	channels_given_release(channels);
}

static void flags_make_one_channel(void **state)
{
	struct settings s = {.channel = (char[]){"house"}, .channel_key = (char[]){"secret"},
	                     .opens = (char[]){"public,R\xc3\xa4ng"}, .exempt = true,
	                     .on_sale_from = (char[]){"2026-12-01T10:00:00+01:00"}};
	struct channels_given channels = {0};

	(void)state;
	assert_int_equal(channels_given_read(&channels, &s, &e), RC_OK);
	assert_int_equal(channels.count, 1);
	assert_int_equal(channels.list[0].opens_count, 2);
	expect_told(&channels, "Channel \"house\": with a key, on sale from 2026-12-01T09:00:00.000Z; it "
	            "sells seats of \"public\", \"R\xc3\xa4ng\", too; exempt.\n");
	s.channels = (char[]){"file"};
	assert_int_equal(channels_given_read(&channels, &s, &e), RC_USAGE);
	s = (struct settings){0};
	assert_int_equal(channels_given_read(&channels, &s, &e), RC_USAGE);
}

static void a_file_has_what_a_request_has(void **state)
{
	struct channels_given channels;

	(void)state;
	assert_int_equal(read_file(&channels, "\xef\xbb\xbf [ {\"channel\":\"a\",\"opens\":[]},"
	                                      "{\"channel\":\"b\",\"channel_key\":\"k\"} ]\n"), RC_OK);
	expect_told(&channels, "Channel \"a\": no key, so nobody can sell from it, on sale always.\n"
	                       "Channel \"b\": with a key, on sale always.\n");
}

/* Nor can a file say anything else of the request that it becomes. */
static void a_file_that_is_no_list_of_channels_is_refused(void **state)
{
	static const struct {
		const char *content, *said;
	} wrong[] = {
	    {"", "it is no JSON list"},
	    {"[{\"channel\":\"a\"}", "it is no JSON list"},
	    {"[{\"channel\":\"a\"}],\"show_id\":\"other\"", "it is no JSON list"},
	    {"[]", "--channels: channels must be "},
	    {"[{\"channel\":\"public\"}]", "see channels[0].channel"},
	    {"[{\"channel\":\"a\"},{\"channel\":\"a\"}]", "--channels: channels must be "},
	    {"[{\"channel\":\"a\",\"exempt\":1}]", "see channels[0].exempt"},
	};
	struct channels_given channels;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_int_equal(read_file(&channels, wrong[i].content), RC_USAGE);
		if (!strstr(e.text, wrong[i].said))
			fail_msg("expected %s, found %s", wrong[i].said, e.text);
		channels_given_release(&channels);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flags_make_one_channel),
	    cmocka_unit_test(a_file_has_what_a_request_has),
	    cmocka_unit_test(a_file_that_is_no_list_of_channels_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
