/*
 * taking.h - what reserve and change_hold want to take anew: rows 3 to 14 of section 4.2 of
 * docs/protocol.md, and the taking itself.
 *
 * For rules_reserve.c and rules_change.c alone.
 */
#ifndef HOLDFAST_AUDIT_FOLD_TAKING_H
#define HOLDFAST_AUDIT_FOLD_TAKING_H

#include "audit/fold/fold_state.h"
#include "common/base/err.h"

/* On its way through the table. The caller fills in the first three. */
struct taking {
	struct policy policy;
	const struct show_channel *channel;    /* that counts; NULL: none */
	const struct reservation *changed;     /* of change_hold; NULL: of reserve */
	struct seat *seats[RESERVE_SEATS_MAX]; /* taken anew: named, then chosen */
	size_t named_count, count;
	struct show_area *areas[REQUEST_AREAS_MAX]; /* those of the request, in its order */
};

/* Places that the request asks for in its areas and by best. */
int64_t taking_unnamed_places(const struct request *q);

/* Is it free of limits and singles? */
bool taking_is_exempt(const struct taking *taking);

/* Row 3. true: it is decided. */
bool taking_is_off_sale(struct fold *fold, const struct taking *taking);
/* Rows 6 and 7, which find seats and areas. false: out of memory */
bool taking_find(struct fold *fold, struct taking *taking, bool *is_decided) NODISCARD;
/* Row 10, what its customer has and would have. true: it is decided. */
bool taking_is_beyond(struct fold *fold, const struct taking *taking, struct customer_has has,
                      struct customer_has would_have);
/* Rows 11 to 14. false: out of memory */
bool taking_choose(struct fold *fold, struct taking *taking, bool *is_decided) NODISCARD;

/* The lapsed holds that are in its way end, and `own` with them (NULL: none). */
void taking_clear_the_way(struct fold *fold, const struct taking *taking, struct reservation *own,
                          int64_t offset);
/* Behind it: seats and places come into the reservation. false: out of memory */
bool taking_carry_out(struct fold *fold, const struct taking *taking, struct reservation *r,
                      int64_t offset) NODISCARD;
/* Behind it: no customer has more than he may. Asserted. */
void taking_assert_limits(const struct fold *fold, const struct taking *taking,
                          const struct reservation *r);

#endif
