/*
 * sending.h - the viewers of a loop, and how one is sent what it is given.
 *
 * It owns no buffer while it reads what it is sent. One that does not holds the frame it is in the
 * middle of, and is given none. After each of these it may be gone (VIEWER_GONE); its memory stays
 * until its owner takes it off the list of those. How else it lives: viewer.h.
 *
 * Knows: one socket, frames. Doesn't know: feeds, what a client says.
 * Threads: the loop's, but viewer_make and viewer_free any, and the figures, which any may read.
 */
#ifndef HOLDFAST_HTTP_SENDING_H
#define HOLDFAST_HTTP_SENDING_H

#include <stdatomic.h>

#include "common/http/frame.h"
#include "common/http/frame_bytes.h"
#include "common/http/handler.h"
#include "common/http/wheel.h"

#define VIEWER_HEARD_MAX 10       /* frames of a client in VIEWER_HEARD_MS */
#define VIEWER_HEARD_MS 10000
#define VIEWER_SILENT_MS 75000    /* the longest without a frame from a WebSocket's client */
#define VIEWER_STUCK_MS 30000     /* without taking a byte of what waits for it */
#define VIEWER_CLOSING_MS 5000    /* to take the last frame and close its side */
#define VIEWER_SEND_BYTES 16384   /* in the kernel, once the first frame is out */

enum viewer_state {
	VIEWER_OPEN,
	VIEWER_CLOSING, /* is given nothing more; what it has is sent yet */
	VIEWER_SHUT,    /* it was told the end: what still comes is thrown away */
	VIEWER_GONE,
};

/* What one viewer alone is sent: the answer to its request, then control frames. */
struct viewer_own {
	size_t bytes;
	size_t last_begin; /* of the last control frame, which a newer one may replace; else `bytes` */
	char data[];
};

/* The beginning of a frame of its client. */
struct viewer_heard {
	size_t bytes;
	char data[];
};

struct viewer {
	struct wheel_entry timer;   /* the first member: an entry is its viewer */
	void *feed;                 /* for its owner */
	struct viewer_own *own;
	struct http_frame *frame;   /* that it is in the middle of, or begins with: a reference */
	union {
		struct viewer_heard *heard;
		struct viewer *next_gone;
	};
	int64_t position;
	uint32_t generation;        /* 0: it knows nothing */
	uint32_t index;             /* for its owner */
	uint32_t tag;
	int fd;
	uint32_t moved_bytes;       /* of own or frame, whichever is sent at the moment */
	/* Times in milliseconds, of which the upper half is left out. */
	uint32_t heard_ms, moved_ms;
	union {
		uint32_t resync_ms;     /* with has_resynced */
		uint32_t leave_ms;      /* with is_leaving */
	};
	uint16_t heard_at[VIEWER_HEARD_MAX]; /* in HEARD_UNIT_MS: the last frames of its client */
	uint8_t heard_count, heard_next;
	uint8_t state;              /* enum viewer_state */
	bool is_sse : 1, sends_own : 1, is_blocked : 1, is_small : 1, has_resynced : 1, is_leaving : 1;
	bool is_missed : 1;         /* a frame that it should have had */
};

/* What viewers of a loop have in common. */
struct viewers {
	const struct http_handler *handler;
	int epoll;                  /* of viewers alone */
	uint64_t random;            /* the state of viewers_random */
	int64_t now_ms;
	atomic_uint count;
	struct wheel wheel;
	struct viewer *gone;        /* linked by next_gone */
	struct {
		atomic_ullong frames, bytes, missed;
	} figures;
};

uint64_t viewers_random(struct viewers *w, uint64_t below); /* to spread, not to hide */

/* One without a socket yet; head: the answer to its request. NULL: no memory */
struct viewer *viewer_make(struct text head, bool is_sse, uint32_t tag);
void viewer_free(struct viewer *v); /* one that is gone, or was never opened */

uint32_t viewer_events(const struct viewer *v); /* EPOLL..., while nothing waits to be sent */
void viewer_set_timer(struct viewers *w, struct viewer *v); /* of an open one */
int64_t viewer_since(const struct viewers *w, uint32_t ms); /* one of its times */

bool viewer_is_busy(const struct viewer *v); /* it can be given nothing now */
/* One that is open and not busy stands at the end of the frame then, or has missed it. */
void viewer_give(struct viewers *w, struct viewer *v, struct http_frame *frame);
void viewer_miss(struct viewers *w, struct viewer *v);

/* A control frame. A pong that has not begun gives way to what comes behind it. */
void viewer_say(struct viewers *w, struct viewer *v, struct text bytes);
void viewer_flush(struct viewers *w, struct viewer *v); /* send what waits */

void viewer_drop(struct viewers *w, struct viewer *v); /* at once, without a word */

#endif
