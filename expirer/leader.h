/*
 * leader.h - one session with the database, and the lock that makes one expirer the active one.
 *
 * The session asks for the lock until it has it. The lock goes with the session: the server ends
 * one that is silent for EXPIRER_IDLE_SESSION_MS, because its program died, hangs or is paused.
 * Knows: the lock. Doesn't know: holds.
 */
#ifndef HOLDFAST_EXPIRER_LEADER_H
#define HOLDFAST_EXPIRER_LEADER_H

#include "common/pipeline/database_map.h"

#define EXPIRER_HEARTBEAT_MS 500     /* the session queries at least this often */
#define EXPIRER_IDLE_SESSION_MS 2000 /* the server ends one that is silent for longer */

struct leader {
	const struct database *database; /* borrowed */
	int64_t lock_number;
	struct db *db; /* NULL: no session */
	enum { LEADER_NO_SESSION, LEADER_STANDBY, LEADER_ACTIVE } state;
	int64_t answered_ms; /* when the server answered last, by the monotonic clock */
};

void leader_open(struct leader *leader, const struct database *database, const char *topic);
void leader_close(struct leader *leader);

/* Open the session where there is none. */
enum rc leader_connect(struct leader *leader, struct err *e) NODISCARD;
/* As leader_connect, and ask for the lock where it is not ours. */
enum rc leader_campaign(struct leader *leader, struct err *e) NODISCARD;
/* db_run of one statement. */
enum rc leader_run(struct leader *leader, struct db_call *call, struct err *e) NODISCARD;
/* A sign of life. */
enum rc leader_ping(struct leader *leader, struct err *e) NODISCARD;
/* Silent for so long that the lock may be another's: ask the server before doing anything. */
bool leader_is_doubtful(const struct leader *leader);
/* Give up the session; logged where there was one. */
void leader_lose(struct leader *leader, const struct err *why);

#endif
