/*
 * judge.h - one decided request beside what the installation has published for it.
 *
 * Knows: the decision, the places where its messages appear. Doesn't know: how it was decided, the
 * requests around it.
 * Threads: that of its partition.
 */
#ifndef HOLDFAST_WORKER_SHADOW_JUDGE_H
#define HOLDFAST_WORKER_SHADOW_JUDGE_H

#include "worker/shadow/book.h"
#include "worker/shadow/listen.h"

/*
 * How long a message is waited for that can no more come in its order: an open transaction hides one
 * from readers for no longer.
 */
#define JUDGE_HIDDEN_MS 20000

#define JUDGE_DIFFERENT_MAX 64 /* requests whose reply differs that are remembered, for their events */

struct judge {
	struct listen *listen;    /* borrowed, as is the next */
	struct book *book;
	struct messages messages; /* its pipeline and partition set by the caller */
	struct difference difference;
	struct buf here, there;
	int64_t different[JUDGE_DIFFERENT_MAX]; /* a ring of offsets */
	size_t different_count; /* so far */
	/* Monotonic: since when only what is hidden can be missing; 0: something may still come. */
	int64_t reply_since_ms, events_since_ms;
};
void judge_release(struct judge *judge);

/*
 * Compare, and count in the book, what is to be had of the decided entry.
 *
 * is_done  false: its reply, or one of its events, is not there yet
 *
 * RC_RETRY, RC_FATAL  as of listen_place and messages_make_reply
 */
enum rc judge_entry(struct judge *judge, const struct entry *entry, bool *is_done,
                    struct err *e) NODISCARD;

/* Say the first difference of each show, which book_save has found to be that. */
void judge_tell(const struct book *book);

#endif
