/*
 * ordered_replies.h - keeps replies until those before them are there, prints them in the order of
 * the requests, and says what they add up to.
 */
#ifndef HOLDFAST_PRODUCER_ORDERED_REPLIES_H
#define HOLDFAST_PRODUCER_ORDERED_REPLIES_H

#include "common/pipeline/client.h"

struct ordered_replies;

/* slots: of requests whose reply is not printed yet. NULL: out of memory. */
struct ordered_replies *ordered_replies_open(size_t slots, bool is_printing);
void ordered_replies_close(struct ordered_replies *replies);
bool ordered_replies_is_full(const struct ordered_replies *replies);
/* The token of the next request; not when full. */
void *ordered_replies_take_slot(struct ordered_replies *replies);
void ordered_replies_on_answer(void *replies, const struct client_answer *answer);
/* Was one not delivered as the right to write is missing? No other will be. */
bool ordered_replies_may_not_send(const struct ordered_replies *replies);
/*
 * Was every request published, answered, printed and accepted?
 *
 * RC_RETRY  FROM_REPLY: one has no reply; else one was not delivered: FROM_KAFKA, FROM_SETTINGS
 * RC_FATAL  FROM_RIGHTS: one may not be delivered; FROM_PROGRAM: a reply could not be printed
 * RC_REJECT FROM_REPLY: one was refused
 */
enum rc ordered_replies_judge(const struct ordered_replies *replies, struct err *e) NODISCARD;

#endif
