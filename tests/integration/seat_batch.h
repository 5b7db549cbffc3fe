/*
 * seat_batch.h - what a worker's transaction does about three seats of one show, statement by
 * statement, with the worker's own statements: the steps of test_schedules.c.
 *
 * The show "s<number>" has the seats A1, A2, A3 and lives on the partition of its number, which
 * stands at BATCH_START. Offsets there are what a step decides; the plan is made from what
 * batch_read has read, as the worker's is.
 */
#ifndef HOLDFAST_TESTS_SEAT_BATCH_H
#define HOLDFAST_TESTS_SEAT_BATCH_H

#include "common/base/digest.h"
#include "common/db/db.h"

#define BATCH_START 10
#define BATCH_SEATS 3

#define BATCH_UNTIL_MS INT64_C(1700000600000) /* the end of holds that have not lapsed */
#define BATCH_LAPSED_MS INT64_C(2000)         /* of those that have */
#define BATCH_COLUMNS_MAX 15

/* BATCH_CHANGE: A2 out of the hold, A3 and area_places into it. */
enum batch_intent { BATCH_RESERVE, BATCH_CONFIRM, BATCH_EXPIRE, BATCH_CHANGE };

/* How the show's hold is at first where there is an area; HOLD_OVER: expired, all of it given back. */
enum batch_hold { HOLD_LIVE, HOLD_LAPSED, HOLD_OVER };

struct batch_seat {
	bool is_there;
	char status[12];
	bool has_until, has_by, has_taken_at;
	int64_t until_ms, taken_at, version;
	struct uuid by;
};

struct batch_area {
	bool is_there;
	int capacity, held, sold;
	int64_t version;
};

struct seat_batch {
	/* what it is to do */
	enum batch_intent intent;
	int number;
	unsigned wanted;              /* a bit a seat; of BATCH_RESERVE */
	int area_places;              /* it takes or sells so many; not 0: the rows are area_batch.h's */
	enum batch_hold hold;         /* of these; a reserve ends one that has lapsed */
	bool is_other;                /* it is of a customer who has nothing yet */
	char writer;                  /* 'A' or 'B': whose decision, reservation and session it is */
	char session;                 /* whose session; as a rule the writer */
	int64_t first, end;           /* offsets that it decides */
	int64_t epoch;
	bool is_unfenced;             /* no progress row, no decisions: the guards alone */
	/* what came of it */
	bool is_satisfied;            /* another has decided it: nothing to do */
	int64_t taken_next;           /* next_offset as taken over or read; -1: not yet */
	bool has_effect;              /* the plan changes rows */
	bool is_committed;
	/* what it has read */
	struct batch_seat seats[BATCH_SEATS];
	bool is_held, is_expired;     /* the hold */
	int64_t held_until_ms;
	int places, in_floor;         /* of the hold */
	struct batch_area floor;
	uint8_t customer[SHA256_BYTES]; /* whose limit counts: the hold's, else 'c', or 'e' */
	int customer_has;
};

/* Is it to end the hold, as that has lapsed and its places are needed? */
bool batch_ends_hold(const struct seat_batch *b);

/* Rows for the numbers from `first` on; with a hold of A1 and A2 that is lapsed. */
void batch_rows(int first, int count, bool is_held);
/* The id of a number's reservation: of the hold ('H'), or made by a writer. */
struct uuid batch_reservation(int number, char who);

/* Steps (schedule.h); `batch` is a struct seat_batch. */
enum rc batch_take_over(struct db *db, void *batch, struct err *e) NODISCARD;
enum rc batch_look_up(struct db *db, void *batch, struct err *e) NODISCARD; /* after a lost session */
enum rc batch_begin(struct db *db, void *batch, struct err *e) NODISCARD; /* with compare-and-set */
enum rc batch_read(struct db *db, void *batch, struct err *e) NODISCARD;
enum rc batch_update_seats(struct db *db, void *batch, struct err *e) NODISCARD;
enum rc batch_write_rest(struct db *db, void *batch, struct err *e) NODISCARD;
enum rc batch_commit(struct db *db, void *batch, struct err *e) NODISCARD;
enum rc batch_draw_epoch(struct db *db, void *batch, struct err *e) NODISCARD; /* ends a rebuild */

/* Columns of rows, and a statement whose arguments they are and, at last, the number of rows. */
void batch_set_types(struct db_array *columns, const uint32_t *types, int count);
enum rc batch_run_columns(struct db *db, enum query query, struct db_array *columns, int count,
                          struct err *e) NODISCARD; /* releases the columns */

/* What batch_begin ends with where another has moved the progress. */
bool batch_is_fenced(const struct err *e);

#endif
