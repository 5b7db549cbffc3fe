/*
 * Areas, and what comes into reservations and leaves them, in the rows of a real server: however the
 * requests are batched and whatever is cached the rows are the same, and a change by hand is seen.
 *
 * db_run is wrapped by the linker, so that statements can be counted.
 */
#include "tests/integration/one_store.h"

#define SEEDS 2
#define REQUESTS 220
#define CACHED 1000
#define SEAT_COUNT 12
#define SESSIONS 9
#define RECENT 4 /* reserves that are asked for again */

static int lapsing_reads; /* worker_read_lapsing that were sent, */
static int reads;         /* and all that read rows */
static const char *before_commit; /* SQL, by hand, once; NULL: nothing */

enum rc __real_db_run(struct db *d, struct db_call *calls, int count, struct err *e);
enum rc __wrap_db_run(struct db *d, struct db_call *calls, int count, struct err *e);

enum rc __wrap_db_run(struct db *d, struct db_call *calls, int count, struct err *e)
{
	if (calls[count - 1].query == QUERY_COMMIT && before_commit) {
		own_run(db, before_commit);
		before_commit = NULL;
	}
	for (int i = 0; i < count; i++) {
		lapsing_reads += calls[i].query == QUERY_WORKER_READ_LAPSING;
		reads += strncmp(query_name(calls[i].query), "worker_read_", 12) == 0;
	}
	return __real_db_run(d, calls, count, e);
}

/* ---- random requests ---- */

#define ID "00000000-0000-4000-8000-%012x"

static uint64_t random_state;
static unsigned ids; /* that were made; a reserve's session is its id modulo SESSIONS */
static unsigned recent[RECENT], reserves;
static size_t seen[OUTCOME_COUNT];

static unsigned below(unsigned limit)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(random_state >> 33) % limit;
}

/* ,"name":["A1","A2"] or nothing; distinct. */
static const char *some_seats(const char *name, unsigned none_in)
{
	unsigned first = 1 + below(SEAT_COUNT - 1);

	if (below(none_in))
		return "";
	return below(2) ? join(",'%s':['A%u']", name, first)
	                : join(",'%s':['A%u','A%u']", name, first + 1, first);
}

static const char *some_areas(const char *name, unsigned none_in)
{
	if (below(none_in))
		return "";
	return below(3) ? join(",'%s':[{'area_id':'%s','count':%u}]", name, below(2) ? "G" : "H",
	                       1 + below(3))
	                : join(",'%s':[{'area_id':'H','count':%u},{'area_id':'G','count':%u}]", name,
	                       1 + below(2), 1 + below(2));
}

static const char *head(const char *type)
{
	return join("{'type':'%s','request_id':'" ID "','show_id':'s'", type, ids++);
}

/* About one of the last few reserves, by its own session mostly. */
static const char *about(const char *type, const char *more)
{
	unsigned of = recent[below(RECENT)];

	return join("%s,'session_id':'who-%u','owner_key':'box','reservation_id':'" ID "'%s}",
	            head(type), (of + !below(12)) % SESSIONS, of, more);
}

static const char *some_request(void)
{
	switch (below(19)) {
	case 0: case 1: case 2: case 3: case 4: {
		const char *start = head("reserve");

		recent[reserves++ % RECENT] = ids - 1;
		return join("%s,'session_id':'who-%u'%s%s%s}", start, (ids - 1) % SESSIONS,
		            some_seats("seat_ids", 2), some_areas("areas", 1),
		            below(2) ? "" : ",'customer_id':'carol'");
	}
	case 5: case 6: case 7: case 8:
		return about("change_hold",
		             join("%s%s%s%s%s", some_seats("seat_ids", 2), some_seats("drop_seat_ids", 3),
		                  some_areas("areas", 3), some_areas("drop_areas", 3),
		                  below(4) ? "" : ",'hold_seconds':90"));
	case 9:
		return about("release", "");
	case 10:
		return about("extend", ",'hold_seconds':70");
	case 11: case 12: case 13:
		return about("confirm", "");
	case 14: case 15: case 16:
		return about("cancel", below(3) ? join(",'areas':[{'area_id':'%s','count':1}]",
		                                       below(2) ? "G" : "H")
		                                : some_seats("seat_ids", 2));
	case 17:
		return about("expire", "");
	default:
		return join("%s,'owner_key':'box','areas':[{'area_id':'%s','capacity':%u%s}]}",
		            head("set_areas"), below(2) ? "G" : "H", 6 + below(14),
		            below(6) ? "" : ",'category':'floor'");
	}
}

static size_t make_requests(struct record *records, uint64_t seed)
{
	size_t count = 0;

	random_state = seed;
	ids = 0;
	clock_ms = T0;
	next_offset = 0;
	records[count++] = record_of(join("%s,'owner_key':'box','max_seats':9,'hold_seconds':60}",
	                                  head("create_show")));
	records[count++] = record_of(join("%s,'owner_key':'box','seat_ids':['A1','A2','A3','A4','A5','A6',"
	                                  "'A7','A8','A9','A10','A11','A12']}", head("add_seats")));
	records[count++] = record_of(join("%s,'owner_key':'box','areas':[{'area_id':'G','capacity':16},"
	                                  "{'area_id':'H','capacity':6,'category':'balcony'}]}",
	                                  head("set_areas")));
	while (count < REQUESTS) {
		clock_ms += below(20) ? below(2000) : 50 * S;
		records[count++] = record_of(some_request());
	}
	return count;
}

/* has_events: now and then another owner, or a change by hand that changes nothing. */
static void decide_all(const struct record *records, size_t size, size_t cached, bool has_events)
{
	struct err e;

	open_store(&only_place, cached);
	for (size_t first = 0, count; first < REQUESTS; first += count) {
		count = size < REQUESTS - first ? size : REQUESTS - first;
		assert_int_equal(decide_records(records + first, count), 0);
		for (size_t i = 0; i < count; i++)
			seen[batch.entries[i].decision.outcome]++;
		if (has_events && below(9) == 0)
			own_run(db, "UPDATE holdfast.show_areas SET version = version");
		if (has_events && below(30) == 0)
			assert_int_equal(store_take_over(store, 0, &e), RC_OK);
	}
	close_store();
}

static void the_rows_are_the_same_however_requests_are_batched_and_cached(void **state)
{
	static const size_t sizes[] = {1, 7, REQUESTS}, cached[] = {0, 12, CACHED};
	static const enum outcome expected[] = {
	    OUTCOME_HOLD_CHANGED, OUTCOME_PARTLY_CANCELLED, OUTCOME_CANCELLED, OUTCOME_AREA_FULL,
	    OUTCOME_NOT_IN_RESERVATION, OUTCOME_BELOW_TAKEN, OUTCOME_AREAS_SET, OUTCOME_CONFIRMED,
	    OUTCOME_RELEASED};
	struct record records[REQUESTS];
	char note[80];

	(void)state;
	memset(seen, 0, sizeof seen);
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		make_requests(records, seed);
		decide_all(records, 1, 0, false);
		keep_rows(db);
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			for (size_t k = 0; k < sizeof cached / sizeof cached[0]; k++) {
				if (sizes[i] == 1 && !cached[k])
					continue; /* as it is kept */
				snprintf(note, sizeof note, "seed %llu, batches of %zu, %zu seats cached",
				         (unsigned long long)seed, sizes[i], cached[k]);
				decide_all(records, sizes[i], cached[k], k % 2);
				expect_rows_as_kept(db, note);
			}
		arena_release(&texts);
	}
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		if (!seen[expected[i]])
			fail_msg("nothing came to %s", outcome_reason(expected[i]));
}

/* ---- one show ---- */

#define OWN(type, id, more) HEAD(type, id) ",'owner_key':'box'," more "}"
#define AREA(id, count) "{'area_id':'" id "','count':" #count "}"
#define TAKE(id, who, seats, areas) \
	RESERVE_ALSO(id, who, seats, ",'areas':[" areas "]")
#define CHANGE(id, who, of, more) OF("change_hold", id, who, of, "," more)

/* Seats A1 to A4; 5 places in G: alice has A1 and 2 of them, dave A2 and 2. */
static void open_show(size_t cached)
{
	clock_ms = T0;
	changed = NULL;
	open_store(&only_place, cached);
	expect(OWN("create_show", "01", "'max_seats':9,'hold_seconds':60"), OUTCOME_SHOW_CREATED);
	expect(OWN("add_seats", "02", "'seat_ids':['A1','A2','A3','A4']"), OUTCOME_SEATS_ADDED);
	expect(OWN("set_areas", "03", "'areas':[{'area_id':'G','capacity':5},"
	           "{'area_id':'H','capacity':1}]"), OUTCOME_AREAS_SET);
	expect(TAKE("0a", "alice", "'A1'", AREA("G", 2)), OUTCOME_RESERVED);
	expect(TAKE("0d", "dave", "'A2'", AREA("G", 2)), OUTCOME_RESERVED);
}

static int close_show(void **state)
{
	(void)state;
	close_store();
	arena_release(&texts);
	return 0;
}

#define OF_HOLD(id) " WHERE reservation_id = '" U(id) "'"

static const struct hand {
	const char *change; /* SQL */
	const char *json;
	enum outcome then, otherwise; /* with the change and without */
} hands[] = {
    {"UPDATE holdfast.show_areas SET capacity = 9", TAKE("10", "bob", "'A3'", AREA("G", 2)),
     OUTCOME_RESERVED, OUTCOME_AREA_FULL},
    {"UPDATE holdfast.show_areas SET held = 5 WHERE area_id = 'G'",
     TAKE("10", "bob", "'A3'", AREA("G", 1)), OUTCOME_AREA_FULL, OUTCOME_RESERVED},
    {"UPDATE holdfast.show_areas SET channel = 'kill'", TAKE("10", "bob", "'A3'", AREA("G", 1)),
     OUTCOME_AREA_FULL, OUTCOME_RESERVED},
    {"DELETE FROM holdfast.show_areas WHERE area_id = 'H'",
     TAKE("10", "bob", "'A3'", AREA("H", 1)), OUTCOME_UNKNOWN_AREA, OUTCOME_RESERVED},
    {"INSERT INTO holdfast.show_areas (show_id, area_id, capacity, version) VALUES ('s', 'I', 1, 1)",
     TAKE("10", "bob", "'A3'", AREA("I", 1)), OUTCOME_RESERVED, OUTCOME_UNKNOWN_AREA},
    {"TRUNCATE holdfast.show_areas", TAKE("10", "bob", "'A3'", AREA("G", 1)), OUTCOME_UNKNOWN_AREA,
     OUTCOME_RESERVED},
    {"UPDATE holdfast.reservation_areas SET count = 1", CHANGE("10", "alice", "0a", "'drop_areas':["
     AREA("G", 2) "]"), OUTCOME_NOT_IN_RESERVATION, OUTCOME_HOLD_CHANGED},
    {"DELETE FROM holdfast.reservation_areas" OF_HOLD("0a"),
     CHANGE("10", "alice", "0a", "'drop_areas':[" AREA("G", 1) "]"), OUTCOME_NOT_IN_RESERVATION,
     OUTCOME_HOLD_CHANGED},
    {"UPDATE holdfast.reservation_seats SET left_at = 4" OF_HOLD("0a"),
     CHANGE("10", "alice", "0a", "'drop_seat_ids':['A1']"), OUTCOME_NOT_IN_RESERVATION,
     OUTCOME_HOLD_CHANGED},
    {"INSERT INTO holdfast.reservation_areas VALUES ('s', '" U("0a") "', 'H', 1, 1); "
     "UPDATE holdfast.show_areas SET held = 1 WHERE area_id = 'H'",
     CHANGE("10", "alice", "0a", "'drop_areas':[" AREA("H", 1) "]"), OUTCOME_HOLD_CHANGED,
     OUTCOME_NOT_IN_RESERVATION},
};

static void the_next_decision_sees_what_was_changed_by_hand(void **state)
{
	for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++)
		for (int is_changed = 0; is_changed < 2; is_changed++) {
			const struct hand *h = &hands[i];

			open_show(CACHED);
			changed = is_changed ? h->change : NULL;
			if (changed)
				own_run(db, changed);
			expect(h->json, is_changed ? h->then : h->otherwise);
			close_show(state);
		}
}

/* Between the reads and the writes: each guard of what a change writes. */
static void a_change_by_hand_in_the_middle_of_a_batch_is_seen(void **state)
{
	static const char *const middle[] = {
	    "UPDATE holdfast.show_areas SET capacity = 6 WHERE area_id = 'G'",
	    "UPDATE holdfast.show_areas SET held = held + 1 WHERE area_id = 'G'",
	    "UPDATE holdfast.show_areas SET sold = 1 WHERE area_id = 'G'",
	    "UPDATE holdfast.show_areas SET channel = 'x' WHERE area_id = 'G'",
	    "UPDATE holdfast.show_areas SET category = 'x' WHERE area_id = 'G'",
	    "UPDATE holdfast.show_areas SET version = 1 WHERE area_id = 'G'",
	    "UPDATE holdfast.reservation_areas SET count = 1" OF_HOLD("0a"),
	    "UPDATE holdfast.reservation_areas SET place = 3" OF_HOLD("0a"),
	    "UPDATE holdfast.reservation_seats SET left_at = 1" OF_HOLD("0a"),
	    "UPDATE holdfast.seat_reservations SET places = 9" OF_HOLD("0a"),
	    "INSERT INTO holdfast.reservation_seats VALUES ('s', '" U("0a") "', 'A3', 1)",
	    "INSERT INTO holdfast.reservation_areas VALUES ('s', '" U("0a") "', 'H', 0, 1)",
	};
	enum outcome outcome;

	for (size_t i = 0; i < sizeof middle / sizeof middle[0]; i++) {
		open_show(CACHED);
		before_commit = middle[i];
		if (decide(CHANGE("10", "alice", "0a", "'drop_seat_ids':['A1'],'seat_ids':['A3'],"
		                  "'drop_areas':[" AREA("G", 2) "],'areas':[" AREA("H", 1) "]"),
		           &outcome) != 1)
			fail_msg("%s was not noticed", middle[i]);
		close_show(state);
	}
}

/* What has a row but was not in it comes in again, and a hold's places are beyond a smallint. */
static void a_hold_may_be_changed_as_often_as_one_likes(void **state)
{
	(void)state;
	for (int is_cached = 0; is_cached < 2; is_cached++) {
		open_show(is_cached ? CACHED : 0);
		own_run(db, "UPDATE holdfast.reservation_seats SET place = 40000; "
		            "UPDATE holdfast.reservation_areas SET place = 50000");
		expect(CHANGE("10", "alice", "0a", "'seat_ids':['A3'],'areas':[" AREA("H", 1) "]"),
		       OUTCOME_HOLD_CHANGED);
		expect(CHANGE("11", "alice", "0a", "'drop_seat_ids':['A1'],'drop_areas':[" AREA("G", 2) "]"),
		       OUTCOME_HOLD_CHANGED);
		expect(CHANGE("12", "alice", "0a", "'seat_ids':['A1'],'areas':[" AREA("G", 1) "]"),
		       OUTCOME_HOLD_CHANGED);
		own_run(db, "DO $$ BEGIN ASSERT (SELECT array_agg(seat_id || place ORDER BY place) = "
		            "'{A340001,A140002}' FROM holdfast.reservation_seats" OF_HOLD("0a") "); "
		            "ASSERT (SELECT array_agg(area_id || place || '/' || count ORDER BY place) = "
		            "'{H50001/1,G50002/1}' FROM holdfast.reservation_areas" OF_HOLD("0a") "); "
		            "ASSERT (SELECT places = 4 AND area_places = 2 FROM holdfast.seat_reservations"
		            OF_HOLD("0a") "); END $$");
		close_show(state);
	}
	open_show(0);
}

/* As if each were decided in a batch of its own. */
static void a_hold_that_is_made_and_changed_in_one_batch_has_the_same_rows(void **state)
{
	struct record records[4];

	(void)state;
	for (size_t together = 1; together <= 4; together += 3) {
		open_show(CACHED);
		expect(RELEASE("10", "alice", "0a"), OUTCOME_RELEASED);
		expect(RELEASE("11", "dave", "0d"), OUTCOME_RELEASED);
		records[0] = record_of(TAKE("12", "bob", "'A1','A2','A3'", AREA("G", 2) "," AREA("H", 1)));
		records[1] = record_of(CHANGE("13", "bob", "12", "'drop_seat_ids':['A1','A2'],"
		                              "'seat_ids':['A4'],'drop_areas':[" AREA("G", 2) "]"));
		records[2] = record_of(CHANGE("14", "bob", "12", "'seat_ids':['A1'],'areas':["
		                              AREA("G", 1) "],'drop_areas':[" AREA("H", 1) "]"));
		records[3] = record_of(CHANGE("15", "bob", "12", "'drop_seat_ids':['A4']"));
		for (size_t i = 0; i < 4; i += together)
			assert_int_equal(decide_records(records + i, together), 0);
		assert_int_equal(batch.entries[together - 1].decision.outcome, OUTCOME_HOLD_CHANGED);
		own_run(db, "DO $$ BEGIN ASSERT (SELECT array_agg(seat_id || place || coalesce(left_at::text, "
		            "'') ORDER BY seat_id) = '{A14,A218,A32,A4310}' FROM holdfast.reservation_seats"
		            OF_HOLD("12") "); ASSERT (SELECT array_agg(area_id || place || '/' || count "
		            "ORDER BY area_id) = '{G2/1,H1/0}' FROM holdfast.reservation_areas"
		            OF_HOLD("12") "); "
		            "ASSERT (SELECT places = 3 AND area_places = 1 FROM holdfast.seat_reservations"
		            OF_HOLD("12") "); END $$");
		close_show(state);
	}
	open_show(0);
}

/* Once nothing lapses before a time, nobody asks until then. */
static void what_lapses_in_an_area_is_asked_for_once(void **state)
{
	(void)state;
	open_show(CACHED);
	own_run(db, "UPDATE holdfast.shows SET version = version"); /* all is read again */
	lapsing_reads = 0;
	expect(TAKE("10", "bob", "'A3'", AREA("G", 2)), OUTCOME_AREA_FULL);
	assert_int_equal(lapsing_reads, 1);
	expect(TAKE("11", "bob", "'A3'", AREA("G", 2)), OUTCOME_AREA_FULL);
	clock_ms += 59 * S;
	expect(EXTEND("12", "dave", "0d", "100"), OUTCOME_EXTENDED);
	clock_ms += 2 * S; /* alice's has lapsed */
	expect(TAKE("13", "bob", "'A3'", AREA("G", 2)), OUTCOME_RESERVED);
	expect(TAKE("14", "eve", "'A4'", AREA("G", 2)), OUTCOME_AREA_FULL);
	assert_int_equal(lapsing_reads, 2);
	expect(CHANGE("15", "bob", "13", "'areas':[" AREA("G", 2) "]"), OUTCOME_AREA_FULL);
	expect(CONFIRM("16", "bob", "13"), OUTCOME_CONFIRMED);
	assert_int_equal(lapsing_reads, 2);
	own_run(db, "DO $$ BEGIN ASSERT (SELECT status = 'expired' FROM holdfast.seat_reservations"
	            OF_HOLD("0a") "); ASSERT (SELECT held = 2 AND sold = 2 FROM holdfast.show_areas WHERE "
	            "area_id = 'G'); END $$");
}

/* What was added and dropped is known without reading. */
static void a_changed_hold_is_not_read_again(void **state)
{
	(void)state;
	open_show(CACHED);
	reads = 0;
	expect(CHANGE("10", "alice", "0a", "'seat_ids':['A3'],'areas':[" AREA("H", 1) "]"),
	       OUTCOME_HOLD_CHANGED);
	expect(CHANGE("11", "alice", "0a", "'drop_seat_ids':['A1'],'drop_areas':[" AREA("G", 1) "]"),
	       OUTCOME_HOLD_CHANGED);
	expect(CHANGE("12", "alice", "0a", "'drop_seat_ids':['A1']"), OUTCOME_NOT_IN_RESERVATION);
	expect(CHANGE("13", "alice", "0a", "'drop_areas':[" AREA("G", 2) "]"),
	       OUTCOME_NOT_IN_RESERVATION);
	expect(CHANGE("14", "alice", "0a", "'drop_seat_ids':['A3'],'drop_areas':[" AREA("G", 1) ","
	              AREA("H", 1) "]"), OUTCOME_NOTHING_LEFT);
	assert_int_equal(reads, 5); /* claims */
	expect(RELEASE("15", "alice", "0a"), OUTCOME_RELEASED);
	own_run(db, "DO $$ BEGIN ASSERT (SELECT held = 2 FROM holdfast.show_areas WHERE area_id = 'G'); "
	            "ASSERT (SELECT places = 3 FROM holdfast.seat_reservations" OF_HOLD("0a") "); "
	            "ASSERT (SELECT sum(count) = 2 FROM holdfast.reservation_areas" OF_HOLD("0a")
	            "); END $$");
}

static int make(void **state)
{
	if (own_make(state))
		return -1;
	db = own_open();
	own_migrate(db);
	batch.entries = calloc(REQUESTS, sizeof batch.entries[0]);
	return batch.entries ? 0 : -1;
}

static int drop(void **state)
{
	db_close(db);
	batch.count = 0;
	batch_release(&batch);
	return own_drop(state);
}

#define OF_ONE_SHOW(name) cmocka_unit_test_teardown(name, close_show)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_rows_are_the_same_however_requests_are_batched_and_cached),
	    OF_ONE_SHOW(the_next_decision_sees_what_was_changed_by_hand),
	    OF_ONE_SHOW(a_change_by_hand_in_the_middle_of_a_batch_is_seen),
	    OF_ONE_SHOW(a_hold_may_be_changed_as_often_as_one_likes),
	    OF_ONE_SHOW(a_hold_that_is_made_and_changed_in_one_batch_has_the_same_rows),
	    OF_ONE_SHOW(what_lapses_in_an_area_is_asked_for_once),
	    OF_ONE_SHOW(a_changed_hold_is_not_read_again),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
