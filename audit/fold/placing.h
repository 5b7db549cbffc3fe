/*
 * placing.h - giving seats their places, so that no two are at one.
 */
#ifndef HOLDFAST_AUDIT_FOLD_PLACING_H
#define HOLDFAST_AUDIT_FOLD_PLACING_H

#include "audit/fold/model.h"
#include "common/base/err.h"

/* The places of a request's seats, as they would be. */
struct placing {
	struct seat *seat;      /* NULL: the seat is yet to be made */
	const struct place *place;
	struct text spot;       /* as in seat_place */
	bool meets;             /* another one at its spot: placing_find_meetings */
};

/*
 * Fill in the spots, and mark those that would stand at one with another of the list, or with a
 * seat of the show that is not on the list.
 *
 * false: out of memory
 */
bool placing_find_meetings(struct arena *memory, const struct show *show, struct placing *list,
                           size_t count) NODISCARD;

/* Put each at its place. Behind placing_find_meetings, and none of them meets. false: out of memory */
bool placing_settle(struct arena *memory, struct show *show, struct placing *list, size_t count,
                    int64_t offset) NODISCARD;

#endif
