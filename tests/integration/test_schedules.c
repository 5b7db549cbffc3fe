/*
 * Two sessions on the same rows, in every order of their statements: an old owner and a new one,
 * writers without a fence, a person with psql. The statements are the worker's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/integration/area_batch.h"
#include "tests/integration/own_database.h"
#include "tests/integration/schedule.h"
#include "tests/integration/seat_batch.h"

#define ORDERS_MAX 500 /* of one schedule */

/* The steps of a batch's transaction; the same with fewer, where what is read is fenced already. */
#define TRANSACTION batch_begin, batch_read, batch_update_seats, batch_write_rest, batch_commit
#define IN_FEWER_STEPS begin_and_read, batch_update_seats, batch_write_rest, batch_commit
#define IN_FEWEST_STEPS begin_and_read, write_all, batch_commit

static struct db *db;
static struct seat_batch model[2], batches[2]; /* as a test asks for them; of the order in hand */
static int first_number = 1, next_number = 1;  /* of the schedule in hand; of the next order */
static char orders[ORDERS_MAX][SCHEDULE_ORDER_BYTES];
static int orders_run;

static enum rc begin_and_read(struct db *session, void *batch, struct err *e)
{
	return batch_begin(session, batch, e) ? e->rc : batch_read(session, batch, e);
}

static enum rc write_all(struct db *session, void *batch, struct err *e)
{
	return batch_update_seats(session, batch, e) ? e->rc : batch_write_rest(session, batch, e);
}

static void begin(const char *order)
{
	memcpy(batches, model, sizeof batches);
	batches[0].number = batches[1].number = next_number;
	assert_true(next_number - first_number < ORDERS_MAX);
	strcpy(orders[next_number++ - first_number], order);
}

/* Fails the test where a row comes: the number of a show. */
static void expect_none(const char *what, const char *select)
{
	struct buf sql = {0};
	const char *number;
	struct err e;

	buf_print(&sql, "DO $$ DECLARE bad int; BEGIN SELECT n INTO bad FROM (%s) AS x (n) WHERE n >= %d "
	                "LIMIT 1; ASSERT bad IS NULL, 'number ' || bad; END $$", select, first_number);
	if (db_run_script(db, sql.data, &e) != RC_OK) {
		number = strstr(e.text, "number ");
		fail_msg("%s: order %s (%s)", what,
		         number ? orders[atoi(number + strlen("number ")) - first_number] : "?", e.text);
	}
	buf_release(&sql);
}

#define NUMBER_OF(show) "substr(" show ", 2)::int"

/* I5 of docs/architecture.md; holders are held or confirmed, and carry their seats. */
static void expect_seats_in_order(void)
{
	expect_none("a show has lost a seat",
	            "SELECT " NUMBER_OF("show_id") " FROM holdfast.show_seats GROUP BY show_id "
	            "HAVING count(*) FILTER (WHERE status IN ('available', 'reserved', 'sold')) <> 3");
	expect_none("a seat's holder does not hold it",
	            "SELECT " NUMBER_OF("s.show_id") " FROM holdfast.show_seats s LEFT JOIN "
	            "holdfast.seat_reservations r ON r.show_id = s.show_id AND r.reservation_id = "
	            "s.reserved_by LEFT JOIN holdfast.reservation_seats l ON l.show_id = s.show_id AND "
	            "l.reservation_id = s.reserved_by AND l.seat_id = s.seat_id WHERE s.status <> "
	            "'available' AND (l.seat_id IS NULL OR r.status IS DISTINCT FROM CASE s.status WHEN "
	            "'sold' THEN 'confirmed' ELSE 'held' END)");
	expect_none("a holder has not all its seats",
	            "SELECT " NUMBER_OF("l.show_id") " FROM holdfast.seat_reservations r JOIN "
	            "holdfast.reservation_seats l USING (show_id, reservation_id) JOIN "
	            "holdfast.show_seats s USING (show_id, seat_id) WHERE l.left_at IS NULL AND "
	            "r.status IN ('held', 'confirmed') AND (s.reserved_by IS DISTINCT FROM "
	            "l.reservation_id OR s.status <> CASE r.status WHEN 'held' THEN "
	            "'reserved' ELSE 'sold' END)");
}

/* Places are counted where they are, once; no customer has more than the show allows. */
static void expect_areas_in_order(void)
{
	expect_seats_in_order();
	expect_none("an area does not count what is held and sold of it",
	            "SELECT " NUMBER_OF("a.show_id") " FROM holdfast.show_areas a JOIN LATERAL (SELECT "
	            "coalesce(sum(count) FILTER (WHERE status = 'held'), 0), "
	            "coalesce(sum(count) FILTER (WHERE status = 'confirmed'), 0) FROM "
	            "holdfast.seat_reservations r JOIN "
	            "holdfast.reservation_areas m USING (show_id, reservation_id) WHERE r.show_id = "
	            "a.show_id AND m.area_id = a.area_id) AS n (held, sold) ON true WHERE "
	            "(a.held, a.sold) IS DISTINCT FROM (n.held, n.sold)");
	expect_none("a hold does not count what is in it",
	            "SELECT " NUMBER_OF("r.show_id") " FROM holdfast.seat_reservations r CROSS JOIN "
	            "LATERAL (SELECT coalesce(sum(count), 0) FROM holdfast.reservation_areas m WHERE "
	            "m.show_id = r.show_id AND m.reservation_id = r.reservation_id) AS m (places) WHERE "
	            "status = 'held' AND (area_places <> m.places OR r.places <> m.places + (SELECT "
	            "count(*) FROM holdfast.reservation_seats l WHERE l.show_id = r.show_id AND "
	            "l.reservation_id = "
	            "r.reservation_id AND left_at IS NULL))");
}

static void expect_limit_kept(void)
{
	expect_none("a customer has more than the limit",
	            "SELECT " NUMBER_OF("show_id") " FROM holdfast.seat_reservations JOIN holdfast.shows "
	            "USING (show_id) GROUP BY show_id, customer_hash HAVING sum(places) > "
	            "min(max_customer_seats)");
}

/* What was not used of the rows that a schedule began with. */
static void clear_rest(void)
{
	static const char *const tables[] = {"shows", "show_seats", "show_areas", "seat_reservations",
	                                     "reservation_seats", "reservation_areas"};
	struct buf sql = {0};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		buf_print(&sql, "DELETE FROM holdfast.%s WHERE " NUMBER_OF("show_id") " >= %d;", tables[i],
		          next_number);
	buf_print(&sql, "DELETE FROM holdfast.partition_progress WHERE partition >= %d", next_number);
	own_run(db, sql.data);
	buf_release(&sql);
}

/* Of n steps and m: n + m over n. */
static int count_orders(schedule_step *const a[], schedule_step *const b[])
{
	int count = 1, n = 0, m = 0;

	while (n < SCHEDULE_STEPS_MAX && a[n])
		n++;
	for (; m < SCHEDULE_STEPS_MAX && b[m]; m++)
		count = count * (n + m + 1) / (m + 1);
	return count;
}

static void run(schedule_step *const a[], schedule_step *const b[], bool is_held,
                schedule_end *end)
{
	struct schedule_part parts[2] = {{.actor = &batches[0]}, {.actor = &batches[1]}};
	int orders_count = count_orders(a, b);

	memcpy(parts[0].steps, a, sizeof parts[0].steps);
	memcpy(parts[1].steps, b, sizeof parts[1].steps);
	clear_rest(); /* of a test that failed */
	first_number = next_number;
	batch_rows(first_number, orders_count, is_held);
	if (model[0].area_places)
		area_rows(first_number, orders_count, model[0].hold);
	orders_run += schedule_run(parts, begin, end);
}

/* ---- two owners ------------------------------------------------------------------------------- */

static const struct seat_batch reserve = {.intent = BATCH_RESERVE, .wanted = 1 | 2, .writer = 'A',
                                          .session = 'A', .first = BATCH_START,
                                          .end = BATCH_START + 1, .epoch = 1, .taken_next = -1};

/* The one that is late is told by the compare-and-set, and by nothing else. */
static void expect_fence(const char *order, const struct err *const failed[2])
{
	for (int i = 0; i < 2; i++)
		if (failed[i] && !batch_is_fenced(failed[i]))
			fail_msg("order %s: %c: %s %s", order, 'A' + i, failed[i]->code, failed[i]->text);
}

static void expect_old_or_new_owner(const char *order, const struct err *const failed[2])
{
	bool has_old_committed = batches[1].taken_next > BATCH_START;

	expect_fence(order, failed);
	if (batches[0].is_committed != has_old_committed || !failed[0] != has_old_committed)
		fail_msg("order %s: the old owner %s, the new one took over at %lld", order,
		         batches[0].is_committed ? "committed" : "did not commit",
		         (long long)batches[1].taken_next);
	if (failed[1] || batches[1].is_committed == batches[1].is_satisfied)
		fail_msg("order %s: the new owner took over at %lld and %s", order,
		         (long long)batches[1].taken_next,
		         batches[1].is_committed ? "decided" : "did not decide");
}

/* Everything up to `end` is decided once, and moved to once. */
static void expect_decided_once(int64_t end)
{
	char sql[400];

	expect_seats_in_order();
	snprintf(sql, sizeof sql, "SELECT p.partition FROM holdfast.partition_progress p LEFT JOIN "
	         "holdfast.decisions d USING (partition) WHERE partition < %d GROUP BY p.partition, "
	         "next_offset HAVING next_offset <> %lld OR count(d) <> next_offset - %d OR "
	         "min(d.\"offset\") <> %d", next_number, (long long)end, BATCH_START, BATCH_START);
	expect_none("not decided once", sql);
}

static void of_an_old_and_a_new_owner_exactly_one_decides(void **state)
{
	static schedule_step *const old_owner[SCHEDULE_STEPS_MAX] = {TRANSACTION},
	                            *const new_owner[SCHEDULE_STEPS_MAX] = {batch_take_over, TRANSACTION};

	(void)state;
	model[0] = model[1] = reserve;
	model[1].writer = 'B';
	run(old_owner, new_owner, false, expect_old_or_new_owner);
	clear_rest();
	expect_decided_once(BATCH_START + 1);
	expect_none("two reservations came of one request",
	            "SELECT " NUMBER_OF("show_id") " FROM holdfast.seat_reservations GROUP BY show_id "
	            "HAVING count(*) <> 1");
}

/* The first session is lost to its owner, with the COMMIT on its way; the owner looks it up. */
static void expect_one_of_two_sessions(const char *order, const struct err *const failed[2])
{
	expect_fence(order, failed);
	if (batches[0].is_committed + batches[1].is_committed != 1)
		fail_msg("order %s: %d batches were committed", order,
		         batches[0].is_committed + batches[1].is_committed);
	if (batches[1].taken_next > BATCH_START && !batches[0].is_committed)
		fail_msg("order %s: what was not committed counts as done", order);
}

static void an_owner_that_does_not_know_of_its_commit_repeats_nothing(void **state)
{
	static schedule_step *const lost[SCHEDULE_STEPS_MAX] = {IN_FEWER_STEPS},
	                            *const again[SCHEDULE_STEPS_MAX] = {batch_look_up,
	                                                                IN_FEWER_STEPS};

	(void)state;
	model[0] = model[1] = reserve;
	run(lost, again, false, expect_one_of_two_sessions);
	clear_rest();
	expect_decided_once(BATCH_START + 1);
}

/* Confirm, then expire: the old owner has only the first of them. */
static void a_new_owner_goes_on_where_the_old_one_was(void **state)
{
	static schedule_step *const old_owner[SCHEDULE_STEPS_MAX] = {IN_FEWER_STEPS},
	                            *const new_owner[SCHEDULE_STEPS_MAX] = {batch_take_over,
	                                                                    IN_FEWER_STEPS};

	(void)state;
	model[0] = model[1] = reserve;
	model[0].intent = model[1].intent = BATCH_CONFIRM;
	model[1].writer = 'B';
	model[1].end = BATCH_START + 2; /* the expire behind it changes nothing */
	run(old_owner, new_owner, true, expect_old_or_new_owner);
	clear_rest();
	expect_decided_once(BATCH_START + 2);
	expect_none("not sold", "SELECT " NUMBER_OF("show_id") " FROM holdfast.seat_reservations WHERE "
	                        "status <> 'confirmed'");
}

/* What BATCH_CHANGE leaves behind, all of it, in the show of a column `partition`. */
#define IS_CHANGED \
	"(EXISTS (SELECT FROM holdfast.seat_reservations r JOIN holdfast.reservation_areas m USING " \
	"(show_id, reservation_id) JOIN holdfast.show_areas a USING (show_id, area_id) WHERE show_id = " \
	"'s' || partition AND r.status = 'held' AND (places, area_places, count, held, a.version) = " \
	"(5, 3, 3, 3, 10)) AND 'A1 reserved 5 0,A2 available 10 1 10,A3 reserved 10 2' = (SELECT " \
	"string_agg(concat_ws(' ', seat_id, status, version, place, left_at), ',' ORDER BY seat_id) FROM " \
	"holdfast.show_seats JOIN holdfast.reservation_seats USING (show_id, seat_id) WHERE show_id = " \
	"'s' || partition))"

static const struct seat_batch change = {.intent = BATCH_CHANGE, .area_places = 1, .writer = 'A',
                                         .session = 'A', .first = BATCH_START,
                                         .end = BATCH_START + 1, .epoch = 1, .taken_next = -1};

/* Twice would be one place more than the floor has, and than its customer may have. */
static void a_hold_is_changed_once_by_an_old_and_a_new_owner(void **state)
{
	static schedule_step *const old_owner[SCHEDULE_STEPS_MAX] = {IN_FEWEST_STEPS},
	                            *const new_owner[SCHEDULE_STEPS_MAX] = {batch_take_over,
	                                                                    IN_FEWEST_STEPS};

	(void)state;
	model[0] = model[1] = change;
	model[1].writer = 'B';
	run(old_owner, new_owner, true, expect_old_or_new_owner);
	clear_rest();
	expect_decided_once(BATCH_START + 1);
	expect_areas_in_order();
	expect_limit_kept();
	expect_none("not changed whole",
	            "SELECT partition FROM holdfast.partition_progress WHERE NOT " IS_CHANGED);
}

/* A1, A2 and places of the floor, from the hold or anew. */
static const struct seat_batch sale = {.intent = BATCH_CONFIRM, .area_places = BATCH_IN_FLOOR,
                                       .writer = 'A', .session = 'A', .first = BATCH_START,
                                       .end = BATCH_START + 1, .epoch = 1, .taken_next = -1};

/* What BATCH_CONFIRM leaves behind, all of it; seats of which are taken_at that offset. */
#define IS_SOLD(taken_at) \
	"(EXISTS (SELECT FROM holdfast.seat_reservations r JOIN holdfast.show_areas a USING (show_id) " \
	"WHERE show_id = 's' || p.partition AND r.status = 'confirmed' AND (places, held, sold, " \
	"a.version) = (4, 0, 2, 10)) AND 'A1 sold 10 " taken_at ",A2 sold 10 " taken_at "' = (SELECT " \
	"string_agg(concat_ws(' ', seat_id, status, version, taken_at), ',' ORDER BY seat_id) FROM " \
	"holdfast.show_seats WHERE show_id = 's' || p.partition AND seat_id < 'A3'))"
#define NOT_SOLD "SELECT p.partition FROM holdfast.partition_progress p WHERE false = "
#define BOTH_OR_NEITHER \
	"SELECT p.partition FROM holdfast.partition_progress p WHERE EXISTS (SELECT FROM t.hand WHERE " \
	"number = p.partition) = "

/* Twice would sell four places of the floor, which has three. The last step is a rebuild's. */
static void a_hold_with_places_is_confirmed_once_by_an_old_owner_and_a_new_one_or_a_rebuild(
    void **state)
{
	static schedule_step *const old_owner[SCHEDULE_STEPS_MAX] = {IN_FEWEST_STEPS},
	                            *const rebuild[SCHEDULE_STEPS_MAX] = {batch_take_over,
	                                                                  IN_FEWEST_STEPS,
	                                                                  batch_draw_epoch};

	(void)state;
	for (enum batch_hold hold = HOLD_LIVE; hold <= HOLD_OVER; hold++) {
		model[0] = model[1] = sale;
		model[1].writer = 'B';
		model[0].hold = model[1].hold = hold;
		run(old_owner, rebuild, true, expect_old_or_new_owner);
		clear_rest();
		expect_decided_once(BATCH_START + 1);
		expect_areas_in_order();
		expect_limit_kept();
		expect_none("not sold whole", hold == HOLD_OVER ? NOT_SOLD IS_SOLD("10")
		                                                : NOT_SOLD IS_SOLD("5"));
	}
}

/* ---- the guards alone ------------------------------------------------------------------------- */

static schedule_step *const unfenced[SCHEDULE_STEPS_MAX] = {IN_FEWER_STEPS};

static int effects(void)
{
	return (batches[0].is_committed && batches[0].has_effect) +
	       (batches[1].is_committed && batches[1].has_effect);
}

/* The other one saw it, or was refused: by the count, or by the index of one hold a session. */
static void expect_one_effect(const char *order, const struct err *const failed[2])
{
	if (effects() != 1)
		fail_msg("order %s: %d writers had their way", order, effects());
	for (int i = 0; i < 2; i++)
		if (failed[i] && strcmp(failed[i]->code, SQLSTATE_COUNT_DIFFERS) != 0 &&
		    strcmp(failed[i]->code, "23505") != 0)
			fail_msg("order %s: %c: %s %s", order, 'A' + i, failed[i]->code, failed[i]->text);
}

static void be_unfenced(void)
{
	model[0] = model[1] = reserve;
	model[0].is_unfenced = model[1].is_unfenced = true;
	model[1].writer = model[1].session = 'B';
}

static void two_writers_without_a_fence_never_share_a_seat(void **state)
{
	(void)state;
	be_unfenced();
	model[1].wanted = 2 | 4; /* one seat of the other's, and one that is free */
	run(unfenced, unfenced, false, expect_one_effect);
	clear_rest();
	expect_seats_in_order();
	expect_none("not one hold of two seats",
	            "SELECT " NUMBER_OF("show_id") " FROM holdfast.show_seats GROUP BY show_id HAVING "
	            "count(*) FILTER (WHERE status = 'reserved') <> 2 OR count(DISTINCT reserved_by) <> 1");
}

static void two_writers_without_a_fence_never_give_a_session_two_holds(void **state)
{
	(void)state;
	be_unfenced();
	model[0].wanted = 1;
	model[1].wanted = 4;
	model[1].session = 'A';
	run(unfenced, unfenced, false, expect_one_effect);
	clear_rest();
	expect_seats_in_order();
}

/* One place is left: one of them is to change a hold, the other makes a new one. */
static void two_writers_without_a_fence_never_share_a_place_of_an_area(void **state)
{
	static schedule_step *const steps[SCHEDULE_STEPS_MAX] = {IN_FEWEST_STEPS};

	(void)state;
	model[0] = model[1] = change;
	model[0].is_unfenced = model[1].is_unfenced = true;
	model[1].intent = BATCH_RESERVE;
	model[1].writer = model[1].session = 'B';
	run(steps, steps, true, expect_one_effect);
	clear_rest();
	expect_areas_in_order();
	expect_limit_kept();
}

/* The floor has room for the hold's places or the other's; where the hold is live, for both. */
static void expect_one_effect_or_room(const char *order, const struct err *const failed[2])
{
	if (model[0].hold != HOLD_LIVE || effects() != 2)
		expect_one_effect(order, failed);
}

static void of_confirm_and_reserve_of_an_area_without_a_fence_one_is_carried_out_whole(void **state)
{
	static schedule_step *const steps[SCHEDULE_STEPS_MAX] = {IN_FEWEST_STEPS};

	(void)state;
	for (enum batch_hold hold = HOLD_LIVE; hold <= HOLD_OVER; hold++) {
		model[0] = model[1] = sale;
		model[0].is_unfenced = model[1].is_unfenced = true;
		model[0].hold = model[1].hold = hold;
		model[1].intent = BATCH_RESERVE;
		model[1].writer = model[1].session = 'B';
		model[1].is_other = true;
		model[1].area_places = hold == HOLD_LIVE ? BATCH_ROOM - BATCH_IN_FLOOR : BATCH_ROOM;
		run(steps, steps, true, expect_one_effect_or_room);
		clear_rest();
		expect_areas_in_order();
		expect_limit_kept();
	}
}

static void of_confirm_and_expire_without_a_fence_one_is_carried_out_whole(void **state)
{
	(void)state;
	be_unfenced();
	model[0].intent = BATCH_CONFIRM;
	model[1].intent = BATCH_EXPIRE;
	run(unfenced, unfenced, true, expect_one_effect);
	clear_rest();
	expect_seats_in_order();
	expect_none("neither sold nor free",
	            "SELECT " NUMBER_OF("show_id") " FROM holdfast.show_seats s JOIN "
	            "holdfast.seat_reservations r USING (show_id) WHERE seat_id < 'A3' AND s.status <> "
	            "CASE r.status WHEN 'confirmed' THEN 'sold' ELSE 'available' END");
}

/* ---- changes by hand -------------------------------------------------------------------------- */

/* What a person changes, in SQL, where the batch has not come first; what must then be there. */
#define A2_WHILE(status) "seat_id = 'A2' AND status = '" status "'"
#define HOLD_THAT(condition) \
	"status = 'reserved' AND EXISTS (SELECT FROM holdfast.seat_reservations r WHERE r.show_id = " \
	"s.show_id AND " condition ")"

static const struct hand {
	const char *change, *where, *is_there; /* is_there: of A2; NULL: there is no A2 */
	bool is_held;
} hands[] = {
	{"UPDATE holdfast.show_seats SET status = 'sold'", A2_WHILE("available"),
	 "status = 'sold' AND reserved_by IS NULL", false},
	{"DELETE FROM holdfast.show_seats", A2_WHILE("available"), NULL, false},
	{"UPDATE holdfast.show_seats SET reserved_until = to_timestamp(9)", A2_WHILE("reserved"),
	 "reserved_until = to_timestamp(9)", true},
	{"UPDATE holdfast.show_seats SET reserved_by = gen_random_uuid()", A2_WHILE("reserved"),
	 "status = 'reserved' AND reserved_by::text NOT LIKE '00000000-%'", true},
	{"UPDATE holdfast.show_seats SET version = 99", A2_WHILE("reserved"),
	 "status = 'reserved' AND version = 99", true},
	{"UPDATE holdfast.seat_reservations SET status = 'released', ended_at = to_timestamp(9)",
	 "status = 'held'", HOLD_THAT("r.status = 'released'"), true},
	{"UPDATE holdfast.seat_reservations SET reserved_until = to_timestamp(9)", "status = 'held'",
	 HOLD_THAT("r.status = 'held' AND r.reserved_until = to_timestamp(9)"), true},
};
static const struct hand *hand;

static enum rc hand_change(struct db *session, void *batch, struct err *e)
{
	const struct seat_batch *b = batch;
	struct buf sql = {0};
	enum rc rc;

	buf_print(&sql, "BEGIN; WITH done AS (%s WHERE show_id = 's%d' AND %s RETURNING 1) "
	                "INSERT INTO t.hand SELECT %d FROM done", hand->change, b->number, hand->where,
	          b->number);
	rc = db_run_script(session, sql.data, e);
	buf_release(&sql);
	return rc;
}

static void expect_refusal_at_most(const char *order, const struct err *const failed[2])
{
	if (failed[1])
		fail_msg("%s, order %s: by hand: %s", hand->change, order, failed[1]->text);
	if (failed[0] && strcmp(failed[0]->code, SQLSTATE_COUNT_DIFFERS) != 0)
		fail_msg("%s, order %s: %s %s", hand->change, order, failed[0]->code, failed[0]->text);
	if (!failed[0] && !batches[0].is_committed)
		fail_msg("%s, order %s: neither refused nor committed", hand->change, order);
}

/* Either the person's change is there, whole and untouched, or the batch's; never both. */
static void expect_the_hand_to_be_respected(void)
{
	struct buf sql = {0};

	buf_print(&sql, "SELECT p.partition FROM holdfast.partition_progress p WHERE EXISTS (SELECT FROM "
	                "t.hand WHERE number = p.partition) <> (SELECT count(*) = %d FROM "
	                "holdfast.show_seats s WHERE show_id = 's' || p.partition AND seat_id = 'A2' AND "
	                "%s)", hand->is_there ? 1 : 0, hand->is_there ? hand->is_there : "true");
	expect_none("a change by hand was overwritten", sql.data);
	buf_clear(&sql);
	buf_print(&sql, "SELECT p.partition FROM holdfast.partition_progress p WHERE EXISTS (SELECT FROM "
	                "t.hand WHERE number = p.partition) = (2 = (SELECT count(*) FROM "
	                "holdfast.show_seats s WHERE show_id = 's' || p.partition AND seat_id < 'A3' AND "
	                "s.version = %d AND s.status = '%s'))", BATCH_START,
	          hand->is_held ? "sold" : "reserved");
	expect_none("both had their way, or neither", sql.data);
	buf_release(&sql);
}

static void a_change_by_hand_is_never_overwritten(void **state)
{
	static schedule_step *const of_a_batch[SCHEDULE_STEPS_MAX] = {TRANSACTION},
	                            *const by_hand[SCHEDULE_STEPS_MAX] = {hand_change, batch_commit};

	(void)state;
	own_run(db, "CREATE SCHEMA t; CREATE TABLE t.hand (number int)");
	model[0] = model[1] = reserve;
	for (size_t i = 0; i < sizeof hands / sizeof hands[0]; i++) {
		hand = &hands[i];
		model[0].intent = hand->is_held ? BATCH_CONFIRM : BATCH_RESERVE;
		run(of_a_batch, by_hand, hand->is_held, expect_refusal_at_most);
		clear_rest();
		expect_the_hand_to_be_respected();
	}
}

/* What a change of a hold goes by. A hold's customer is read and not written: both may be there. */
#define OF_THE_HOLD " AND reservation_id::text LIKE '00000000-%'"
static const struct area_hand {
	struct hand hand; /* is_there: of a row of the table */
	const char *table;
	bool is_beside;
} area_hands[] = {
	{{"UPDATE holdfast.show_areas SET held = 3", "held = 2", "held = 3 AND version = 1", true},
	 "show_areas", false},
	{{"UPDATE holdfast.show_areas SET capacity = 2", "held = 2",
	  "(held, capacity, version) = (2, 2, 1)", true}, "show_areas", false},
	{{"UPDATE holdfast.reservation_areas SET count = 1", "count = 2", "count = 1", true},
	 "reservation_areas", false},
	{{"UPDATE holdfast.seat_reservations SET places = 3", "places = 4", "places = 3", true},
	 "seat_reservations", false},
	{{"UPDATE holdfast.reservation_seats SET left_at = 7", "seat_id = 'A2' AND left_at IS NULL",
	  "left_at = 7", true}, "reservation_seats", false},
	{{"UPDATE holdfast.seat_reservations SET customer_hash = sha256('d')", "true" OF_THE_HOLD,
	  "customer_hash = sha256('d')" OF_THE_HOLD, true}, "seat_reservations", true},
};

static void expect_the_hand_to_stay(const struct area_hand *h)
{
	struct buf sql = {0};

	buf_print(&sql, "SELECT p.partition FROM holdfast.partition_progress p WHERE EXISTS (SELECT FROM "
	                "t.hand WHERE number = p.partition) <> EXISTS (SELECT FROM holdfast.%s WHERE "
	                "show_id = 's' || p.partition AND %s)", h->table, h->hand.is_there);
	expect_none(h->hand.change, sql.data);
	buf_release(&sql);
}

static void expect_the_hand_beside_a_change(const struct area_hand *h)
{
	expect_the_hand_to_stay(h);
	if (h->is_beside)
		expect_areas_in_order();
	else
		expect_none("both had their way, or neither", BOTH_OR_NEITHER IS_CHANGED);
}

static void a_change_of_a_hold_overwrites_no_change_by_hand(void **state)
{
	static schedule_step *const of_a_batch[SCHEDULE_STEPS_MAX] = {IN_FEWEST_STEPS},
	                            *const by_hand[SCHEDULE_STEPS_MAX] = {hand_change, batch_commit};

	(void)state;
	own_run(db, "DROP SCHEMA IF EXISTS t CASCADE; CREATE SCHEMA t; CREATE TABLE t.hand (number int)");
	model[0] = model[1] = change;
	for (size_t i = 0; i < sizeof area_hands / sizeof area_hands[0]; i++) {
		hand = &area_hands[i].hand;
		run(of_a_batch, by_hand, true, expect_refusal_at_most);
		clear_rest();
		expect_the_hand_beside_a_change(&area_hands[i]);
	}
}

/* What a confirm goes by. What it only reads may be changed beside it. */
static const struct sale_hand {
	struct area_hand area;
	enum batch_hold hold;
} sale_hands[] = {
	{{{"UPDATE holdfast.show_areas SET held = 1", "held = 2", "held = 1 AND version = 1", true},
	  "show_areas", false}, HOLD_LIVE},
	{{{"UPDATE holdfast.show_areas SET held = 0", "held = 2", "held = 0 AND version = 1", true},
	  "show_areas", false}, HOLD_LAPSED},
	{{{"UPDATE holdfast.show_areas SET capacity = 1", "sold = 0",
	   "(sold, capacity, version) = (0, 1, 6)", true}, "show_areas", false}, HOLD_OVER},
	{{{"UPDATE holdfast.show_areas SET channel = 'c'", "sold = 0", "channel = 'c' AND sold = 0",
	   true}, "show_areas", false}, HOLD_OVER},
	{{{"UPDATE holdfast.seat_reservations SET status = 'released', ended_at = to_timestamp(9)",
	   "status = 'held'", "status = 'released'", true}, "seat_reservations", false}, HOLD_LIVE},
	{{{"UPDATE holdfast.seat_reservations SET status = 'released', ended_at = to_timestamp(9)",
	   "status = 'expired'", "status = 'released'", true}, "seat_reservations", false}, HOLD_OVER},
	{{{"UPDATE holdfast.seat_reservations SET reserved_until = to_timestamp(9)", "status = 'held'",
	   "reserved_until = to_timestamp(9)", true}, "seat_reservations", false}, HOLD_LAPSED},
	{{{"UPDATE holdfast.show_seats SET status = 'sold'", A2_WHILE("available"),
	   A2_WHILE("sold") " AND reserved_by IS NULL", true}, "show_seats", false}, HOLD_OVER},
	{{{"UPDATE holdfast.reservation_areas SET count = 1", "count = 2", "count = 1", true},
	  "reservation_areas", true}, HOLD_LIVE},
};

static void a_confirm_of_places_overwrites_no_change_by_hand(void **state)
{
	static schedule_step *const of_a_batch[SCHEDULE_STEPS_MAX] = {IN_FEWEST_STEPS},
	                            *const by_hand[SCHEDULE_STEPS_MAX] = {hand_change, batch_commit};

	(void)state;
	own_run(db, "DROP SCHEMA IF EXISTS t CASCADE; CREATE SCHEMA t; CREATE TABLE t.hand (number int)");
	for (size_t i = 0; i < sizeof sale_hands / sizeof sale_hands[0]; i++) {
		const struct sale_hand *h = &sale_hands[i];

		hand = &h->area.hand;
		model[0] = model[1] = sale;
		model[0].hold = model[1].hold = h->hold;
		run(of_a_batch, by_hand, true, expect_refusal_at_most);
		clear_rest();
		expect_the_hand_to_stay(&h->area);
		if (h->area.is_beside)
			expect_seats_in_order();
		else
			expect_none("both had their way, or neither",
			            h->hold == HOLD_OVER ? BOTH_OR_NEITHER IS_SOLD("10")
			                                 : BOTH_OR_NEITHER IS_SOLD("5"));
	}
}

/* ----------------------------------------------------------------------------------------------- */

static int make(void **state)
{
	if (own_make(state))
		return -1;
	db = own_open();
	own_migrate(db);
	schedule_open();
	return 0;
}

static int drop(void **state)
{
	printf("%d orders, in %d of them one session waited for the other\n", orders_run,
	       schedule_blocked());
	schedule_close();
	db_close(db);
	return own_drop(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_an_old_and_a_new_owner_exactly_one_decides),
	    cmocka_unit_test(an_owner_that_does_not_know_of_its_commit_repeats_nothing),
	    cmocka_unit_test(a_new_owner_goes_on_where_the_old_one_was),
	    cmocka_unit_test(a_hold_is_changed_once_by_an_old_and_a_new_owner),
	    cmocka_unit_test(
	        a_hold_with_places_is_confirmed_once_by_an_old_owner_and_a_new_one_or_a_rebuild),
	    cmocka_unit_test(two_writers_without_a_fence_never_share_a_seat),
	    cmocka_unit_test(two_writers_without_a_fence_never_give_a_session_two_holds),
	    cmocka_unit_test(two_writers_without_a_fence_never_share_a_place_of_an_area),
	    cmocka_unit_test(of_confirm_and_expire_without_a_fence_one_is_carried_out_whole),
	    cmocka_unit_test(
	        of_confirm_and_reserve_of_an_area_without_a_fence_one_is_carried_out_whole),
	    cmocka_unit_test(a_change_by_hand_is_never_overwritten),
	    cmocka_unit_test(a_change_of_a_hold_overwrites_no_change_by_hand),
	    cmocka_unit_test(a_confirm_of_places_overwrites_no_change_by_hand),
	};

	return cmocka_run_group_tests(tests, make, drop);
}
