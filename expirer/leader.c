#include "expirer/leader.h"

#include "common/base/big_endian.h"
#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/log.h"

/* The lock's number: the beginning of a hash of the topic's name. */
static int64_t number_of(const char *topic)
{
	const struct text parts[] = {text_of("holdfast-expirer "), text_of(topic)};
	uint8_t digest[SHA256_BYTES];

	sha256(digest, parts, 2);
	return (int64_t)big_endian_read(digest, sizeof(int64_t));
}

void leader_open(struct leader *leader, const struct database *database, const char *topic)
{
	*leader = (struct leader){.database = database, .lock_number = number_of(topic)};
}

void leader_close(struct leader *leader)
{
	db_close(leader->db);
	leader->db = NULL;
	leader->state = LEADER_NO_SESSION;
}

enum rc leader_connect(struct leader *leader, struct err *e)
{
	struct db_call call = {.query = QUERY_EXPIRER_PIN_ORDER};
	enum rc rc;

	if (leader->db)
		return RC_OK;
	rc = db_open(&leader->db, &leader->database->settings, e);
	if (!rc)
		rc = leader_run(leader, &call, e);
	db_rows_release(&call.rows);
	if (rc)
		leader_close(leader);
	return rc;
}

static void log_state(const struct leader *leader, const char *state)
{
	const char *name = leader->database->name;

	log_info(state, {.name = name[0] ? "of" : NULL, .string = name, .string_bytes = SIZE_MAX});
}

enum rc leader_campaign(struct leader *leader, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_EXPIRER_TRY_LOCK, .args = &args};
	enum rc rc = leader_connect(leader, e);

	if (rc || leader->state == LEADER_ACTIVE)
		return rc;
	db_arg_int8(&args, leader->lock_number);
	rc = leader_run(leader, &call, e);
	if (!rc && db_bool(&call.rows, 0, 0)) {
		leader->state = LEADER_ACTIVE;
		log_state(leader, "leader");
	} else if (!rc && leader->state != LEADER_STANDBY) {
		leader->state = LEADER_STANDBY;
		log_state(leader, "standby");
	}
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

enum rc leader_run(struct leader *leader, struct db_call *call, struct err *e)
{
	enum rc rc = db_run(leader->db, call, 1, e);

	if (!rc)
		leader->answered_ms = clock_monotonic_ms();
	return rc;
}

enum rc leader_ping(struct leader *leader, struct err *e)
{
	struct db_call call = {.query = QUERY_EXPIRER_PING};
	enum rc rc = leader_run(leader, &call, e);

	db_rows_release(&call.rows);
	return rc;
}

bool leader_is_doubtful(const struct leader *leader)
{
	return clock_monotonic_ms() - leader->answered_ms >= EXPIRER_IDLE_SESSION_MS / 2;
}

void leader_lose(struct leader *leader, const struct err *why)
{
	if (leader->db)
		log_err(LOG_WARNING,
		        leader->state == LEADER_ACTIVE ? "session lost; not the leader any more"
		                                       : "session lost",
		        why);
	leader_close(leader);
}
