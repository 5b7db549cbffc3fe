/*
 * ruling.h - what the tables of the types are written with: questions, ways to end, changes.
 *
 * For rules*.c alone. Whatever returns bool says false where memory is short.
 */
#ifndef HOLDFAST_AUDIT_FOLD_RULING_H
#define HOLDFAST_AUDIT_FOLD_RULING_H

#include "audit/fold/fold_state.h"
#include "common/base/err.h"

#define MS_PER_S INT64_C(1000)

/* Questions. */
bool ruling_has_lapsed(const struct fold *fold, const struct reservation *r);
/* session_id or owner_key against what the model keeps of it. */
bool ruling_secret_is(const struct fold *fold, struct text secret,
                      const uint8_t hash[SHA256_BYTES]);
/* The seats that the request names; those that the show does not have are refused. */
bool ruling_find_seats(struct fold *fold, struct seat **seats) NODISCARD;
/* That a reservation was made with, as it is set now; NULL: none. */
const struct show_channel *ruling_channel_of(const struct fold *fold, const struct reservation *r);
/* Its reserved_until when it is extended by that much now. */
int64_t ruling_until_of(const struct fold *fold, const struct reservation *r, int32_t hold_seconds);

/* Ways to end; each says true. */
bool say(struct fold *fold, enum outcome outcome);
bool say_of(struct fold *fold, enum outcome outcome, const struct reservation *r);
bool say_until(struct fold *fold, enum outcome outcome, const struct reservation *r);

bool say_limit(struct fold *fold, struct customer_has has); /* CUSTOMER_LIMIT */

/* What all organiser's types but create_show begin with. true: it is decided. */
bool is_not_its_owners(struct fold *fold);

/* One more that the reply lists. */
void refuse_id(struct fold *fold, struct text seat_id);
void refuse_taken(struct fold *fold, const struct seat *seat);   /* it has a holder */
void refuse_blocked(struct fold *fold, const struct seat *seat); /* it is free and has a channel */

/* One more that it lists, by a name that is the request's. false: out of memory */
bool refuse_name(struct fold *fold, struct text seat_id) NODISCARD;
bool refuse_area(struct fold *fold, struct text area_id, int32_t wanted) NODISCARD;
void refuse_below(struct fold *fold, const struct show_area *area, int32_t capacity);

/* Seats that are not free, and those that are and not open to that channel. Is one not free? */
bool refuse_unless_open(struct fold *fold, struct seat *const *seats, size_t count,
                        const struct show_channel *channel);
/* Areas that are not open to it, or have less room. All of them are there. */
void refuse_unless_room(struct fold *fold, const struct area_count *areas, size_t count,
                        const struct show_channel *channel);

/* One more event. r: NULL, it is of no reservation */
struct change *note(struct fold *fold, enum event_kind kind, const struct reservation *r);

/* All of its seats and places become available. */
void end_reservation(struct fold *fold, struct reservation *r, enum reservation_status status,
                     enum event_kind kind, int64_t offset);
/*
 * The lapsed holds on these seats end, and `own` with them (NULL: none), the one with the earliest
 * reserve first.
 */
void end_lapsed(struct fold *fold, struct seat *const *seats, size_t count,
                struct reservation *own, int64_t offset);
/*
 * Then, area by area, lapsed holds with places in it, the one that lapsed first first, for as long
 * as it has less left than the count.
 */
void end_lapsed_places(struct fold *fold, const struct area_count *areas, size_t count,
                       int64_t offset);

/* The tables; r: NULL, the show has no such reservation. */
bool decide_create_show(struct fold *fold, int64_t offset) NODISCARD;
bool decide_change_show(struct fold *fold, int64_t offset) NODISCARD;
bool decide_add_seats(struct fold *fold, int64_t offset) NODISCARD;
bool decide_change_seats(struct fold *fold, int64_t offset) NODISCARD;
bool decide_set_areas(struct fold *fold, int64_t offset) NODISCARD;
bool decide_set_channels(struct fold *fold, int64_t offset) NODISCARD;
bool decide_block_seats(struct fold *fold, int64_t offset) NODISCARD;
bool decide_unblock_seats(struct fold *fold, int64_t offset) NODISCARD;
bool decide_cancel(struct fold *fold, struct reservation *r, int64_t offset) NODISCARD;
bool decide_reserve(struct fold *fold, int64_t offset) NODISCARD;
bool decide_change_hold(struct fold *fold, struct reservation *r, int64_t offset) NODISCARD;
bool decide_release(struct fold *fold, struct reservation *r, int64_t offset) NODISCARD;
bool decide_extend(struct fold *fold, struct reservation *r, int64_t offset) NODISCARD;
bool decide_confirm(struct fold *fold, struct reservation *r, int64_t offset) NODISCARD;
bool decide_expire(struct fold *fold, struct reservation *r, int64_t offset) NODISCARD;

#endif
