/*
 * model.h - a small database in memory: the view's source, and what applies a plan to itself.
 *
 * It refuses what the real one refuses: a row that is not as the plan saw it, a second held row of
 * a session, columns that a status does not have.
 */
#ifndef HOLDFAST_TESTS_MODEL_H
#define HOLDFAST_TESTS_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/message/packed.h"
#include "worker/store/cache.h"
#include "worker/plan/plan.h"

struct model_show {
	struct text show_id;
	int32_t rules;
	struct policy policy;
	bool has_owner;
	uint8_t owner_hash[SHA256_BYTES];
	int64_t created_at_ms, created_offset, version;
};

/* Where a seat is; one that was not given a place has no row. */
struct model_place {
	struct text show_id, seat_id;
	struct place place;
	int64_t version;
};

struct model_channel {
	struct text show_id;
	struct channel_row row;
};

/* lapses_from_ms: as a cache would keep it */
struct model_area {
	struct text show_id, area_id;
	struct area_columns row;
	int64_t lapses_from_ms;
};

/* A row of reservation_areas. */
struct model_reserved_area {
	struct text area_id;
	int32_t count, place;
};

struct model_seat {
	struct text show_id, seat_id;
	struct seat_row row;
};

/* A row of reservation_seats; it stays when the seat leaves. */
struct model_reserved_seat {
	struct text seat_id;
	int32_t place;   /* says nothing of one that left */
	bool has_left;
	int64_t left_at; /* offset */
};

struct model_reservation {
	struct text show_id;
	struct uuid id;
	enum reservation_status status;
	uint8_t session_hash[SHA256_BYTES];
	bool has_customer;
	uint8_t customer_hash[SHA256_BYTES];
	int32_t places;
	struct text channel;
	int64_t created_at_ms, reserved_until_ms, request_offset;
	bool has_ended_at;
	int64_t ended_at_ms;
	struct model_reserved_seat *seat_rows; /* in no order; realloc'd */
	size_t seat_row_count;
	struct text *seat_ids; /* of those that did not leave, by place */
	size_t seat_count;
	struct model_reserved_area *areas; /* by place */
	size_t area_count;
};

/* A row of decisions. */
struct model_decision {
	struct decision decision; /* texts in the model's arena */
	struct text reply, events; /* its bodies, expanded; events by line, data NULL: none */
	int64_t offset, t_ms;
	uint8_t content[16];
};

/* Of model_index.c: where a row is. */
struct model_slot {
	uint64_t hash;
	size_t row;
	bool is_taken;
};

#define MODEL_SETTINGS_MAX 64
#define MODEL_SEATS_MAX 4096
#define MODEL_RESERVATIONS_MAX 1024
#define MODEL_DECISIONS_MAX 2048

struct model {
	struct plan_place place;
	struct arena arena;
	struct batch batch;
	size_t entries_max;
	int64_t t_ms; /* of the last decided record */
	int64_t until_ms; /* of the batch that is planned */
	struct cache_now now;
	bool has_wrong_clock; /* of the last batch */
	struct cache *cache;  /* in front of the rows; NULL: none. Borrowed */
	size_t held_read; /* times that it was given all held reservations */
	size_t sold_read; /* and what all customers of a show have bought */
	size_t customers_read; /* customers that were looked up in the rows */
	size_t whole_read; /* and a whole show */
	size_t lapsing_read; /* and the lapsing holds of an area */
	bool keeps_bounds;   /* gives areas the bound that the last plan left, as a cache does */
	const char *note; /* printed where something is wrong; NULL: nothing */
	struct model_show *shows;
	struct model_channel *channels;
	struct model_area *areas;
	struct model_seat *seats;
	struct model_place *places; /* as many as there may be seats */
	struct model_reservation *reservations;
	struct model_decision *decisions;
	size_t show_count, channel_count, area_count, place_count, seat_count;
	size_t reservation_count, decision_count;
	struct model_slot *slots;
	size_t slots_max, slots_taken;
	size_t settings_max; /* shows, channels, areas: of each */
	size_t seats_max, reservations_max, decisions_max;
};

/* Returned, release with model_close. One with room for MODEL_SEATS_MAX and so on. */
struct model *model_open(const struct plan_place *place);
/* For whoever makes many of them: with room for that many seats, and as many of the others. */
struct model *model_open_small(const struct plan_place *place, size_t seats, size_t others);
void model_close(struct model *m); /* takes NULL */

/*
 * Decide records as one batch: decode, cut where it must be, load, plan, apply. Fails the test
 * where it must not go.
 */
void model_decide(struct model *m, const struct record *records, size_t count);

/* As where a database refuses: plan what would go into the first transaction, and forget it. */
void model_refuse(struct model *m, const struct record *records, size_t count);

/* The same up to the plan, all at once, and apply nothing. false: it said that memory ran out. */
bool model_try(struct model *m, const struct record *records, size_t count);
void model_reserve(struct model *m, size_t count); /* entries, before memory runs short */

/* NULL: there is no such row. */
struct model_seat *model_seat(struct model *m, struct text show_id, struct text seat_id);
struct model_place *model_place(struct model *m, struct text show_id, struct text seat_id);
struct model_channel *model_channel(struct model *m, struct text show_id, struct text name);
struct model_area *model_area(struct model *m, struct text show_id, struct text area_id);
struct model_reservation *model_reservation(struct model *m, struct text show_id,
                                            const struct uuid *id);
struct model_reserved_seat *model_reserved_seat(const struct model_reservation *r,
                                                struct text seat_id);
void model_delete_seat(struct model *m, struct text show_id, struct text seat_id); /* as by hand */

/*
 * Invariant I5: a reserved seat's holder is a held reservation that lists it, and back. What left a
 * reservation it does not list.
 */
void model_check_seats(struct model *m);
/* Likewise of areas: held and sold are the sums over reservations, and no more than there are. */
void model_check_areas(struct model *m);
/*
 * Invariant I6: time goes on, and who may end a hold, and when.
 *
 * before  the first `count` reservations as they were before the last record
 * record  the last one, decided by itself
 */
void model_check_ends(struct model *m, const struct model_reservation *before, size_t count,
                      const struct record *record);

/* Fail unless both hold the same rows and decided the same. */
void model_check_same(struct model *expected, struct model *found);

/* Fail with the model's note. */
#define MODEL_CHECK(m, condition) \
	model_check((m), (condition), #condition, __FILE__, __LINE__)
void model_check(const struct model *m, bool is_fine, const char *what, const char *file, int line);

#endif
