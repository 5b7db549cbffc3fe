/*
 * What needs the whole house: rows 12 and 14 of section 4.2 of docs/protocol.md, singles and best
 * available. Reply, events and rows; which seats they are is test_best.c's and test_singles.c's.
 */
#include "tests/unit/worker/plan/plan_help.h"

#define LAPSE (T0 + 10 * S) /* of a hold made at T0 */

#define OWN(type, id, rest) HEAD(type, id) ",'owner_key':'boss'," rest "}"
#define BEST(id, who, wish) HEAD("reserve", id) ",'session_id':'" who "','best':{" wish "}}"
#define NAMED_AND_BEST(id, who, seats, wish) RESERVE_ALSO(id, who, seats, ",'best':{" wish "}")
#define PLACE(pos, rank) "{'seat_id':'R" #pos "','row':'A','pos':" #pos ",'rank':" #rank "}"

static void is_reserved(const struct model_decision *d, const char *id, const char *holds,
                        int64_t until_ms, int pieces)
{
	answers(d, id, "reserve", 200, "RESERVED",
	        join("%s,%s%s", holds, until(until_ms), pieces ? join(",'pieces':%d", pieces) : ""));
	tells(d, event("reserved", join("%s,%s", holds, until(until_ms))));
}

static void is_refused(const struct model_decision *d, const char *id, const char *reason,
                       const char *rest)
{
	refuses(d, id, "reserve", 409, reason, rest);
}

/* Row A, R1 to R6, ranks 30 20 10 10 20 30; and A1 to A5, which have no place. */
static int open_house(void **state)
{
	open_show(state);
	ask(T0, OWN("add_seats", "03", "'seats':[" PLACE(1, 30) "," PLACE(2, 20) "," PLACE(3, 10) ","
	                               PLACE(4, 10) "," PLACE(5, 20) "," PLACE(6, 30) "]"));
	assert_int_equal(last()->decision.outcome, OUTCOME_SEATS_ADDED);
	ask(T0, OWN("change_show", "04", "'max_seats':6"));
	assert_int_equal(last()->decision.outcome, OUTCOME_SHOW_CHANGED);
	return 0;
}

static int open_strict(void **state)
{
	open_house(state);
	ask(T0, OWN("change_show", "05", "'singles':'refuse'"));
	return 0;
}

/* ---- best ---- */

static void the_best_seats_are_held_as_if_they_had_been_named(void **state)
{
	const struct model_decision *d = ask(T0, BEST("10", "alice", "'count':2"));

	(void)state;
	is_reserved(d, U("10"), HOLDS("10", "'R3','R4'"), LAPSE, 1);
	is_taken("R3", U("10"), LAPSE, d->offset, d->offset);
	is_taken("R4", U("10"), LAPSE, d->offset, d->offset);
	is_reservation(U("10"), RESERVATION_HELD, LAPSE, NONE);
	assert_int_equal(reservation(U("10"))->seat_count, 2);
	assert_int_equal(d->decision.seats_asked, 2);
	ask(T0, CONFIRM("11", "alice", "10"));
	is_taken("R3", U("10"), NONE, d->offset, last()->offset);
}

static void a_duplicate_has_the_seats_of_the_first_reply(void **state)
{
	const struct model_decision *d = ask(T0, BEST("10", "alice", "'count':2"));
	int64_t offset = d->offset;

	(void)state;
	ask(T0, RELEASE("11", "alice", "10"));
	d = ask(T0 + S, BEST("10", "alice", "'count':2"));
	assert_int_equal(d->decision.duplicate_of, offset);
	replies(d, U("10"), "reserve", 200, "RESERVED",
	        join("%s,%s,'pieces':1", HOLDS("10", "'R3','R4'"), until(LAPSE)));
	is_available("R3", offset + 1);
	assert_int_equal(ask(T0, BEST("10", "alice", "'count':1"))->decision.outcome,
	                 OUTCOME_IDEMPOTENCY_MISMATCH);
}

static void named_seats_come_first_and_are_not_chosen_again(void **state)
{
	(void)state;
	is_reserved(ask(T0, NAMED_AND_BEST("10", "alice", "'R3','A1'", "'count':2")), U("10"),
	            HOLDS("10", "'R3','A1','R1','R2'"), LAPSE, 1);
}

static void pieces_are_told(void **state)
{
	(void)state;
	ask(T0, RESERVE("10", "bob", "'R3'"));
	is_refused(ask(T0, BEST("11", "alice", "'count':4")), U("11"), "NO_SEATS_TOGETHER",
	           "'free_seats':5");
	is_reserved(ask(T0, BEST("12", "alice", "'count':4,'together':false")), U("12"),
	            HOLDS("12", "'R1','R2','R4','R5'"), LAPSE, 2);
	is_refused(ask(T0, BEST("13", "carol", "'count':2,'together':false")), U("13"),
	           "NOT_ENOUGH_SEATS", "'free_seats':1");
}

static void a_lapsed_hold_on_a_chosen_seat_ends_whole(void **state)
{
	const struct model_decision *d;

	(void)state;
	ask(T0, RESERVE("10", "bob", "'A1','R4'"));
	ask(T0, RESERVE("11", "carol", "'R3'"));
	is_reserved(ask(LAPSE - 1, BEST("12", "alice", "'count':2")), U("12"),
	            HOLDS("12", "'R1','R2'"), LAPSE - 1 + 10 * S, 1);
	d = ask(LAPSE, BEST("13", "dora", "'count':2"));
	answers(d, U("13"), "reserve", 200, "RESERVED",
	        join("%s,%s,'pieces':1", HOLDS("13", "'R3','R4'"), until(LAPSE + 10 * S)));
	assert_non_null(strstr(d->events.data, "expired"));
	is_available("A1", d->offset);
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	is_reservation(U("11"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	is_taken("R4", U("13"), LAPSE + 10 * S, d->offset, d->offset);
}

static void blocked_seats_are_chosen_by_their_key(void **state)
{
	(void)state;
	ask(T0, OWN("block_seats", "20", "'channel':'house','seat_ids':['R3','R4','R5']"));
	ask(T0, OWN("set_channels", "21", "'channels':[{'channel':'house','channel_key':'k'},"
	                                  "{'channel':'all','channel_key':'l',"
	                                  "'opens':['house','public']}]"));
	is_reserved(ask(T0, BEST("10", "alice", "'count':2")), U("10"), HOLDS("10", "'R1','R2'"), LAPSE,
	            1);
	ask(T0, RELEASE("11", "alice", "10"));
	is_refused(ask(T0, HEAD("reserve", "12") ",'session_id':'alice','channel_key':'k',"
	                                         "'best':{'count':4}}"),
	           U("12"), "NOT_ENOUGH_SEATS", "'free_seats':3");
	is_reserved(ask(T0, HEAD("reserve", "13") ",'session_id':'alice','channel_key':'l',"
	                                          "'best':{'count':4}}"),
	            U("13"), HOLDS("13", "'R1','R2','R3','R4'"), LAPSE, 1);
}

static void the_rows_before_it_decide_first(void **state)
{
	(void)state;
	ask(T0, OWN("change_show", "20", "'max_seats':5"));
	assert_int_equal(ask(T0, NAMED_AND_BEST("11", "alice", "'R1'", "'count':5"))->decision.outcome,
	                 OUTCOME_TOO_MANY_SEATS);
	ask(T0, RESERVE("12", "bob", "'R1'"));
	assert_int_equal(ask(T0, NAMED_AND_BEST("13", "alice", "'R1'", "'count':4"))->decision.outcome,
	                 OUTCOME_SEATS_TAKEN);
	assert_int_equal(ask(T0, BEST("14", "bob", "'count':1"))->decision.outcome,
	                 OUTCOME_ALREADY_RESERVED);
}

static void the_own_lapsed_hold_gives_its_seats_to_the_wish(void **state)
{
	(void)state;
	ask(T0, BEST("10", "alice", "'count':2"));
	ask(LAPSE, BEST("11", "alice", "'count':2"));
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	is_taken("R3", U("11"), LAPSE + 10 * S, last()->offset, last()->offset);
}

/* One batch: what is held, given back, extended, sold, and lapses on the way. */
static void one_batch_sees_what_it_has_changed(void **state)
{
	struct record records[] = {
	    record_of(T0, BEST("10", "alice", "'count':2")),
	    record_of(T0, BEST("11", "bob", "'count':2")),
	    record_of(T0, RELEASE("12", "alice", "10")),
	    record_of(T0, BEST("13", "carol", "'count':1")),
	    record_of(T0 + S, EXTEND("14", "bob", "11", "20")),
	    record_of(T0 + 2 * S, CONFIRM("15", "carol", "13")),
	    record_of(T0 + 12 * S, BEST("16", "dora", "'count':3")),
	    record_of(T0 + 21 * S, BEST("17", "emil", "'count':2")),
	    record_of(T0 + 21 * S, BEST("18", "frida", "'count':2")),
	};

	(void)state;
	model_decide(model, records, 9);
	is_taken("R3", U("13"), NONE, records[3].offset, records[5].offset);
	is_taken("R4", U("16"), T0 + 22 * S, records[6].offset, records[6].offset);
	is_taken("R1", U("17"), T0 + 31 * S, records[7].offset, records[7].offset);
	is_reservation(U("11"), RESERVATION_EXPIRED, T0 + 21 * S, T0 + 21 * S);
	is_refused(last(), U("18"), "NOT_ENOUGH_SEATS", "'free_seats':0");
}

static void organisers_requests_behind_a_wish_change_what_comes_next(void **state)
{
	struct record records[] = {
	    record_of(T0, BEST("10", "alice", "'count':1")),
	    record_of(T0, OWN("block_seats", "20", "'channel':'house','seat_ids':['R4']")),
	    record_of(T0, OWN("add_seats", "21", "'seats':[{'seat_id':'B1','row':'B','pos':1,"
	                                         "'rank':1}]")),
	    record_of(T0, BEST("11", "bob", "'count':1")),
	    record_of(T0, OWN("change_seats", "22", "'seats':[{'seat_id':'R6','row':'A','pos':6,"
	                                            "'rank':1}]")),
	    record_of(T0, BEST("12", "carol", "'count':1")),
	};

	(void)state;
	model_decide(model, records, 6);
	is_taken("R3", U("10"), LAPSE, records[0].offset, records[0].offset);
	is_taken("B1", U("11"), LAPSE, records[3].offset, records[3].offset);
	is_taken("R6", U("12"), LAPSE, records[5].offset, records[5].offset);
}

static void without_a_show_or_seats_a_wish_is_answered(void **state)
{
	(void)state;
	is_refused(ask(T0, BEST("11", "bob", "'count':1")), U("11"), "NOT_ENOUGH_SEATS",
	           "'free_seats':0");
	model_close(model);
	open_nothing(NULL);
	assert_int_equal(ask(T0, BEST("10", "alice", "'count':1"))->decision.outcome,
	                 OUTCOME_UNKNOWN_SHOW);
}

/* A seat that is there no more, of a hold that the whole show was read with. */
static void a_hold_with_a_seat_deleted_by_hand_ends(void **state)
{
	struct cache *cache = cache_open(1000);
	struct model_seat *seat;

	(void)state;
	assert_non_null(cache);
	ask(T0, RESERVE("10", "bob", "'A1','R3','R4'"));
	seat = model_seat(model, text_of("s"), text_of("A1"));
	*seat = model->seats[--model->seat_count];
	is_changed_by_hand = true;
	model->cache = cache;
	ask(LAPSE, BEST("11", "alice", "'count':2"));
	is_taken("R3", U("11"), LAPSE + 10 * S, last()->offset, last()->offset);
	is_reservation(U("10"), RESERVATION_EXPIRED, LAPSE, LAPSE);
	cache_close(cache);
}

/* ---- singles ---- */

static void named_seats_may_leave_nobody_alone(void **state)
{
	(void)state;
	is_refused(ask(T0, RESERVE("10", "alice", "'R2'")), U("10"), "LEAVES_SINGLE",
	           "'singles':['R1']");
	is_refused(ask(T0, RESERVE("11", "alice", "'R5','A1','R2'")), U("11"), "LEAVES_SINGLE",
	           "'singles':['R1','R6']");
	is_reserved(ask(T0, RESERVE("12", "alice", "'R5','R1','R4','R2','R3'")), U("12"),
	            HOLDS("12", "'R5','R1','R4','R2','R3'"), LAPSE, 0);
}

static void only_what_is_free_counts(void **state)
{
	(void)state;
	ask(T0, RESERVE("10", "bob", "'R1'"));
	is_reserved(ask(T0, RESERVE("11", "alice", "'R2'")), U("11"), HOLDS("11", "'R2'"), LAPSE, 0);
	assert_int_equal(ask(T0, RESERVE("12", "carol", "'R3','R2'"))->decision.outcome,
	                 OUTCOME_SEATS_TAKEN);
	is_refused(ask(LAPSE, RESERVE("13", "carol", "'R2'")), U("13"), "LEAVES_SINGLE",
	           "'singles':['R1']");
}

static void who_may_leave_one_does(void **state)
{
	(void)state;
	ask(T0, OWN("set_channels", "20", "'channels':[{'channel':'box','channel_key':'k',"
	                                  "'opens':['public'],'exempt':true},{'channel':'web',"
	                                  "'channel_key':'l','opens':['public']}]"));
	is_refused(ask(T0, RESERVE_ALSO("10", "alice", "'R2'", ",'channel_key':'l'")), U("10"),
	           "LEAVES_SINGLE", "'singles':['R1']");
	is_reserved(ask(T0, RESERVE_ALSO("11", "alice", "'R2'", ",'channel_key':'k'")), U("11"),
	            HOLDS("11", "'R2'"), LAPSE, 0);
	/* What best chooses may, and so may what was refused before the show allowed it. */
	is_reserved(ask(T0, BEST("12", "bob", "'count':3")), U("12"), HOLDS("12", "'R3','R4','R5'"),
	            LAPSE, 1);
	ask(T0, RELEASE("13", "bob", "12"));
	ask(T0, OWN("change_show", "21", "'singles':'allow'"));
	is_reserved(ask(T0, RESERVE("14", "carol", "'R4'")), U("14"), HOLDS("14", "'R4'"), LAPSE, 0);
}

static void singles_come_before_the_wish(void **state)
{
	(void)state;
	is_refused(ask(T0, NAMED_AND_BEST("10", "alice", "'R2'", "'count':5")), U("10"),
	           "LEAVES_SINGLE", "'singles':['R1']");
	is_reserved(ask(T0, NAMED_AND_BEST("11", "alice", "'R1'", "'count':2")), U("11"),
	            HOLDS("11", "'R1','R2','R3'"), LAPSE, 1);
}

#define IN_A_HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_all)
#define STRICTLY(test) cmocka_unit_test_setup_teardown(test, open_strict, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_A_HOUSE(the_best_seats_are_held_as_if_they_had_been_named),
	    IN_A_HOUSE(a_duplicate_has_the_seats_of_the_first_reply),
	    IN_A_HOUSE(named_seats_come_first_and_are_not_chosen_again),
	    IN_A_HOUSE(pieces_are_told),
	    IN_A_HOUSE(a_lapsed_hold_on_a_chosen_seat_ends_whole),
	    IN_A_HOUSE(blocked_seats_are_chosen_by_their_key),
	    IN_A_HOUSE(the_rows_before_it_decide_first),
	    IN_A_HOUSE(the_own_lapsed_hold_gives_its_seats_to_the_wish),
	    IN_A_HOUSE(one_batch_sees_what_it_has_changed),
	    IN_A_HOUSE(organisers_requests_behind_a_wish_change_what_comes_next),
	    IN_A_HOUSE(a_hold_with_a_seat_deleted_by_hand_ends),
	    cmocka_unit_test_setup_teardown(without_a_show_or_seats_a_wish_is_answered, open_show,
	                                    close_all),
	    STRICTLY(named_seats_may_leave_nobody_alone),
	    STRICTLY(only_what_is_free_counts),
	    STRICTLY(who_may_leave_one_does),
	    STRICTLY(singles_come_before_the_wish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
