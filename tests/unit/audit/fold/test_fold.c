/* Rows 1 to 5 of section 4 of docs/protocol.md by the audit's own fold, and the clock. */
#include "common/base/partitioner.h"
#include "tests/unit/audit/fold/fold_help.h"

#define RESERVED_10 TAKES("10", "A1", "10000")
#define DAYS_30 (30 * DAY)

/* ---- the clock ---- */

static void time_never_goes_back_and_nothing_but_append_time_is_a_clock(void **state)
{
	struct record record = record_of(700, HEAD("create_show", "01") "}");

	(void)state;
	record.is_append_time = false;
	assert_string_equal(ask_record(record), "200 SHOW_CREATED; show_created");
	assert_true(fold.has_foreign_clock);
	assert_int_equal(fold.t_ms, 0); /* of the first record */
	ask(500, NULL);
	assert_false(fold.has_foreign_clock);
	assert_int_equal(fold.t_ms, T0 + 500);
	ask(499, NULL);
	assert_int_equal(fold.t_ms, T0 + 500);
	assert_int_equal(fold.verdict.decided_ms, T0 + 500);
	record = record_of(900, NULL);
	record.is_append_time = false;
	ask_record(record);
	assert_int_equal(fold.t_ms, T0 + 500);
	ask(501, NULL);
	assert_int_equal(fold.t_ms, T0 + 501);
	assert_int_equal(fold.records, 5);
}

static void an_undecodable_record_moves_the_clock(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1'"), RESERVED_10},
	    {10000, "?", "400 INVALID_REQUEST"},
	    {0, EXPIRE("11", "10"), "200 EXPIRED of 10: A1; expired 10: A1"},
	};

	(void)state;
	TAKE(steps);
}

/* ---- rows 1 to 3 ---- */

static void expect_heads(bool has_request_id, enum request_type type, bool has_show_id)
{
	assert_int_equal(fold.verdict.has_request_id, has_request_id);
	assert_int_equal(fold.verdict.type, type);
	assert_int_equal(fold.verdict.show_id.data != NULL, has_show_id);
	assert_false(fold.is_claim);
	assert_null(fold.show);
}

static void what_cannot_be_read_is_a_dead_letter(void **state)
{
	static const char *const values[] = {
	    NULL, "", "{", "[]", "null", "{'a':1,'a':1}", RESERVE("10", "alice", "'A1'") "x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		assert_string_equal(ask(0, values[i]), "400 INVALID_REQUEST");
		assert_non_null(fold.verdict.dead_letter);
		expect_heads(false, REQUEST_NONE, false);
	}
	assert_string_equal(ask(0, "{'type':'expire','request_id':'" U("10") "'}"),
	                    "400 INVALID_REQUEST");
	assert_non_null(fold.verdict.dead_letter);
	expect_heads(true, REQUEST_EXPIRE, false);
	assert_string_equal(ask(0, "{'type':'?','show_id':'s'}"), "400 INVALID_REQUEST");
	assert_non_null(fold.verdict.dead_letter);
	expect_heads(false, REQUEST_NONE, true);
}

static void a_key_that_is_not_the_show_is_a_dead_letter(void **state)
{
	static const char *const keys[] = {NULL, "", "S", "s ", "other"};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct record record = record_of(0, RESERVE("10", "alice", "'A1'"));

		record.key = text_of(keys[i]);
		assert_string_equal(ask_record(record), "400 INVALID_REQUEST");
		assert_non_null(fold.verdict.dead_letter);
		expect_heads(true, REQUEST_RESERVE, true);
	}
	assert_string_equal(ask(0, RESERVE("10", "alice", "'A1'")), RESERVED_10);
	assert_null(fold.verdict.dead_letter);
	assert_true(fold.is_claim);
}

/* Row 1 comes before row 2, and row 2 before row 3. */
static void another_shows_partition_is_told_so_and_is_no_dead_letter(void **state)
{
	struct record record = record_of(0, RESERVE("10", "alice", "'A1'"));

	(void)state;
	fold.partition = (fold.partition + 1) % PARTITIONS;
	assert_string_equal(ask_record(record), "421 WRONG_PARTITION");
	assert_null(fold.verdict.dead_letter);
	expect_heads(true, REQUEST_RESERVE, true);
	assert_string_equal(ask(0, HEAD("?", "10") "}"), "421 WRONG_PARTITION");
	record.key = text_of("t");
	assert_string_equal(ask_record(record), "400 INVALID_REQUEST");
	assert_non_null(fold.verdict.dead_letter);
	fold.partition = partition_of_key("s", 1, PARTITIONS);
	assert_string_equal(ask(0, RESERVE("10", "alice", "'A1'")),
	                    "404 UNKNOWN_SHOW"); /* nothing was claimed */
}

static void a_malformed_field_is_no_dead_letter_and_claims_nothing(void **state)
{
	static const struct step steps[] = {
	    {0, HEAD("?", "10") "}", "400 INVALID_REQUEST"},
	    {0, RESERVE("10", "alice", ""), "400 INVALID_REQUEST"},
	    {0, RESERVE_ALSO("10", "alice", "'A1'", ",'hold_seconds':0"), "400 INVALID_REQUEST"},
	    {0, EXTEND("10", "alice", "10", "null"), "400 INVALID_REQUEST"},
	    {0, RESERVE("10", "alice", "'A1'"), RESERVED_10},
	    {0, RESERVE("10", "alice", ""), "400 INVALID_REQUEST"}, /* before rows 4 and 5 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		take_steps(&steps[i], 1);
		assert_null(fold.verdict.dead_letter);
		assert_int_equal(fold.is_claim, i == 4);
	}
}

/* ---- rows 4 and 5 ---- */

static void a_duplicate_is_answered_as_the_first_whatever_has_changed(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1'"), RESERVED_10},
	    {5, RESERVE("11", "bob", "'A1','A2'"), "409 SEATS_TAKEN but A1 reserved at 2"},
	    {6, RELEASE("12", "alice", "10"), "200 RELEASED of 10: A1; released 10: A1"},
	    {7, RESERVE("10", "alice", "'A1'"), "200 RESERVED of 10: A1 until 10000 again of 2 as of 0"},
	    {8, RESERVE("11", "bob", "'A2','A1'"),
	     "409 SEATS_TAKEN but A1 reserved at 2 again of 3 as of 5"},
	    {9, HEAD("create_show", "01") ",'max_seats':3,'max_hold_seconds':30,'hold_seconds':10.0,"
	                                  "'owner_key':'boss'}", "200 SHOW_CREATED again of 0 as of 0"},
	    {10, RESERVE("10", "alice", "'A1'"), "200 RESERVED of 10: A1 until 10000 again of 2 as of 0"},
	};

	(void)state;
	TAKE(steps);
	assert_false(fold.is_claim);
}

static void other_content_is_a_mismatch_with_the_claims_offset(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1'"), RESERVED_10},
	    {1, RESERVE("10", "alice", "'A2'"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	    {2, RESERVE("10", "bob", "'A1'"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	    {3, RESERVE_ALSO("10", "alice", "'A1'", ",'hold_seconds':10"), /* the default written out */
	     "422 IDEMPOTENCY_MISMATCH again of 2"},
	    {4, CONFIRM("10", "alice", "10"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	    {5, RESERVE("10", "alice", "'A1'"), "200 RESERVED of 10: A1 until 10000 again of 2 as of 0"},
	    {6, EXPIRE("10", "10"), "409 NOT_DUE"}, /* outside of both rows */
	};

	(void)state;
	TAKE(steps);
}

static void a_claim_is_of_one_show(void **state)
{
	struct record record = record_of(0, "{'type':'create_show','request_id':'" U("01") "',"
	                                    "'show_id':'t'}");

	(void)state;
	record.key = text_of("t");
	record.partition = fold.partition = partition_of_key("t", 1, PARTITIONS);
	assert_string_equal(ask_record(record), "200 SHOW_CREATED; show_created");
}

static void a_claim_lasts_30_days_to_the_millisecond(void **state)
{
	static const struct step steps[] = {
	    {1, RELEASE("20", "alice", "99"), "404 UNKNOWN_RESERVATION"},
	    {DAYS_30, RELEASE("20", "alice", "99"), "404 UNKNOWN_RESERVATION again of 2 as of 1"},
	    {DAYS_30, RELEASE("20", "alice", "98"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	    {DAYS_30 + 1, RELEASE("20", "alice", "98"), "404 UNKNOWN_RESERVATION"}, /* a claim of its own */
	    {DAYS_30 + 1, RELEASE("20", "alice", "99"), "422 IDEMPOTENCY_MISMATCH again of 5"},
	    {2 * DAYS_30, RELEASE("20", "alice", "98"),
	     "404 UNKNOWN_RESERVATION again of 5 as of 2592000001"},
	    {2 * DAYS_30 + 1, RELEASE("20", "alice", "98"), "404 UNKNOWN_RESERVATION"},
	};

	(void)state;
	TAKE(steps);
}

/* A duplicate or a mismatch is no claim: it does not make the first one last longer. */
static void repeating_does_not_prolong_a_claim(void **state)
{
	static const struct step steps[] = {
	    {0, RELEASE("20", "alice", "99"), "404 UNKNOWN_RESERVATION"},
	    {DAYS_30 - 1, RELEASE("20", "alice", "99"), "404 UNKNOWN_RESERVATION again of 2 as of 0"},
	    {DAYS_30, RELEASE("20", "alice", "99"), "404 UNKNOWN_RESERVATION"},
	};

	(void)state;
	TAKE(steps);
}

static void a_reservations_id_is_spent_for_ever(void **state)
{
	static const struct step steps[] = {
	    {0, RESERVE("10", "alice", "'A1'"), RESERVED_10},
	    {0, RESERVE("11", "bob", "'A1'"), "409 SEATS_TAKEN but A1 reserved at 2"},
	    {DAYS_30 - 1, RESERVE("10", "alice", "'A1'"),
	     "200 RESERVED of 10: A1 until 10000 again of 2 as of 0"},
	    {DAYS_30, RESERVE("10", "alice", "'A1'"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	    {90 * DAY, RESERVE("10", "bob", "'A6'"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	    /* A refused reserve made none. */
	    {90 * DAY, RESERVE("11", "bob", "'A2'"),
	     TAKES("11", "A2", "7776010000")},
	    /* Nor is the id spent for other types: it is claimed anew, and by whom tells row 5. */
	    {90 * DAY, RELEASE("10", "alice", "99"), "404 UNKNOWN_RESERVATION"},
	    {90 * DAY, RESERVE("10", "alice", "'A1'"), "422 IDEMPOTENCY_MISMATCH again of 8"},
	    {120 * DAY, RESERVE("10", "alice", "'A1'"), "422 IDEMPOTENCY_MISMATCH again of 2"},
	};

	(void)state;
	TAKE(steps);
	assert_false(fold.is_claim);
}

#define FROM_NOTHING(name) cmocka_unit_test_setup_teardown(name, open_nothing, close_fold)
#define WITH_SHOW(name) cmocka_unit_test_setup_teardown(name, open_show, close_fold)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FROM_NOTHING(time_never_goes_back_and_nothing_but_append_time_is_a_clock),
	    WITH_SHOW(an_undecodable_record_moves_the_clock),
	    FROM_NOTHING(what_cannot_be_read_is_a_dead_letter),
	    WITH_SHOW(a_key_that_is_not_the_show_is_a_dead_letter),
	    FROM_NOTHING(another_shows_partition_is_told_so_and_is_no_dead_letter),
	    WITH_SHOW(a_malformed_field_is_no_dead_letter_and_claims_nothing),
	    WITH_SHOW(a_duplicate_is_answered_as_the_first_whatever_has_changed),
	    WITH_SHOW(other_content_is_a_mismatch_with_the_claims_offset),
	    WITH_SHOW(a_claim_is_of_one_show),
	    WITH_SHOW(a_claim_lasts_30_days_to_the_millisecond),
	    WITH_SHOW(repeating_does_not_prolong_a_claim),
	    WITH_SHOW(a_reservations_id_is_spent_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
