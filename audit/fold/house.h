/*
 * house.h - the rows of one show in their order, for best available and for singles: sections 4.3
 * and 4.4 of docs/protocol.md.
 *
 * There is no index: best available looks at every window of every row. What it remembers is what
 * it found in a row, until a seat of that row changes or a hold in it lapses; and its last answers,
 * until that happens anywhere.
 */
#ifndef HOLDFAST_AUDIT_FOLD_HOUSE_H
#define HOLDFAST_AUDIT_FOLD_HOUSE_H

#include "audit/fold/house_rows.h"
#include "audit/fold/model.h"

/* Make it where there is none. NULL: out of memory. */
struct house *house_of(struct show *show) NODISCARD;
/* A place was set or a seat added: the next one who asks gets it anew. */
void house_close(struct show *show);
/* What a channel opens changed. */
void house_forget_answers(struct show *show);

/* It is t_ms: find the rows that are others than they were. */
void house_advance(struct house *house, int64_t t_ms);

/* Speak for no seat; for one more. */
void house_clear_marks(struct house *house);
void house_mark(struct house *house, struct seat *seat);

/* Available, reserved by a hold that has lapsed, or let go by the request itself. */
bool seat_is_takable(const struct seat *seat, int64_t t_ms);
/* Free, public, in a row, for no wheelchair and nobody beside one. Marks are not looked at. */
bool seat_is_ordinary(const struct seat *seat, int64_t t_ms);
/* The seat whose pos is greater by `step`, 1 or -1; NULL: none. Of a seat of a house. */
struct seat *seat_neighbour(const struct seat *seat, int step);

#endif
