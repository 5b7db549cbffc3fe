/*
 * viewers - many viewers of one live seat map, by WebSocket, from many addresses of this machine.
 *
 *   viewers [OPTION]... ADDRESS:PORT[,ADDRESS:PORT]... TARGET COUNT [TIMES]
 *
 *   --idle=PERCENT  so many read nothing but their first map, and all that is left at the end
 *   --cuts=N        cut so many connections, CUTS_A_SECOND, and begin each again with what was seen
 *                   last, at the next address; whoever is sent away comes back, too
 *   --map=FILE      has then what all are to see in the end, a character a seat
 *   --frames=FILE   leave there what the first viewer is sent: "MS TEXT", milliseconds from the first
 *
 * Connects COUNT viewers to ws://ADDRESS:PORT/TARGET from 127.0.0.2 and further, waits until each has
 * its map, says "ready" and reads until SIGTERM. Each frame is applied to the map of its viewer: o
 * never goes back, what is seen at one o is the same for all, and in the end all are at the same.
 * Answers pings.
 *
 * TIMES has a line "O MS" for each change: its request's offset, and the time of its event's record in
 * milliseconds since 1970. It is read at the end; then it is said how late changes came, each at each
 * viewer that reads. Prints lines of a name and a figure. Exit code 1 where anything was wrong.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/bench/map/late.h"
#include "tests/bench/map/seen.h"

#define EVENTS_MAX 512
#define READ_BYTES (1 << 20)
#define UNDER_WAY_MAX 1000      /* viewers that are connecting */
#define IDLE_BYTES 8192         /* that a viewer takes who does not read */
#define PORTS_PER_SOURCE 10000
#define JOIN_MS 120000
#define END_MS 15000            /* for all to be at the same place */
#define CUTS_A_SECOND 400
#define AGAIN_MS 1000           /* whoever is sent away waits for so long at most */
#define ADDRESSES_MAX 4

struct viewer {
	int fd;                     /* -1: none */
	bool is_open, is_idle;
	bool awaits_first;          /* frame of this connection */
	unsigned char address;
	int64_t again_ms;           /* when it comes again; 0: it need not */
	struct seen *seen;
	char *kept;                 /* the beginning of a frame */
	size_t kept_bytes;
};

static struct {
	unsigned idle_percent, cuts;
	const char *map, *frames, *times;
	const char *target, *host;
} asked;
static struct sockaddr_in addresses[ADDRESSES_MAX];
static unsigned address_count;

static struct viewer *viewers;
static unsigned count, waiting, closed_count, idle_closed_count, failed_count;
static unsigned cut_count, resume_count, snap_count, needless_count;
static unsigned long long frame_count, byte_count;
static struct seen *nothing;
static FILE *recording;
static int64_t recording_ms;
static int epoll;
static bool is_measuring, reads_all;
static volatile sig_atomic_t is_over;
static char bytes[READ_BYTES];

/* ---- frames ---- */

static void record_frame(const char *frame)
{
	int64_t now_ms = clock_monotonic_ms();

	if (!recording_ms)
		recording_ms = now_ms;
	fprintf(recording, "%lld %s\n", (long long)(now_ms - recording_ms), frame);
}

/* Is it the first one of a connection? One that had a map is to be brought on, not to begin anew. */
static void note_first(struct viewer *v, const struct seen *seen, const char *frame)
{
	v->awaits_first = false;
	waiting--;
	if (v->seen == nothing)
		return;
	resume_count++;
	if (!seen_is_snap(frame))
		return;
	snap_count++;
	needless_count += !strcmp(seen->epoch, v->seen->epoch) && !strcmp(seen->layout, v->seen->layout);
}

/* frame: NUL-terminated for now */
static bool take_text(struct viewer *v, const char *frame, size_t length)
{
	struct seen *seen = seen_step(v->seen, frame, length);

	if (!seen)
		return false;
	frame_count++;
	if (recording && v == viewers)
		record_frame(frame);
	if (v->awaits_first)
		note_first(v, seen, frame);
	else if (is_measuring && !v->is_idle && seen->o > v->seen->o)
		late_note(v->seen->o, seen->o);
	seen_hold(seen);
	seen_release(v->seen);
	v->seen = seen;
	return true;
}

/* ---- the end of a connection ---- */

static void hang_up(struct viewer *v)
{
	close(v->fd);
	v->fd = -1;
	v->is_open = false;
	waiting -= v->awaits_first;
	v->awaits_first = false;
	free(v->kept);
	v->kept = NULL;
	v->kept_bytes = 0;
}

static void come_again(struct viewer *v)
{
	v->address = (unsigned char)((v->address + 1u) % address_count);
	v->again_ms = clock_monotonic_ms() + rand() % AGAIN_MS + 1;
}

static void drop(struct viewer *v, bool has_failed)
{
	hang_up(v);
	if (has_failed)
		failed_count++;
	else if (v->is_idle)
		idle_closed_count++;
	else
		closed_count++;
	if (asked.cuts && !has_failed)
		come_again(v);
}

static void pong(struct viewer *v)
{
	static const char frame[] = "\x8a\x80\0\0\0\0";

	(void)!send(v->fd, frame, 6, MSG_NOSIGNAL);
}

/* ---- what comes ---- */

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
	is_right = take_text(v, data + header_bytes, length);
	data[header_bytes + length] = behind;
	return is_right ? (long)(header_bytes + length) : -1;
}

static void keep(struct viewer *v, const char *data, size_t rest)
{
	char *kept = rest ? need(malloc(rest)) : NULL;

	if (rest)
		memcpy(kept, data, rest);
	free(v->kept);
	v->kept = kept;
	v->kept_bytes = rest;
}

/* Behind the answer to its request. false: that is not there yet, or it was refused */
static bool take_answer(struct viewer *v, size_t all, size_t *done)
{
	const char *end;

	bytes[all] = '\0';
	end = strstr(bytes, "\r\n\r\n");
	if (end && strncmp(bytes, "HTTP/1.1 101 ", 13) != 0) {
		fprintf(stderr, "%.*s\n", (int)(end - bytes), bytes);
		/* One that ends may say so. */
		drop(v, !asked.cuts || strncmp(bytes, "HTTP/1.1 503 ", 13) != 0);
		return false;
	}
	if (end) {
		v->is_open = true;
		*done = (size_t)(end + 4 - bytes);
	} else {
		keep(v, bytes, all);
	}
	return end != NULL;
}

/* all: what there is, from the last that was not done with */
static void take(struct viewer *v, size_t all)
{
	size_t done = 0;
	long taken = 1;

	if (!v->is_open && !take_answer(v, all, &done))
		return;
	while (taken > 0) {
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
		drop(v, v->seen == nothing);
	}
}

/* ---- connecting ---- */

static void watch(struct viewer *v, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = v};

	(void)epoll_ctl(epoll, operation, v->fd, &event);
}

static int write_request(const struct viewer *v, char *request, size_t room)
{
	char since[160] = "";

	if (v->seen != nothing)
		snprintf(since, sizeof since, "&since=%s:%lld&layout=%s", v->seen->epoch, v->seen->o,
		         v->seen->layout);
	return snprintf(request, room,
	                "GET %s%s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\n"
	                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	                "Sec-WebSocket-Protocol: holdfast.seats.v1\r\n\r\n",
	                asked.target, since, asked.host);
}

/* false: nobody listens there */
static bool begin(struct viewer *v)
{
	unsigned number = (unsigned)(v - viewers);
	struct sockaddr_in from = {.sin_family = AF_INET};
	const struct sockaddr_in *to = &addresses[v->address];
	const int yes = 1, little = IDLE_BYTES;
	char request[2048];
	int length = write_request(v, request, sizeof request);

	from.sin_addr.s_addr = htonl(0x7f000002 + number / PORTS_PER_SOURCE);
	v->again_ms = 0;
	v->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (v->fd < 0) {
		perror("socket");
		exit(1);
	}
	(void)setsockopt(v->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
	/* What is not read fills this, and then the gateway's. */
	if (v->is_idle)
		(void)setsockopt(v->fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
	v->awaits_first = true;
	waiting++;
	if (bind(v->fd, (struct sockaddr *)&from, sizeof from) ||
	    connect(v->fd, (const struct sockaddr *)to, sizeof *to) ||
	    send(v->fd, request, (size_t)length, MSG_NOSIGNAL) < 0 ||
	    fcntl(v->fd, F_SETFL, O_NONBLOCK)) {
		hang_up(v);
		return false;
	}
	watch(v, EPOLL_CTL_ADD, EPOLLIN);
	return true;
}

static void turn(int wait_ms)
{
	struct epoll_event events[EVENTS_MAX];
	int ready = epoll_wait(epoll, events, EVENTS_MAX, wait_ms);

	for (int i = 0; i < ready; i++) {
		struct viewer *v = events[i].data.ptr;

		if (v->fd < 0)
			continue;
		if (v->is_idle && !v->awaits_first && !reads_all && events[i].events & EPOLLHUP)
			drop(v, false);
		else if (v->is_idle && !v->awaits_first && !reads_all)
			watch(v, EPOLL_CTL_MOD, 0);
		else
			receive(v);
	}
}

static bool join_all(void)
{
	int64_t until_ms = clock_monotonic_ms() + JOIN_MS;
	unsigned begun = 0;

	while ((begun < count || waiting) && !failed_count && clock_monotonic_ms() < until_ms) {
		for (; begun < count && waiting < UNDER_WAY_MAX; begun++) {
			if (!begin(&viewers[begun])) {
				perror("connect");
				return false;
			}
		}
		turn(100);
	}
	return begun == count && !waiting && !failed_count && !closed_count;
}

/* ---- cuts ---- */

static void cut(struct viewer *v, bool is_hard)
{
	const struct linger hard = {.l_onoff = 1};

	if (is_hard)
		(void)setsockopt(v->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	hang_up(v);
	v->address = (unsigned char)((v->address + 1u) % address_count);
	if (!begin(v))
		come_again(v);
}

/* As many as are due by now, each of another viewer, and whoever is to come again. */
static void cut_and_resume(double due)
{
	static unsigned next;
	int64_t now_ms = clock_monotonic_ms();

	for (unsigned tries = 0; cut_count < due && tries < count; tries++) {
		struct viewer *v = &viewers[next++ % count];

		if (v->fd >= 0 && !v->awaits_first)
			cut(v, cut_count++ % 2);
	}
	for (unsigned i = 0; i < count; i++)
		if (viewers[i].fd < 0 && viewers[i].again_ms && viewers[i].again_ms <= now_ms &&
		    !begin(&viewers[i]))
			come_again(&viewers[i]);
}

/* ---- at the end ---- */

/* But those that were closed because they read nothing. NULL: they are not */
static const struct seen *seen_by_all(void)
{
	const struct seen *seen = NULL;

	for (unsigned i = 0; i < count; i++) {
		const struct viewer *v = &viewers[i];

		if (v->fd < 0 && v->is_idle)
			continue;
		if (v->fd < 0 || v->awaits_first || (seen && v->seen != seen))
			return NULL;
		seen = v->seen;
	}
	return seen;
}

static long long furthest(void)
{
	long long o = -1;

	for (unsigned i = 0; i < count; i++)
		o = viewers[i].seen->o > o ? viewers[i].seen->o : o;
	return o;
}

/* NULL: none is given */
static char *wanted_map(void)
{
	FILE *file = asked.map ? fopen(asked.map, "r") : NULL;
	char *text = NULL;
	size_t room = 0;

	if (asked.map && (!file || getline(&text, &room, file) < 0)) {
		perror(asked.map);
		exit(1);
	}
	if (file)
		fclose(file);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static double processor_s(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static bool print_end(const struct seen *seen)
{
	unsigned sent_away = asked.cuts ? 0 : closed_count;

	printf("viewers.closed %u\nviewers.idle_closed %u\nviewers.failed %u\nviewers.o %lld\n",
	       closed_count, idle_closed_count, failed_count, furthest());
	printf("viewers.cuts %u\nviewers.resumes %u\nviewers.snaps %u\nviewers.needless %u\n",
	       cut_count, resume_count, snap_count, needless_count);
	late_print_pace(count / 2);
	if (!seen)
		fprintf(stderr, "not all are at %lld, and see what they should\n", furthest());
	if (sent_away)
		fprintf(stderr, "%u were closed\n", sent_away);
	return seen && !failed_count && !sent_away && !needless_count && cut_count >= asked.cuts;
}

static void end(int number)
{
	(void)number;
	is_over = 1;
}

static bool watch_until_told(void)
{
	int64_t began_ms = clock_monotonic_ms(), until_ms;
	unsigned long long before = frame_count, bytes_before = byte_count;
	double processor_before = processor_s();
	const struct seen *seen;
	char *wanted;

	is_measuring = true;
	while (!is_over) {
		double due = (double)(clock_monotonic_ms() - began_ms) * CUTS_A_SECOND / 1000;

		if (asked.cuts)
			cut_and_resume(due < asked.cuts ? due : asked.cuts);
		turn(asked.cuts ? 2 : 100);
	}
	printf("viewers.frames %llu\nviewers.bytes %llu\nviewers.processor_s %.2f\n",
	       frame_count - before, byte_count - bytes_before, processor_s() - processor_before);
	reads_all = true;
	wanted = wanted_map();
	for (unsigned i = 0; i < count; i++)
		if (viewers[i].fd >= 0 && viewers[i].is_idle)
			watch(&viewers[i], EPOLL_CTL_MOD, EPOLLIN);
	until_ms = clock_monotonic_ms() + END_MS;
	do {
		cut_and_resume(0);
		turn(100);
		seen = seen_by_all();
		if (seen && wanted && strcmp(seen->seats, wanted) != 0)
			seen = NULL;
	} while (!seen && clock_monotonic_ms() < until_ms);
	free(wanted);
	return print_end(seen);
}

/* ---- arguments ---- */

static bool read_addresses(char *text)
{
	char *save, *one;

	asked.host = need(strndup(text, strcspn(text, ",")));
	for (one = strtok_r(text, ",", &save); one; one = strtok_r(NULL, ",", &save)) {
		struct sockaddr_in *address = &addresses[address_count];
		char host[64];
		unsigned port;

		if (address_count++ == ADDRESSES_MAX ||
		    sscanf(one, "%63[0-9.]:%u", host, &port) != 2 || port > UINT16_MAX)
			return false;
		address->sin_family = AF_INET;
		address->sin_port = htons((uint16_t)port);
		if (inet_pton(AF_INET, host, &address->sin_addr) != 1)
			return false;
	}
	return address_count > 0;
}

static bool read_option(const char *word)
{
	if (!strncmp(word, "--map=", 6))
		asked.map = word + 6;
	else if (!strncmp(word, "--frames=", 9))
		asked.frames = word + 9;
	else
		return sscanf(word, "--idle=%u", &asked.idle_percent) == 1 ||
		       sscanf(word, "--cuts=%u", &asked.cuts) == 1;
	return true;
}

static bool read_arguments(int argc, char **argv)
{
	while (argc > 1 && !strncmp(argv[1], "--", 2) && read_option(argv[1]))
		argc--, argv++;
	if (argc < 4 || argc > 5 || !read_addresses(argv[1]))
		return false;
	asked.target = argv[2];
	count = (unsigned)strtoul(argv[3], NULL, 10);
	asked.times = argv[4];
	return count > 0;
}

static bool open_all(void)
{
	viewers = need(calloc(count, sizeof *viewers));
	nothing = seen_nothing();
	for (unsigned i = 0; i < count; i++)
		viewers[i] = (struct viewer){.fd = -1, .seen = seen_hold(nothing),
		                             .is_idle = i % 100 < asked.idle_percent,
		                             .address = (unsigned char)(i % address_count)};
	if (asked.frames) {
		recording = fopen(asked.frames, "w");
		viewers[0].is_idle = false;
	}
	(void)sigaction(SIGTERM, &(struct sigaction){.sa_handler = end}, NULL);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	return epoll >= 0 && (!asked.frames || recording);
}

int main(int argc, char **argv)
{
	int64_t began_ms;
	bool is_right;

	if (!read_arguments(argc, argv)) {
		fprintf(stderr, "usage: viewers [--idle=PERCENT] [--cuts=N] [--map=FILE] [--frames=FILE] "
		        "ADDRESS:PORT[,ADDRESS:PORT]... TARGET COUNT [TIMES]\n");
		return 2;
	}
	if (!open_all()) {
		perror("viewers");
		return 1;
	}
	began_ms = clock_monotonic_ms();
	if (!join_all()) {
		fprintf(stderr, "not all %u came: %u wait\n", count, waiting);
		return 1;
	}
	printf("viewers.join_ms %lld\nready\n", (long long)(clock_monotonic_ms() - began_ms));
	fflush(stdout);
	is_right = watch_until_told();
	if (asked.times)
		is_right = late_print(asked.times) && is_right;
	if (recording)
		is_right = !fclose(recording) && is_right;
	return is_right ? 0 : 1;
}
