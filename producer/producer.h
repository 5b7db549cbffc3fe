/*
 * producer.h - the parts of holdfast-producer: where requests come from, where replies go.
 */
#ifndef HOLDFAST_PRODUCER_PRODUCER_H
#define HOLDFAST_PRODUCER_PRODUCER_H

#include "common/pipeline/client.h"
#include "common/program/options.h"

struct settings {
#include "common/program/options_fields.h"
#include "common/program/options.def"
#include "producer/options.def"
	struct pairs kafka;
};

/* Replies in the order of the requests, and the exit code that they add up to. */
struct outbox;

struct outbox *outbox_open(size_t slots, bool is_printing); /* NULL: out of memory */
void outbox_close(struct outbox *outbox);
bool outbox_is_full(const struct outbox *outbox);
void *outbox_take_slot(struct outbox *outbox); /* the token of the next request; not when full */
void outbox_on_answer(void *outbox, const struct client_answer *answer);
enum exit_code outbox_exit_code(const struct outbox *outbox);

/* Send one request, which is complete; waits while the queue or the outbox is full. */
enum rc publish(struct client *client, struct outbox *outbox, struct text show_id,
                struct text value, struct err *e) NODISCARD;

/* Send each line of standard input. RC_REJECT: exit code 2, a line is no request; names it. */
enum rc publish_lines(struct client *client, struct outbox *outbox, struct err *e) NODISCARD;

/*
 * Append the request that the flags say; nothing where there is no --type, and then no flag of a
 * request may be there. RC_REJECT: exit code 2, names the flag.
 */
enum rc request_of_flags(const struct settings *s, struct buf *value, struct err *e) NODISCARD;

#endif
