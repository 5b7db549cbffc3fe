#include "producer/ordered_replies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

struct slot {
	bool is_answered;
	char *reply; /* NULL: nothing to print */
};

/* A ring: slots from head on are taken, the first `taken` of them. */
struct ordered_replies {
	struct slot *slots;
	size_t count, head, taken;
	bool is_printing;
	struct err unsent; /* why the first that was not delivered was not; RC_OK: all were */
	bool has_no_reply, has_rejected, has_unprinted;
};

struct ordered_replies *ordered_replies_open(size_t slots, bool is_printing)
{
	struct ordered_replies *replies = calloc(1, sizeof *replies);

	if (!replies)
		return NULL;
	replies->slots = calloc(slots, sizeof replies->slots[0]);
	replies->count = slots;
	replies->is_printing = is_printing;
	if (!replies->slots) {
		free(replies);
		return NULL;
	}
	return replies;
}

void ordered_replies_close(struct ordered_replies *replies)
{
	if (!replies)
		return;
	for (size_t i = 0; i < replies->count; i++)
		free(replies->slots[i].reply);
	free(replies->slots);
	free(replies);
}

bool ordered_replies_is_full(const struct ordered_replies *replies)
{
	return replies->taken == replies->count;
}

void *ordered_replies_take_slot(struct ordered_replies *replies)
{
	struct slot *slot = &replies->slots[(replies->head + replies->taken++) % replies->count];

	*slot = (struct slot){0};
	return slot;
}

static void print_head(struct ordered_replies *replies)
{
	bool has_printed = false;

	while (replies->taken && replies->slots[replies->head].is_answered) {
		struct slot *slot = &replies->slots[replies->head];

		if (slot->reply) {
			puts(slot->reply);
			has_printed = true;
		}
		free(slot->reply);
		slot->reply = NULL;
		replies->head = (replies->head + 1) % replies->count;
		replies->taken--;
	}
	if (has_printed && (fflush(stdout) || ferror(stdout)) && !replies->has_unprinted) {
		replies->has_unprinted = true;
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

void ordered_replies_on_answer(void *context, const struct client_answer *answer)
{
	struct ordered_replies *replies = context;
	struct slot *slot = answer->token;

	slot->is_answered = true;
	if (answer->how == CLIENT_UNSENT) {
		/* One that is for a missing right tells more than another. */
		if (!replies->unsent.rc || answer->why->origin == FROM_RIGHTS)
			replies->unsent = *answer->why;
		log_err(LOG_ERROR, "request not delivered", answer->why);
	} else if (answer->how == CLIENT_TIMED_OUT) {
		replies->has_no_reply = true;
		log_error("no reply in time", F_INT("partition", answer->partition),
		          F_INT("offset", answer->offset));
	} else if (answer->reply.data) {
		replies->has_rejected = replies->has_rejected || !reply_is_accepted(&answer->view);
		slot->reply = replies->is_printing ? copy(answer->reply) : NULL;
		replies->has_unprinted = replies->has_unprinted || (replies->is_printing && !slot->reply);
	}
	print_head(replies);
}

bool ordered_replies_may_not_send(const struct ordered_replies *replies)
{
	return replies->unsent.origin == FROM_RIGHTS && replies->unsent.rc;
}

enum rc ordered_replies_judge(const struct ordered_replies *replies, struct err *e)
{
	if (replies->unsent.rc) {
		*e = replies->unsent;
		return e->rc;
	}
	if (replies->has_no_reply)
		return err_set(e, RC_RETRY, FROM_REPLY, "a request has no reply");
	if (replies->has_unprinted)
		return err_set(e, RC_FATAL, FROM_PROGRAM, "a reply could not be printed");
	if (replies->has_rejected)
		return err_set(e, RC_REJECT, FROM_REPLY, "a request was refused");
	return RC_OK;
}
