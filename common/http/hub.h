/*
 * hub.h - the viewers of one loop by their feeds, and the frames on their way through them.
 *
 * A frame goes through the viewers of its feed in slices, between which the loop serves its
 * connections and other threads have its core first; feeds with frames take turns.
 *
 * Knows: feeds, viewers, who is behind. Doesn't know: requests.
 * Threads: the loop's, but the figures, which any may read.
 * Limits: HUB_SLICE_COST of work in one turn of the loop.
 */
#ifndef HOLDFAST_HTTP_HUB_H
#define HOLDFAST_HTTP_HUB_H

#include "common/http/mail.h"
#include "common/http/viewer.h"

#define HUB_SEND_COST 32  /* of a viewer that is sent something; of one that is looked at: 1 */
#define HUB_SLICE_COST (32 * HUB_SEND_COST) /* some 0.2 ms */

/* A request that becomes a viewer. */
struct view_mail {
	struct mail mail;
	struct http_token token;
	uint32_t feed;
	struct viewer *viewer;    /* its own */
	struct http_frame *first; /* a reference */
};

/* A frame for viewers of a feed. */
struct frame_mail {
	struct mail mail;
	uint32_t feed;
	struct http_frame *frame; /* a reference, and one loop that has not passed it on */
	bool is_catch_up;         /* for those who are behind at: */
	uint32_t generation;
	int64_t position;
};

struct feed;

struct hub {
	struct viewers viewers;
	unsigned loop;
	unsigned *open_count;     /* of the loop: viewers are among its connections */
	unsigned slice_cost;      /* HUB_SLICE_COST */
	int64_t drain_ms, drained_at_ms; /* the latter: when all are to have left; 0: nobody is to */
	struct feed *feeds;
	struct feed *busy;        /* with frames on their way, in the order of their turns */
	bool has_begun, is_aside; /* with these; while it does others go before */
};

/* zeroed. false: no descriptor; it is to be closed all the same */
bool hub_open(struct hub *hub, const struct http_handler *handler, unsigned loop,
              unsigned *open_count, int64_t drain_ms);
void hub_close(struct hub *hub); /* all have ended */

/* Take the mail. fd: of the client, taken; -1: it has left. rest: what it has sent already */
void hub_take_view(struct hub *hub, struct view_mail *mail, int fd, struct text rest);
void hub_take_frame(struct hub *hub, struct frame_mail *mail);
void hub_discard(struct mail *mail); /* one of these that no hub takes; viewer_gone is not said */

/* A turn of the loop, which has set viewers.now_ms: events, deadlines, a slice of the frames. */
void hub_turn(struct hub *hub, bool is_ready); /* is_ready: viewers.epoll is */
int64_t hub_wait_ms(struct hub *hub, int64_t now_ms); /* until the next one is due; -1: none is */

void hub_drain(struct hub *hub); /* let all go, within drain_ms */
void hub_end(struct hub *hub);   /* all, at once */

#endif
