/* Requests under way: places, limits, time-outs. */
#include "gateway/topics/flights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NONCE UINT64_C(0x1122334455667788)

static struct text text_of_id(const struct flight_id *id)
{
	return (struct text){(const char *)id->bytes, FLIGHT_ID_BYTES};
}

static struct flight flight_of(uint8_t session, int32_t partition, int64_t since_ms)
{
	struct flight flight = {.has_session = session != 0, .partition = partition, .offset = -1,
	                        .since_ms = since_ms, .told_ms = since_ms + 5000,
	                        .until_ms = since_ms + 5000};

	flight.session[0] = session;
	return flight;
}

static enum flight_refusal add(struct flights *flights, uint8_t session, int32_t partition,
                               int64_t since_ms, struct flight_id *id)
{
	const struct flight flight = flight_of(session, partition, since_ms);

	return flights_add(flights, &flight, id);
}

static void an_id_counts_once(void **state)
{
	const struct flight_limits limits = {0, 0, 0};
	struct flights *flights = flights_open(&limits, 2, NONCE, 0);
	struct flights *others = flights_open(&limits, 2, NONCE + 1, 0);
	struct flight_id a, b, foreign;
	struct flight over;

	(void)state;
	assert_int_equal(add(flights, 1, 0, 0, &a), FLIGHT_TAKEN);
	assert_int_equal(add(others, 1, 0, 0, &foreign), FLIGHT_TAKEN);
	assert_null(flights_find(flights, text_of_id(&foreign)));
	assert_false(flights_end(flights, text_of_id(&foreign), &over));
	flights_find(flights, text_of_id(&a))->offset = 7;
	assert_true(flights_end(flights, text_of_id(&a), &over));
	assert_int_equal(over.offset, 7);
	assert_false(flights_end(flights, text_of_id(&a), &over));
	/* The same place, and another id. */
	assert_int_equal(add(flights, 1, 0, 0, &b), FLIGHT_TAKEN);
	assert_memory_not_equal(a.bytes, b.bytes, FLIGHT_ID_BYTES);
	assert_null(flights_find(flights, text_of_id(&a)));
	assert_non_null(flights_find(flights, text_of_id(&b)));
	assert_null(flights_find(flights, (struct text){(char *)b.bytes, FLIGHT_ID_BYTES - 1}));
	assert_null(flights_find(flights, (struct text){NULL, 0}));
	assert_int_equal(flights_count(flights), 1);
	flights_close(flights);
	flights_close(others);
}

static void each_limit_holds_at_it_and_not_before(void **state)
{
	const struct flight_limits limits = {6, 4, 2};
	struct flights *flights = flights_open(&limits, 3, NONCE, 0);
	struct flight_id ids[6], id;
	struct flight over;

	(void)state;
	assert_int_equal(add(flights, 1, 0, 0, &ids[0]), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 1, 1, 0, &ids[1]), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 1, 2, 0, &id), FLIGHT_SESSION_TAKEN);
	assert_int_equal(add(flights, 0, 0, 0, &ids[2]), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 0, 0, 0, &ids[3]), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 2, 0, 0, &ids[4]), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 3, 0, 0, &id), FLIGHT_PARTITION_TAKEN);
	assert_int_equal(add(flights, 3, 1, 0, &ids[5]), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 4, 2, 0, &id), FLIGHT_ALL_TAKEN);
	assert_true(flights_end(flights, text_of_id(&ids[0]), &over));
	assert_int_equal(add(flights, 1, 2, 0, &id), FLIGHT_TAKEN);
	assert_int_equal(flights_count(flights), 6);
	flights_close(flights);
}

static void who_waits_too_long_is_over(void **state)
{
	const struct flight_limits limits = {100, 0, 1};
	struct flights *flights = flights_open(&limits, 1, NONCE, 0);
	struct flight_id early, late;
	struct flight over;

	(void)state;
	assert_int_equal(add(flights, 1, 0, 1000, &early), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 2, 0, 1001, &late), FLIGHT_TAKEN);
	assert_false(flights_find_late(flights, 5999, &over));
	assert_true(flights_find_late(flights, 6000, &over));
	assert_int_equal(over.session[0], 1);
	assert_false(flights_find_late(flights, 6000, &over));
	assert_null(flights_find(flights, text_of_id(&early)));
	assert_non_null(flights_find(flights, text_of_id(&late)));
	assert_int_equal(add(flights, 1, 0, 6000, &early), FLIGHT_TAKEN);
	flights_close(flights);
}

static void none_is_taken_behind_those_that_wait_too_long(void **state)
{
	const struct flight_limits limits = {0, 0, 0};
	struct flights *flights = flights_open(&limits, 2, NONCE, 2500);
	struct flight_id first, id;
	struct flight over;

	(void)state;
	assert_int_equal(add(flights, 0, 0, 1000, &first), FLIGHT_TAKEN);
	assert_false(flights_find_late(flights, 1000, &over));
	assert_int_equal(add(flights, 0, 0, 3500, &id), FLIGHT_TAKEN);
	assert_int_equal(add(flights, 0, 0, 3501, &id), FLIGHT_SHED);
	assert_int_equal(add(flights, 0, 1, 3501, &id), FLIGHT_TAKEN);
	assert_true(flights_end(flights, text_of_id(&first), &over));
	assert_false(flights_find_late(flights, 3501, &over));
	assert_int_equal(add(flights, 0, 0, 3501, &id), FLIGHT_TAKEN);
	flights_close(flights);
}

/* Its record is in the topic, and the queue as old as it is. */
static void who_does_not_wait_keeps_his_place(void **state)
{
	const struct flight_limits limits = {0, 2, 1};
	struct flights *flights = flights_open(&limits, 2, NONCE, 2500);
	struct flight hasty = flight_of(1, 0, 1000), late;
	struct flight_id first, second, id;

	(void)state;
	hasty.told_ms = 2000;
	assert_int_equal(flights_add(flights, &hasty, &first), FLIGHT_TAKEN);
	hasty.session[0] = 2;
	assert_int_equal(flights_add(flights, &hasty, &second), FLIGHT_TAKEN);
	assert_false(flights_find_late(flights, 1999, &late));
	for (uint8_t i = 1; i <= 2; i++) {
		assert_true(flights_find_late(flights, 2000, &late));
		assert_int_equal(late.session[0], i);
		assert_false(late.is_told);
	}
	assert_false(flights_find_late(flights, 2000, &late));
	assert_int_equal(flights_count(flights), 2);
	assert_int_equal(add(flights, 1, 1, 2000, &id), FLIGHT_SESSION_TAKEN);
	assert_int_equal(add(flights, 3, 0, 2000, &id), FLIGHT_PARTITION_TAKEN);
	/* The reply finds a place whose asker was told. */
	assert_true(flights_end(flights, text_of_id(&second), &late));
	assert_true(late.is_told);
	assert_int_equal(add(flights, 3, 0, 3501, &id), FLIGHT_SHED);
	assert_int_equal(add(flights, 3, 0, 3500, &id), FLIGHT_TAKEN);
	assert_false(flights_find_late(flights, 5999, &late));
	assert_int_equal(flights_count(flights), 2);
	assert_false(flights_find_late(flights, 6000, &late));
	assert_int_equal(flights_count(flights), 1);
	assert_null(flights_find(flights, text_of_id(&first)));
	flights_close(flights);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_counts_once),
	    cmocka_unit_test(each_limit_holds_at_it_and_not_before),
	    cmocka_unit_test(who_waits_too_long_is_over),
	    cmocka_unit_test(none_is_taken_behind_those_that_wait_too_long),
	    cmocka_unit_test(who_does_not_wait_keeps_his_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
