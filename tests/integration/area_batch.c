#include "tests/integration/area_batch.h"

#include <stdio.h>
#include <string.h>

#include "tests/integration/own_database.h"

/* Expired a second after it lapsed, by the record behind its own. */
static void end_holds(struct buf *sql, int first)
{
	buf_print(sql,
	          "UPDATE holdfast.seat_reservations SET status = 'expired', ended_at = to_timestamp(3) "
	          "WHERE status = 'held' AND substr(show_id, 2)::int >= %d;"
	          "UPDATE holdfast.show_areas SET held = 0, version = 6 WHERE substr(show_id, 2)::int "
	          ">= %d;"
	          "UPDATE holdfast.show_seats SET status = 'available', reserved_until = NULL, reserved_by "
	          "= NULL, taken_at = NULL, version = 6 WHERE status = 'reserved' AND "
	          "substr(show_id, 2)::int >= %d;", first, first, first);
}

void area_rows(int first, int count, enum batch_hold hold)
{
	struct db *db = own_open();
	struct buf sql = {0};
	long long until_s = hold == HOLD_LIVE ? BATCH_UNTIL_MS / 1000 : BATCH_LAPSED_MS / 1000;
	int last = first + count - 1;

	buf_print(&sql,
	          "UPDATE holdfast.shows SET max_customer_seats = %d WHERE substr(show_id, 2)::int >= %d;"
	          "INSERT INTO holdfast.show_areas (show_id, area_id, capacity, held, version) SELECT 's' "
	          "|| k, 'floor', %d, %d, 1 FROM generate_series(%d, %d) AS k;"
	          "INSERT INTO holdfast.reservation_areas SELECT show_id, reservation_id, 'floor', %d, 0 "
	          "FROM holdfast.seat_reservations WHERE substr(show_id, 2)::int >= %d;"
	          "UPDATE holdfast.seat_reservations SET customer_hash = sha256('c'), places = %d, "
	          "area_places = %d, reserved_until = to_timestamp(%lld) WHERE substr(show_id, 2)::int >= "
	          "%d;"
	          "UPDATE holdfast.show_seats SET reserved_until = to_timestamp(%lld) WHERE status = "
	          "'reserved' AND substr(show_id, 2)::int >= %d;",
	          BATCH_LIMIT, first, BATCH_ROOM, BATCH_IN_FLOOR, first, last, BATCH_IN_FLOOR, first,
	          2 + BATCH_IN_FLOOR, BATCH_IN_FLOOR, until_s, first, until_s, first);
	if (hold == HOLD_OVER)
		end_holds(&sql, first);
	buf_print(&sql,
	          "INSERT INTO holdfast.seat_reservations (show_id, reservation_id, status, session_hash, "
	          "created_at, reserved_until, ended_at, request_offset, customer_hash, places) SELECT 's' "
	          "|| k, gen_random_uuid(), 'confirmed', sha256('d'), to_timestamp(1), to_timestamp(2), "
	          "to_timestamp(2), 4, sha256('d'), %d FROM generate_series(%d, %d) AS k", BATCH_LIMIT,
	          first, last);
	own_run(db, sql.data);
	buf_release(&sql);
	db_close(db);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void keep_area(struct seat_batch *b, const struct db_rows *rows)
{
	b->floor.is_there = rows->count == 1;
	if (!b->floor.is_there)
		return;
	b->floor.capacity = db_int4(rows, 0, 2);
	b->floor.held = db_int4(rows, 0, 3);
	b->floor.sold = db_int4(rows, 0, 4);
	b->floor.version = db_int8(rows, 0, 7);
}

/* Of holds only the one that is read is known; the other writer's has what a batch takes. */
static void count_customer(struct seat_batch *b, const struct db_rows *rows)
{
	struct uuid hold = batch_reservation(b->number, 'H');

	b->customer_has = 0;
	for (int i = 0; i < rows->count; i++) {
		struct uuid id = db_uuid(rows, i, 2);

		if (!db_is_null(rows, i, 3))
			b->customer_has += db_int4(rows, i, 3);
		else
			b->customer_has += uuid_same(&id, &hold) ? b->places : b->area_places;
	}
}

enum rc area_read(struct db *db, struct seat_batch *b, struct err *e)
{
	struct db_args area_args = {0}, customer_args = {0};
	struct db_call calls[] = {{.query = QUERY_WORKER_READ_AREAS, .args = &area_args},
	                          {.query = QUERY_WORKER_READ_CUSTOMERS, .args = &customer_args}};
	struct db_array shows = {.type = DB_TEXT}, customers = {.type = DB_BYTEA};
	char show[20];
	enum rc rc;

	snprintf(show, sizeof show, "s%d", b->number);
	db_array_text(&shows, text_of(show));
	db_arg_array(&area_args, &shows);
	db_array_text(&shows, text_of(show));
	db_array_bytea(&customers, (struct text){(const char *)b->customer, sizeof b->customer});
	db_arg_array(&customer_args, &shows);
	db_arg_array(&customer_args, &customers);
	rc = db_run(db, calls, 2, e);
	if (!rc) {
		keep_area(b, &calls[0].rows);
		count_customer(b, &calls[1].rows);
		db_rows_release(&calls[0].rows);
		db_rows_release(&calls[1].rows);
	}
	db_args_release(&area_args);
	db_args_release(&customer_args);
	db_array_release(&shows);
	db_array_release(&customers);
	return rc;
}

/* The floor behind the batch. */
static struct batch_area floor_then(const struct seat_batch *b)
{
	struct batch_area then = b->floor;

	if (b->hold != HOLD_OVER && (b->intent == BATCH_CONFIRM || batch_ends_hold(b)))
		then.held -= b->in_floor;
	if (b->intent == BATCH_CONFIRM)
		then.sold += b->area_places;
	else
		then.held += b->area_places;
	return then;
}

bool area_can_take(const struct seat_batch *b)
{
	struct batch_area then = floor_then(b);
	bool is_limited = b->intent != BATCH_CONFIRM;

	return b->floor.is_there && then.held >= 0 && then.held + then.sold <= then.capacity &&
	       (!is_limited || b->customer_has + b->area_places <= BATCH_LIMIT);
}

/* ---- writing ---------------------------------------------------------------------------------- */

enum rc area_update(struct db *db, const struct seat_batch *b, struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, DB_INT4, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT,
	                                 DB_INT8, DB_INT4, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT, DB_INT8};
	struct db_array c[BATCH_COLUMNS_MAX];
	struct batch_area then = floor_then(b);
	char show[20];

	snprintf(show, sizeof show, "s%d", b->number);
	batch_set_types(c, types, 14);
	db_array_text(&c[0], text_of(show));
	db_array_text(&c[1], text_of("floor"));
	for (int i = 2; i < 14; i += 6) {
		db_array_int4(&c[i], b->floor.capacity);
		db_array_int4(&c[i + 1], i == 2 ? then.held : b->floor.held);
		db_array_int4(&c[i + 2], i == 2 ? then.sold : b->floor.sold);
		db_array_null(&c[i + 3]);
		db_array_null(&c[i + 4]);
		db_array_int8(&c[i + 5], i == 2 ? b->first : b->floor.version);
	}
	return batch_run_columns(db, QUERY_WORKER_UPDATE_AREAS, c, 14, e);
}

enum rc area_add(struct db *db, const struct seat_batch *b, struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_INT4, DB_INT4, DB_INT4, DB_INT4};
	bool is_change = b->intent == BATCH_CHANGE;
	struct uuid id = batch_reservation(b->number, is_change ? 'H' : b->writer);
	struct db_array c[BATCH_COLUMNS_MAX];
	char show[20];

	snprintf(show, sizeof show, "s%d", b->number);
	batch_set_types(c, types, 7);
	db_array_text(&c[0], text_of(show));
	db_array_uuid(&c[1], &id);
	db_array_text(&c[2], text_of("floor"));
	db_array_int4(&c[3], (is_change ? b->in_floor : 0) + b->area_places);
	db_array_int4(&c[4], 0);
	if (!is_change)
		return batch_run_columns(db, QUERY_WORKER_INSERT_RESERVATION_AREAS, c, 5, e);
	db_array_int4(&c[5], b->in_floor);
	db_array_int4(&c[6], 0);
	return batch_run_columns(db, QUERY_WORKER_UPDATE_RESERVATION_AREAS, c, 7, e);
}

static enum rc move_seat(struct db *db, const struct seat_batch *b, const char *seat, bool has_left,
                         struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_INT4, DB_INT8};
	struct uuid id = batch_reservation(b->number, 'H');
	struct db_array c[BATCH_COLUMNS_MAX];
	char show[20];

	snprintf(show, sizeof show, "s%d", b->number);
	batch_set_types(c, types, 5);
	db_array_text(&c[0], text_of(show));
	db_array_uuid(&c[1], &id);
	db_array_text(&c[2], text_of(seat));
	if (has_left)
		db_array_null(&c[3]);
	else
		db_array_int4(&c[3], 2);
	if (has_left)
		db_array_int8(&c[4], b->first);
	else
		db_array_null(&c[4]);
	return batch_run_columns(db, has_left ? QUERY_WORKER_UPDATE_RESERVATION_SEATS
	                                      : QUERY_WORKER_RETURN_RESERVATION_SEATS, c, 5, e);
}

enum rc area_change_hold(struct db *db, const struct seat_batch *b, struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_TIME, DB_TIME,
	                                 DB_TEXT, DB_TIME, DB_INT4, DB_INT4, DB_INT4};
	struct uuid id = batch_reservation(b->number, 'H');
	struct db_array c[BATCH_COLUMNS_MAX];
	char show[20];

	snprintf(show, sizeof show, "s%d", b->number);
	batch_set_types(c, types, 10);
	db_array_text(&c[0], text_of(show));
	db_array_uuid(&c[1], &id);
	db_array_text(&c[2], text_of("held"));
	db_array_time(&c[3], b->held_until_ms);
	db_array_null(&c[4]);
	db_array_text(&c[5], text_of("held"));
	db_array_time(&c[6], b->held_until_ms);
	db_array_int4(&c[7], b->places + b->area_places);
	db_array_int4(&c[8], b->in_floor + b->area_places);
	db_array_int4(&c[9], b->places);
	if (batch_run_columns(db, QUERY_WORKER_UPDATE_CHANGED_RESERVATIONS, c, 10, e) ||
	    move_seat(db, b, "A2", true, e) || move_seat(db, b, "A3", false, e))
		return e->rc;
	return area_add(db, b, e);
}
