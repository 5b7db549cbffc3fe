/*
 * witness.h - up to where a partition is answered, by what three witnesses say together: the rows,
 * the replies, and the group's offset, which anybody can set.
 *
 * The table of "Three witnesses" in docs/architecture.md, case by case.
 * Threads: the lane's. Everything here is called behind the fence.
 */
#ifndef HOLDFAST_WORKER_LANE_WITNESS_H
#define HOLDFAST_WORKER_LANE_WITNESS_H

#include "common/kafka/reader.h"
#include "worker/lane/owner.h"
#include "worker/lane/state.h"

struct hearing {
	struct owner *owner;
	struct state *state;
	struct kafka_reader *reader; /* read_committed */
	int64_t first, end;          /* of the request log */
};

/*
 * Where the group has no offset: before the rows are touched let the replies tell, and commit that.
 * Sets owner->answered. Where no reply is kept that could tell, nothing is committed yet:
 * witness_hear asks the rows.
 */
enum rc witness_replace_offset(const struct hearing *hearing, struct err *e) NODISCARD;

/*
 * With the rows taken over: set owner->answered, and owner->doubt where a hand has set the offset.
 * Beyond the rows' next_offset, it is the lost commits that speak.
 *
 * RC_FENCED  a rival has the rows
 * RC_FATAL   nothing tells up to where it is answered
 */
enum rc witness_hear(const struct hearing *hearing, struct err *e) NODISCARD;

/* The same for an owner who had the rows all along, and knows that nobody else decided anything. */
enum rc witness_hear_again(const struct hearing *hearing, struct err *e) NODISCARD;

/* Commit owner->answered as the group's offset, where that is another, and say what was found. */
enum rc witness_commit(struct owner *owner, struct err *e) NODISCARD;

#endif
