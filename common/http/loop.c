#include "common/http/loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <utlist.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/conn.h"

#define EVENTS_MAX 64
#define ACCEPTS_MAX 64         /* in one turn */
#define ACCEPT_PAUSE_MS 100    /* where there is no descriptor for another client */
#define WATCHED_WAIT_MS 1000

/* The loop whose thread this is. */
static _Thread_local struct loop *own;

/* ---- answers ---- */

void loops_answer(struct loops *loops, struct reply *reply)
{
	unsigned number = reply->token.place >> CONNS_SLOT_BITS;
	struct conn *conn = own && own->loops == loops ? own->conns.served : NULL;

	/* Whoever is answered inside the handler is so at once. */
	if (conn && !conn->out && own->conns.loop == number) {
		struct http_token token = conns_token(&own->conns, conn);

		if (token.place == reply->token.place && token.generation == reply->token.generation) {
			conn_answer_served(&own->conns, conn, reply);
			return;
		}
	}
	if (number < loops->count)
		mailbox_post(&loops->list[number]->mailbox, &reply->mail);
	else
		reply_release(reply);
}

/* ---- clients ---- */

static void accept_again(struct loop *loop, bool is_accepting)
{
	struct epoll_event event = {.events = is_accepting ? EPOLLIN : 0,
	                            .data.ptr = &loop->loops->address};

	if (loop->is_accepting == is_accepting)
		return;
	(void)epoll_ctl(loop->conns.epoll, EPOLL_CTL_MOD, loop->loops->address.fd, &event);
	loop->is_accepting = is_accepting;
}

unsigned loop_load(const struct loop *loop)
{
	return atomic_load(&loop->here) + atomic_load(&loop->on_their_way);
}

static void deal(struct loops *loops, int fd, const struct http_peer *peer)
{
	struct loop *least = loops->list[0];
	struct arrival *arrival;

	for (unsigned i = 1; i < loops->count; i++)
		if (loop_load(loops->list[i]) < loop_load(least))
			least = loops->list[i];
	if (least == own) {
		conn_begin(&least->conns, fd, peer);
		return;
	}
	arrival = malloc(sizeof *arrival);
	if (!arrival) {
		text_say_memory_ran_out();
		close(fd);
		return;
	}
	*arrival = (struct arrival){{.kind = MAIL_ARRIVAL}, fd, *peer};
	atomic_fetch_add(&least->on_their_way, 1);
	mailbox_post(&least->mailbox, &arrival->mail);
}

static void accept_some(struct loop *loop)
{
	struct http_peer peer;

	for (int i = 0; i < ACCEPTS_MAX; i++) {
		int fd = address_accept(&loop->loops->address, &peer);

		if (fd >= 0) {
			deal(loop->loops, fd, &peer);
			atomic_store(&loop->here, loop->conns.count);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			loop->accept_ms = loop->conns.now_ms + ACCEPT_PAUSE_MS;
			accept_again(loop, false);
			if (!loop->is_short)
				log_warning("no client can be accepted now", F_STR("why", strerror(errno)));
		}
		loop->is_short = loop->accept_ms != 0;
		return;
	}
}

/* ---- turns ---- */

static void begin_draining(struct loop *loop)
{
	struct conns *c = &loop->conns;

	c->is_draining = true;
	loop->accept_ms = 0;
	if (c->loop == 0 && loop->loops->address.fd >= 0) {
		(void)epoll_ctl(c->epoll, EPOLL_CTL_DEL, loop->loops->address.fd, NULL);
		address_close(&loop->loops->address);
	}
	for (uint32_t i = 0; i < c->slot_count; i++)
		if (c->slots[i].conn)
			conn_drain(c, c->slots[i].conn);
	hub_drain(&loop->hub);
}

static void take_arrival(struct loop *loop, struct mail *mail)
{
	struct arrival *arrival = (struct arrival *)mail;

	if (loop->conns.is_draining)
		close(arrival->fd);
	else
		conn_begin(&loop->conns, arrival->fd, &arrival->peer);
	atomic_store(&loop->here, loop->conns.count);
	atomic_fetch_sub(&loop->on_their_way, 1);
	free(arrival);
}

static void take_reply(struct loop *loop, struct mail *mail)
{
	struct reply *reply = (struct reply *)mail;
	struct conn *conn = conns_find(&loop->conns, reply->token);

	if (conn)
		conn_answer(&loop->conns, conn, reply);
	else
		reply_release(reply);
}

static void take_view(struct loop *loop, struct mail *mail)
{
	struct view_mail *view = (struct view_mail *)mail;
	struct conn *conn = conns_find(&loop->conns, view->token);
	struct buf rest = {0};
	int fd = conn ? conns_hand_over(&loop->conns, conn, &rest) : -1;

	hub_take_view(&loop->hub, view, fd, buf_text(&rest));
	buf_release(&rest);
}

static void read_mail(struct loop *loop)
{
	struct mail *all = mailbox_take(&loop->mailbox), *mail;

	while ((mail = all) != NULL) {
		LL_DELETE(all, mail);
		if (mail->kind == MAIL_ARRIVAL)
			take_arrival(loop, mail);
		else if (mail->kind == MAIL_VIEW)
			take_view(loop, mail);
		else if (mail->kind == MAIL_FRAME)
			hub_take_frame(&loop->hub, (struct frame_mail *)mail);
		else
			take_reply(loop, mail);
	}
	if (atomic_load(&loop->loops->is_draining) && !loop->conns.is_draining)
		begin_draining(loop);
}

static int wait_ms(struct loop *loop)
{
	int64_t now_ms = clock_monotonic_ms(), ms = wheel_wait_ms(&loop->conns.wheel, now_ms);
	int64_t hub_ms = hub_wait_ms(&loop->hub, now_ms);

	if (hub_ms >= 0 && (ms < 0 || ms > hub_ms))
		ms = hub_ms;
	if (loop->accept_ms && (ms < 0 || ms > loop->accept_ms - now_ms))
		ms = loop->accept_ms > now_ms ? loop->accept_ms - now_ms : 0;
	if (loop->loops->settings.is_watched && (ms < 0 || ms > WATCHED_WAIT_MS))
		ms = WATCHED_WAIT_MS;
	return (int)ms;
}

static void expire(struct loop *loop)
{
	struct conns *c = &loop->conns;
	struct wheel_entry *entry;

	while ((entry = wheel_take(&c->wheel, c->now_ms)) != NULL)
		conn_expire(c, (struct conn *)entry);
	if (loop->accept_ms && loop->accept_ms <= c->now_ms && !c->is_draining) {
		loop->accept_ms = 0;
		accept_again(loop, true);
	}
}

static void tell_load(struct loop *loop)
{
	atomic_store(&loop->here, loop->conns.count);
	if (!loop->conns.is_draining || loop->conns.count || atomic_load(&loop->is_drained))
		return;
	wait_lock(&loop->loops->drained);
	atomic_store(&loop->is_drained, true);
	wait_wake(&loop->loops->drained);
	wait_unlock(&loop->loops->drained);
}

static void turn(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(loop->conns.epoll, events, EVENTS_MAX, wait_ms(loop));
	bool is_hub_ready = false;

	if (loop->loops->settings.is_watched)
		watchdog_beat();
	loop->conns.now_ms = loop->hub.viewers.now_ms = clock_monotonic_ms();
	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr == &loop->loops->address)
			accept_some(loop);
		else if (events[i].data.ptr == loop)
			read_mail(loop);
		else if (events[i].data.ptr == &loop->hub)
			is_hub_ready = true;
		else
			conn_ready(&loop->conns, events[i].data.ptr, events[i].events);
	}
	expire(loop);
	hub_turn(&loop->hub, is_hub_ready);
	conns_sweep(&loop->conns);
	tell_load(loop);
}

static void discard(struct loop *loop, struct mail *mail)
{
	switch (mail->kind) {
	case MAIL_VIEW:
		hub_take_view(&loop->hub, (struct view_mail *)mail, -1, (struct text){NULL, 0});
		break;
	case MAIL_FRAME:
		hub_discard(mail);
		break;
	case MAIL_ARRIVAL:
		close(((struct arrival *)mail)->fd);
		free(mail);
		break;
	case MAIL_REPLY:
		reply_release((struct reply *)mail);
		break;
	}
}

static void discard_mail(struct loop *loop)
{
	struct mail *all = mailbox_take(&loop->mailbox), *mail;

	while ((mail = all) != NULL) {
		LL_DELETE(all, mail);
		discard(loop, mail);
	}
}

static void *run(void *argument)
{
	struct loop *loop = argument;
	char name[WATCHDOG_NAME_BYTES];

	own = loop;
	snprintf(name, sizeof name, "HTTP loop %u", loop->conns.loop);
	if (loop->loops->settings.is_watched)
		watchdog_enter(&loop->watchdog, name);
	while (!atomic_load(&loop->loops->is_closing))
		turn(loop);
	for (uint32_t i = 0; i < loop->conns.slot_count; i++)
		if (loop->conns.slots[i].conn)
			conn_end(&loop->conns, loop->conns.slots[i].conn);
	discard_mail(loop);
	hub_end(&loop->hub);
	if (loop->loops->settings.is_watched)
		watchdog_leave(&loop->watchdog);
	return NULL;
}

/* ---- all of them ---- */

static bool watch(int epoll, int fd, void *name)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = name};

	return !epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static struct loop *make(struct loops *loops, uint32_t number, unsigned connections_max)
{
	struct loop *loop = calloc(1, sizeof *loop);
	struct conns *c;

	if (!loop)
		return NULL;
	c = &loop->conns;
	loop->loops = loops;
	c->settings = &loops->settings;
	c->handler = &loops->handler;
	c->loop = number;
	conns_limit(c, connections_max);
	c->now_ms = clock_monotonic_ms();
	wheel_open(&c->wheel, c->now_ms);
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	(void)mailbox_open(&loop->mailbox);
	(void)hub_open(&loop->hub, &loops->handler, number, &c->count, loops->settings.drain_ms);
	return loop;
}

static bool start(struct loop *loop)
{
	struct conns *c = &loop->conns;

	loop->is_accepting = c->loop == 0;
	loop->is_running = c->epoll >= 0 && watch(c->epoll, loop->mailbox.wake, loop) &&
	                   watch(c->epoll, loop->hub.viewers.epoll, &loop->hub) &&
	                   (c->loop || watch(c->epoll, loop->loops->address.fd, &loop->loops->address)) &&
	                   !pthread_create(&loop->thread, NULL, run, loop);
	return loop->is_running;
}

enum rc loops_open(struct loops *loops, unsigned count, unsigned connections_max, struct err *e)
{
	unsigned share = (connections_max + count - 1) / count;

	wait_open(&loops->drained);
	/* The first one deals to all: it starts when all are there. */
	for (; loops->count < count; loops->count++)
		if (!(loops->list[loops->count] = make(loops, loops->count, share)))
			return err_out_of_memory(e);
	for (unsigned i = count; i-- > 0;)
		if (!start(loops->list[i]))
			return err_set(e, RC_FATAL, FROM_PROGRAM, "no thread or descriptor to serve HTTP");
	return RC_OK;
}

static bool are_drained(struct loops *loops)
{
	for (unsigned i = 0; i < loops->count; i++)
		if (!atomic_load(&loops->list[i]->is_drained))
			return false;
	return true;
}

bool loops_drain(struct loops *loops, int64_t wait_ms)
{
	int64_t until_ms = clock_monotonic_ms() + wait_ms;
	bool is_in_time = true, is_drained = false;

	atomic_store(&loops->is_draining, true);
	for (unsigned i = 0; i < loops->count; i++)
		mailbox_wake(&loops->list[i]->mailbox);
	wait_lock(&loops->drained);
	while (!(is_drained = are_drained(loops)) && is_in_time)
		is_in_time = wait_until(&loops->drained, until_ms);
	wait_unlock(&loops->drained);
	return is_drained;
}

static void release(struct loop *loop)
{
	discard_mail(loop);
	hub_close(&loop->hub);
	conns_release(&loop->conns);
	if (loop->conns.epoll >= 0)
		close(loop->conns.epoll);
	mailbox_close(&loop->mailbox);
	free(loop);
}

void loops_close(struct loops *loops)
{
	atomic_store(&loops->is_closing, true);
	for (unsigned i = 0; i < loops->count; i++) {
		if (!loops->list[i]->is_running)
			continue;
		mailbox_wake(&loops->list[i]->mailbox);
		pthread_join(loops->list[i]->thread, NULL);
	}
	for (unsigned i = 0; i < loops->count; i++)
		release(loops->list[i]);
	loops->count = 0;
	address_close(&loops->address);
	wait_close(&loops->drained);
}
