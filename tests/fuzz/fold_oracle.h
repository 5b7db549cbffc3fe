/*
 * fold_oracle.h - the audit's fold of one partition, behind names of its own: structs of audit/
 * and worker/ are called the same and cannot meet in one file.
 */
#ifndef HOLDFAST_TESTS_FOLD_ORACLE_H
#define HOLDFAST_TESTS_FOLD_ORACLE_H

#include "common/message/place.h"
#include "common/message/policy.h"
#include "common/message/reply.h"
#include "common/base/record.h"

struct fold_oracle;

/* What must come of a record; texts are borrowed until the next one. */
struct fold_said {
	int64_t t_ms;
	enum outcome outcome;
	int64_t duplicate_of; /* NOT_A_DUPLICATE */
	bool is_claim;
	bool is_dead_letter;
	struct text reply;    /* the body; its message is the outcome's own */
	struct text events;   /* the bodies, a line feed between them */
};

struct fold_show {
	int32_t rules;
	const struct policy *policy;
	const uint8_t *owner_hash; /* NULL: none */
	int64_t created_ms, created_offset, version;
};

struct fold_channel {
	const uint8_t *key_hash; /* NULL: none */
	const struct sale_window *on_sale;
	const struct text *opens; /* sorted by bytes */
	size_t opens_count;
	bool is_exempt;
	int64_t version;
};

struct fold_seat {
	enum seat_status status;
	struct text channel;  /* data NULL: public */
	const struct place *place; /* NULL: none */
	int64_t place_version;
	bool has_holder;      /* and with it what follows */
	struct uuid holder;
	int64_t until_ms;     /* where it is reserved */
	int64_t taken_at;
	int64_t version;
};

struct fold_reservation {
	enum reservation_status status;
	int64_t created_ms, until_ms;
	int64_t ended_ms;     /* where it is not held */
	int64_t offset;
	const uint8_t *session_hash;
	const uint8_t *customer_hash; /* NULL: none */
	struct text channel;  /* data NULL: none */
	size_t seat_count;
};

/* Returned, release with fold_oracle_close. */
struct fold_oracle *fold_oracle_open(int32_t partition, int32_t partition_count);
void fold_oracle_close(struct fold_oracle *o); /* takes NULL */

/* Decide the next record of the partition. false: out of memory. */
bool fold_oracle_decide(struct fold_oracle *o, const struct record *record, struct fold_said *said);

/* How many rows there must be. */
struct fold_counts {
	size_t shows, seats, places, channels, reservations;
};

/* The rows as they must be now; what they point to is borrowed. false: there is no such row. */
bool fold_oracle_show(struct fold_oracle *o, struct text show_id, struct fold_show *show);
bool fold_oracle_channel(struct fold_oracle *o, struct text show_id, struct text name,
                         struct fold_channel *channel);
bool fold_oracle_seat(struct fold_oracle *o, struct text show_id, struct text seat_id,
                      struct fold_seat *seat);
bool fold_oracle_reservation(struct fold_oracle *o, struct text show_id, const struct uuid *id,
                             struct fold_reservation *reservation);
void fold_oracle_count(const struct fold_oracle *o, struct fold_counts *counts);

#endif
