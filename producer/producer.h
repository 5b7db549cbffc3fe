/*
 * producer.h - the parts of holdfast-producer: where requests come from, where replies go.
 */
#ifndef HOLDFAST_PRODUCER_PRODUCER_H
#define HOLDFAST_PRODUCER_PRODUCER_H

#include "common/pipeline/client.h"
#include "producer/settings.h"

/* Replies in the order of the requests, and what they add up to. */
struct outbox;

struct outbox *outbox_open(size_t slots, bool is_printing); /* NULL: out of memory */
void outbox_close(struct outbox *outbox);
bool outbox_is_full(const struct outbox *outbox);
void *outbox_take_slot(struct outbox *outbox); /* the token of the next request; not when full */
void outbox_on_answer(void *outbox, const struct client_answer *answer);
/*
 * Was every request published, answered, printed and accepted?
 *
 * RC_RETRY  FROM_KAFKA: one was not delivered; FROM_REPLY: one has no reply
 * RC_FATAL  a reply could not be printed
 * RC_REJECT FROM_REPLY: one was refused
 */
enum rc outbox_judge(const struct outbox *outbox, struct err *e) NODISCARD;

/*
 * Publish one request, which is complete, or without one each line of standard input; await what is
 * to be awaited. What goes wrong is logged.
 *
 * RC_USAGE: a line is no request; else as of outbox_judge
 */
enum rc publish_run(const struct settings *s, const struct pipeline *pipeline, struct text value,
                    struct err *e) NODISCARD;

/*
 * Append the request that the flags say; nothing where there is no --type, and then no flag of a
 * request may be there. RC_USAGE: names the flag.
 */
enum rc request_of_flags(const struct settings *s, struct buf *value, struct err *e) NODISCARD;

#endif
