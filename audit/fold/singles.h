/*
 * singles.h - no single seat left: section 4.4 of docs/protocol.md.
 */
#ifndef HOLDFAST_AUDIT_FOLD_SINGLES_H
#define HOLDFAST_AUDIT_FOLD_SINGLES_H

#include "audit/fold/house.h"

#define SINGLES_MAX (2 * RESERVE_SEATS_MAX)

/*
 * The seats that a request would leave alone and may not.
 *
 * named   seats that it takes anew, all of them free; at most RESERVE_SEATS_MAX
 * left    room for SINGLES_MAX; returned by (section, row, pos)
 */
size_t singles_find(struct house *house, struct seat *const *named, size_t count, int64_t t_ms,
                    struct seat *left[SINGLES_MAX]);

#endif
