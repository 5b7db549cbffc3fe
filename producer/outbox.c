/*
 * Keeps replies until those before them are there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "producer/producer.h"

struct slot {
	bool is_answered;
	char *reply; /* NULL: nothing to print */
	struct outbox *outbox;
};

/* A ring: slots from head on are taken, the first `taken` of them. */
struct outbox {
	struct slot *slots;
	size_t count, head, taken;
	bool is_printing;
	bool has_unsent, has_no_reply, has_rejected, has_unprinted;
};

struct outbox *outbox_open(size_t slots, bool is_printing)
{
	struct outbox *outbox = calloc(1, sizeof *outbox);

	if (!outbox)
		return NULL;
	outbox->slots = calloc(slots, sizeof outbox->slots[0]);
	outbox->count = slots;
	outbox->is_printing = is_printing;
	if (!outbox->slots) {
		free(outbox);
		return NULL;
	}
	return outbox;
}

void outbox_close(struct outbox *outbox)
{
	if (!outbox)
		return;
	for (size_t i = 0; i < outbox->count; i++)
		free(outbox->slots[i].reply);
	free(outbox->slots);
	free(outbox);
}

bool outbox_is_full(const struct outbox *outbox)
{
	return outbox->taken == outbox->count;
}

void *outbox_take_slot(struct outbox *outbox)
{
	struct slot *slot = &outbox->slots[(outbox->head + outbox->taken++) % outbox->count];

	*slot = (struct slot){.outbox = outbox};
	return slot;
}

static void print_head(struct outbox *outbox)
{
	bool has_printed = false;

	while (outbox->taken && outbox->slots[outbox->head].is_answered) {
		struct slot *slot = &outbox->slots[outbox->head];

		if (slot->reply) {
			puts(slot->reply);
			has_printed = true;
		}
		free(slot->reply);
		slot->reply = NULL;
		outbox->head = (outbox->head + 1) % outbox->count;
		outbox->taken--;
	}
	if (has_printed && (fflush(stdout) || ferror(stdout)) && !outbox->has_unprinted) {
		outbox->has_unprinted = true;
		log_error("replies cannot be printed");
	}
}

static char *copy(struct text t)
{
	char *copied = malloc(t.bytes + 1);

	if (!copied)
		return NULL;
	memcpy(copied, t.data, t.bytes);
	copied[t.bytes] = '\0';
	return copied;
}

void outbox_on_answer(void *context, const struct client_answer *answer)
{
	struct outbox *outbox = context;
	struct slot *slot = answer->token;

	slot->is_answered = true;
	if (answer->how == CLIENT_UNSENT) {
		outbox->has_unsent = true;
		log_error("request not delivered", F_STR("error", answer->why));
	} else if (answer->how == CLIENT_TIMED_OUT) {
		outbox->has_no_reply = true;
		log_error("no reply in time", F_INT("partition", answer->partition),
		          F_INT("offset", answer->offset));
	} else if (answer->reply.data) {
		outbox->has_rejected = outbox->has_rejected || !reply_is_accepted(&answer->view);
		slot->reply = outbox->is_printing ? copy(answer->reply) : NULL;
		outbox->has_unprinted = outbox->has_unprinted || (outbox->is_printing && !slot->reply);
	}
	print_head(outbox);
}

enum rc outbox_judge(const struct outbox *outbox, struct err *e)
{
	if (outbox->has_unsent)
		return err_set(e, RC_RETRY, FROM_KAFKA, "a request was not delivered");
	if (outbox->has_no_reply)
		return err_set(e, RC_RETRY, FROM_REPLY, "a request has no reply");
	if (outbox->has_unprinted)
		return err_set(e, RC_FATAL, FROM_PROGRAM, "a reply could not be printed");
	if (outbox->has_rejected)
		return err_set(e, RC_REJECT, FROM_REPLY, "a request was refused");
	return RC_OK;
}
