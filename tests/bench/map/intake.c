#include "tests/bench/map/intake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "common/base/clock.h"
#include "tests/bench/map/late.h"

#define READ_BYTES (1 << 20)

#define CONTROL_BYTES 64

static int64_t recording_ms;
static int64_t arrived_ms; /* wall clock: what is being taken */
static char bytes[READ_BYTES];

/* ---- frames ---- */

static void record_frame(const char *frame)
{
	int64_t now_ms = clock_monotonic_ms();

	if (!recording_ms)
		recording_ms = now_ms;
	fprintf(crowd.recording, "%lld %s\n", (long long)(now_ms - recording_ms), frame);
}

/* Is it the first one of a connection? One that had a map is to be brought on, not to begin anew. */
static void note_first(struct viewer *v, const struct seen *seen, const char *frame)
{
	v->awaits_first = false;
	crowd.waiting--;
	if (v->seen == crowd.nothing)
		return;
	crowd.resumes++;
	if (!seen_is_snap(frame))
		return;
	crowd.snaps++;
	crowd.needless += !strcmp(seen->epoch, v->seen->epoch) && !strcmp(seen->layout, v->seen->layout);
}

/* frame: NUL-terminated for now */
static bool take_text(struct viewer *v, const char *frame, size_t length)
{
	struct seen *seen = seen_step(v->seen, frame, length);

	if (!seen)
		return false;
	crowd.frames++;
	if (crowd.recording && v == crowd.viewers)
		record_frame(frame);
	if (v->awaits_first)
		note_first(v, seen, frame);
	else if (crowd.is_measuring && !v->is_idle && seen->o > v->seen->o)
		late_note(v->seen->o, seen->o, arrived_ms);
	seen_hold(seen);
	seen_release(v->seen);
	v->seen = seen;
	return true;
}

/* ---- what comes ---- */

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
		crowd_drop(v, !crowd.comes_again || strncmp(bytes, "HTTP/1.1 503 ", 13) != 0);
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
		crowd_drop(v, taken == -1);
	else
		keep(v, bytes + done, all - done);
}

/*
 * When the last of what was read came to this machine; where the kernel does not say it, or cannot
 * be right, this moment.
 */
static int64_t arrival_of(struct msghdr *message)
{
	int64_t now_ms = clock_wall_ms(), ms = -1;
	struct timespec at;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPNS)
			continue;
		memcpy(&at, CMSG_DATA(c), sizeof at);
		ms = (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
	}
	if (ms >= 0 && ms <= now_ms && now_ms - ms <= INTAKE_LATE_MS_MAX) {
		crowd.stamped++;
		return ms;
	}
	crowd.unstamped++;
	return now_ms;
}

static ssize_t receive(const struct viewer *v, char *into, size_t room)
{
	char control[CONTROL_BYTES];
	struct iovec part = {.iov_base = into, .iov_len = room};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
	                         .msg_controllen = sizeof control};
	ssize_t got = recvmsg(v->fd, &message, 0);

	if (got > 0)
		arrived_ms = arrival_of(&message);
	return got;
}

void intake_receive(struct viewer *v)
{
	size_t kept = v->kept_bytes;
	ssize_t got;

	if (kept >= sizeof bytes - 1) {
		crowd_drop(v, true);
		return;
	}
	if (kept)
		memcpy(bytes, v->kept, kept);
	got = receive(v, bytes + kept, sizeof bytes - 1 - kept);
	if (got > 0) {
		crowd.bytes += (unsigned long long)got;
		take(v, kept + (size_t)got);
	} else if (got == 0 || errno != EAGAIN) {
		crowd_drop(v, v->seen == crowd.nothing);
	}
}
