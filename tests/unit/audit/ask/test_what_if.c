/* One history under other policies, its figures counted by hand. */
#include "audit/ask/what_if_page.h"

#include <stdlib.h>

#include "tests/unit/audit/ask/history_help.h"

/* A show with holds of 10 up to 30 seconds, 3 seats each, and an owner. */
static const struct past history[] = {
    {T0, CREATE("01", ",'owner_key':'boss','hold_seconds':10,'max_hold_seconds':30,"
                      "'max_seats':3"), NULL},
    {T0, ASK("add_seats", "02", ",'owner_key':'boss',"
                                "'seat_ids':['A1','A2','A3','A4','A5','A6']"), NULL},
    {T0, RESERVE("10", "alice", "'A1','A2'", ""), NULL},
    {T0 + 5 * S, RESERVE("11", "bob", "'A2','A1','A3'", ""), NULL},
    {T0 + 6 * S, OF("confirm", "03", "alice", "10", ""), NULL},
    {T0 + 6 * S, RESERVE("10", "alice", "'A1','A2'", ""), NULL}, /* again */
    {T0 + 7 * S, RESERVE("12", "carol", "'A4'", ",'hold_seconds':20"), NULL},
    {T0 + 8 * S, RESERVE("13", "dave", "'A5'", ""), NULL},
    {T0 + 18 * S, EXPIRE("04", "13"), NULL},
    {T0 + 19 * S, RESERVE("14", "erin", "'A5','A6'", ""), NULL},
    {T0 + 20 * S, OF("release", "05", "erin", "14", ""), NULL},
    {T0 + 20 * S, RESERVE("15", "frank", "'A6'", ""), NULL},
    {T0 + 30 * S, OF("confirm", "06", "frank", "15", ""), NULL}, /* just too late */
    {T0 + 30 * S, RESERVE("16", "gina", "'A5'", ""), NULL},
    {T0 + 31 * S, RESERVE("17", "harry", "'A3'", ""), NULL},
    {T0 + 31 * S, OF("confirm", "07", "harry", "17", ""), NULL},
    {T0 + 31 * S, ASK("cancel", "08", ",'owner_key':'boss','reservation_id':'" U("17") "'"), NULL},
    {T0 + 31 * S, ASK("cancel", "09", ",'owner_key':'who','reservation_id':'" U("17") "'"), NULL},
    {T0 + 31 * S, RESERVE("10", "alice", "'A3'", ""), NULL}, /* the id, with other content */
};

#define COUNT ((int64_t)(sizeof history / sizeof history[0]))

static struct other_policy shows_policy; /* after the last fold_under */

static struct figures fold_under(struct other_policy policy)
{
	struct fold *fold = history_open();
	struct figures f = {{0}, {0}};
	const struct show *show;
	struct policy policy_now;

	fold->policy = policy;
	for (int64_t o = 0; o < COUNT; o++) {
		assert_true(history_take(fold, &history[o], o, false));
		figures_add_decision(&f, fold);
	}
	figures_add_end(&f, fold);
	show = model_find_show(&fold->model, text_of("s"));
	policy_now = fold_policy(fold, show);
	shows_policy = (struct other_policy){
	    .hold_seconds = policy_now.hold_seconds,
	    .max_hold_seconds = policy_now.max_hold_seconds,
	    .max_seats = policy_now.max_seats,
	    .singles = OTHER_SINGLES(policy_now.singles),
	    .max_customer_seats = OTHER_LIMIT(policy_now.max_customer_seats),
	    .max_customer_holds = OTHER_LIMIT(policy_now.max_customer_holds),
	};
	history_close(fold);
	return f;
}

static void are(const struct figures *found, const struct figures *expected)
{
	for (int i = 0; i < FIGURE_COUNT; i++)
		if (found->list[i] != expected->list[i])
			fail_msg("figure %d: expected %d, found %d", i, (int)expected->list[i],
			         (int)found->list[i]);
	for (int o = 0; o < OUTCOME_COUNT; o++)
		if (found->refused[o] != expected->refused[o])
			fail_msg("%s: expected %d, found %d", outcome_reason((enum outcome)o),
			         (int)expected->refused[o], (int)found->refused[o]);
}

/* ---- what was asked for ---- */

static void a_policy_is_read_in_any_order_and_in_part(void **state)
{
	static const struct {
		const char *text;
		struct other_policy policy;
	} known[] = {
	    {"hold_seconds=120,max_hold_seconds=300,max_seats=4",
	     {.hold_seconds = 120, .max_hold_seconds = 300, .max_seats = 4}},
	    {"max_seats=4,hold_seconds=120",
	     {.hold_seconds = 120, .max_seats = 4}},
	    {"max_hold_seconds=86400",
	     {.max_hold_seconds = 86400}},
	    {"hold_seconds=86400",
	     {.hold_seconds = 86400}},
	    {"hold_seconds=1,max_hold_seconds=1",
	     {.hold_seconds = 1, .max_hold_seconds = 1}},
	    {"max_seats=1",
	     {.max_seats = 1}},
	    {"max_seats=50",
	     {.max_seats = 50}},
	    {"max_seats=007",
	     {.max_seats = 7}},
	    {"singles=allow,max_seats=2",
	     {.max_seats = 2, .singles = OTHER_SINGLES(SINGLES_ALLOW)}},
	    {"singles=refuse",
	     {.singles = OTHER_SINGLES(SINGLES_REFUSE)}},
	    {"max_customer_seats=8",
	     {.max_customer_seats = OTHER_LIMIT(8)}},
	    {"max_customer_holds=0,max_customer_seats=0",
	     {.max_customer_seats = OTHER_LIMIT(0), .max_customer_holds = OTHER_LIMIT(0)}},
	    {"max_customer_seats=1000,max_customer_holds=50",
	     {.max_customer_seats = 1001, .max_customer_holds = 51}},
	    {"capacity.G=5,max_seats=1,capacity.A=b c=0",
	     {.max_seats = 1, .capacities = {{{"G", 1}, 5}, {{"A=b c", 5}, 0}}, .capacity_count = 2}},
	};
	struct other_policy p;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		assert_int_equal(what_if_read_policy(&p, known[i].text, &e), RC_OK);
		assert_int_equal(p.hold_seconds, known[i].policy.hold_seconds);
		assert_int_equal(p.max_hold_seconds, known[i].policy.max_hold_seconds);
		assert_int_equal(p.max_seats, known[i].policy.max_seats);
		assert_int_equal(p.singles, known[i].policy.singles);
		assert_int_equal(p.max_customer_seats, known[i].policy.max_customer_seats);
		assert_int_equal(p.max_customer_holds, known[i].policy.max_customer_holds);
		assert_int_equal(p.capacity_count, known[i].policy.capacity_count);
		for (size_t k = 0; k < p.capacity_count; k++) {
			assert_true(text_same(p.capacities[k].area_id, known[i].policy.capacities[k].area_id));
			assert_int_equal(p.capacities[k].capacity, known[i].policy.capacities[k].capacity);
		}
	}
}

static void another_text_is_refused_with_flag_and_bounds(void **state)
{
	static const char all[] = "takes hold_seconds=1..86400, max_hold_seconds=1..86400, "
	                          "max_seats=1..50, singles=allow or refuse, "
	                          "max_customer_seats=0..1000, max_customer_holds=0..50 and "
	                          "capacity.AREA=N, ";
	static const struct {
		const char *text, *says;
	} known[] = {
	    {"", all},
	    {"hold_seconds", all},
	    {"seats=4", all},
	    {"max_seat=4", all},
	    {"max_seatss=4", all},
	    {"Max_seats=4", all},
	    {" max_seats=4", all},
	    {"max_seats=4,", all},
	    {",max_seats=4", all},
	    {"max_seats=4 ", "max_seats must be 1..50, got \"4 \""},
	    {"max_seats=", "max_seats must be 1..50, got \"\""},
	    {"max_seats=0", "max_seats must be 1..50"},
	    {"max_seats=51", "max_seats must be 1..50"},
	    {"max_seats=-1", "max_seats must be 1..50"},
	    {"max_seats=+1", "max_seats must be 1..50"},
	    {"max_seats=1.0", "max_seats must be 1..50"},
	    {"max_seats=4294967300", "max_seats must be 1..50"},
	    {"hold_seconds=0", "hold_seconds must be 1..86400"},
	    {"hold_seconds=86401", "hold_seconds must be 1..86400"},
	    {"max_hold_seconds=86401", "max_hold_seconds must be 1..86400"},
	    {"hold_seconds=301,max_hold_seconds=300", "hold_seconds must be 1..max_hold_seconds, which is "
	                                              "300, got \"301\""},
	    {"max_hold_seconds=300,hold_seconds=301", "hold_seconds must be 1..max_hold_seconds"},
	    {"max_seats=4,max_seats=4", "max_seats twice"},
	    {"singles=allow,singles=allow", "singles twice"},
	    {"singles=", "singles must be allow or refuse, got \"\""},
	    {"singles=refuses", "singles must be allow or refuse, got \"refuses\""},
	    {"singles=1", "singles must be allow or refuse"},
	    {"max_customer_seats=1001", "max_customer_seats must be 0..1000, got \"1001\""},
	    {"max_customer_seats=-1", "max_customer_seats must be 0..1000"},
	    {"max_customer_seats=", "max_customer_seats must be 0..1000"},
	    {"max_customer_holds=51", "max_customer_holds must be 0..50, got \"51\""},
	    {"max_customer_holds=0,max_customer_holds=0", "max_customer_holds twice"},
	    {"capacity.G=1000001", "a capacity must be 0..1000000, got \"1000001\""},
	    {"capacity.G=", "a capacity must be 0..1000000, got \"\""},
	    {"capacity.G", "takes capacity.AREA=0..1000000, got \"capacity.G\""},
	    {"capacity.=5", "takes capacity.AREA=0..1000000"},
	    {"capacity.G=5,capacity.G=5", "the capacity of G twice"},
	};
	struct other_policy p;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (what_if_read_policy(&p, known[i].text, &e) != RC_USAGE)
			fail_msg("taken: %s", known[i].text);
		assert_int_equal(e.origin, FROM_SETTINGS);
		assert_memory_equal(e.text, "--what-if", strlen("--what-if"));
		if (!strstr(e.text, known[i].says))
			fail_msg("%s: %s", known[i].text, e.text);
	}
}

/* ---- what comes of it ---- */

static const struct figures real = {
    .list =
        {
            [FIGURE_REQUESTS] = COUNT,
            [FIGURE_REPEATED] = 1,
            [FIGURE_EXPIRE] = 1,
            [FIGURE_OWN_LENGTH] = 1,
            [FIGURE_HOLDS_GIVEN] = 7,
            [FIGURE_TAKEN] = 1,
            [FIGURE_SEATS_REFUSED] = 2,
            [FIGURE_OTHERS_REFUSED] = 2,
            [FIGURE_SOLD] = 2,
            [FIGURE_CANCELLED] = 1,
            [FIGURE_RELEASED] = 1,
            [FIGURE_LAPSED] = 2, /* one of them expired */
            [FIGURE_HELD] = 1,
            [FIGURE_SEATS_SOLD] = 3,
            [FIGURE_SEATS_REVIVED] = 1,
        },
    .refused = {[OUTCOME_WRONG_OWNER] = 1, [OUTCOME_IDEMPOTENCY_MISMATCH] = 1},
};

static void without_another_policy_it_is_what_was_decided(void **state)
{
	const struct figures f = fold_under((struct other_policy){0});

	(void)state;
	are(&f, &real);
}

/* Alice's hold is over when Bob asks: he gets the seats, and her late confirm is refused. */
static void shorter_holds_give_seats_to_others(void **state)
{
	static const struct figures expected = {
	    .list =
	        {
	            [FIGURE_REQUESTS] = COUNT,
	            [FIGURE_REPEATED] = 1,
	            [FIGURE_EXPIRE] = 1,
            [FIGURE_OWN_LENGTH] = 1,
	            [FIGURE_HOLDS_GIVEN] = 8,
	            [FIGURE_OTHERS_REFUSED] = 3,
	            [FIGURE_SOLD] = 1,
	            [FIGURE_CANCELLED] = 1,
	            [FIGURE_RELEASED] = 1,
	            [FIGURE_LAPSED] = 4,
	            [FIGURE_HELD] = 1,
	            [FIGURE_SEATS_SOLD] = 1,
	            [FIGURE_SEATS_REVIVED] = 1,
	        },
	    .refused =
	        {
	            [OUTCOME_WRONG_OWNER] = 1,
	            [OUTCOME_IDEMPOTENCY_MISMATCH] = 1,
	            [OUTCOME_HOLD_EXPIRED] = 1,
	        },
	};
	const struct figures f = fold_under((struct other_policy){.hold_seconds = 3});

	(void)state;
	are(&f, &expected);
	assert_int_equal(shows_policy.hold_seconds, 3);
	assert_int_equal(shows_policy.max_hold_seconds, 30);
}

/* The expirer's command comes too early then, which is no customer's refusal. */
static void longer_holds_are_not_ended_by_the_recorded_expire(void **state)
{
	const struct figures f = fold_under((struct other_policy){.hold_seconds = 60});

	(void)state;
	assert_int_equal(shows_policy.hold_seconds, 60);
	assert_int_equal(shows_policy.max_hold_seconds, 60); /* raised with it */
	assert_int_equal(f.refused[OUTCOME_NOT_DUE], 0);
	assert_int_equal(f.list[FIGURE_EXPIRE], 1);
	/* Dave still holds A5: Erin and Gina are refused it, so Erin has nothing to release. */
	assert_int_equal(f.list[FIGURE_TAKEN], 3);
	assert_int_equal(f.list[FIGURE_SEATS_REFUSED], 4);
	assert_int_equal(f.refused[OUTCOME_UNKNOWN_RESERVATION], 1);
	assert_int_equal(f.list[FIGURE_LAPSED], 1); /* Carol's 20 seconds are her own */
	assert_int_equal(f.list[FIGURE_HELD], 1);
}

static void holds_longer_than_the_new_maximum_are_refused_if_asked_for(void **state)
{
	struct figures f = fold_under((struct other_policy){.max_hold_seconds = 15});

	(void)state;
	assert_int_equal(shows_policy.hold_seconds, 10);
	assert_int_equal(f.refused[OUTCOME_HOLD_TOO_LONG], 1);
	assert_int_equal(f.list[FIGURE_HOLDS_GIVEN], 6);
	f = fold_under((struct other_policy){.max_hold_seconds = 20});
	assert_int_equal(f.refused[OUTCOME_HOLD_TOO_LONG], 0);
}

static void holds_longer_than_the_new_maximum_are_shortened_if_the_shows(void **state)
{
	const struct figures f = fold_under((struct other_policy){.max_hold_seconds = 5});

	(void)state;
	assert_int_equal(shows_policy.hold_seconds, 5);
	assert_int_equal(shows_policy.max_hold_seconds, 5);
	assert_int_equal(f.refused[OUTCOME_HOLD_TOO_LONG], 1);
	assert_int_equal(f.list[FIGURE_TAKEN], 0); /* at T0 + 5 s Alice's hold is over */
}

static void fewer_seats_refuse_reserves_and_what_follows_them(void **state)
{
	const struct figures f = fold_under((struct other_policy){.max_seats = 1});

	(void)state;
	assert_int_equal(shows_policy.max_seats, 1);
	assert_int_equal(f.refused[OUTCOME_TOO_MANY_SEATS], 3);
	assert_int_equal(f.refused[OUTCOME_UNKNOWN_RESERVATION], 2);
	assert_int_equal(f.list[FIGURE_OTHERS_REFUSED], 7);
	assert_int_equal(f.list[FIGURE_HOLDS_GIVEN], 5);
	assert_int_equal(f.list[FIGURE_REPEATED], 1); /* the refusal, again */
}

/* A hold is lapsed at its end and not before, as the last record's t has it. */
static void a_hold_is_lapsed_at_the_end_of_time_or_still_held(void **state)
{
	struct figures f = fold_under((struct other_policy){.hold_seconds = 1});

	(void)state;
	assert_int_equal(f.list[FIGURE_HELD], 0); /* Gina's, of T0 + 30 s */
	f = fold_under((struct other_policy){.hold_seconds = 2});
	assert_int_equal(f.list[FIGURE_HELD], 1);
}

static void every_hold_given_has_one_end(void **state)
{
	static const struct other_policy policies[] = {
	    {0},
	    {.hold_seconds = 1},
	    {.hold_seconds = 5},
	    {.hold_seconds = 11},
	    {.hold_seconds = 60},
	    {.max_hold_seconds = 5},
	    {.max_seats = 1},
	    {.hold_seconds = 2, .max_hold_seconds = 20, .max_seats = 50},
	};

	(void)state;
	for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
		const struct figures f = fold_under(policies[i]);

		assert_int_equal(f.list[FIGURE_HOLDS_GIVEN],
		                 f.list[FIGURE_SOLD] + f.list[FIGURE_CANCELLED] + f.list[FIGURE_RELEASED] +
		                     f.list[FIGURE_LAPSED] + f.list[FIGURE_HELD]);
	}
}

/* ---- printing ---- */

static struct what_if compare(struct other_policy policy, const char *show_id)
{
	struct what_if w = {.policy = policy, .show_id = show_id, .has_show = show_id != NULL};

	w.figures[SIDE_REAL] = fold_under((struct other_policy){0});
	w.policies[SIDE_REAL] = shows_policy;
	w.figures[SIDE_WHAT_IF] = fold_under(policy);
	w.policies[SIDE_WHAT_IF] = shows_policy;
	return w;
}

static void people_see_both_beside_each_other_and_a_warning(void **state)
{
	struct what_if w = compare((struct other_policy){.max_hold_seconds = 15}, "s");
	struct buf b = {0};

	(void)state;
	w.unanswered = 2;
	what_if_print(&w, &b);
	assert_string_equal(
	    b.data,
	    "what if max_hold_seconds=15, show s\n"
	    "\n"
	    "                                                 real     what if  difference\n"
	    "hold_seconds                                       10          10           0\n"
	    "max_hold_seconds                                   30          15         -15\n"
	    "max_seats                                           3           3           0\n"
	    "singles                                         allow       allow\n"
	    "max_customer_seats                                  0           0           0\n"
	    "max_customer_holds                                  0           0           0\n"
	    "requests                                           19          19           0\n"
	    "  repeated, answered as before                      1           1           0\n"
	    "  of the expirer                                    1           1           0\n"
	    "  reserves with hold_seconds of their own           1           1           0\n"
	    "holds given                                         7           6          -1\n"
	    "refused: SEATS_TAKEN                                1           1           0\n"
	    "  seats they were refused for                       2           2           0\n"
	    "refused otherwise                                   2           3          +1\n"
	    "  422 IDEMPOTENCY_MISMATCH                          1           1           0\n"
	    "  403 WRONG_OWNER                                   1           1           0\n"
	    "  400 HOLD_TOO_LONG                                 0           1          +1\n"
	    "holds that are sold                                 2           2           0\n"
	    "holds that were sold, then cancelled                1           1           0\n"
	    "holds that were released                            1           1           0\n"
	    "holds that lapsed                                   2           1          -1\n"
	    "holds still held                                    1           1           0\n"
	    "seats sold at the end                               3           3           0\n"
	    "  after their hold had lapsed                       1           1           0\n"
	    "\n"
	    "This is no forecast: the requests are those that customers made under the real policy.\n"
	    "Answered otherwise, they would have acted otherwise.\n"
	    "note: 1 more requests are refused because they ask for a longer hold of their own than "
	    "max_hold_seconds\n"
	    "note: 2 of the requests are not answered yet\n");
	buf_release(&b);
}

static void machines_get_the_same_as_json(void **state)
{
	const struct what_if w = compare((struct other_policy){.hold_seconds = 3, .max_seats = 3}, NULL);
	struct buf b = {0};

	(void)state;
	what_if_print_json(&w, &b);
	assert_string_equal(
	    b.data,
	    "{\"policy\":{\"hold_seconds\":3,\"max_seats\":3},"
	    "\"real\":{\"requests\":19,\"repeated\":1,\"expire\":1,\"own_hold_seconds\":1,"
	    "\"holds_given\":7,\"seats_taken\":1,"
	    "\"seats_refused\":2,\"places_refused\":0,\"others_refused\":2,\"holds_sold\":2,"
	    "\"holds_cancelled\":1,"
	    "\"holds_released\":1,\"holds_lapsed\":2,\"holds_held\":1,\"seats_sold\":3,"
	    "\"seats_revived\":1,\"places_sold\":0,"
	    "\"others_refused_by_reason\":{\"IDEMPOTENCY_MISMATCH\":1,\"WRONG_OWNER\":1}},"
	    "\"what_if\":{\"requests\":19,\"repeated\":1,\"expire\":1,\"own_hold_seconds\":1,"
	    "\"holds_given\":8,"
	    "\"seats_taken\":0,\"seats_refused\":0,\"places_refused\":0,\"others_refused\":3,"
	    "\"holds_sold\":1,"
	    "\"holds_cancelled\":1,\"holds_released\":1,\"holds_lapsed\":4,\"holds_held\":1,"
	    "\"seats_sold\":1,\"seats_revived\":1,\"places_sold\":0,"
	    "\"others_refused_by_reason\":{\"IDEMPOTENCY_MISMATCH\":1,\"WRONG_OWNER\":1,"
	    "\"HOLD_EXPIRED\":1}},"
	    "\"difference\":{\"requests\":0,\"repeated\":0,\"expire\":0,\"own_hold_seconds\":0,"
	    "\"holds_given\":1,"
	    "\"seats_taken\":-1,\"seats_refused\":-2,\"places_refused\":0,\"others_refused\":1,"
	    "\"holds_sold\":-1,"
	    "\"holds_cancelled\":0,\"holds_released\":0,\"holds_lapsed\":2,\"holds_held\":0,"
	    "\"seats_sold\":-2,\"seats_revived\":0,\"places_sold\":0},"
	    "\"warning\":\"This is no forecast: the requests are those that customers made under the "
	    "real policy. Answered otherwise, they would have acted otherwise.\"}\n");
	buf_release(&b);
}

/* The history names no customers. */
static void under_a_limit_who_names_no_customer_is_refused_and_a_note_says_so(void **state)
{
	struct what_if w = compare((struct other_policy){.max_customer_seats = OTHER_LIMIT(2)}, NULL);
	struct buf b = {0};

	(void)state;
	assert_int_equal(w.figures[SIDE_WHAT_IF].list[FIGURE_HOLDS_GIVEN], 0);
	assert_int_equal(w.figures[SIDE_WHAT_IF].refused[OUTCOME_CUSTOMER_REQUIRED], 8);
	what_if_print(&w, &b);
	assert_memory_equal(b.data, "what if max_customer_seats=2, all shows\n",
	                    strlen("what if max_customer_seats=2, all shows\n"));
	assert_non_null(strstr(b.data, "\nnote: 8 more requests are refused because they name no "
	                               "customer, so that nothing says whose limit they would meet\n"));
	buf_clear(&b);
	what_if_print_json(&w, &b);
	assert_non_null(strstr(b.data, "{\"policy\":{\"max_customer_seats\":2},\"real\":"));
	buf_release(&b);
}

static void json_of_one_show_has_its_policies_and_notes(void **state)
{
	struct what_if w = compare((struct other_policy){.max_hold_seconds = 5}, "s");
	struct buf b = {0};

	(void)state;
	w.unanswered = -1;
	what_if_print_json(&w, &b);
	assert_non_null(strstr(b.data, "{\"policy\":{\"max_hold_seconds\":5},\"show_id\":\"s\",\"real\":"));
	assert_non_null(strstr(b.data, "\"real\":{\"policy\":{\"hold_seconds\":10,\"max_hold_seconds\":30,"
	                               "\"max_seats\":3,\"max_customer_seats\":0,"
	                               "\"max_customer_holds\":0,\"singles\":\"allow\"},\"requests\":19,"));
	assert_non_null(strstr(b.data, "\"what_if\":{\"policy\":{\"hold_seconds\":5,"
	                               "\"max_hold_seconds\":5,\"max_seats\":3,\"max_customer_seats\":0,"
	                               "\"max_customer_holds\":0,\"singles\":\"allow\"},"));
	assert_non_null(strstr(b.data, ",\"notes\":[\"1 more requests are refused because they ask for a "
	                               "longer hold of their own than max_hold_seconds\",\"how far the "
	                               "group has answered is not known\"]}\n"));
	w = (struct what_if){.policy = {.max_seats = 1}, .show_id = "gone"};
	buf_clear(&b);
	what_if_print(&w, &b);
	assert_non_null(strstr(b.data, "\nnote: there is no show gone\n"));
	buf_release(&b);
}

#define IN_G(id, who, count) \
	ASK("reserve", id, ",'session_id':'" who "','areas':[{'area_id':'G','count':" count "}]")

/* Area G of 3 places: two are sold, one is not to be had. */
static struct figures fold_areas_under(struct other_policy policy)
{
	static const struct past steps[] = {
	    {T0, CREATE("01", ""), NULL},
	    {T0, ASK("set_areas", "02", ",'areas':[{'area_id':'G','capacity':3}]"), NULL},
	    {T0, IN_G("10", "alice", "2"), NULL},
	    {T0, IN_G("11", "bob", "2"), NULL},
	    {T0, OF("confirm", "03", "alice", "10", ""), NULL},
	    {T0, OF("confirm", "04", "bob", "11", ""), NULL},
	};
	struct fold *fold = history_open();
	struct figures f = {{0}, {0}};

	fold->policy = policy;
	for (int64_t o = 0; o < (int64_t)(sizeof steps / sizeof steps[0]); o++) {
		assert_true(history_take(fold, &steps[o], o, false));
		figures_add_decision(&f, fold);
	}
	figures_add_end(&f, fold);
	history_close(fold);
	return f;
}

static void an_area_of_another_capacity_sells_more_or_less(void **state)
{
	struct what_if w = {.policy = {.capacities = {{{"G", 1}, 4}}, .capacity_count = 1}};
	struct buf b = {0};

	(void)state;
	w.figures[SIDE_REAL] = fold_areas_under((struct other_policy){.hold_seconds = 0});
	w.figures[SIDE_WHAT_IF] = fold_areas_under(w.policy);
	assert_int_equal(w.figures[SIDE_REAL].list[FIGURE_PLACES_REFUSED], 1);
	assert_int_equal(w.figures[SIDE_REAL].list[FIGURE_PLACES_SOLD], 2);
	assert_int_equal(w.figures[SIDE_WHAT_IF].list[FIGURE_PLACES_REFUSED], 0);
	assert_int_equal(w.figures[SIDE_WHAT_IF].list[FIGURE_PLACES_SOLD], 4);
	what_if_print(&w, &b);
	assert_memory_equal(b.data, "what if capacity.G=4, all shows\n", 32);
	assert_non_null(strstr(b.data, "\nrefused: places of areas                            1           0"
	                               "          -1\n"));
	assert_non_null(strstr(b.data, "\nplaces of areas sold at the end                     2           4"
	                               "          +2\n"));
	buf_clear(&b);
	what_if_print_json(&w, &b);
	assert_non_null(strstr(b.data, "{\"policy\":{\"capacities\":[{\"area_id\":\"G\","
	                               "\"capacity\":4}]}"));
	buf_release(&b);
	w.policy.capacities[0].capacity = 1;
	w.figures[SIDE_WHAT_IF] = fold_areas_under(w.policy);
	assert_int_equal(w.figures[SIDE_WHAT_IF].list[FIGURE_PLACES_REFUSED], 2);
	assert_int_equal(w.figures[SIDE_WHAT_IF].list[FIGURE_PLACES_SOLD], 0);
}

/* ---- over time ---- */

static struct figures add_times(struct what_if_times *times, enum side side,
                                struct other_policy policy)
{
	struct fold *fold = history_open();
	struct figures f = {{0}, {0}};

	fold->policy = policy;
	for (int64_t o = 0; o < COUNT; o++) {
		const int64_t given = f.list[FIGURE_HOLDS_GIVEN];
		const int64_t refused = f.list[FIGURE_TAKEN] + f.list[FIGURE_OTHERS_REFUSED];

		assert_true(history_take(fold, &history[o], o, false));
		figures_add_decision(&f, fold);
		assert_true(what_if_times_add(
		    times, side, fold, f.list[FIGURE_HOLDS_GIVEN] - given,
		    f.list[FIGURE_TAKEN] + f.list[FIGURE_OTHERS_REFUSED] - refused));
	}
	figures_add_end(&f, fold);
	history_close(fold);
	return f;
}

static void adds_up_to(const struct time_list *list, enum side side, const struct figures *f)
{
	int64_t given = 0, refused = 0;

	for (size_t i = 0; i < list->count; i++) {
		given += list->rows[i].given[side];
		refused += list->rows[i].refused[side];
		assert_true(i == 0 || list->rows[i].start_ms > list->rows[i - 1].start_ms);
	}
	assert_int_equal(given, f->list[FIGURE_HOLDS_GIVEN]);
	assert_int_equal(refused, f->list[FIGURE_TAKEN] + f->list[FIGURE_OTHERS_REFUSED]);
	assert_int_equal(list->rows[list->count - 1].sold[side], f->list[FIGURE_SEATS_SOLD]);
}

static void what_happened_when_adds_up_to_the_figures(void **state)
{
	static const struct other_policy policies[] = {
	    {.hold_seconds = 3}, {.max_seats = 1}, {.hold_seconds = 60}, {.max_hold_seconds = 5}};

	(void)state;
	for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
		struct what_if_times times = {.on_sale_from_ms = NO_OPENING};
		struct time_list minutes, seconds;
		struct figures f[SIDES];
		int64_t opening_ms;

		f[SIDE_REAL] = add_times(&times, SIDE_REAL, (struct other_policy){0});
		f[SIDE_WHAT_IF] = add_times(&times, SIDE_WHAT_IF, policies[i]);
		assert_true(what_if_times_list(&times, &minutes, &seconds, &opening_ms));
		assert_int_equal(minutes.count, 1);
		assert_true(seconds.count > 8);
		assert_int_equal(opening_ms, T0); /* the minute with most reserves */
		for (int side = 0; side < SIDES; side++) {
			adds_up_to(&minutes, (enum side)side, &f[side]);
			adds_up_to(&seconds, (enum side)side, &f[side]);
		}
		free(minutes.rows);
		free(seconds.rows);
		what_if_times_release(&times);
	}
}

/* From 60 s before it until 600 s behind it; one that is still to come is none. */
static void seconds_are_told_around_the_opening(void **state)
{
	static const struct past one[] = {{T0, ASK("reserve", "01", ""), NULL}};
	static const int64_t at_ms[] = {0, 60999, 61000, 61001, 121000, 720999, 721000, 900000};
	struct what_if_times times = {.on_sale_from_ms = T0 + 121000};
	struct fold *fold = history_open();
	struct time_list minutes, seconds;
	int64_t opening_ms;

	(void)state;
	assert_true(history_take(fold, &one[0], 0, false));
	for (size_t i = 0; i < sizeof at_ms / sizeof at_ms[0]; i++) {
		fold->t_ms = T0 + at_ms[i];
		assert_true(what_if_times_add(&times, SIDE_REAL, fold, 1, 0));
	}
	assert_true(what_if_times_list(&times, &minutes, &seconds, &opening_ms));
	assert_int_equal(opening_ms, T0 + 121000);
	assert_int_equal(minutes.count, 5);
	assert_int_equal(seconds.count, 3);
	assert_int_equal(seconds.rows[0].start_ms, T0 + 61000);
	assert_int_equal(seconds.rows[0].given[SIDE_REAL], 2);
	assert_int_equal(seconds.rows[2].start_ms, T0 + 720000);
	free(minutes.rows);
	free(seconds.rows);
	times.on_sale_from_ms = T0 + 3600000;
	assert_true(what_if_times_list(&times, &minutes, &seconds, &opening_ms));
	assert_int_equal(opening_ms, T0 + 60000);
	free(minutes.rows);
	free(seconds.rows);
	what_if_times_release(&times);
	history_close(fold);
}

static void a_page_gets_both_beside_each_other(void **state)
{
	struct what_if w = compare((struct other_policy){.max_hold_seconds = 15}, "s");
	struct buf b = {0};

	(void)state;
	w.times.on_sale_from_ms = NO_OPENING;
	(void)add_times(&w.times, SIDE_REAL, (struct other_policy){0});
	(void)add_times(&w.times, SIDE_WHAT_IF, w.policy);
	assert_true(what_if_page_data(&w, &b));
	assert_non_null(strstr(b.data, "{\"format\":1,\"asked\":\"max_hold_seconds=15\",\"show_id\":\"s\","
	                               "\"policies\":[{\"key\":\"hold_seconds\",\"real\":10,"
	                               "\"what_if\":10,\"asked\":false},"));
	assert_non_null(strstr(b.data, "{\"key\":\"holds_given\",\"label\":\"holds given\",\"real\":7,"
	                               "\"what_if\":6}"));
	assert_non_null(strstr(b.data, "{\"key\":\"HOLD_TOO_LONG\",\"label\":\"hold_seconds is above the "
	                               "longest hold of this show.\",\"real\":0,\"what_if\":1}"));
	assert_non_null(strstr(b.data, "\"warning\":\"This is no forecast: "));
	assert_non_null(strstr(b.data, "\"opening_at\":1795532400000,\"minutes\":{\"start\":"
	                               "[1795532400000],\"real\":{\"given\":[7],\"refused\":[3],"
	                               "\"sold\":[3]},\"what_if\":{\"given\":[6],\"refused\":[4],"
	                               "\"sold\":[3]}},\"seconds\":{\"start\":["));
	buf_release(&b);
	what_if_times_release(&w.times);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_policy_is_read_in_any_order_and_in_part),
	    cmocka_unit_test(another_text_is_refused_with_flag_and_bounds),
	    cmocka_unit_test(without_another_policy_it_is_what_was_decided),
	    cmocka_unit_test(shorter_holds_give_seats_to_others),
	    cmocka_unit_test(longer_holds_are_not_ended_by_the_recorded_expire),
	    cmocka_unit_test(holds_longer_than_the_new_maximum_are_refused_if_asked_for),
	    cmocka_unit_test(holds_longer_than_the_new_maximum_are_shortened_if_the_shows),
	    cmocka_unit_test(fewer_seats_refuse_reserves_and_what_follows_them),
	    cmocka_unit_test(a_hold_is_lapsed_at_the_end_of_time_or_still_held),
	    cmocka_unit_test(every_hold_given_has_one_end),
	    cmocka_unit_test(people_see_both_beside_each_other_and_a_warning),
	    cmocka_unit_test(machines_get_the_same_as_json),
	    cmocka_unit_test(under_a_limit_who_names_no_customer_is_refused_and_a_note_says_so),
	    cmocka_unit_test(json_of_one_show_has_its_policies_and_notes),
	    cmocka_unit_test(an_area_of_another_capacity_sells_more_or_less),
	    cmocka_unit_test(what_happened_when_adds_up_to_the_figures),
	    cmocka_unit_test(seconds_are_told_around_the_opening),
	    cmocka_unit_test(a_page_gets_both_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
