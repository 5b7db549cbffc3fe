/* How many of a kind are inside at once. */
#include "gateway/api/crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint32_t enter(struct crowd *crowd, uint8_t who)
{
	const uint8_t key[CROWD_KEY_BYTES] = {who};

	return crowd_enter(crowd, key);
}

static void so_many_of_one_may_be_inside_and_no_more(void **state)
{
	struct crowd *crowd = crowd_open(2);
	uint32_t one, two, other;

	(void)state;
	one = enter(crowd, 1);
	two = enter(crowd, 1);
	other = enter(crowd, 2);
	assert_true(one && two && other && one != other);
	assert_int_equal(enter(crowd, 1), 0);
	crowd_leave(crowd, one);
	assert_int_equal(enter(crowd, 1), one);
	assert_int_equal(enter(crowd, 1), 0);
	crowd_close(crowd);
}

static void places_are_found_again_however_many_come_and_go(void **state)
{
	enum { MANY = 1000 };
	struct crowd *crowd = crowd_open(0);
	uint32_t places[MANY];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++) {
			places[i] = enter(crowd, (uint8_t)(i % 200));
			assert_true(places[i] && places[i] <= MANY);
			assert_int_equal(places[i], places[i % 200]);
		}
		for (int i = 0; i < MANY; i += 2)
			crowd_leave(crowd, places[i]);
		for (int i = 1; i < MANY; i += 2)
			crowd_leave(crowd, places[i]);
	}
	assert_int_equal(enter(crowd, 7), 1);
	crowd_close(crowd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(so_many_of_one_may_be_inside_and_no_more),
	    cmocka_unit_test(places_are_found_again_however_many_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
