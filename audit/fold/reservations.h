/*
 * reservations.h - the reservations of a show: finding and adding them, and what becomes of one.
 */
#ifndef HOLDFAST_AUDIT_FOLD_RESERVATIONS_H
#define HOLDFAST_AUDIT_FOLD_RESERVATIONS_H

#include "audit/fold/model.h"
#include "common/base/err.h"

struct reservation *show_find_reservation(const struct show *show, const struct uuid *id);
struct reservation *show_find_held(const struct show *show, const uint8_t session_hash[SHA256_BYTES]);

/* Add one that is held, without seats and times; none of that id is there. NULL: out of memory. */
struct reservation *show_add_reservation(struct model *m, struct show *show, const struct uuid *id,
                                         const uint8_t session_hash[SHA256_BYTES]);

bool reservation_has_lapsed(const struct reservation *r, int64_t t_ms);

/* Its places in areas go with it: from held to sold, or back to whom they are free to. */
void reservation_set(struct reservation *r, enum reservation_status status, int64_t offset,
                     int64_t t_ms);
void reservation_set_until(struct reservation *r, int64_t until_ms);

/*
 * Seats leave, and others come in behind the rest. Giving and freeing them is the caller's.
 * false: out of memory
 */
bool reservation_move_seats(struct arena *memory, struct reservation *r, struct seat *const *out,
                            size_t out_count, struct seat *const *in, size_t in_count,
                            int64_t offset) NODISCARD;
/* Places in areas leave it, and come in. Both list areas of the show. false: out of memory */
bool reservation_move_places(struct arena *memory, struct reservation *r,
                             const struct area_count *out, size_t out_count,
                             const struct area_count *in, size_t in_count,
                             int64_t offset) NODISCARD;

#endif
