/*
 * model.h - the shows of one partition as they are after an offset, by the audit's own reckoning.
 *
 * Knows: shows, seats, who may say what again. What organisers set: model_setting.h; what customers
 * have: model_reservation.h; who they are: model_askers.h.
 * Doesn't know: why (fold.c), messages, Kafka, the database.
 * Memory: grows with all of them and the claims of 30 days, and goes with model_release.
 */
#ifndef HOLDFAST_AUDIT_FOLD_MODEL_H
#define HOLDFAST_AUDIT_FOLD_MODEL_H

#include "audit/fold/model_reservation.h"
#include "audit/fold/model_setting.h"
#include "audit/fold/verdict.h"
#include "common/base/arena.h"

#define NO_OFFSET (-1) /* where there is no record to name */

struct seat {
	struct show *show;
	struct text id;
	enum seat_status status;
	struct reservation *holder; /* NULL: available */
	int64_t taken_at, taken_ms; /* offset and t of that record; where it has a holder */
	struct text channel;        /* data NULL: public */
	int64_t version;
	uint32_t number;            /* of the show's seats, in the order added, from 0 */
	struct seat_place *place;   /* NULL: none was given */
	struct house_row *row;      /* of show->house; NULL: none of both, or no row */
	uint32_t at;                /* in that row, counted from its lowest pos */
	uint64_t mark;              /* house.h */
	bool is_let_go;             /* its holder drops it with the request that is being decided */
	bool is_seen;               /* audit/compare: there is a row */
	UT_hash_handle hh;          /* of show->seats, in the order added */
};

struct claim {
	struct uuid request_id;
	uint8_t content[16];
	struct show *show;
	struct verdict verdict;     /* with its own lists */
	int64_t offset, t_ms;
	struct claim *next;         /* the next younger one of the partition */
	UT_hash_handle hh;          /* of show->claims */
};

/* A show that requests have named, created or not. */
struct show {
	struct text id;
	bool is_created;
	int32_t rules;
	struct policy policy;       /* as organisers said; fold_policy says by what it is decided */
	bool has_owner;
	uint8_t owner_hash[SHA256_BYTES];
	int64_t created_ms, created_offset, version;
	struct seat *seats;
	struct seat_place *places;  /* those with a row, by where they are */
	struct show_channel *channels;
	struct show_area *areas;
	struct house *house;        /* its rows in order; NULL until somebody asks */
	size_t seats_by_status[SEAT_STATUS_COUNT];
	struct reservation *reservations;
	struct session *sessions;
	struct buyer *buyers;
	struct claim *claims;
	bool is_seen;
	UT_hash_handle hh;
};

struct model {
	struct show *shows;
	struct claim *oldest, *youngest;
	struct arena memory;        /* everything but claims and houses */
};

void model_release(struct model *m);
void model_drop_claims(struct model *m, int64_t before_ms); /* those of t < before_ms */

/* Find; NULL: there is none. model_take_show makes it then. NULL: out of memory. */
struct show *model_find_show(struct model *m, struct text id);
struct show *model_take_show(struct model *m, struct text id);
struct seat *show_find_seat(const struct show *show, struct text id);
struct claim *show_find_claim(const struct show *show, const struct uuid *request_id);

/* Add, a claim with lists of its own, and none of that id is there. NULL: out of memory. */
struct seat *show_add_seat(struct model *m, struct show *show, struct text id, int64_t offset);
struct claim *show_add_claim(struct model *m, struct show *show, const struct verdict *verdict,
                             const uint8_t content[16], int64_t offset, int64_t t_ms);

/* Change a seat; that it has one holder at most is asserted. */
void seat_give(struct seat *seat, struct reservation *to, enum seat_status status, int64_t offset,
               int64_t t_ms);
void seat_free(struct seat *seat, int64_t offset);
void seat_set_channel(struct seat *seat, struct text channel, int64_t offset);
/* It counts as free, or no more: until the request is decided. */
void seat_let_go(struct seat *seat, bool is_let_go);

#endif
