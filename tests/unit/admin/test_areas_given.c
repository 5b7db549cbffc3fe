/* Areas as the flag and plans give them, and how they are told. */
#include "admin/areas_given.h"

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

static void expect_told(const char *flag, const char *expected)
{
	struct settings s = {.area = (char *)(uintptr_t)flag};
	struct areas_given areas = {0};
	struct buf told = {0};

	if (areas_given_read(&areas, &s, &e))
		fail_msg("%s: %s", flag, e.text);
	areas_given_describe(&areas, &told);
	assert_string_equal(buf_text(&told).data, expected);
	buf_release(&told);
	areas_given_release(&areas);
}

static void the_flag_names_areas_with_their_places(void **state)
{
	(void)state;
	expect_told("Floor:1", "Area \"Floor\": 1 place, public.\n");
	expect_told("Floor:500:house,Balkon Süd:1000000,Pit:0",
	            "Area \"Floor\": 500 places, of channel \"house\".\n"
	            "Area \"Balkon Süd\": 1000000 places, public.\n"
	            "Area \"Pit\": 0 places, public.\n");
}

static void the_last_number_is_the_capacity(void **state)
{
	(void)state;
	expect_told("Block:A:20:house", "Area \"Block:A\": 20 places, of channel \"house\".\n");
	expect_told("Block:9:20", "Area \"Block:9\": 20 places, public.\n");
	expect_told("A:5x:6", "Area \"A:5x\": 6 places, public.\n");
}

static void what_is_no_area_is_refused(void **state)
{
	static const char *const wrong[] = {"Floor", "Floor:", ":5", "Floor:-1", "Floor:1000001", ",",
	                                    "Floor:5,", " Floor:5", "Floor:5:", "Floor:5:public",
	                                    "Floor:house:5x", "A:5:6:x:y",
	                                    "Floor:99999999999999999999", "Floor:5,Floor:6"};
	struct areas_given areas = {0};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct settings s = {.area = (char *)(uintptr_t)wrong[i]};

		if (areas_given_read(&areas, &s, &e) != RC_USAGE)
			fail_msg("%s was taken", wrong[i]);
		areas_given_release(&areas);
	}
}

static enum rc read_plan(struct areas_given *areas, const char *content)
{
	char path[] = "/tmp/holdfast-areas-XXXXXX";
	int fd = mkstemp(path);
	struct settings s = {.plan = path};
	enum rc rc;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
	close(fd);
	*areas = (struct areas_given){0};
	rc = areas_given_read(areas, &s, &e);
	unlink(path);
	return rc;
}

static void a_plan_has_them_beside_its_seats(void **state)
{
	struct areas_given areas;
	struct buf told = {0};

	(void)state;
	assert_int_equal(read_plan(&areas, "seat_id,area_id,capacity,category\nA1,,,A\n,Floor,7,B\n"),
	                 RC_OK);
	areas_given_describe(&areas, &told);
	assert_string_equal(buf_text(&told).data, "Area \"Floor\": 7 places, category \"B\", public.\n");
	areas_given_release(&areas);
	assert_int_equal(read_plan(&areas, "seat_id\nA1\n"), RC_USAGE);
	areas_given_release(&areas);
	buf_release(&told);
}

static void neither_is_none_and_both_are_refused(void **state)
{
	struct settings s = {0};
	struct areas_given areas = {0};

	(void)state;
	assert_int_equal(areas_given_read(&areas, &s, &e), RC_OK);
	assert_int_equal(areas.count, 0);
	s.area = (char[]){"Floor:5"};
	s.plan = (char[]){"file"};
	assert_int_equal(areas_given_read(&areas, &s, &e), RC_USAGE);
	areas_given_release(&areas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_flag_names_areas_with_their_places),
	    cmocka_unit_test(the_last_number_is_the_capacity),
	    cmocka_unit_test(what_is_no_area_is_refused),
	    cmocka_unit_test(a_plan_has_them_beside_its_seats),
	    cmocka_unit_test(neither_is_none_and_both_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
