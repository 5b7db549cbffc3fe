/*
 * standing.h - one partition as it stands, and all of them: what standings.h reads and prints.
 */
#ifndef HOLDFAST_ADMIN_STANDING_H
#define HOLDFAST_ADMIN_STANDING_H

#include "common/base/pace.h"
#include "common/kafka/members.h"

/* Requests that are gone from the head, and who has said that nothing is missing. */
struct standing_gap {
	int64_t accepted_ms; /* -1: there is none */
	int64_t decided, first; /* nobody decided what was between these offsets */
	char database_user[64], os_user[64], host[64], reason[304];
};

/* One partition as the database and the brokers see it. -1: there is no such number. */
struct standing {
	int64_t decided, epoch, answered, first, end, decided_until_ms, last_offset;
	int64_t halted_ms, halted_offset; /* halted_ms -1: it is not halted */
	char halted_sqlstate[8], halted_reason[ERR_TEXT_BYTES];
	struct standing_gap gap; /* the last one */
	struct pace pace;        /* of looks at it */
	double per_ms;           /* decided just now; 0: nothing, or nobody looked */
	int64_t wait_ms;         /* until a request that is appended now is decided; -1: not known */
};

/* A request of --at. */
struct standing_asked {
	bool is_given, is_decided;
	int32_t partition;
	int64_t offset, before, wait_ms; /* wait_ms -1: not known */
};

struct standings {
	struct standing *list;
	struct kafka_owner *owners;
	int32_t count;
	int32_t surplus;         /* partitions that were added after the database was made */
	int64_t surplus_records; /* on them; nobody decides these */
	struct standing_asked asked;
};

#endif
