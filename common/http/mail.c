#include "common/http/mail.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool mailbox_open(struct mailbox *box)
{
	pthread_mutex_init(&box->lock, NULL);
	box->first = NULL;
	box->end = &box->first;
	box->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return box->wake >= 0;
}

void mailbox_close(struct mailbox *box)
{
	if (box->wake >= 0)
		close(box->wake);
	pthread_mutex_destroy(&box->lock);
}

void mailbox_wake(struct mailbox *box)
{
	const uint64_t one = 1;

	(void)!write(box->wake, &one, sizeof one);
}

void mailbox_post(struct mailbox *box, struct mail *mail)
{
	bool was_empty;

	mail->next = NULL;
	pthread_mutex_lock(&box->lock);
	was_empty = !box->first;
	*box->end = mail;
	box->end = &mail->next;
	pthread_mutex_unlock(&box->lock);
	if (was_empty)
		mailbox_wake(box);
}

struct mail *mailbox_take(struct mailbox *box)
{
	struct mail *all;
	uint64_t unused;

	(void)!read(box->wake, &unused, sizeof unused);
	pthread_mutex_lock(&box->lock);
	all = box->first;
	box->first = NULL;
	box->end = &box->first;
	pthread_mutex_unlock(&box->lock);
	return all;
}
