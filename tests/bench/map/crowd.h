/*
 * crowd.h - the viewers of a map and their connections: how they come, are cut and come again, and
 * what all of them see. What they are sent: intake.h.
 *
 * Threads: one. Without memory or descriptors the program ends.
 */
#ifndef HOLDFAST_TESTS_BENCH_CROWD_H
#define HOLDFAST_TESTS_BENCH_CROWD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/un.h>

#include "tests/bench/map/seen.h"

#define CROWD_ADDRESSES_MAX 4

struct crowd_address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_un un;
	} is;
	socklen_t bytes;
};

struct viewer {
	int fd;                     /* -1: none */
	bool is_open;
	bool is_idle;               /* reads nothing but its first frame, and in the end the rest */
	bool awaits_first;          /* frame of this connection */
	unsigned char address;
	int64_t again_ms;           /* when it comes again; 0: it need not */
	struct seen *seen;
	char *kept;                 /* the beginning of a frame */
	size_t kept_bytes;
};

struct crowd {
	/* set by whoever opens it */
	const char *target, *host;
	struct crowd_address addresses[CROWD_ADDRESSES_MAX];
	unsigned address_count, count;
	bool comes_again;           /* whoever is sent away, at the next address */
	bool is_measuring;          /* how late frames are */
	FILE *recording;            /* "MS FRAME" of the first viewer; NULL: none */
	/* its own */
	struct viewer *viewers;
	struct seen *nothing;
	int epoll;
	bool reads_all;
	unsigned waiting, closed, idle_closed, failed;
	unsigned cuts, resumes, snaps, needless; /* snaps: in place of a resume */
	unsigned long long frames, bytes;
	unsigned long long stamped, unstamped; /* reads: the kernel said when that came, or did not */
};

extern struct crowd crowd;

bool crowd_open(unsigned idle_percent);
bool crowd_join(void);                 /* all of them, until each has its first frame */
/* Read what is there, waiting so long for the first of it. false: there was nothing */
bool crowd_turn(int wait_ms);
/* Cut until so many have been, each another viewer, and let those come again whose time it is. */
void crowd_cut_and_resume(double due);
void crowd_read_all(void);             /* those that read nothing, too */
void crowd_drop(struct viewer *v, bool has_failed);

/* What all see, but those that were closed because they read nothing. NULL: not all see the same */
const struct seen *crowd_seen(void);
long long crowd_furthest(void);        /* the greatest offset that one has seen */

#endif
