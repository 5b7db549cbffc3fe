/*
 * standings.h - how each partition stands: what is decided, answered and waiting, who has it, and
 * whether and why it is halted.
 */
#ifndef HOLDFAST_ADMIN_STANDINGS_H
#define HOLDFAST_ADMIN_STANDINGS_H

#include "admin/settings.h"
#include "common/base/text.h"
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
};

struct standings {
	struct standing *list;
	struct kafka_owner *owners;
	int32_t count;
	int32_t surplus;         /* partitions that were added after the database was made */
	int64_t surplus_records; /* on them; nobody decides these */
};

/*
 * standings: zeroed; release with standings_release whatever comes back. Codes as of
 * pipeline_verify.
 */
enum rc standings_read(struct standings *standings, const struct settings *s,
                       struct err *e) NODISCARD;
void standings_print(const struct standings *standings, bool is_json, struct buf *to);
void standings_release(struct standings *standings);

#endif
