/*
 * fault.h - places where a test build stops, dies or fails on purpose, and rules of the protocol
 * that it can be told to break. Nothing of it is in an ordinary build.
 *
 * With FAULTS=1 the environment says what happens where:
 *
 *   HOLDFAST_FAULT=<place>:<action>:<n>[,...]
 *
 * when the program comes to that place for the n-th time, counted over all its threads.
 *
 *   kill      SIGKILL to itself
 *   stop      SIGSTOP to itself: all threads stand still until SIGCONT
 *   delay=MS  this thread alone stands still, milliseconds
 *   error     the call fails as it does where the server fails at that moment
 *
 * HOLDFAST_BREAK=<rule>[,...] breaks those rules from beginning to end. HOLDFAST_BUG=<bug>[,...]
 * makes it decide wrongly in that way, which the audit must find. A place, action, rule or bug that
 * does not exist ends the program with exit code 2.
 *
 * An ordinary build sends what a batch writes and its COMMIT in one round trip. With FAULTS=1 each
 * statement has its own, or the places between them would not exist.
 */
#ifndef HOLDFAST_BASE_FAULT_H
#define HOLDFAST_BASE_FAULT_H

#include <stdbool.h>

#include "common/base/err.h"
#include "common/base/fault_bugs.h"

#define FAULT_ENTRIES_MAX 32 /* of HOLDFAST_FAULT */

/*
 * Symbol, name, program, what has happened by then. Tests go through this table.
 *
 * What an error is there: polled - the assignment is lost; fenced, produced, offsets sent and
 * published - no answer of the broker; end sent - a transport error, which the client library gets
 * over; answered - the answer to EndTxn is lost; progress updated to committed, and selected - the
 * session with the database is lost; revoking - the new assignment is lost, too; closing - the
 * group is left without a word.
 */
#define FAULT_PLACES(PLACE) \
	PLACE(FENCED, "fenced", "worker", "former owners are fenced, nothing is read yet") \
	PLACE(POLLED, "polled", "worker", "a batch is in hand") \
	PLACE(PROGRESS_UPDATED, "progress-updated", "worker", "compare-and-set done and rows read") \
	PLACE(SEATS_UPDATED, "seats-updated", "worker", "the first rows of seats are written") \
	PLACE(BEFORE_COMMIT, "before-commit", "worker", "all is written and verified") \
	PLACE(COMMIT_SENT, "commit-sent", "worker", "COMMIT is sent, its answer unread") \
	PLACE(COMMITTED, "committed", "worker", "decided, nothing of it in Kafka") \
	PLACE(PRODUCED, "produced", "worker", "the answers stand in the log, uncommitted") \
	PLACE(OFFSETS_SENT, "offsets-sent", "worker", "so does the group's offset") \
	PLACE(END_SENT, "end-sent", "worker", "EndTxn is sent, its answer unread") \
	PLACE(ANSWERED, "answered", "worker", "the Kafka transaction is committed") \
	PLACE(REVOKING, "revoking", "worker", "the partitions are taken back, lanes asked to stop") \
	PLACE(CLOSING, "closing", "worker", "told to stop, still a member of the group") \
	PLACE(SELECTED, "selected", "expirer", "due holds are read") \
	PLACE(PUBLISHED, "published", "expirer", "an announcement is in the log, not yet noted")

enum fault_place {
#define PLACE(symbol, name, program, what) FAULT_##symbol,
	FAULT_PLACES(PLACE)
#undef PLACE
	FAULT_PLACE_COUNT,
};

/* Symbol, name, what is done instead. */
#define FAULT_RULES(RULE) \
	RULE(COMPARE_AND_SET, "compare-and-set", "reads the progress, then writes it") \
	RULE(FENCE_FIRST, "fence-first", "reads the committed offset, then fences") \
	RULE(GROUP_METADATA, "group-metadata", "commits offsets as no member of the group") \
	RULE(COMMIT_FIRST, "commit-first", "answers a batch, commits it in the database with the next") \
	RULE(REPLIES_READ, "replies-read", "answers what the committed offset says, replies or not") \
	RULE(OUTCOME_READ, "outcome-read", "answers again with the same producer after an error") \
	RULE(READ_COMMITTED, "read-committed", "decides requests of transactions that were aborted") \
	RULE(ANSWER_ALL, "answer-all", "starts at what is decided, not at what is answered")

enum fault_rule {
#define RULE(symbol, name, what) FAULT_RULE_##symbol,
	FAULT_RULES(RULE)
#undef RULE
	FAULT_RULE_COUNT,
};

/* fault_bugs.h */
enum fault_bug {
#define BUG(symbol, name, what) FAULT_BUG_##symbol,
	FAULT_BUGS(BUG)
#undef BUG
	FAULT_BUG_COUNT,
};

#ifdef FAULTS
/*
 * Read the three variables; before anything else of this file.
 *
 * RC_USAGE: one of them cannot be read
 */
enum rc fault_read(struct err *e) NODISCARD;
/* RC_REOPEN: the place must fail now. */
enum rc fault_at(enum fault_place place, struct err *e);
bool fault_breaks(enum fault_rule rule);
bool fault_has_bug(enum fault_bug bug);
#else
#define fault_read(e) ((void)(e), (enum rc)RC_OK)
#define fault_at(place, e) ((void)(place), (void)(e), (enum rc)RC_OK)
#define fault_breaks(rule) ((void)(rule), false)
#define fault_has_bug(bug) ((void)(bug), false)
#endif

#endif
