/*
 * viewers - many viewers of one live seat map, by WebSocket, from many addresses of this machine.
 *
 *   viewers [--idle=PERCENT] ADDRESS:PORT TARGET COUNT SECONDS [TIMES]
 *
 * Connects COUNT viewers to ws://ADDRESS:PORT/TARGET from 127.0.0.2 and further, waits until each has
 * its map, says "ready" and reads for SECONDS. Of each frame it looks at "t" and "o": o never goes
 * back, and in the end all are at the same. So many PERCENT read nothing meanwhile, and all at the
 * end. Answers pings.
 *
 * TIMES has a line "O MS" for each change: its offset, and the time of its record in milliseconds
 * since 1970. It is read at the end; then it is said how late changes came, each at each viewer.
 * Prints lines of a name and a figure. Exit code 1 where anything was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/text.h"

#define EVENTS_MAX 512
#define READ_BYTES 262144
#define UNDER_WAY_MAX 256       /* viewers that are connecting */
#define PORTS_PER_SOURCE 10000
#define MS_MAX 10000            /* later counts as this */
#define JOIN_MS 60000
#define END_MS 10000            /* for all to be at the same place */

struct viewer {
	int fd;                     /* -1: none */
	bool is_open, is_idle, has_failed;
	long long o;                /* -1: it has no map yet */
	char *kept;                 /* the beginning of a frame */
	size_t kept_bytes;
};

/* How a frame from one offset to another came to all who got it: so many in each millisecond. */
struct frame {
	struct frame *next;
	long long from, to;
	int64_t first_ms;
	unsigned counts[MS_MAX + 1];
};

static struct viewer *viewers;
static unsigned count, open_count, map_count, failed_count, closed_count, under_way;
static unsigned long long frame_count, byte_count;
static struct frame *frames;
static int epoll;
static bool is_measuring, reads_all;
static struct sockaddr_in address;
static char request[2048];
static char bytes[READ_BYTES];

/* ---- frames ---- */

static void note(long long from, long long to)
{
	int64_t now_ms = clock_wall_ms(), late_ms;
	struct frame *f;

	for (f = frames; f && (f->from != from || f->to != to); f = f->next)
		;
	if (!f) {
		f = calloc(1, sizeof *f);
		if (!f)
			exit(1);
		*f = (struct frame){.next = frames, .from = from, .to = to, .first_ms = now_ms};
		frames = f;
	}
	late_ms = now_ms - f->first_ms;
	f->counts[late_ms < 0 ? 0 : late_ms > MS_MAX ? MS_MAX : late_ms]++;
}

static void drop(struct viewer *v, bool has_failed)
{
	close(v->fd);
	v->fd = -1;
	closed_count++;
	failed_count += has_failed;
	v->has_failed = has_failed;
	open_count -= v->is_open;
	under_way -= v->o < 0;
	map_count -= v->o >= 0;
	free(v->kept);
	v->kept = NULL;
	v->kept_bytes = 0;
}

/* payload: NUL-terminated for now */
static bool take_text(struct viewer *v, const char *payload)
{
	const char *o = strstr(payload, "\"o\":");
	bool is_map = !strncmp(payload, "{\"t\":\"snap\"", 11);
	long long at = o ? strtoll(o + 4, NULL, 10) : -1;

	if (!o || (v->o < 0 && !is_map) || at < v->o)
		return false;
	frame_count++;
	if (v->o < 0) {
		map_count++;
		under_way--;
	} else if (is_measuring && at > v->o) {
		note(v->o, at);
	}
	v->o = at;
	return true;
}

static void pong(struct viewer *v)
{
	static const char frame[] = "\x8a\x80\0\0\0\0";

	(void)!send(v->fd, frame, 6, MSG_NOSIGNAL);
}

/* One frame of the server; how many bytes it has, 0: not there yet, -1: wrong, -2: it closes. */
static long take_frame(struct viewer *v, char *data, size_t there)
{
	size_t header_bytes = 2, length;
	char behind;
	bool is_right;

	if (there < 2)
		return 0;
	length = (unsigned char)data[1];
	if (length >= 126) {
		header_bytes = length == 126 ? 4 : 10;
		if (there < header_bytes)
			return 0;
		length = 0;
		for (size_t i = 2; i < header_bytes; i++)
			length = length << 8 | (unsigned char)data[i];
	}
	if (there < header_bytes + length)
		return 0;
	if (data[0] == (char)0x89)
		pong(v);
	if (data[0] == (char)0x88)
		return -2;
	if (data[0] != (char)0x81)
		return data[0] == (char)0x89 ? (long)(header_bytes + length) : -1;
	behind = data[header_bytes + length];
	data[header_bytes + length] = '\0';
	is_right = take_text(v, data + header_bytes);
	data[header_bytes + length] = behind;
	return is_right ? (long)(header_bytes + length) : -1;
}

static void keep(struct viewer *v, const char *data, size_t rest)
{
	char *kept = rest ? malloc(rest) : NULL;

	if (rest && !kept)
		exit(1);
	if (rest)
		memcpy(kept, data, rest);
	free(v->kept);
	v->kept = kept;
	v->kept_bytes = rest;
}

/* all: what there is, from the last that was not done with */
static void take(struct viewer *v, size_t all)
{
	size_t done = 0;
	long taken = 1;

	if (!v->is_open) {
		const char *end;

		bytes[all] = '\0';
		end = strstr(bytes, "\r\n\r\n");
		if (end && strncmp(bytes, "HTTP/1.1 101 ", 13) != 0) {
			fprintf(stderr, "%.*s\n", (int)(end - bytes), bytes);
			drop(v, true);
			return;
		}
		if (end) {
			v->is_open = true;
			open_count++;
			done = (size_t)(end + 4 - bytes);
		}
	}
	while (v->is_open && taken > 0) {
		taken = take_frame(v, bytes + done, all - done);
		done += taken > 0 ? (size_t)taken : 0;
	}
	if (taken < 0)
		drop(v, taken == -1);
	else
		keep(v, bytes + done, all - done);
}

static void receive(struct viewer *v)
{
	size_t kept = v->kept_bytes;
	ssize_t got;

	if (kept >= sizeof bytes - 1) {
		drop(v, true);
		return;
	}
	if (kept)
		memcpy(bytes, v->kept, kept);
	got = recv(v->fd, bytes + kept, sizeof bytes - 1 - kept, 0);
	if (got > 0) {
		byte_count += (unsigned long long)got;
		take(v, kept + (size_t)got);
	} else if (got == 0 || errno != EAGAIN) {
		drop(v, v->o < 0);
	}
}

/* ---- connecting ---- */

static void watch(struct viewer *v, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = v};

	(void)epoll_ctl(epoll, operation, v->fd, &event);
}

static void begin(struct viewer *v, unsigned number)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	const int yes = 1;

	from.sin_addr.s_addr = htonl(0x7f000002 + number / PORTS_PER_SOURCE);
	v->o = -1;
	v->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (v->fd < 0) {
		perror("socket");
		exit(1);
	}
	(void)setsockopt(v->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
	under_way++;
	if (bind(v->fd, (struct sockaddr *)&from, sizeof from) ||
	    connect(v->fd, (struct sockaddr *)&address, sizeof address) ||
	    send(v->fd, request, strlen(request), MSG_NOSIGNAL) < 0 ||
	    fcntl(v->fd, F_SETFL, O_NONBLOCK)) {
		perror("connect");
		drop(v, true);
		return;
	}
	watch(v, EPOLL_CTL_ADD, EPOLLIN);
}

static void turn(int wait_ms)
{
	struct epoll_event events[EVENTS_MAX];
	int ready = epoll_wait(epoll, events, EVENTS_MAX, wait_ms);

	for (int i = 0; i < ready; i++) {
		struct viewer *v = events[i].data.ptr;

		if (v->fd < 0)
			continue;
		if (v->is_idle && v->o >= 0 && !reads_all && events[i].events & EPOLLHUP)
			drop(v, false);
		else if (v->is_idle && v->o >= 0 && !reads_all)
			watch(v, EPOLL_CTL_MOD, 0);
		else
			receive(v);
	}
}

static bool join_all(void)
{
	int64_t until_ms = clock_monotonic_ms() + JOIN_MS;
	unsigned begun = 0;

	while (map_count + failed_count < count && clock_monotonic_ms() < until_ms) {
		for (; begun < count && under_way < UNDER_WAY_MAX; begun++)
			begin(&viewers[begun], begun);
		turn(100);
	}
	return map_count == count;
}

/* ---- at the end ---- */

static bool are_all_there(long long *at)
{
	*at = -1;
	for (unsigned i = 0; i < count; i++)
		if (viewers[i].fd >= 0 && viewers[i].o > *at)
			*at = viewers[i].o;
	for (unsigned i = 0; i < count; i++)
		if (viewers[i].fd >= 0 && viewers[i].o != *at)
			return false;
	return true;
}

/* The changes of TIMES that a frame brought, as late as each came to each who got it. */
static void add_late(unsigned long long late[MS_MAX + 1], long long o, int64_t at_ms)
{
	for (const struct frame *f = frames; f; f = f->next) {
		if (o <= f->from || o > f->to)
			continue;
		for (int i = 0; i <= MS_MAX; i++) {
			int64_t ms = f->first_ms + i - at_ms;

			if (f->counts[i])
				late[ms < 0 ? 0 : ms > MS_MAX ? MS_MAX : ms] += f->counts[i];
		}
	}
}

static void print_part(const unsigned long long late[MS_MAX + 1], unsigned long long all,
                       const char *name, double part)
{
	unsigned long long seen = 0;
	int ms = 0;

	for (; ms < MS_MAX && (double)(seen += late[ms]) < part * (double)all; ms++)
		;
	printf("viewers.late_%s_ms %d\n", name, ms);
}

static bool print_late(const char *path)
{
	static unsigned long long late[MS_MAX + 1];
	unsigned long long all = 0;
	FILE *file = fopen(path, "r");
	long long o, at_ms;

	if (!file) {
		perror(path);
		return false;
	}
	while (fscanf(file, "%lld %lld", &o, &at_ms) == 2)
		add_late(late, o, at_ms);
	fclose(file);
	for (int i = 0; i <= MS_MAX; i++)
		all += late[i];
	printf("viewers.late_count %llu\n", all);
	print_part(late, all, "p50", 0.5);
	print_part(late, all, "p99", 0.99);
	print_part(late, all, "max", 1);
	return all > 0;
}

static double processor_s(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static bool watch_for(unsigned seconds)
{
	int64_t until_ms = clock_monotonic_ms() + seconds * INT64_C(1000);
	unsigned long long before = frame_count, bytes_before = byte_count;
	double processor_before = processor_s();
	bool is_there;
	long long at;

	is_measuring = true;
	while (clock_monotonic_ms() < until_ms)
		turn(100);
	printf("viewers.frames %llu\nviewers.bytes %llu\nviewers.processor_s %.2f\n",
	       frame_count - before, byte_count - bytes_before, processor_s() - processor_before);
	reads_all = true;
	for (unsigned i = 0; i < count; i++)
		if (viewers[i].fd >= 0 && viewers[i].is_idle)
			watch(&viewers[i], EPOLL_CTL_MOD, EPOLLIN);
	until_ms = clock_monotonic_ms() + END_MS;
	do
		turn(100);
	while (!(is_there = are_all_there(&at)) && clock_monotonic_ms() < until_ms);
	printf("viewers.open %u\nviewers.closed %u\nviewers.failed %u\nviewers.o %lld\n", open_count,
	       closed_count, failed_count, at);
	if (!is_there)
		fprintf(stderr, "not all are at %lld\n", at);
	if (closed_count)
		fprintf(stderr, "%u were closed\n", closed_count);
	return is_there && !failed_count && !closed_count;
}

/* ---- arguments ---- */

static bool read_address(const char *text)
{
	char host[64];
	unsigned port;

	address.sin_family = AF_INET;
	if (sscanf(text, "%63[0-9.]:%u", host, &port) != 2 || port > UINT16_MAX)
		return false;
	address.sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, host, &address.sin_addr) == 1;
}

static int usage(void)
{
	fprintf(stderr, "usage: viewers [--idle=PERCENT] ADDRESS:PORT TARGET COUNT SECONDS [TIMES]\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned idle_percent = 0;
	int64_t began_ms;
	bool is_right;

	if (argc > 1 && sscanf(argv[1], "--idle=%u", &idle_percent) == 1) {
		argc--;
		argv++;
	}
	if (argc < 5 || argc > 6 || !read_address(argv[1]))
		return usage();
	count = (unsigned)strtoul(argv[3], NULL, 10);
	viewers = calloc(count + 1, sizeof *viewers);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!viewers || epoll < 0)
		return 1;
	for (unsigned i = 0; i < count; i++)
		viewers[i].is_idle = i % 100 < idle_percent;
	snprintf(request, sizeof request,
	         "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
	         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	         "Sec-WebSocket-Protocol: holdfast.seats.v1\r\n\r\n", argv[2], argv[1]);
	began_ms = clock_monotonic_ms();
	if (!join_all()) {
		fprintf(stderr, "only %u of %u came\n", map_count, count);
		return 1;
	}
	printf("viewers.join_ms %lld\nready\n", (long long)(clock_monotonic_ms() - began_ms));
	fflush(stdout);
	is_right = watch_for((unsigned)strtoul(argv[4], NULL, 10));
	if (argc == 6)
		is_right = print_late(argv[5]) && is_right;
	return is_right ? 0 : 1;
}
