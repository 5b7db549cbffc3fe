/*
 * ask.h - the requests of the protocol, published to the pipeline of rig.h.
 *
 * Each waits for its reply, which is good for the next 64 calls; ask_send_reserve does not.
 */
#ifndef HOLDFAST_TESTS_ASK_H
#define HOLDFAST_TESTS_ASK_H

#include "tests/integration/rig.h"

/* Any request. `more` stands behind its show_id: "", or JSON that begins with a comma. */
const char *ask(const char *show_id, const char *request_id, const char *type, const char *more);

/*
 * seats         as "A1,A2"; "": an empty list
 * hold_seconds  0: it says nothing of them
 */
const char *ask_reserve(const char *show_id, const char *request_id, const char *session,
                        const char *seats, int hold_seconds);
void ask_send_reserve(const char *show_id, const char *request_id, const char *session,
                      const char *seats, int hold_seconds);

/* Release or confirm, under a new request id; the others likewise. */
const char *ask_on_hold(const char *show_id, const char *type, const char *hold,
                        const char *session);
const char *ask_extend(const char *show_id, const char *hold, const char *session,
                       int hold_seconds);
const char *ask_cancel(const char *show_id, const char *hold, const char *owner_key);
const char *ask_expire(const char *show_id, const char *hold);

/*
 * Wait until all holds of the show have lapsed that are held and were made for so many seconds at
 * most; 0: all that are held.
 */
void ask_await_lapse(const char *show_id, int hold_seconds_max);

#endif
