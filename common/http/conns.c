#include "common/http/conns.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <utlist.h>

#define SLOTS_MAX (UINT32_C(1) << CONNS_SLOT_BITS)
#define SLOTS_FIRST 16
#define NO_SLOT UINT32_MAX

_Static_assert(HTTP_LOOPS_MAX <= 1 << (32 - CONNS_SLOT_BITS), "a place has room for the loop");

/* ---- slots ---- */

static bool grow(struct conns *c)
{
	uint32_t count = c->slot_count ? c->slot_count * 2 : SLOTS_FIRST;
	struct conn_slot *grown;

	if (count > SLOTS_MAX)
		return false;
	grown = realloc(c->slots, count * sizeof *grown);
	if (!grown) {
		text_say_memory_ran_out();
		return false;
	}
	for (uint32_t i = c->slot_count; i < count; i++)
		grown[i] = (struct conn_slot){.next_free = i + 1 < count ? i + 1 : NO_SLOT};
	c->first_free = c->slot_count;
	c->slots = grown;
	c->slot_count = count;
	return true;
}

static bool take_slot(struct conns *c, struct conn *conn)
{
	if ((c->slot_count == 0 || c->first_free == NO_SLOT) && !grow(c))
		return false;
	conn->slot = c->first_free;
	c->first_free = c->slots[conn->slot].next_free;
	c->slots[conn->slot].conn = conn;
	return true;
}

static void give_slot(struct conns *c, const struct conn *conn)
{
	struct conn_slot *slot = &c->slots[conn->slot];

	slot->conn = NULL;
	slot->next_free = c->first_free;
	c->first_free = conn->slot;
}

void conns_renew(struct conns *c, struct conn *conn)
{
	c->slots[conn->slot].generation++;
}

struct http_token conns_token(const struct conns *c, const struct conn *conn)
{
	return (struct http_token){.place = c->loop << CONNS_SLOT_BITS | conn->slot,
	                           .generation = c->slots[conn->slot].generation};
}

struct conn *conns_find(const struct conns *c, struct http_token token)
{
	uint32_t slot = token.place & (SLOTS_MAX - 1);
	struct conn *conn = slot < c->slot_count ? c->slots[slot].conn : NULL;

	if (!conn || c->slots[slot].generation != token.generation || conn->state != CONN_WAITING ||
	    conn->out)
		return NULL;
	return conn;
}

/* ---- limits ---- */

void conns_limit(struct conns *c, unsigned connections_max)
{
	unsigned percent = c->settings->unfinished_percent;
	unsigned most = (unsigned)((uint64_t)connections_max * percent / 100);

	c->count_max = connections_max;
	c->unfinished_max = !percent ? connections_max : most ? most : 1;
}

void conns_count_late(struct conns *c, enum conn_state state)
{
	if (state == CONN_HEAD)
		conns_count_one(c->figures.head_late);
	else if (state == CONN_BODY)
		conns_count_one(c->figures.body_late);
	else if (state == CONN_IDLE)
		conns_count_one(c->figures.idle_late);
	else if (state != CONN_CLOSING)
		conns_count_one(c->figures.timed_out);
}

/* ---- states ---- */

static struct conn **list_of(struct conns *c, enum conn_state state)
{
	if (state == CONN_HEAD || state == CONN_BODY)
		return &c->unfinished;
	if (state == CONN_IDLE)
		return &c->idle;
	return state == CONN_CLOSING ? &c->closing : NULL;
}

static void enter(struct conns *c, struct conn *conn, enum conn_state state)
{
	struct conn **list = list_of(c, state);

	conn->state = state;
	if (list)
		DL_APPEND(*list, conn);
	c->unfinished_count += list == &c->unfinished;
}

static void leave(struct conns *c, struct conn *conn)
{
	struct conn **list = list_of(c, conn->state);

	if (list)
		DL_DELETE(*list, conn);
	c->unfinished_count -= list == &c->unfinished;
}

void conns_move(struct conns *c, struct conn *conn, enum conn_state state, int64_t allowed_ms)
{
	/* A body belongs to the request whose age counts. */
	if (list_of(c, conn->state) && list_of(c, conn->state) == list_of(c, state)) {
		conn->state = state;
	} else {
		leave(c, conn);
		enter(c, conn, state);
	}
	if (allowed_ms)
		wheel_set(&c->wheel, &conn->timer, c->now_ms + allowed_ms);
	else
		wheel_cancel(&conn->timer);
}

void conns_watch(struct conns *c, struct conn *conn, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = conn};

	if (events == conn->events)
		return;
	(void)epoll_ctl(c->epoll, EPOLL_CTL_MOD, conn->fd, &event);
	conn->events = events;
}

/* ---- coming and going ---- */

struct conn *conns_add(struct conns *c, int fd, const struct http_peer *peer)
{
	struct conn *conn = calloc(1, sizeof *conn);
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = conn};

	if (!conn || !take_slot(c, conn)) {
		text_say_memory_ran_out();
		free(conn);
		close(fd);
		return NULL;
	}
	conn->fd = fd;
	conn->events = event.events;
	conn->peer = *peer;
	if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event)) {
		give_slot(c, conn);
		free(conn);
		close(fd);
		return NULL;
	}
	c->count++;
	enter(c, conn, CONN_HEAD);
	return conn;
}

static void forget(struct conns *c, struct conn *conn)
{
	wheel_cancel(&conn->timer);
	leave(c, conn);
	conn->state = CONN_GONE;
	give_slot(c, conn);
	reply_release(conn->out);
	conn->out = NULL;
	LL_PREPEND(c->gone, conn);
}

/*
 * Out of epoll first: where another descriptor still leads to the same socket, closing this one
 * would not take it out.
 */
void conns_drop(struct conns *c, struct conn *conn)
{
	if (conn->state == CONN_GONE)
		return;
	(void)epoll_ctl(c->epoll, EPOLL_CTL_DEL, conn->fd, NULL);
	close(conn->fd);
	conn->fd = -1;
	c->count--;
	forget(c, conn);
}

int conns_hand_over(struct conns *c, struct conn *conn, struct buf *rest)
{
	int fd = conn->fd;

	(void)epoll_ctl(c->epoll, EPOLL_CTL_DEL, fd, NULL);
	*rest = conn->in;
	conn->in = (struct buf){0};
	conn->fd = -1;
	forget(c, conn);
	return fd;
}

void conns_sweep(struct conns *c)
{
	while (c->gone) {
		struct conn *conn = c->gone;

		LL_DELETE(c->gone, conn);
		buf_release(&conn->in);
		free(conn);
	}
}

void conns_release(struct conns *c)
{
	conns_sweep(c);
	free(c->slots);
	c->slots = NULL;
	c->slot_count = 0;
}
