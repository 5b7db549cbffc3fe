/*
 * planner.h - the worker's planner with its database in memory, behind a door of its own: worker
 * and audit both have a struct show, and only planner.c sees the worker's.
 */
#ifndef HOLDFAST_TESTS_PLANNER_H
#define HOLDFAST_TESTS_PLANNER_H

#include "common/message/channel.h"
#include "common/message/place.h"
#include "common/message/policy.h"
#include "common/message/reply.h"
#include "common/base/record.h"

struct planner;

/* rows  room for so many seats, and as many reservations and decisions */
struct planner *planner_open(int32_t partition, int32_t partition_count, size_t rows);
void planner_close(struct planner *planner);

struct planned {
	enum outcome outcome;
	struct text reply, events; /* as in decisions; the planner's */
	int64_t duplicate_of;
	int64_t decided_ms;
	bool is_claim, is_dead_letter;
	uint8_t content[16];       /* where it is a claim */
};

/* Decide records as one batch; `planned` gets one for each. */
void planner_decide(struct planner *planner, const struct record *records, size_t count,
                    struct planned *planned);

/* The rows as they are now. */
struct planned_seat {
	struct text show_id, seat_id;
	struct text channel; /* data NULL: public */
	enum seat_status status;
	bool has_until, has_holder, has_taken_at;
	int64_t until_ms, taken_at, version;
	struct uuid holder;
};

struct planned_reservation {
	struct text show_id;
	struct uuid id;
	enum reservation_status status;
	struct text channel; /* data NULL: none */
	const uint8_t *session_hash;
	const uint8_t *customer_hash; /* NULL: none */
	int32_t places;
	int64_t created_ms, until_ms, ended_ms, offset;
	bool has_ended;
	const struct text *seat_ids; /* of those in it */
	size_t seat_count;
	size_t left_count, share_count; /* planner_left, planner_share */
};

/* A row of a seat that left a reservation, and one of an area that it has or had places in. */
struct planned_left {
	struct text seat_id;
	int64_t left_at;
};

struct planned_share {
	struct text area_id;
	int32_t count, place;
};

struct planned_area {
	struct text show_id, area_id, channel, category;
	int32_t capacity, held, sold;
	int64_t version;
};

struct planned_show {
	struct text show_id;
	int32_t rules;
	const struct policy *policy;
	const uint8_t *owner_hash; /* NULL: none */
	int64_t created_ms, created_offset, version;
};

struct planned_place {
	struct text show_id, seat_id;
	const struct place *place;
	int64_t version;
};

struct planned_channel {
	struct text show_id, name;
	const uint8_t *key_hash;   /* NULL: none */
	const struct sale_window *on_sale;
	const struct text *opens;  /* sorted */
	size_t opens_count;
	bool is_exempt;
	int64_t version;
};

/* false: there is no i-th one. */
bool planner_show(const struct planner *planner, size_t i, struct planned_show *show);
bool planner_seat(const struct planner *planner, size_t i, struct planned_seat *seat);
bool planner_reservation(const struct planner *planner, size_t i, struct planned_reservation *r);
bool planner_place(const struct planner *planner, size_t i, struct planned_place *place);
bool planner_channel(const struct planner *planner, size_t i, struct planned_channel *channel);
bool planner_area(const struct planner *planner, size_t i, struct planned_area *area);
/* Of the i-th reservation. */
bool planner_left(const struct planner *planner, size_t i, size_t k, struct planned_left *left);
bool planner_share(const struct planner *planner, size_t i, size_t k, struct planned_share *share);

#endif
