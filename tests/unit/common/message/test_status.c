/* Names of statuses, there and back. */
#include "common/message/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_status_has_a_name_that_leads_back(void **state)
{
	enum seat_status seat = SEAT_SOLD;
	enum reservation_status reservation;

	(void)state;
	for (int s = SEAT_AVAILABLE; s <= SEAT_SOLD; s++) {
		assert_true(seat_status_of(text_of(seat_status_name((enum seat_status)s)), &seat));
		assert_int_equal(seat, s);
	}
	for (int s = RESERVATION_HELD; s <= RESERVATION_CANCELLED; s++) {
		enum reservation_status each = (enum reservation_status)s;

		assert_true(reservation_status_of(text_of(reservation_status_name(each)), &reservation));
		assert_int_equal(reservation, s);
	}
	assert_false(seat_status_of(text_of("held"), &seat));
	assert_false(reservation_status_of(text_of("sold"), &reservation));
	assert_false(reservation_status_of(text_of("HELD"), &reservation));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_a_name_that_leads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
