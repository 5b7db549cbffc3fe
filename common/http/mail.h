/*
 * mail.h - the mailbox of a loop: what others ask of it, in the order in which they asked.
 *
 * Threads: posting any; the rest the loop's.
 */
#ifndef HOLDFAST_HTTP_MAIL_H
#define HOLDFAST_HTTP_MAIL_H

#include <pthread.h>
#include <stdbool.h>

enum mail_kind {
	MAIL_ARRIVAL, /* a client on its way from the loop that accepted it */
	MAIL_REPLY,
	MAIL_VIEW,    /* hub.h has this one and the next */
	MAIL_FRAME,
};

/* The first member of what is posted. */
struct mail {
	struct mail *next;
	enum mail_kind kind;
};

struct mailbox {
	int wake; /* eventfd: readable where there is mail, or mailbox_wake was called */
	pthread_mutex_t lock; /* over what follows */
	struct mail *first, **end;
};

bool mailbox_open(struct mailbox *box); /* false: no descriptor; it is to be closed all the same */
void mailbox_close(struct mailbox *box); /* an empty one */

void mailbox_post(struct mailbox *box, struct mail *mail); /* taken */
void mailbox_wake(struct mailbox *box);

/* All there is, the oldest first, linked by next; it is not readable any more. NULL: none. */
struct mail *mailbox_take(struct mailbox *box);

#endif
