/*
 * state.h - the state of the thread that works on a partition: how it stands, what it waits for,
 * whether it is asked to stop.
 *
 * Doesn't know: what the work is.
 * Threads: state_open and state_close belong to the one that has it; state_pause, _goes_on, _set,
 * _halt, _is_deaf, _hears and _leaves_assignment to the thread that works; the others to any.
 */
#ifndef HOLDFAST_WORKER_LANE_STATE_H
#define HOLDFAST_WORKER_LANE_STATE_H

#include <stdatomic.h>

#include "common/base/backoff.h"
#include "common/base/err.h"
#include "common/base/text.h"
#include "common/base/wait.h"

#define STATE_DEAF_SAY_MS 30000 /* how often the log has it that requests cannot be read */

enum lane_state {
	LANE_ACQUIRING,
	LANE_SERVING,
	LANE_HALTED,      /* cannot go on safely; an operator decides */
	LANE_WRONG_CLOCK, /* stopped behind a record that is not on LogAppendTime */
	LANE_LOST,        /* another owner, or servers not there in time: the group must be joined again */
	LANE_UNFIT,       /* this process cannot serve it, another one can: state_why */
	LANE_STOPPED,
};

/* What a lane that serves cannot go on without just now. */
enum lane_need { NEEDS_NOTHING, NEEDS_DATABASE, NEEDS_KAFKA, NEEDS_PARTITION };

/* What to do next, as acquire, serve and decide return it. */
enum next {
	NEXT_ON,    /* go on */
	NEXT_AGAIN, /* lost: acquire again */
	NEXT_HALT,  /* stand still; state.halt says why */
	NEXT_LEAVE, /* give the partition up: this process cannot; state.halt says why */
	NEXT_STOP,  /* asked to stop while waiting for a server */
};

struct halt {
	int64_t offset; /* of the record that is to blame; -1: none */
	struct err why;
};

struct state {
	struct wait wait;
	enum lane_state state;          /* these under its lock */
	int64_t start_offset;           /* where it is answered up to, as of the last state */
	char halt_text[ERR_TEXT_BYTES]; /* why it halted */
	int64_t next_try_ms;            /* of one that is tried again: when (wall clock); 0: it is not */
	char deaf_text[ERR_TEXT_BYTES]; /* why its requests cannot be read; "": they can */
	int64_t heard_ms;               /* when they last could (monotonic) */
	int64_t deaf_said_ms;           /* the working thread's own: when the log last said it */

	atomic_bool is_asked_to_stop;
	atomic_bool is_caught_up; /* everything in the topic is answered */
	atomic_int needs;         /* an enum lane_need */
	struct halt halt;         /* the working thread's own */
};

void state_open(struct state *state); /* LANE_ACQUIRING */
void state_close(struct state *state);

/* Sleep with jitter before the next try, shorter when asked to stop. */
void state_pause(struct state *state, struct backoff *backoff, enum lane_need need);
void state_goes_on(struct state *state); /* nothing is needed any more */

/* start_offset: the committed offset as it is known now */
void state_set(struct state *state, enum lane_state now, int64_t start_offset);

/*
 * To be called while it acquires, once the committed offset is known, where the rest may take long:
 * the database is not there, or there is much to read back. The assignment, and with it every other
 * partition, goes on without it.
 */
void state_leaves_assignment(struct state *state, enum lane_need need, int64_t start_offset);

/*
 * Requests cannot be read, which may go on for long without another word of the client library:
 * from here on the partition is not ready, and the log says it again and again, until one of the
 * two below. To be called with every look for requests; why: NULL where it went as before.
 */
void state_is_deaf(struct state *state, const struct err *why);
void state_hears(struct state *state); /* requests, or the end of the partition, came */
/* The same from any thread that knows it otherwise; the log says it with the next look. */
void state_could_hear(struct state *state);
bool state_cannot_hear(struct state *state); /* any thread */
int64_t state_heard_ms(struct state *state);  /* any thread */

/* Keep why it must stand still, for whoever says it (halt.h). NEXT_HALT. offset: as in a halt */
enum next state_halt(struct state *state, int64_t offset, const struct err *why);
/*
 * The same where what is wrong is wrong in this process alone (RC_USAGE, or memory ran out):
 * NEXT_LEAVE, as nothing is wrong with the partition. Else NEXT_HALT.
 */
enum next state_end(struct state *state, int64_t offset, const struct err *why);
/* Why it is LANE_UNFIT. */
void state_why(struct state *state, struct err *why);
/* What health says of it from now on; next_try_ms: as above. */
void state_explain_halt(struct state *state, const char *text, int64_t next_try_ms);
/* Wait so long, shorter when asked to stop. */
void state_sleep(struct state *state, int64_t wait_ms);

enum lane_state state_now(struct state *state);
/* Wait until it is not LANE_ACQUIRING any more, until_ms (monotonic) at the longest. */
enum lane_state state_wait(struct state *state, int64_t until_ms, int64_t *start_offset);
/* Wait until it neither acquires nor serves nor is tried again, until_ms at the longest; false: no. */
bool state_has_ended(struct state *state, int64_t until_ms);
/* Add a line where it cannot serve the partition, or not at this moment. */
void state_describe(struct state *state, int32_t partition, struct buf *lines);

void state_ask_to_stop(struct state *state);
bool state_is_asked_to_stop(struct state *state);

#endif
