#include "tests/bench/map/crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/bench/map/intake.h"

#define EVENTS_MAX 512
#define UNDER_WAY_MAX 1000      /* viewers that are connecting */
#define IDLE_BYTES 8192         /* that a viewer takes who does not read */
#define PORTS_PER_SOURCE 10000
#define JOIN_MS 120000
#define AGAIN_MS 1000           /* whoever is sent away waits for so long at most */

struct crowd crowd;

/* ---- the end of a connection ---- */

static void hang_up(struct viewer *v)
{
	close(v->fd);
	v->fd = -1;
	v->is_open = false;
	crowd.waiting -= v->awaits_first;
	v->awaits_first = false;
	free(v->kept);
	v->kept = NULL;
	v->kept_bytes = 0;
}

static void come_again(struct viewer *v)
{
	v->address = (unsigned char)((v->address + 1u) % crowd.address_count);
	v->again_ms = clock_monotonic_ms() + rand() % AGAIN_MS + 1;
}

void crowd_drop(struct viewer *v, bool has_failed)
{
	hang_up(v);
	if (has_failed)
		crowd.failed++;
	else if (v->is_idle)
		crowd.idle_closed++;
	else
		crowd.closed++;
	if (crowd.comes_again && !has_failed)
		come_again(v);
}

/* ---- connecting ---- */

static void watch(struct viewer *v, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = v};

	(void)epoll_ctl(crowd.epoll, operation, v->fd, &event);
}

static int write_request(const struct viewer *v, char *request, size_t room)
{
	char since[160] = "";

	if (v->seen != crowd.nothing)
		snprintf(since, sizeof since, "&since=%s:%lld&layout=%s", v->seen->epoch, v->seen->o,
		         v->seen->layout);
	return snprintf(request, room,
	                "GET %s%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\n"
	                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	                "Sec-WebSocket-Protocol: holdfast.seats.v1\r\n\r\n",
	                crowd.target, since, crowd.host);
}

/* Of another address of this machine every PORTS_PER_SOURCE. At a Unix socket there are none. */
static bool reach(const struct viewer *v)
{
	const struct crowd_address *to = &crowd.addresses[v->address];
	unsigned number = (unsigned)(v - crowd.viewers);
	struct sockaddr_in from = {.sin_family = AF_INET};
	const int yes = 1;

	from.sin_addr.s_addr = htonl(0x7f000002 + number / PORTS_PER_SOURCE);
	if (to->is.any.sa_family == AF_INET &&
	    (setsockopt(v->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes) ||
	     bind(v->fd, (struct sockaddr *)&from, sizeof from)))
		return false;
	return !connect(v->fd, &to->is.any, to->bytes);
}

/* false: nobody listens there */
static bool begin(struct viewer *v)
{
	const int yes = 1, little = IDLE_BYTES;
	char request[2048];
	int length = write_request(v, request, sizeof request);

	v->again_ms = 0;
	v->fd = socket(crowd.addresses[v->address].is.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (v->fd < 0) {
		perror("socket");
		exit(1);
	}
	(void)setsockopt(v->fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
	/* What is not read fills this, and then the gateway's. */
	if (v->is_idle)
		(void)setsockopt(v->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
	v->awaits_first = true;
	crowd.waiting++;
	if (!reach(v) ||
	    send(v->fd, request, (size_t)length, MSG_NOSIGNAL) < 0 ||
	    fcntl(v->fd, F_SETFL, O_NONBLOCK)) {
		hang_up(v);
		return false;
	}
	watch(v, EPOLL_CTL_ADD, EPOLLIN);
	return true;
}

bool crowd_turn(int wait_ms)
{
	struct epoll_event events[EVENTS_MAX];
	int ready = epoll_wait(crowd.epoll, events, EVENTS_MAX, wait_ms);

	for (int i = 0; i < ready; i++) {
		struct viewer *v = events[i].data.ptr;

		if (v->fd < 0)
			continue;
		if (v->is_idle && !v->awaits_first && !crowd.reads_all && events[i].events & EPOLLHUP)
			crowd_drop(v, false);
		else if (v->is_idle && !v->awaits_first && !crowd.reads_all)
			watch(v, EPOLL_CTL_MOD, 0);
		else
			intake_receive(v);
	}
	return ready > 0;
}

bool crowd_join(void)
{
	int64_t until_ms = clock_monotonic_ms() + JOIN_MS;
	unsigned begun = 0;

	while ((begun < crowd.count || crowd.waiting) && !crowd.failed &&
	       clock_monotonic_ms() < until_ms) {
		for (; begun < crowd.count && crowd.waiting < UNDER_WAY_MAX; begun++) {
			if (!begin(&crowd.viewers[begun])) {
				perror("connect");
				return false;
			}
		}
		(void)crowd_turn(100);
	}
	return begun == crowd.count && !crowd.waiting && !crowd.failed && !crowd.closed;
}

/* ---- cuts ---- */

static void cut(struct viewer *v, bool is_hard)
{
	const struct linger hard = {.l_onoff = 1};

	if (is_hard)
		(void)setsockopt(v->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	hang_up(v);
	v->address = (unsigned char)((v->address + 1u) % crowd.address_count);
	if (!begin(v))
		come_again(v);
}

void crowd_cut_and_resume(double due)
{
	static unsigned next;
	int64_t now_ms = clock_monotonic_ms();

	for (unsigned tries = 0; crowd.cuts < due && tries < crowd.count; tries++) {
		struct viewer *v = &crowd.viewers[next++ % crowd.count];

		if (v->fd >= 0 && !v->awaits_first)
			cut(v, crowd.cuts++ % 2);
	}
	for (unsigned i = 0; i < crowd.count; i++) {
		struct viewer *v = &crowd.viewers[i];

		if (v->fd < 0 && v->again_ms && v->again_ms <= now_ms && !begin(v))
			come_again(v);
	}
}

/* ---- what all see ---- */

const struct seen *crowd_seen(void)
{
	const struct seen *seen = NULL;

	for (unsigned i = 0; i < crowd.count; i++) {
		const struct viewer *v = &crowd.viewers[i];

		if (v->fd < 0 && v->is_idle)
			continue;
		if (v->fd < 0 || v->awaits_first || (seen && v->seen != seen))
			return NULL;
		seen = v->seen;
	}
	return seen;
}

long long crowd_furthest(void)
{
	long long o = -1;

	for (unsigned i = 0; i < crowd.count; i++)
		o = crowd.viewers[i].seen->o > o ? crowd.viewers[i].seen->o : o;
	return o;
}

void crowd_read_all(void)
{
	crowd.reads_all = true;
	for (unsigned i = 0; i < crowd.count; i++)
		if (crowd.viewers[i].fd >= 0 && crowd.viewers[i].is_idle)
			watch(&crowd.viewers[i], EPOLL_CTL_MOD, EPOLLIN);
}

bool crowd_open(unsigned idle_percent)
{
	crowd.viewers = need(calloc(crowd.count, sizeof *crowd.viewers));
	crowd.nothing = seen_nothing();
	for (unsigned i = 0; i < crowd.count; i++)
		crowd.viewers[i] =
		    (struct viewer){.fd = -1, .seen = seen_hold(crowd.nothing),
		                    .is_idle = i % 100 < idle_percent && !(crowd.recording && i == 0),
		                    .address = (unsigned char)(i % crowd.address_count)};
	crowd.epoll = epoll_create1(EPOLL_CLOEXEC);
	return crowd.epoll >= 0;
}
