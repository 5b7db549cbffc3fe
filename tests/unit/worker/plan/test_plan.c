/* Rows 1 to 5 of section 4 of docs/protocol.md, and the clock. Row 6: test_rules.c. */
#include "common/base/partitioner.h"
#include "tests/unit/worker/plan/plan_help.h"

/* ---- rows 1 to 3 ---- */

/* The reply to a record that says nothing which could be repeated. */
static void is_unreadable(const struct model_decision *d)
{
	assert_int_equal(d->decision.outcome, OUTCOME_INVALID_REQUEST);
	assert_false(d->decision.is_claim);
	assert_null(d->events.data);
	assert_false(d->decision.has_request_id);
	assert_null(d->decision.show_id.data);
	assert_non_null(strstr(d->reply.data,
	                       "{\"request_id\":null,\"type\":null,\"show_id\":null,"
	                       "\"status\":\"rejected\",\"code\":400,\"reason\":\"INVALID_REQUEST\","));
}

static bool is_dead_letter(struct record record)
{
	struct entry entry = {.record = record};
	const char *reason;

	request_decode(record.value, &texts, &entry.request);
	reason = plan_dead_letter_reason(&entry);
	return reason && reason[0];
}

static void what_cannot_be_decoded_is_answered_with_nulls(void **state)
{
	static const char *const values[] = {NULL, "", "{", "[]", "null", "{'a':1,'a':1}",
	                                     RESERVE("10", "alice", "'A1'") "x"};
	char *large = arena_take(&texts, REQUEST_BYTES_MAX + 2);
	size_t bytes;
	struct record record;

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		record = record_of(T0, values[i]);
		is_unreadable(ask_record(record));
		assert_true(is_dead_letter(record));
	}
	memset(large, ' ', REQUEST_BYTES_MAX + 1);
	record = record_of(T0, RESERVE("10", "alice", "'A1'"));
	bytes = record.value.bytes;
	memcpy(large, record.value.data, bytes);
	record.value = (struct text){large, REQUEST_BYTES_MAX + 1};
	is_unreadable(ask_record(record));
	assert_true(is_dead_letter(record));
	record = record_of(T0, NULL);
	record.value = (struct text){large, REQUEST_BYTES_MAX};
	assert_false(is_dead_letter(record));
	assert_int_equal(ask_record(record)->decision.outcome, OUTCOME_RESERVED);
}

static void a_key_that_is_not_the_show_is_refused_before_anything_else(void **state)
{
	static const char *const keys[] = {NULL, "", "S", "s ", "other"};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct record record = record_of(T0, RESERVE("10", "alice", "'A1'"));
		const struct model_decision *d;

		record.key = text_of(keys[i]);
		assert_true(is_dead_letter(record));
		d = ask_record(record);
		assert_int_equal(d->decision.outcome, OUTCOME_INVALID_REQUEST);
		assert_false(d->decision.is_claim);
		assert_non_null(strstr(d->reply.data, "\"request_id\":\"" U("10") "\""));
		assert_non_null(strstr(d->reply.data, "\"show_id\":\"s\""));
	}
	alice_reserves(); /* the id is still to be had */
}

static void a_missing_request_id_or_show_id_is_row_1_and_null_in_the_reply(void **state)
{
	const struct model_decision *d;
	struct record record = record_of(T0, "{'type':'release','show_id':'s','session_id':'x',"
	                                     "'reservation_id':'" U("10") "'}");

	(void)state;
	assert_true(is_dead_letter(record));
	d = ask_record(record);
	assert_int_equal(d->decision.outcome, OUTCOME_INVALID_REQUEST);
	assert_non_null(strstr(d->reply.data,
	                       "{\"request_id\":null,\"type\":\"release\",\"show_id\":\"s\","));
	record = record_of(T0, "{'type':'nonsense','request_id':'" U("10") "','show_id':'?'}");
	assert_true(is_dead_letter(record));
	d = ask_record(record);
	assert_non_null(strstr(d->reply.data,
	                       "{\"request_id\":\"" U("10") "\",\"type\":null,\"show_id\":null,"));
	assert_false(d->decision.is_claim);
}

/* A show of another partition than that of "s". */
static const char *stranger(void)
{
	const char *name = "t";

	for (int i = 0; partition_of_key(name, strlen(name), PARTITIONS) == partition_of_s; i++)
		name = join("t%d", i);
	return name;
}

static struct record record_of_stranger(const char *rest)
{
	const char *show = stranger();
	struct record record = record_of(T0, join("{'request_id':'" U("10") "','show_id':'%s'%s}",
	                                          show, rest));

	record.key = text_of(show);
	return record;
}

static void a_show_of_another_partition_is_told_so(void **state)
{
	struct record record = record_of_stranger(",'type':'create_show'");
	const struct model_decision *d = ask_record(record);

	(void)state;
	assert_int_equal(d->decision.outcome, OUTCOME_WRONG_PARTITION);
	assert_non_null(strstr(d->reply.data, "\"code\":421,\"reason\":\"WRONG_PARTITION\""));
	assert_non_null(strstr(d->reply.data, "modulo 8, the number of partitions that the database was"));
	assert_false(d->decision.is_claim);
	assert_false(is_dead_letter(record));
	assert_int_equal(model->show_count, 1);
}

static void the_partition_is_looked_at_before_the_fields_and_behind_the_key(void **state)
{
	struct record record = record_of_stranger(",'type':'reserve'"); /* fields missing */

	(void)state;
	assert_int_equal(ask_record(record)->decision.outcome, OUTCOME_WRONG_PARTITION);
	record = record_of_stranger(",'type':'reserve'");
	record.key = text_of("s");
	assert_int_equal(ask_record(record)->decision.outcome, OUTCOME_INVALID_REQUEST);
}

static void a_malformed_field_is_named_claims_nothing_and_is_no_dead_letter(void **state)
{
	struct record record = record_of(T0, HEAD("reserve", "10") ",'session_id':'alice'}");
	const struct model_decision *d = ask_record(record);

	(void)state;
	assert_int_equal(d->decision.outcome, OUTCOME_INVALID_REQUEST);
	assert_non_null(strstr(d->reply.data, "seat_ids"));
	assert_null(strstr(d->reply.data, "alice"));
	assert_non_null(strstr(d->reply.data, "\"type\":\"reserve\""));
	assert_false(d->decision.is_claim);
	assert_false(is_dead_letter(record));
	d = ask(T0, HEAD("juggle", "10") "}");
	assert_int_equal(d->decision.outcome, OUTCOME_INVALID_REQUEST);
	assert_non_null(strstr(d->reply.data, "\"type\":null"));
	alice_reserves();
}

static void a_malformed_request_comes_before_its_claimed_id(void **state)
{
	const struct model_decision *d;

	(void)state;
	alice_reserves();
	d = ask(T0, HEAD("reserve", "10") "}");
	assert_int_equal(d->decision.outcome, OUTCOME_INVALID_REQUEST);
	assert_int_equal(d->decision.duplicate_of, NOT_A_DUPLICATE);
}

/* ---- rows 4 and 5 ---- */

static void duplicates(const struct model_decision *d, const struct model_decision *first)
{
	assert_int_equal(d->decision.duplicate_of, first->offset);
	assert_int_equal(d->decision.outcome, first->decision.outcome);
	assert_int_equal(d->decision.decided_at_ms, first->decision.decided_at_ms);
	assert_string_equal(d->reply.data, first->reply.data);
	assert_int_equal(d->decision.type, first->decision.type);
	assert_false(d->decision.is_claim);
	tells(d, NULL);
}

static void mismatches(const struct model_decision *d, const char *id, const char *type,
                       int64_t duplicate_of)
{
	assert_int_equal(d->decision.duplicate_of, duplicate_of);
	assert_int_equal(d->decision.decided_at_ms, d->t_ms);
	assert_false(d->decision.is_claim);
	replies(d, id, type, 422, "IDEMPOTENCY_MISMATCH", "");
	tells(d, NULL);
}

static void a_duplicate_gets_the_first_answer_however_much_has_changed(void **state)
{
	const struct model_decision *first;

	(void)state;
	alice_reserves();
	first = last();
	ask(T0 + 1, RELEASE("11", "alice", "10"));
	ask(T0 + 2, RESERVE("12", "bob", "'A1'"));
	duplicates(ask(T0 + 3, RESERVE("10", "alice", "'A2','A1'")), first);
	replies(last(), U("10"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("10", "'A2','A1'"), until(T0 + 10 * S)));
	is_taken("A1", U("12"), T0 + 2 + 10 * S, 4, 4);
	is_available("A2", 3);
}

static void a_refusal_is_repeated_too(void **state)
{
	const struct model_decision *first;

	(void)state;
	alice_reserves();
	first = ask(T0, RESERVE("11", "bob", "'A1'"));
	assert_int_equal(first->decision.outcome, OUTCOME_SEATS_TAKEN);
	ask(T0, RELEASE("12", "alice", "10"));
	duplicates(ask(T0 + 1, RESERVE("11", "bob", "'A1'")), first);
	is_available("A1", 4);
}

static void content_is_the_same_whatever_its_form(void **state)
{
	static const char *const forms[] = {
	    "{'seat_ids':['A1','A2'],'session_id':'alice','show_id':'s','type':'reserve',"
	    "'request_id':'" U("10") "'}",
	    RESERVE_ALSO("10", "alice", "'A2','A1'", ",'note':[1],'title':7"),
	};
	const struct model_decision *first;

	(void)state;
	alice_reserves();
	first = last();
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
		duplicates(ask(T0, forms[i]), first);
	first = ask(T0, EXTEND("AB", "alice", "10", "20"));
	duplicates(ask(T0, EXTEND("ab", "alice", "10", "2e1")), first);
}

static void other_content_is_refused_and_names_the_first(void **state)
{
	static const char *const others[] = {
	    RESERVE("10", "bob", "'A2','A1'"),
	    RESERVE("10", "alice", "'A1'"),
	    RESERVE_ALSO("10", "alice", "'A2','A1'", ",'hold_seconds':10"), /* the default */
	};

	(void)state;
	alice_reserves();
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		mismatches(ask(T0 + 5, others[i]), U("10"), "reserve", 2);
	mismatches(ask(T0 + 5, RELEASE("10", "alice", "10")), U("10"), "release", 2);
	duplicates(ask(T0 + 5, RESERVE("10", "alice", "'A2','A1'")), &model->decisions[2]);
}

static void duplicates_inside_one_batch_are_seen(void **state)
{
	struct record records[] = {
	    record_of(T0, RESERVE("10", "alice", "'A1'")), record_of(T0, RESERVE("10", "alice", "'A1'")),
	    record_of(T0, RESERVE("10", "alice", "'A2'")), record_of(T0, RELEASE("11", "alice", "10")),
	    record_of(T0, RELEASE("11", "alice", "10")),   record_of(T0, RESERVE("10", "alice", "'A1'")),
	};
	const struct model_decision *d = &model->decisions[2];

	(void)state;
	model_decide(model, records, 6);
	assert_int_equal(d[0].decision.outcome, OUTCOME_RESERVED);
	duplicates(&d[1], &d[0]);
	mismatches(&d[2], U("10"), "reserve", d[0].offset);
	assert_int_equal(d[3].decision.outcome, OUTCOME_RELEASED);
	duplicates(&d[4], &d[3]);
	duplicates(&d[5], &d[0]);
	is_available("A1", d[3].offset);
}

static void an_id_is_claimed_on_its_show_only(void **state)
{
	const char *name = "u";
	struct record record;

	(void)state;
	for (int i = 0; partition_of_key(name, strlen(name), PARTITIONS) != partition_of_s; i++)
		name = join("u%d", i);
	record = record_of(T0, join("{'type':'create_show','request_id':'" U("01") "','show_id':'%s'}",
	                            name));
	record.key = text_of(name);
	assert_int_equal(ask_record(record)->decision.outcome, OUTCOME_SHOW_CREATED);
}

static void a_claim_lasts_30_days_to_the_millisecond(void **state)
{
	const struct model_decision *first;

	(void)state;
	first = ask(T0, RELEASE("11", "alice", "10"));
	assert_int_equal(first->decision.outcome, OUTCOME_UNKNOWN_RESERVATION);
	duplicates(ask(T0 + INT64_C(2592000000) - 1, RELEASE("11", "alice", "10")), first);
	mismatches(ask(T0 + INT64_C(2592000000) - 1, CONFIRM("11", "alice", "10")), U("11"), "confirm",
	           first->offset);
	refuses(ask(T0 + INT64_C(2592000000), CONFIRM("11", "alice", "10")), U("11"), "confirm", 404,
	        "UNKNOWN_RESERVATION", "");
	/* claimed anew, from then on */
	mismatches(ask(T0 + INT64_C(2592000000) * 2 - 1, RELEASE("11", "alice", "10")), U("11"),
	           "release", 5);
}

static void a_claim_lapses_inside_a_batch_too(void **state)
{
	struct record records[] = {
	    record_of(T0, RELEASE("11", "alice", "10")),
	    record_of(T0 + CLAIM_MS - 1, RELEASE("11", "alice", "10")),
	    record_of(T0 + CLAIM_MS, RELEASE("11", "alice", "10")),
	    record_of(T0 + CLAIM_MS, RELEASE("11", "alice", "10")),
	};
	const struct model_decision *d = &model->decisions[2];

	(void)state;
	assert_int_equal(CLAIM_MS, INT64_C(2592000000));
	model_decide(model, records, 4);
	duplicates(&d[1], &d[0]);
	assert_int_equal(d[2].decision.duplicate_of, NOT_A_DUPLICATE);
	assert_true(d[2].decision.is_claim);
	duplicates(&d[3], &d[2]);
}

static void a_duplicate_does_not_make_the_claim_last_longer(void **state)
{
	(void)state;
	ask(T0, RELEASE("11", "alice", "10"));
	ask(T0 + CLAIM_MS - 1, RELEASE("11", "alice", "10"));
	assert_int_equal(ask(T0 + CLAIM_MS, RELEASE("11", "alice", "10"))->decision.duplicate_of,
	                 NOT_A_DUPLICATE);
}

static void the_id_of_a_reservation_reserves_nothing_else_for_ever(void **state)
{
	int64_t released_at;

	(void)state;
	alice_reserves();
	duplicates(ask(T0 + CLAIM_MS - 1, RESERVE("10", "alice", "'A2','A1'")), &model->decisions[2]);
	mismatches(ask(T0 + CLAIM_MS, RESERVE("10", "alice", "'A2','A1'")), U("10"), "reserve", 2);
	mismatches(ask(T0 + 9 * CLAIM_MS, RESERVE("10", "bob", "'A3'")), U("10"), "reserve", 2);
	/* another type may have it */
	refuses(ask(T0 + 9 * CLAIM_MS, RELEASE("10", "bob", "11")), U("10"), "release", 404,
	        "UNKNOWN_RESERVATION", "");
	/* and then it is claimed by that */
	released_at = last()->offset;
	mismatches(ask(T0 + 9 * CLAIM_MS, RESERVE("10", "bob", "'A3'")), U("10"), "reserve",
	           released_at);
	is_available("A3", 1);
}

static void a_refused_reserve_may_try_its_id_again_behind_the_claim(void **state)
{
	(void)state;
	alice_reserves();
	ask(T0, RESERVE("11", "bob", "'A1'"));
	answers(ask(T0 + CLAIM_MS, RESERVE("11", "bob", "'A1'")), U("11"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("11", "'A1'"), until(T0 + CLAIM_MS + 10 * S)));
}

static void expire_neither_claims_an_id_nor_is_matched_against_one(void **state)
{
	(void)state;
	alice_reserves();
	refuses(ask(T0, EXPIRE("10", "10")), U("10"), "expire", 409, "NOT_DUE", "");
	refuses(ask(T0, EXPIRE("11", "10")), U("11"), "expire", 409, "NOT_DUE", "");
	answers(ask(T0 + 10 * S, EXPIRE("11", "10")), U("11"), "expire", 200, "EXPIRED",
	        HOLDS("10", "'A2','A1'"));
	answers(ask(T0 + 10 * S, RESERVE("11", "bob", "'A1'")), U("11"), "reserve", 200, "RESERVED",
	        join("%s,%s", HOLDS("11", "'A1'"), until(T0 + 20 * S)));
}

/* ---- the clock ---- */

static void time_never_goes_back(void **state)
{
	struct record records[] = {record_of(T0 + 10 * S, EXPIRE("11", "99")),
	                           record_of(T0 + 9 * S, EXPIRE("12", "10"))};

	(void)state;
	alice_reserves();
	model_decide(model, records, 2);
	assert_int_equal(last()->t_ms, T0 + 10 * S);
	assert_int_equal(last()->decision.outcome, OUTCOME_EXPIRED);
	assert_int_equal(ask(T0, EXPIRE("13", "99"))->t_ms, T0 + 10 * S); /* across batches */
	assert_false(model->has_wrong_clock);
}

static void a_record_without_append_time_has_the_time_of_the_one_before(void **state)
{
	struct record wrong;

	(void)state;
	alice_reserves();
	wrong = record_of(T0 + 10 * S, EXPIRE("11", "10"));
	wrong.is_append_time = false;
	refuses(ask_record(wrong), U("11"), "expire", 409, "NOT_DUE", "");
	assert_int_equal(last()->t_ms, T0);
	assert_true(model->has_wrong_clock);
	assert_int_equal(ask(T0 + 1, EXPIRE("11", "10"))->t_ms, T0 + 1);
	assert_false(model->has_wrong_clock);
}

static void a_first_record_without_append_time_is_at_0(void **state)
{
	struct record wrong = record_of(T0, EXPIRE("11", "10"));

	(void)state;
	wrong.is_append_time = false;
	assert_int_equal(ask_record(wrong)->t_ms, 0);
	assert_non_null(strstr(last()->reply.data,
	                       "\"decided_at\":\"1970-01-01T00:00:00.000Z\""));
}

#define ON_A_SHOW(test) cmocka_unit_test_setup_teardown(test, open_show, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_A_SHOW(what_cannot_be_decoded_is_answered_with_nulls),
	    ON_A_SHOW(a_key_that_is_not_the_show_is_refused_before_anything_else),
	    ON_A_SHOW(a_missing_request_id_or_show_id_is_row_1_and_null_in_the_reply),
	    ON_A_SHOW(a_show_of_another_partition_is_told_so),
	    ON_A_SHOW(the_partition_is_looked_at_before_the_fields_and_behind_the_key),
	    ON_A_SHOW(a_malformed_field_is_named_claims_nothing_and_is_no_dead_letter),
	    ON_A_SHOW(a_malformed_request_comes_before_its_claimed_id),
	    ON_A_SHOW(a_duplicate_gets_the_first_answer_however_much_has_changed),
	    ON_A_SHOW(a_refusal_is_repeated_too),
	    ON_A_SHOW(content_is_the_same_whatever_its_form),
	    ON_A_SHOW(other_content_is_refused_and_names_the_first),
	    ON_A_SHOW(duplicates_inside_one_batch_are_seen),
	    ON_A_SHOW(an_id_is_claimed_on_its_show_only),
	    ON_A_SHOW(a_claim_lasts_30_days_to_the_millisecond),
	    ON_A_SHOW(a_claim_lapses_inside_a_batch_too),
	    ON_A_SHOW(a_duplicate_does_not_make_the_claim_last_longer),
	    ON_A_SHOW(the_id_of_a_reservation_reserves_nothing_else_for_ever),
	    ON_A_SHOW(a_refused_reserve_may_try_its_id_again_behind_the_claim),
	    ON_A_SHOW(expire_neither_claims_an_id_nor_is_matched_against_one),
	    ON_A_SHOW(time_never_goes_back),
	    ON_A_SHOW(a_record_without_append_time_has_the_time_of_the_one_before),
	    cmocka_unit_test_setup_teardown(a_first_record_without_append_time_is_at_0, open_nothing,
	                                    close_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
