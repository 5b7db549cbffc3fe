/*
 * gap.h - requests that are gone from the head of a partition, though its position needs them, and
 * what an operator has said to that (holdfast-admin accept-gap).
 *
 * Threads: the owner's. Everything here is called with the rows taken over.
 */
#ifndef HOLDFAST_WORKER_LANE_GAP_H
#define HOLDFAST_WORKER_LANE_GAP_H

#include "worker/lane/owner.h"

/* Is the record that was decided last gone, or one from where it is answered? first: of the log. */
bool gap_is_there(const struct owner *owner, int64_t first);

/* Has an operator accepted the gap? In a session of its own. */
enum rc gap_is_accepted(const struct owner *owner, int64_t first, bool *is_accepted,
                        struct err *e) NODISCARD;

/* RC_FATAL: there is a gap, and nobody has accepted it. */
enum rc gap_check(const struct owner *owner, int64_t first, struct err *e) NODISCARD;

/*
 * Accept it, in the name of the user of this process and of its session: not where the rows have
 * another owner by now (RC_FENCED), or where decisions wait for their answer whose requests are gone
 * (RC_FATAL).
 */
enum rc gap_accept(const struct owner *owner, int64_t first, const char *reason,
                   struct err *e) NODISCARD;

#endif
