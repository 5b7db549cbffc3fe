#include "tests/integration/seat_batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/digest.h"
#include "common/db/schema_version.h"
#include "tests/integration/area_batch.h"
#include "tests/integration/own_database.h"

#define T_MS INT64_C(1700000000000)
#define HELD_AT 5 /* the offset of the reserve of the hold that batch_rows makes */

static const char *const seat_ids[BATCH_SEATS] = {"A1", "A2", "A3"};

void batch_rows(int first, int count, bool is_held)
{
	struct db *db = own_open();
	struct buf sql = {0};
	int last = first + count - 1;

	buf_print(&sql,
	          "INSERT INTO holdfast.shows (show_id, hold_seconds, max_hold_seconds, max_seats, "
	          "created_at, created_offset) SELECT 's' || k, 600, 1800, 10, to_timestamp(0), 0 FROM "
	          "generate_series(%d, %d) AS k;"
	          "INSERT INTO holdfast.show_seats (show_id, seat_id, version) SELECT 's' || k, 'A' || n, "
	          "1 FROM generate_series(%d, %d) AS k, generate_series(1, 3) AS n;"
	          "INSERT INTO holdfast.partition_progress (partition, next_offset, owner_epoch, "
	          "decided_until) SELECT k, %d, 1, to_timestamp(0) FROM generate_series(%d, %d) AS k;",
	          first, last, first, last, BATCH_START, first, last);
	if (is_held)
		buf_print(&sql,
		          "WITH hold AS (INSERT INTO holdfast.seat_reservations SELECT 's' || k, "
		          "('00000000-0000-7000-8048-' || lpad(to_hex(k), 12, '0'))::uuid, 'held', "
		          "sha256(k::text::bytea), to_timestamp(1), to_timestamp(2), NULL, %d FROM "
		          "generate_series(%d, %d) AS k RETURNING show_id, reservation_id), "
		          "seat AS (INSERT INTO holdfast.reservation_seats SELECT show_id, reservation_id, "
		          "'A' || n, n - 1 FROM hold, generate_series(1, 2) AS n) "
		          "UPDATE holdfast.show_seats AS s SET status = 'reserved', reserved_until = "
		          "to_timestamp(2), reserved_by = reservation_id, taken_at = %d, version = %d FROM "
		          "hold WHERE s.show_id = hold.show_id AND seat_id < 'A3'", HELD_AT, first, last,
		          HELD_AT, HELD_AT);
	own_run(db, sql.data);
	buf_release(&sql);
	db_close(db);
}

struct uuid batch_reservation(int number, char who)
{
	char text[UUID_TEXT_CHARS + 1];
	struct uuid id = {{0}};

	snprintf(text, sizeof text, "00000000-0000-7000-80%02x-%012x", (unsigned)who, (unsigned)number);
	(void)uuid_decode(text_of(text), &id);
	return id;
}

static const char *show_of(const struct seat_batch *b, char show[20])
{
	snprintf(show, 20, "s%d", b->number);
	return show;
}

/* One statement without rows to read. */
static enum rc run_one(struct db *db, enum query query, struct db_args *args, int64_t *changed,
                       struct err *e)
{
	struct db_call call = {.query = query, .args = args};
	enum rc rc = db_run(db, &call, 1, e);

	if (!rc && changed)
		*changed = call.rows.changed;
	if (!rc)
		db_rows_release(&call.rows);
	if (args)
		db_args_release(args);
	return rc;
}

/* ---- the progress ----------------------------------------------------------------------------- */

static enum rc ask_progress(struct db *db, struct seat_batch *b, enum query query, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = query, .args = &args};
	enum rc rc;

	db_arg_int4(&args, b->number);
	if (query == QUERY_WORKER_TAKE_PROGRESS) {
		db_arg_int8(&args, 0);
		db_arg_int4(&args, SCHEMA_VERSION);
	}
	rc = db_run(db, &call, 1, e);
	if (!rc) {
		b->taken_next = db_int8(&call.rows, 0, 0);
		b->epoch = db_int8(&call.rows, 0, 1);
		b->first = b->taken_next > b->first ? b->taken_next : b->first;
		b->is_satisfied = b->first == b->end;
		db_rows_release(&call.rows);
	}
	db_args_release(&args);
	return rc;
}

enum rc batch_take_over(struct db *db, void *batch, struct err *e)
{
	return ask_progress(db, batch, QUERY_WORKER_TAKE_PROGRESS, e);
}

enum rc batch_look_up(struct db *db, void *batch, struct err *e)
{
	return ask_progress(db, batch, QUERY_WORKER_READ_PROGRESS, e);
}

enum rc batch_begin(struct db *db, void *batch, struct err *e)
{
	static const char digest[SHA256_BYTES];
	const struct seat_batch *b = batch;
	struct db_args args = {0};
	int64_t changed;

	if (b->is_satisfied)
		return RC_OK;
	if (run_one(db, QUERY_BEGIN, NULL, NULL, e))
		return e->rc;
	if (b->is_unfenced) /* a worker all the same: writers by hand would wait for each other */
		return db_run_script(db, "SET LOCAL holdfast.writer = 'worker'", e);
	db_arg_int4(&args, b->number);
	db_arg_int8(&args, b->end);
	db_arg_time(&args, T_MS);
	db_arg_int8(&args, b->end - 1);
	db_arg_bytea(&args, (struct text){digest, sizeof digest});
	db_arg_int8(&args, b->first);
	db_arg_int8(&args, b->epoch);
	if (run_one(db, QUERY_WORKER_MOVE_PROGRESS, &args, &changed, e))
		return e->rc;
	return changed == 1 ? RC_OK : err_set_code(e, RC_FATAL, FROM_PROGRAM, "FENCE", "fenced");
}

bool batch_is_fenced(const struct err *e)
{
	return strcmp(e->code, "FENCE") == 0;
}

/* ---- reading and planning --------------------------------------------------------------------- */

static void keep_seat(struct seat_batch *b, const struct db_rows *rows, int i)
{
	struct text id = db_text(rows, i, 1), status = db_text(rows, i, 2);
	struct batch_seat *s = &b->seats[id.data[1] - '1'];

	s->is_there = true;
	snprintf(s->status, sizeof s->status, "%.*s", TEXT_ARGS(status));
	if ((s->has_until = !db_is_null(rows, i, 3)))
		s->until_ms = db_time_ms(rows, i, 3);
	if ((s->has_by = !db_is_null(rows, i, 4)))
		s->by = db_uuid(rows, i, 4);
	if ((s->has_taken_at = !db_is_null(rows, i, 5)))
		s->taken_at = db_int8(rows, i, 5);
	s->version = db_int8(rows, i, 6);
}

bool batch_ends_hold(const struct seat_batch *b)
{
	return b->intent == BATCH_RESERVE && b->area_places && b->hold == HOLD_LAPSED;
}

static bool is_wanted(const struct seat_batch *b, int seat)
{
	if (b->intent == BATCH_CHANGE)
		return seat > 0;
	return b->intent == BATCH_RESERVE && !batch_ends_hold(b) ? b->wanted >> seat & 1 : seat < 2;
}

/* Is it one that the batch takes? Else the hold has it. */
static bool is_free_now(const struct seat_batch *b, int seat)
{
	switch (b->intent) {
	case BATCH_RESERVE:
		return !batch_ends_hold(b);
	case BATCH_CHANGE:
		return seat == 2;
	default:
		return b->hold == HOLD_OVER;
	}
}

/* The hold's row, as worker_read_reservations has it. */
static void keep_hold(struct seat_batch *b, const struct db_rows *rows)
{
	struct arena arena = {0};
	struct text customer, *areas;
	size_t count;

	sha256(b->customer, &(struct text){b->is_other ? "e" : "c", 1}, 1);
	if (!rows->count)
		return;
	b->is_held = text_same(db_text(rows, 0, 2), text_of("held"));
	b->is_expired = text_same(db_text(rows, 0, 2), text_of("expired"));
	b->held_until_ms = db_time_ms(rows, 0, 5);
	b->places = db_int4(rows, 0, 11);
	customer = db_text(rows, 0, 10);
	if (b->intent == BATCH_CHANGE && customer.bytes == sizeof b->customer)
		memcpy(b->customer, customer.data, sizeof b->customer);
	if (!db_is_null(rows, 0, 13)) {
		areas = db_text_array(rows, 0, 13, &arena, &count);
		b->in_floor = count == 1 && areas ? atoi(areas[0].data) : 0;
	}
	arena_release(&arena);
}

/*
 * Are the rows as batch_rows made them? On others the worker would make another plan; here it is
 * to change nothing.
 */
static bool can_be_done(const struct seat_batch *b)
{
	struct uuid hold = batch_reservation(b->number, 'H');
	int64_t until_ms = b->area_places && b->hold == HOLD_LIVE ? BATCH_UNTIL_MS : BATCH_LAPSED_MS;
	bool is_as_made = b->hold == HOLD_OVER ? b->is_expired : b->is_held;

	if (b->area_places && !area_can_take(b))
		return false;
	if (b->area_places && b->intent != BATCH_RESERVE &&
	    (b->in_floor != BATCH_IN_FLOOR || b->places != BATCH_IN_FLOOR + 2))
		return false;
	for (int i = 0; i < BATCH_SEATS; i++) {
		const struct batch_seat *s = &b->seats[i];

		if (!is_wanted(b, i))
			continue;
		if (!s->is_there)
			return false;
		if (is_free_now(b, i) != (strcmp(s->status, "available") == 0))
			return false;
		if (!is_free_now(b, i) && !(s->has_by && uuid_same(&s->by, &hold) &&
		                            s->until_ms == until_ms && s->version == HELD_AT))
			return false;
	}
	return (b->intent == BATCH_RESERVE && !batch_ends_hold(b)) ||
	       (is_as_made && b->held_until_ms == until_ms);
}

enum rc batch_read(struct db *db, void *batch, struct err *e)
{
	struct seat_batch *b = batch;
	struct db_args seat_args = {0}, hold_args = {0};
	struct db_call calls[] = {{.query = QUERY_WORKER_READ_SEATS, .args = &seat_args},
	                          {.query = QUERY_WORKER_READ_RESERVATIONS, .args = &hold_args}};
	struct db_array shows = {.type = DB_TEXT}, ids = {.type = DB_TEXT}, holds = {.type = DB_UUID};
	struct db_array has_areas = {.type = DB_BOOL};
	struct uuid hold = batch_reservation(b->number, 'H');
	char show[20];
	enum rc rc;

	if (b->is_satisfied)
		return RC_OK;
	for (int i = 0; i < BATCH_SEATS; i++) {
		db_array_text(&shows, text_of(show_of(b, show)));
		db_array_text(&ids, text_of(seat_ids[i]));
	}
	db_arg_array(&seat_args, &shows);
	db_arg_array(&seat_args, &ids);
	db_array_text(&shows, text_of(show));
	db_array_uuid(&holds, &hold);
	db_array_bool(&has_areas, b->area_places > 0);
	db_arg_array(&hold_args, &shows);
	db_arg_array(&hold_args, &holds);
	db_arg_array(&hold_args, &has_areas);
	rc = db_run(db, calls, 2, e);
	for (int i = 0; !rc && i < calls[0].rows.count; i++)
		keep_seat(b, &calls[0].rows, i);
	if (!rc)
		keep_hold(b, &calls[1].rows);
	for (int i = 0; !rc && i < 2; i++)
		db_rows_release(&calls[i].rows);
	if (!rc && b->area_places)
		rc = area_read(db, b, e);
	if (!rc)
		b->has_effect = can_be_done(b);
	db_args_release(&seat_args);
	db_args_release(&hold_args);
	db_array_release(&shows);
	db_array_release(&ids);
	db_array_release(&holds);
	db_array_release(&has_areas);
	return rc;
}

/* ---- writing ---------------------------------------------------------------------------------- */

/* `partition` NULL: none. */
static enum rc run_columns(struct db *db, enum query query, const int32_t *partition,
                           struct db_array *columns, int count, struct err *e)
{
	struct db_args args = {0};
	uint32_t rows = columns[0].count;

	if (partition)
		db_arg_int4(&args, *partition);
	for (int i = 0; i < count; i++) {
		db_arg_array(&args, &columns[i]);
		db_array_release(&columns[i]);
	}
	db_arg_int4(&args, (int32_t)rows);
	return run_one(db, query, &args, NULL, e);
}

enum rc batch_run_columns(struct db *db, enum query query, struct db_array *columns, int count,
                          struct err *e)
{
	return run_columns(db, query, NULL, columns, count, e);
}

void batch_set_types(struct db_array *columns, const uint32_t *types, int count)
{
	for (int i = 0; i < count; i++)
		columns[i] = (struct db_array){.type = types[i]};
}

static void add_until(struct db_array *c, bool has, int64_t ms)
{
	if (has)
		db_array_time(c, ms);
	else
		db_array_null(c);
}

/* What the plan makes of a seat, and what it saw. */
static void add_seat(struct db_array *c, const struct seat_batch *b, int seat)
{
	static const char *const status[] = {"reserved", "sold", "available"};
	const struct batch_seat *seen = &b->seats[seat];
	enum batch_intent then = b->intent; /* that does to the seat what a change does */
	struct uuid mine = batch_reservation(b->number, b->intent == BATCH_RESERVE ? b->writer : 'H');
	char show[20];

	if (b->intent == BATCH_CHANGE)
		then = is_free_now(b, seat) ? BATCH_RESERVE : BATCH_EXPIRE;
	if (batch_ends_hold(b))
		then = BATCH_EXPIRE;
	db_array_text(&c[0], text_of(show_of(b, show)));
	db_array_text(&c[1], text_of(seat_ids[seat]));
	db_array_text(&c[2], text_of(status[then]));
	add_until(&c[3], then == BATCH_RESERVE, BATCH_UNTIL_MS);
	if (then == BATCH_EXPIRE)
		db_array_null(&c[4]);
	else
		db_array_uuid(&c[4], &mine);
	if (then == BATCH_RESERVE || (then == BATCH_CONFIRM && is_free_now(b, seat)))
		db_array_int8(&c[5], b->first);
	else if (then == BATCH_CONFIRM && seen->has_taken_at)
		db_array_int8(&c[5], seen->taken_at);
	else
		db_array_null(&c[5]);
	db_array_int8(&c[6], b->first);
	db_array_text(&c[7], text_of(seen->status));
	add_until(&c[8], seen->has_until, seen->until_ms);
	if (seen->has_by)
		db_array_uuid(&c[9], &seen->by);
	else
		db_array_null(&c[9]);
	db_array_int8(&c[10], seen->version);
	db_array_null(&c[11]);
}

enum rc batch_update_seats(struct db *db, void *batch, struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME, DB_UUID, DB_INT8,
	                                 DB_INT8, DB_TEXT, DB_TIME, DB_UUID, DB_INT8, DB_TEXT};
	const struct seat_batch *b = batch;
	struct db_array columns[BATCH_COLUMNS_MAX];

	if (b->is_satisfied || !b->has_effect)
		return RC_OK;
	batch_set_types(columns, types, 12);
	for (int i = 0; i < BATCH_SEATS; i++)
		if (is_wanted(b, i))
			add_seat(columns, b, i);
	if (columns[0].count && batch_run_columns(db, QUERY_WORKER_UPDATE_SEATS, columns, 12, e))
		return e->rc;
	return b->area_places ? area_update(db, b, e) : RC_OK;
}

static enum rc add_reservation(struct db *db, const struct seat_batch *b, struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_BYTEA,
	                                 DB_TIME, DB_TIME, DB_TIME, DB_INT8,
	                                 DB_TEXT, DB_BYTEA, DB_INT4, DB_INT4};
	static const uint32_t seat_types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_INT4};
	struct uuid id = batch_reservation(b->number, b->writer);
	struct db_array c[BATCH_COLUMNS_MAX], seats[BATCH_COLUMNS_MAX];
	uint8_t session[SHA256_BYTES];
	char show[20];

	show_of(b, show);
	secret_hash(text_of(show), (struct text){&b->session, 1}, session);
	batch_set_types(c, types, 12);
	batch_set_types(seats, seat_types, 4);
	db_array_text(&c[0], text_of(show));
	db_array_uuid(&c[1], &id);
	db_array_text(&c[2], text_of("held"));
	db_array_bytea(&c[3], (struct text){(const char *)session, sizeof session});
	db_array_time(&c[4], T_MS);
	db_array_time(&c[5], BATCH_UNTIL_MS);
	db_array_null(&c[6]);
	db_array_int8(&c[7], b->first);
	db_array_null(&c[8]);
	if (b->area_places)
		db_array_bytea(&c[9], (struct text){(const char *)b->customer, sizeof b->customer});
	else
		db_array_null(&c[9]);
	db_array_int4(&c[10], __builtin_popcount(b->wanted) + b->area_places);
	db_array_int4(&c[11], b->area_places);
	for (int i = 0; i < BATCH_SEATS; i++)
		if (b->wanted >> i & 1) {
			db_array_text(&seats[0], text_of(show));
			db_array_uuid(&seats[1], &id);
			db_array_text(&seats[2], text_of(seat_ids[i]));
			db_array_int4(&seats[3], i);
		}
	if (batch_run_columns(db, QUERY_WORKER_INSERT_RESERVATIONS, c, 12, e)) {
		for (int i = 0; i < 4; i++)
			db_array_release(&seats[i]);
		return e->rc;
	}
	if (seats[0].count && batch_run_columns(db, QUERY_WORKER_INSERT_RESERVATION_SEATS, seats, 4, e))
		return e->rc;
	return b->area_places ? area_add(db, b, e) : RC_OK;
}

static enum rc end_hold(struct db *db, const struct seat_batch *b, struct err *e)
{
	static const uint32_t types[] = {DB_TEXT, DB_UUID, DB_TEXT, DB_TIME,
	                                 DB_TIME, DB_TEXT, DB_TIME};
	struct uuid id = batch_reservation(b->number, 'H');
	struct db_array c[BATCH_COLUMNS_MAX];
	char show[20];

	batch_set_types(c, types, 7);
	db_array_text(&c[0], text_of(show_of(b, show)));
	db_array_uuid(&c[1], &id);
	db_array_text(&c[2], text_of(b->intent == BATCH_CONFIRM ? "confirmed" : "expired"));
	db_array_time(&c[3], b->held_until_ms);
	db_array_time(&c[4], T_MS);
	db_array_text(&c[5], text_of(b->is_held ? "held" : "expired"));
	db_array_time(&c[6], b->held_until_ms);
	return batch_run_columns(db, QUERY_WORKER_UPDATE_RESERVATIONS, c, 7, e);
}

static enum rc add_decisions(struct db *db, const struct seat_batch *b, struct err *e)
{
	static const uint32_t types[] = {DB_INT8, DB_TEXT, DB_UUID, DB_TEXT, DB_INT4, DB_TEXT,
	                                 DB_INT8, DB_TIME, DB_BYTEA, DB_BYTEA, DB_BYTEA};
	struct db_array c[BATCH_COLUMNS_MAX];
	int32_t partition = b->number;
	char show[20];

	batch_set_types(c, types, 11);
	for (int64_t offset = b->first; offset < b->end; offset++) {
		db_array_int8(&c[0], offset);
		db_array_text(&c[1], text_of(show_of(b, show)));
		db_array_null(&c[2]);
		db_array_null(&c[3]);
		db_array_int4(&c[4], b->has_effect ? 200 : 409);
		db_array_text(&c[5], text_of("ANY"));
		db_array_null(&c[6]);
		db_array_time(&c[7], T_MS);
		db_array_null(&c[8]);
		db_array_bytea(&c[9], (struct text){&b->writer, 1});
		db_array_null(&c[10]);
	}
	return run_columns(db, QUERY_WORKER_INSERT_DECISIONS, &partition, c, 11, e);
}

enum rc batch_write_rest(struct db *db, void *batch, struct err *e)
{
	const struct seat_batch *b = batch;
	enum rc rc = RC_OK;

	if (b->is_satisfied)
		return RC_OK;
	if (b->has_effect && batch_ends_hold(b) && end_hold(db, b, e))
		return e->rc;
	if (b->has_effect && b->intent == BATCH_RESERVE)
		rc = add_reservation(db, b, e);
	else if (b->has_effect)
		rc = b->intent == BATCH_CHANGE ? area_change_hold(db, b, e) : end_hold(db, b, e);
	return rc || b->is_unfenced ? rc : add_decisions(db, b, e);
}

enum rc batch_commit(struct db *db, void *batch, struct err *e)
{
	struct seat_batch *b = batch;

	if (b->is_satisfied)
		return RC_OK;
	if (run_one(db, QUERY_COMMIT, NULL, NULL, e))
		return e->rc;
	b->is_committed = true;
	return RC_OK;
}

enum rc batch_draw_epoch(struct db *db, void *batch, struct err *e)
{
	(void)batch;
	return run_one(db, QUERY_SCHEMA_DRAW_EPOCH, NULL, NULL, e);
}
