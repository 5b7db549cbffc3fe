/*
 * following.h - what a partition needs that is followed.
 *
 * For follow.c and begin.c, and whoever looks after the threads.
 */
#ifndef HOLDFAST_WORKER_SHADOW_FOLLOWING_H
#define HOLDFAST_WORKER_SHADOW_FOLLOWING_H

#include "common/base/watchdog.h"
#include "common/kafka/reader.h"
#include "worker/lane/owner.h"
#include "worker/lane/state.h"
#include "worker/shadow/judge.h"

#define FOLLOW_BATCHES 3 /* decided ahead of what is compared */

struct follow {
	struct owner owner;
	struct state state;
	struct kafka_reader *requests;
	struct listen *listen;
	struct book book;
	struct judge judge;
	struct batch batches[FOLLOW_BATCHES]; /* decided; a ring */
	size_t first, count;
	size_t at;             /* the entry of the first of them that is compared next */
	struct record *taken;
	bool is_listening;
	bool is_at_end;        /* no request was there that is not taken */
	int64_t moved_ms;      /* monotonic: of the last request that was compared */
	int64_t saved_ms;      /* of the last save */
	int64_t looked_ms;     /* when the log's end was asked for */
	int64_t end;           /* and what it was; -1: not known */
	int64_t trouble_ms;    /* of the brokers' last trouble; 0: there is none */
	uint64_t compared;     /* by this process */

	pthread_t thread;
	struct watchdog watchdog;
	atomic_bool is_caught_up; /* it was, once */
	atomic_bool is_refused;   /* cannot go on safely; is tried again now and then */
	atomic_bool is_unfit;     /* this process cannot go on: `end_why` */
	struct err end_why;
};

#endif
