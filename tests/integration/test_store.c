/*
 * The worker's store on a real server, without Kafka: with a cache of any size it decides as it does
 * without one, and a change by hand is seen by the very next decision.
 *
 * db_run is wrapped by the linker, so that round trips can be counted.
 */
#include "tests/unit/random_stream.h"

#include "tests/integration/one_store.h"

#define SEEDS 2
#define CACHED 1000
#define SESSIONS_ASKED 20 /* more than it takes for all held reservations to be read */

/* ---- round trips ---- */

static int trips, reads; /* and statements that read rows */
static const char *before_commit; /* SQL, by hand, once; NULL: nothing */
/* A session is lost with a batch's writes on their way, or with their answer. */
static enum { NOTHING_IS_LOST, COMMIT_IS_LOST, ANSWER_IS_LOST } lost;

enum rc __real_db_run(struct db *d, struct db_call *calls, int count, struct err *e);
enum rc __wrap_db_run(struct db *d, struct db_call *calls, int count, struct err *e);

enum rc __wrap_db_run(struct db *d, struct db_call *calls, int count, struct err *e)
{
	if (calls[count - 1].query == QUERY_COMMIT && before_commit) {
		own_run(db, before_commit);
		before_commit = NULL;
	}
	trips++;
	if (calls[count - 1].query == QUERY_COMMIT && lost != NOTHING_IS_LOST) {
		enum rc rc = lost == COMMIT_IS_LOST ? RC_OK : __real_db_run(d, calls, count, e);

		for (int i = 0; i < count; i++)
			db_rows_release(&calls[i].rows);
		return rc ? rc : err_set(e, RC_REOPEN, FROM_DATABASE, "lost by the test");
	}
	for (int i = 0; i < count; i++)
		reads += strncmp(query_name(calls[i].query), "worker_read_", 12) == 0;
	return __real_db_run(d, calls, count, e);
}

/* has_events: now and then another owner, or a change by hand that changes nothing. */
static void decide_stream(struct stream *s, size_t size, size_t cached_seats, bool has_events)
{
	static const struct plan_place place = {STREAM_PARTITION, STREAM_PARTITIONS};
	struct record records[STREAM_RECORDS];
	struct err e;

	open_store(&place, cached_seats);
	for (size_t first = 0, count; first < s->count; first += count) {
		count = size < s->count - first ? size : s->count - first;
		for (size_t i = 0; i < count; i++)
			records[i] = s->sent[first + i].record;
		assert_int_equal(decide_records(records, count), 0);
		if (has_events && stream_below(s, 9) == 0)
			own_run(db, "UPDATE holdfast.show_seats SET version = version WHERE seat_id = 'A'");
		if (has_events && stream_below(s, 30) == 0)
			assert_int_equal(store_take_over(store, 0, &e), RC_OK);
	}
	close_store();
}

static void with_a_cache_of_any_size_the_rows_are_the_same_as_without(void **state)
{
	static const size_t sizes[] = {1, 6, 50, STREAM_RECORDS}, cached[] = {1, 15, 28, 1000};
	char note[80];

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct stream *s = stream_make(seed);

		decide_stream(s, 1, 0, false);
		keep_rows(db);
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			for (size_t k = 0; k < sizeof cached / sizeof cached[0]; k++) {
				snprintf(note, sizeof note, "seed %llu, batches of %zu, %zu seats cached",
				         (unsigned long long)seed, sizes[i], cached[k]);
				decide_stream(s, sizes[i], cached[k], k % 2);
				expect_rows_as_kept(db, note);
			}
		free(s);
	}
}

/* ---- one show ---- */

/* A show with seats A1 to A6, of which alice holds A1 and dave A3; all of it is in the cache. */
static void open_show(void)
{
	struct record records[SESSIONS_ASKED];

	clock_ms = T0;
	changed = NULL;
	open_store(&only_place, CACHED);
	expect(HEAD("create_show", "01") ",'max_seats':3}", OUTCOME_SHOW_CREATED);
	expect(HEAD("add_seats", "02") ",'seat_ids':['A1','A2','A3','A4','A5','A6']}",
	       OUTCOME_SEATS_ADDED);
	expect(RESERVE("0a", "alice", "'A1'"), OUTCOME_RESERVED);
	expect(RESERVE("0d", "dave", "'A3'"), OUTCOME_RESERVED);
	for (int i = 0; i < SESSIONS_ASKED; i++)
		records[i] = record_of(join("{'type':'reserve','request_id':'" U("%02x") "','show_id':'s',"
		                              "'session_id':'guest-%d','seat_ids':['A1']}", 0x40 + i, i));
	assert_int_equal(decide_records(records, SESSIONS_ASKED), 0);
	trips = reads = 0;
	expect(RESERVE("3f", "guest", "'A1','A3'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(trips, 2);
	assert_int_equal(reads, 1); /* claims */
}

static int close_show(void **state)
{
	(void)state;
	close_store();
	arena_release(&texts);
	return 0;
}

#define OF_SEAT(seat) " WHERE show_id = 's' AND seat_id = '" seat "'"
#define OF_HOLD(id) " WHERE reservation_id = '" U(id) "'"
#define FREE_SEAT(seat) \
	"UPDATE holdfast.show_seats SET status = 'available', reserved_until = NULL, reserved_by = NULL, " \
	"taken_at = NULL" OF_SEAT(seat)

static const struct hand {
	const char *change; /* SQL */
	const char *json;
	enum outcome then, otherwise; /* with the change and without */
} hands[] = {
    {FREE_SEAT("A1"), RESERVE("10", "bob", "'A1'"), OUTCOME_RESERVED, OUTCOME_SEATS_TAKEN},
    {"UPDATE holdfast.show_seats SET status = 'sold'" OF_SEAT("A2"), RESERVE("10", "bob", "'A2'"),
     OUTCOME_SEATS_TAKEN, OUTCOME_RESERVED},
    {"DELETE FROM holdfast.show_seats" OF_SEAT("A2"), RESERVE("10", "bob", "'A2'"),
     OUTCOME_UNKNOWN_SEAT, OUTCOME_RESERVED},
    {"INSERT INTO holdfast.show_seats (show_id, seat_id, version) VALUES ('s', 'A9', 1)",
     RESERVE("10", "bob", "'A9'"), OUTCOME_RESERVED, OUTCOME_UNKNOWN_SEAT},
    {"UPDATE holdfast.show_seats SET reserved_until = to_timestamp(1)" OF_SEAT("A1"),
     RESERVE("10", "bob", "'A1'"), OUTCOME_RESERVED, OUTCOME_SEATS_TAKEN},
    {"UPDATE holdfast.shows SET max_seats = 1", RESERVE("10", "bob", "'A2','A4'"),
     OUTCOME_TOO_MANY_SEATS, OUTCOME_RESERVED},
    {"DELETE FROM holdfast.shows", RESERVE("10", "bob", "'A2'"), OUTCOME_UNKNOWN_SHOW,
     OUTCOME_RESERVED},
    {"INSERT INTO holdfast.shows VALUES ('t', NULL, 1, 1, 1, NULL, now(), 0); DELETE FROM "
     "holdfast.seat_reservations" OF_HOLD("0d"),
     RESERVE("10", "dave", "'A4'"), OUTCOME_RESERVED, OUTCOME_ALREADY_RESERVED},
    {"UPDATE holdfast.seat_reservations SET status = 'released', ended_at = now()" OF_HOLD("0d"),
     RESERVE("10", "dave", "'A4'"), OUTCOME_RESERVED, OUTCOME_ALREADY_RESERVED},
    {"UPDATE holdfast.seat_reservations SET session_hash = sha256('')" OF_HOLD("0d"),
     RELEASE("10", "dave", "0d"), OUTCOME_WRONG_SESSION, OUTCOME_RELEASED},
    {"INSERT INTO holdfast.seat_reservations SELECT show_id, '" U("0e") "', status, "
     "sha256('s\\000erin'), created_at, reserved_until, ended_at, request_offset FROM "
     "holdfast.seat_reservations" OF_HOLD("0d") "; INSERT INTO holdfast.reservation_seats VALUES "
     "('s', '" U("0e") "', 'A5', 0); UPDATE holdfast.show_seats SET status = 'reserved', "
     "reserved_by = '" U("0e") "', reserved_until = now()" OF_SEAT("A5"),
     RESERVE("10", "erin", "'A2'"), OUTCOME_ALREADY_RESERVED, OUTCOME_RESERVED},
    {"UPDATE holdfast.shows SET max_customer_holds = 1", RESERVE("10", "bob", "'A2'"),
     OUTCOME_CUSTOMER_REQUIRED, OUTCOME_RESERVED},
    {"UPDATE holdfast.shows SET max_customer_seats = 2; UPDATE holdfast.seat_reservations SET "
     "customer_hash = sha256('s\\000customer\\000carol'), places = 2" OF_HOLD("0d"),
     RESERVE_ALSO("10", "bob", "'A2'", ",'customer_id':'carol'"), OUTCOME_CUSTOMER_LIMIT,
     OUTCOME_RESERVED},
    {"INSERT INTO holdfast.reservation_seats VALUES ('s', '" U("0d") "', 'A4', 1)",
     RELEASE("10", "dave", "0d"), OUTCOME_NOTHING_HELD, OUTCOME_RELEASED},
    {"DELETE FROM holdfast.reservation_seats" OF_HOLD("0d"), RELEASE("10", "dave", "0d"),
     OUTCOME_NOTHING_HELD, OUTCOME_RELEASED},
    {"UPDATE holdfast.reservation_seats SET seat_id = 'A4'" OF_HOLD("0d"),
     RELEASE("10", "dave", "0d"), OUTCOME_NOTHING_HELD, OUTCOME_RELEASED},
    {"TRUNCATE holdfast.reservation_seats", RELEASE("10", "dave", "0d"), OUTCOME_NOTHING_HELD,
     OUTCOME_RELEASED},
    {"TRUNCATE holdfast.seat_reservations", RESERVE("10", "dave", "'A4'"), OUTCOME_RESERVED,
     OUTCOME_ALREADY_RESERVED},
    {"TRUNCATE holdfast.show_seats", RESERVE("10", "bob", "'A4'"), OUTCOME_UNKNOWN_SEAT,
     OUTCOME_RESERVED},
    {"TRUNCATE holdfast.shows", RESERVE("10", "bob", "'A4'"), OUTCOME_UNKNOWN_SHOW,
     OUTCOME_RESERVED},
    {"WITH f AS (" FREE_SEAT("A1") ") SELECT 1",
     RESERVE("10", "bob", "'A1'"), OUTCOME_RESERVED, OUTCOME_SEATS_TAKEN},
    {"DELETE FROM holdfast.hand_changes; " FREE_SEAT("A1"), RESERVE("10", "bob", "'A1'"),
     OUTCOME_RESERVED, OUTCOME_SEATS_TAKEN},
};

static void the_next_decision_sees_what_was_changed_by_hand(void **state)
{
	for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++)
		for (int is_changed = 0; is_changed < 2; is_changed++) {
			const struct hand *h = &hands[i];

			open_show();
			changed = is_changed ? h->change : NULL;
			if (changed)
				own_run(db, changed);
			expect(h->json, is_changed ? h->then : h->otherwise);
			/* And it goes on with what it knows now. */
			expect(RESERVE("3e", "guest", "'Z9'"), h->then == OUTCOME_UNKNOWN_SHOW && is_changed
			                                           ? OUTCOME_UNKNOWN_SHOW : OUTCOME_UNKNOWN_SEAT);
			own_run(db, "INSERT INTO holdfast.hand_changes (changes) SELECT 1000 WHERE NOT EXISTS "
			            "(TABLE holdfast.hand_changes)");
			close_show(state);
		}
}

/* What takes a superuser to try: roles with rights to the rows alone, and replica sessions. */
static void changes_are_counted_whoever_makes_them(void **state)
{
	(void)state;
	own_run(db, "DO $$ BEGIN ASSERT (SELECT prosecdef FROM pg_proc WHERE oid = "
	            "'holdfast.count_hand_change'::regproc);"
	            "ASSERT (SELECT count(*) = 8 AND bool_and(tgenabled = 'A') FROM pg_trigger WHERE "
	            "tgfoid = 'holdfast.count_hand_change'::regproc); END $$");
}

/* Every table of a show, and every kind of statement; a worker's do not count. */
static void each_statement_by_hand_counts_and_draws_an_epoch(void **state)
{
	(void)state;
	own_run(db, "DO $$ DECLARE t text; statement text; was holdfast.hand_changes; "
	            "now holdfast.hand_changes; BEGIN "
	            "FOREACH t IN ARRAY ARRAY['shows', 'show_channels', 'show_areas', 'show_seats', "
	            "'seat_places', 'seat_reservations', 'reservation_seats', 'reservation_areas'] LOOP "
	            "FOREACH statement IN ARRAY ARRAY['INSERT INTO holdfast.%I (show_id) SELECT ''x'' "
	            "WHERE false', 'UPDATE holdfast.%I SET show_id = show_id WHERE false', "
	            "'DELETE FROM holdfast.%I WHERE false', 'TRUNCATE holdfast.%I'] LOOP "
	            "SELECT * INTO was FROM holdfast.hand_changes; EXECUTE format(statement, t); "
	            "SELECT * INTO now FROM holdfast.hand_changes; "
	            "ASSERT now.changes = was.changes + 1 AND now.epoch <> was.epoch, statement || t; "
	            "ASSERT now.epoch ~ '^[0-9a-f]{16}$'; "
	            "PERFORM set_config('holdfast.writer', 'worker', true); EXECUTE format(statement, t); "
	            "PERFORM set_config('holdfast.writer', '', true); "
	            "ASSERT (SELECT h = now FROM holdfast.hand_changes AS h), format(statement, t); "
	            "END LOOP; END LOOP; END $$");
}

static void a_partition_is_not_taken_over_in_a_schema_of_another_version(void **state)
{
	struct err e;

	(void)state;
	open_show();
	own_run(db, "INSERT INTO holdfast.schema_migrations VALUES (99, 'future', now())");
	assert_int_equal(store_take_over(store, 0, &e), RC_FATAL);
	assert_non_null(strstr(e.text, "the schema is of version 99 now, this worker decides by version"));
	own_run(db, "DO $$ BEGIN ASSERT (SELECT owner_epoch = 1 FROM holdfast.partition_progress); END $$;"
	            "DELETE FROM holdfast.schema_migrations WHERE version = 99");
	assert_int_equal(store_take_over(store, 0, &e), RC_OK);
	close_store();
}

/* It calls functions that are no longer there. */
static void a_worker_of_before_fails_in_its_next_batch(void **state)
{
	static const char *const calls[] = {"must_change('x', 1, 1)", "as_planned('x', 1::int8, 1::int8)"};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		own_run(db, join("DO $$ BEGIN PERFORM holdfast.%s; ASSERT false; "
		                 "EXCEPTION WHEN undefined_function THEN NULL; END $$", calls[i]));
	own_run(db, "SELECT holdfast.as_planned('x', 1::int8, 1::int4)");
}

static void a_change_by_hand_counts_from_its_commit_on(void **state)
{
	(void)state;
	open_show();
	own_run(db, "BEGIN; " FREE_SEAT("A1"));
	expect(RESERVE("10", "bob", "'A1'"), OUTCOME_SEATS_TAKEN); /* and does not wait for it */
	own_run(db, "COMMIT");
	expect(RESERVE("11", "bob", "'A1'"), OUTCOME_RESERVED);
	own_run(db, "BEGIN; " FREE_SEAT("A3") "; ROLLBACK");
	expect(RESERVE("12", "carol", "'A3'"), OUTCOME_SEATS_TAKEN);
}

static void nothing_is_read_again_where_nothing_was_changed_by_hand(void **state)
{
	(void)state;
	open_show();
	expect(RELEASE("10", "dave", "0d"), OUTCOME_RELEASED);
	trips = reads = 0;
	expect(RESERVE("11", "dave", "'A3','A4'"), OUTCOME_RESERVED);
	expect(EXTEND("12", "dave", "11", "700"), OUTCOME_EXTENDED);
	expect(RESERVE("13", "dave", "'A5'"), OUTCOME_ALREADY_RESERVED);
	expect(CONFIRM("14", "dave", "11"), OUTCOME_CONFIRMED);
	expect(RESERVE("15", "dave", "'A5'"), OUTCOME_RESERVED);
	assert_int_equal(trips, 2 * 5);
	assert_int_equal(reads, 5); /* claims */
}

#define FOR(id, who, customer, seats) RESERVE_ALSO(id, who, seats, ",'customer_id':'" customer "'")

/* The customer is looked up once, of two a show one; then what he has is known. */
static void what_a_customer_has_is_looked_up_once(void **state)
{
	(void)state;
	open_show();
	expect(FOR("10", "erin", "carol", "'A2'"), OUTCOME_RESERVED);
	expect(CONFIRM("11", "erin", "10"), OUTCOME_CONFIRMED);
	expect(HEAD("change_show", "12") ",'max_customer_seats':2}", OUTCOME_SHOW_CHANGED);
	trips = reads = 0;
	expect(FOR("13", "erin", "carol", "'A4','A5'"), OUTCOME_CUSTOMER_LIMIT);
	assert_int_equal(trips, 2);
	assert_int_equal(reads, 2); /* claims and, in the same wave, the customer */
	expect(FOR("14", "erin", "carol", "'A4'"), OUTCOME_RESERVED);
	expect(FOR("15", "fred", "carol", "'A5'"), OUTCOME_CUSTOMER_LIMIT);
	expect(RELEASE("16", "erin", "14"), OUTCOME_RELEASED);
	expect(FOR("17", "fred", "carol", "'A5'"), OUTCOME_RESERVED);
	expect(CONFIRM("18", "fred", "17"), OUTCOME_CONFIRMED);
	expect(FOR("19", "erin", "carol", "'A6'"), OUTCOME_CUSTOMER_LIMIT);
	expect(RESERVE("1a", "erin", "'A6'"), OUTCOME_CUSTOMER_REQUIRED);
	assert_int_equal(reads, 2 + 7);
}

/* All customers of a show at once, when so many were asked for that it pays. */
static void when_many_customers_were_looked_up_all_are_known(void **state)
{
	struct record records[SESSIONS_ASKED];

	(void)state;
	open_show();
	expect(FOR("10", "erin", "carol", "'A2'"), OUTCOME_RESERVED);
	expect(CONFIRM("11", "erin", "10"), OUTCOME_CONFIRMED);
	expect(HEAD("change_show", "12") ",'max_customer_seats':1}", OUTCOME_SHOW_CHANGED);
	for (int i = 0; i < SESSIONS_ASKED; i++)
		records[i] = record_of(join("{'type':'reserve','request_id':'" U("%02x") "','show_id':'s',"
		                              "'session_id':'guest-%d','customer_id':'guest-%d',"
		                              "'seat_ids':['A1']}", 0x60 + i, i, i));
	assert_int_equal(decide_records(records, SESSIONS_ASKED), 0);
	trips = reads = 0;
	expect(FOR("13", "erin", "carol", "'A4'"), OUTCOME_CUSTOMER_LIMIT);
	expect(FOR("14", "fred", "dave", "'A4'"), OUTCOME_RESERVED);
	expect(FOR("15", "erin", "dave", "'A5'"), OUTCOME_CUSTOMER_LIMIT);
	assert_int_equal(trips, 2 * 3);
	assert_int_equal(reads, 3); /* claims */
	/* As by hand nothing is known any more. */
	own_run(db, "UPDATE holdfast.seat_reservations SET customer_hash = NULL" OF_HOLD("10"));
	expect(FOR("16", "erin", "carol", "'A4'"), OUTCOME_SEATS_TAKEN);
	expect(FOR("17", "erin", "carol", "'A5'"), OUTCOME_RESERVED);
}

/* What lapsed counts no more, in rows and in memory alike, though nobody ended it. */
static void a_lapsed_hold_of_a_customer_counts_no_more_wherever_it_is_known(void **state)
{
	(void)state;
	for (int is_known = 0; is_known < 2; is_known++) {
		open_show();
		expect(HEAD("change_show", "12") ",'max_customer_holds':1}", OUTCOME_SHOW_CHANGED);
		expect(FOR("13", "erin", "carol", "'A4'"), OUTCOME_RESERVED);
		if (!is_known)
			own_run(db, "UPDATE holdfast.show_seats SET version = version" OF_SEAT("A6"));
		expect(FOR("14", "fred", "carol", "'A5'"), OUTCOME_CUSTOMER_LIMIT);
		clock_ms += 600 * S;
		if (!is_known)
			own_run(db, "UPDATE holdfast.show_seats SET version = version" OF_SEAT("A6"));
		expect(FOR("15", "fred", "carol", "'A5'"), OUTCOME_RESERVED);
		own_run(db, "DO $$ BEGIN ASSERT (SELECT status = 'held' FROM holdfast.seat_reservations"
		            OF_HOLD("13") "); END $$");
		expect(HEAD("change_show", "16") ",'max_customer_seats':1}", OUTCOME_SHOW_CHANGED);
		if (!is_known)
			own_run(db, "UPDATE holdfast.show_seats SET version = version" OF_SEAT("A6"));
		expect(CONFIRM("17", "erin", "13"), OUTCOME_CUSTOMER_LIMIT);
		close_show(state);
	}
	open_show();
}

/* The seats that the two holds have are freed with them, in one batch. */
static void lapsed_holds_are_found_without_reading(void **state)
{
	(void)state;
	open_show();
	clock_ms += 3600 * S;
	trips = reads = 0;
	expect(RESERVE("10", "bob", "'A1','A3'"), OUTCOME_RESERVED);
	expect(RESERVE("11", "alice", "'A3'"), OUTCOME_SEATS_TAKEN);
	assert_int_equal(trips, 2 * 2);
	assert_int_equal(reads, 2);
	own_run(db, "DO $$ BEGIN ASSERT (SELECT count(*) = 2 FROM holdfast.seat_reservations WHERE "
	            "status = 'expired'); END $$");
}

/* Of a show that is younger than a claim lasts no reservation is looked up by a request id. */
static void an_id_that_a_reservation_made_by_hand_bears_is_met_all_the_same(void **state)
{
	enum outcome outcome;

	(void)state;
	open_show();
	own_run(db, "INSERT INTO holdfast.seat_reservations VALUES ('s', '" U("10") "', 'released', "
	            "sha256(''), to_timestamp(1), to_timestamp(2), to_timestamp(2), 1)");
	expect(RESERVE("3d", "guest", "'A1'"), OUTCOME_SEATS_TAKEN); /* the show is known again */
	assert_int_equal(decide(RESERVE("10", "bob", "'A2'"), &outcome), 1); /* the primary key */
	assert_int_equal(outcome, OUTCOME_IDEMPOTENCY_MISMATCH);
	expect(RESERVE("11", "bob", "'A2'"), OUTCOME_RESERVED);
}

static void behind_thirty_days_an_id_of_a_reservation_is_still_known(void **state)
{
	(void)state;
	open_show();
	clock_ms = T0 + CLAIM_MS - 1;
	expect(RESERVE("3d", "guest", "'A2'"), OUTCOME_RESERVED);
	clock_ms = T0 + CLAIM_MS + 100 * S; /* alice's claim is over */
	expect(RESERVE("0a", "alice", "'A1'"), OUTCOME_IDEMPOTENCY_MISMATCH);
	expect(RESERVE("0a", "alice", "'A4'"), OUTCOME_IDEMPOTENCY_MISMATCH);
	expect(RESERVE("3d", "guest", "'A2'"), OUTCOME_RESERVED); /* a duplicate */
	assert_true(batch.entries[0].decision.duplicate_of != NOT_A_DUPLICATE);
}

/* What is known is as of the last COMMIT that is known; without a change by hand nothing tells. */
static void what_another_owner_decided_is_read(void **state)
{
	struct store *first, *second;
	struct err e;

	(void)state;
	open_show();
	first = store;
	second = open_session(&only_place, CACHED);
	store = second;
	expect(RELEASE("10", "dave", "0d"), OUTCOME_RELEASED);
	store = first;
	assert_int_equal(store_take_over(store, 0, &e), RC_OK);
	expect(RESERVE("11", "bob", "'A3'"), OUTCOME_RESERVED);
	expect(RESERVE("12", "dave", "'A4'"), OUTCOME_RESERVED);
	store_close(second);
}

static void a_commit_of_unknown_outcome_is_not_known(void **state)
{
	struct record record;
	bool is_done;
	struct err e;

	(void)state;
	for (int is_sent = 0; is_sent < 2; is_sent++) {
		open_show();
		record = record_of(RELEASE("10", "dave", "0d"));
		batch.entries[0] = (struct entry){.record = record};
		assert_true(batch_decode(&batch, store_progress(store)->decided_until_ms));
		lost = is_sent ? ANSWER_IS_LOST : COMMIT_IS_LOST;
		assert_int_equal(store_decide(store, &batch, 0, 1, false, &e), RC_REOPEN);
		lost = NOTHING_IS_LOST;
		assert_int_equal(store_reopen(store, &is_done, &e), RC_OK);
		assert_int_equal(is_done, is_sent);
		expect(RESERVE("11", "bob", "'A3'"), is_sent ? OUTCOME_RESERVED : OUTCOME_SEATS_TAKEN);
		expect(RESERVE("12", "dave", "'A4'"),
		       is_sent ? OUTCOME_RESERVED : OUTCOME_ALREADY_RESERVED);
		close_show(state);
	}
}

/* Between the reads and the UPDATE: the guard tells, and the plan is made of what is there now. */
static void a_change_by_hand_in_the_middle_of_a_batch_is_seen(void **state)
{
	enum outcome outcome;

	(void)state;
	open_show();
	before_commit = "UPDATE holdfast.show_seats SET status = 'sold'" OF_SEAT("A2");
	assert_int_equal(decide(RESERVE("10", "bob", "'A2'"), &outcome), 1);
	assert_int_equal(outcome, OUTCOME_SEATS_TAKEN);
	before_commit = FREE_SEAT("A1"); /* of a refusal: it came before */
	expect(RESERVE("11", "bob", "'A1'"), OUTCOME_SEATS_TAKEN);
	expect(RESERVE("12", "bob", "'A1'"), OUTCOME_RESERVED);
}

/* The same of what a change of a hold goes by; a customer is only read. */
#define OF_FLOOR " WHERE area_id = 'floor'"
static void a_change_by_hand_in_the_middle_of_a_changed_hold_is_seen(void **state)
{
	static const struct {
		const char *table, *change, *where;
		int rejections;
		enum outcome then;
		const char *is_there; /* afterwards */
	} middles[] = {
	    {"show_areas", "held = 3", OF_FLOOR, 1, OUTCOME_AREA_FULL, "held = 3"},
	    {"show_areas", "capacity = 2", OF_FLOOR, 1, OUTCOME_AREA_FULL, "capacity = 2"},
	    {"reservation_areas", "count = 1", OF_FLOOR, 1, OUTCOME_HOLD_CHANGED, "count = 2"},
	    {"reservation_seats", "left_at = 9", OF_HOLD("12"), 1, OUTCOME_NOT_IN_RESERVATION,
	     "left_at = 9"},
	    {"seat_reservations", "places = 4", OF_HOLD("12"), 1, OUTCOME_CUSTOMER_LIMIT, "places = 4"},
	    {"seat_reservations", "customer_hash = sha256('')", OF_HOLD("12"), 0, OUTCOME_HOLD_CHANGED,
	     "places = 4 AND customer_hash = sha256('')"},
	};

	for (size_t i = 0; i < sizeof middles / sizeof middles[0]; i++) {
		const char *set = middles[i].change;
		enum outcome outcome;
		int rejections;

		open_show();
		expect(HEAD("change_show", "10") ",'max_customer_seats':4,'max_seats':9}",
		       OUTCOME_SHOW_CHANGED);
		expect(HEAD("set_areas", "11") ",'areas':[{'area_id':'floor','capacity':3}]}",
		       OUTCOME_AREAS_SET);
		expect(RESERVE_ALSO("12", "erin", "'A2'", ",'customer_id':'carol','areas':[{'area_id':"
		                    "'floor','count':2}]"), OUTCOME_RESERVED);
		before_commit = join("UPDATE holdfast.%s SET %s%s", middles[i].table, set, middles[i].where);
		rejections = decide(HEAD("change_hold", "13") ",'session_id':'erin','reservation_id':'"
		                    U("12") "','seat_ids':['A4'],'drop_seat_ids':['A2'],'areas':[{"
		                    "'area_id':'floor','count':1}]}", &outcome);
		if (rejections != middles[i].rejections || outcome != middles[i].then)
			fail_msg("%s: %s, rejected %d times", set, outcome_reason(outcome), rejections);
		own_run(db, join("DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM holdfast.%s%s AND %s), "
		                 "'not %s'; END $$", middles[i].table, middles[i].where, middles[i].is_there,
		                 middles[i].table));
		close_show(state);
	}
}

/* The first moment at which the show's own age says nothing of the claims any more. */
static void an_id_of_a_reservation_as_old_as_the_show_is_known(void **state)
{
	struct record records[3];

	(void)state;
	clock_ms = T0;
	changed = NULL;
	open_store(&only_place, CACHED);
	records[0] = record_of(HEAD("create_show", "01") "}");
	records[1] = record_of(HEAD("add_seats", "02") ",'seat_ids':['A1','A2']}");
	records[2] = record_of(RESERVE("0a", "alice", "'A1'"));
	for (int i = 0; i < 3; i++)
		records[i].timestamp_ms = T0;
	assert_int_equal(decide_records(records, 3), 0);
	clock_ms = T0 + CLAIM_MS - 2;
	expect(RESERVE("0a", "alice", "'A1'"), OUTCOME_RESERVED); /* a duplicate */
	expect(RESERVE("0a", "bob", "'A2'"), OUTCOME_IDEMPOTENCY_MISMATCH);
}

static void of_several_claims_of_an_id_the_latest_counts(void **state)
{
	int64_t second;

	(void)state;
	open_show();
	expect(RELEASE("10", "alice", "77"), OUTCOME_UNKNOWN_RESERVATION);
	clock_ms += CLAIM_MS;
	second = next_offset;
	expect(RELEASE("10", "alice", "77"), OUTCOME_UNKNOWN_RESERVATION);
	assert_true(batch.entries[0].decision.is_claim);
	expect(RELEASE("10", "alice", "77"), OUTCOME_UNKNOWN_RESERVATION);
	assert_int_equal(batch.entries[0].decision.duplicate_of, second);
}

static int make(void **state)
{
	if (own_make(state))
		return -1;
	db = own_open();
	own_migrate(db);
	batch.entries = calloc(STREAM_RECORDS, sizeof batch.entries[0]);
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
	    cmocka_unit_test(with_a_cache_of_any_size_the_rows_are_the_same_as_without),
	    OF_ONE_SHOW(the_next_decision_sees_what_was_changed_by_hand),
	    cmocka_unit_test(changes_are_counted_whoever_makes_them),
	    cmocka_unit_test(each_statement_by_hand_counts_and_draws_an_epoch),
	    cmocka_unit_test(a_partition_is_not_taken_over_in_a_schema_of_another_version),
	    cmocka_unit_test(a_worker_of_before_fails_in_its_next_batch),
	    OF_ONE_SHOW(a_change_by_hand_counts_from_its_commit_on),
	    OF_ONE_SHOW(a_change_by_hand_in_the_middle_of_a_batch_is_seen),
	    OF_ONE_SHOW(a_change_by_hand_in_the_middle_of_a_changed_hold_is_seen),
	    OF_ONE_SHOW(what_another_owner_decided_is_read),
	    OF_ONE_SHOW(a_commit_of_unknown_outcome_is_not_known),
	    OF_ONE_SHOW(nothing_is_read_again_where_nothing_was_changed_by_hand),
	    OF_ONE_SHOW(what_a_customer_has_is_looked_up_once),
	    OF_ONE_SHOW(when_many_customers_were_looked_up_all_are_known),
	    OF_ONE_SHOW(a_lapsed_hold_of_a_customer_counts_no_more_wherever_it_is_known),
	    OF_ONE_SHOW(lapsed_holds_are_found_without_reading),
	    OF_ONE_SHOW(an_id_that_a_reservation_made_by_hand_bears_is_met_all_the_same),
	    OF_ONE_SHOW(an_id_of_a_reservation_as_old_as_the_show_is_known),
	    OF_ONE_SHOW(of_several_claims_of_an_id_the_latest_counts),
	    OF_ONE_SHOW(behind_thirty_days_an_id_of_a_reservation_is_still_known),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
