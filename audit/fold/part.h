/*
 * part.h - a part of a reservation that a request names: what change_hold drops, and cancel gives
 * back.
 */
#ifndef HOLDFAST_AUDIT_FOLD_PART_H
#define HOLDFAST_AUDIT_FOLD_PART_H

#include "audit/fold/fold_state.h"

/* In the reservation's order. */
struct part {
	struct seat *seats[RESERVE_SEATS_MAX];
	size_t seat_count;
	struct area_count areas[REQUEST_AREAS_MAX];
	size_t area_count;
	int64_t places;
};

/* What of it a request names. */
struct named_part {
	const struct text *seat_ids;
	size_t seat_count;
	const struct area_count *areas;
	size_t area_count;
};

/*
 * What is not in it, or not so much of an area, is refused.
 *
 * r  held or confirmed
 *
 * false: out of memory
 */
bool part_find(struct fold *fold, const struct reservation *r, const struct named_part *named,
               struct part *part) NODISCARD;

/* Its seats become available and its places are given back. false: out of memory */
bool part_give_back(struct fold *fold, struct reservation *r, const struct part *part,
                    int64_t offset) NODISCARD;

/* An event of it, which lasts as long as the request. false: out of memory */
bool part_note(struct fold *fold, enum event_kind kind, const struct reservation *r,
               const struct part *part) NODISCARD;

#endif
