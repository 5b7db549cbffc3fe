#include "admin/standings_pace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/servers.h"
#include "common/base/clock.h"
#include "common/base/stop.h"

#define LOOK_FOR_MS 2000 /* so long is enough to know a pace */

static bool is_worked_on(const struct standings *standings, int32_t partition)
{
	const struct standing *p = &standings->list[partition];

	return p->end > p->decided && p->halted_ms < 0 && standings->owners[partition].member_id;
}

static enum rc look_once(struct standings *standings, const struct database *database,
                         struct db *db, bool *is_waiting, struct err *e)
{
	struct db_call call = {.query = QUERY_ADMIN_READ_OFFSETS};
	enum rc rc = db_run(db, &call, 1, e);
	int64_t now_ms = clock_monotonic_ms();

	for (int row = 0; !rc && row < call.rows.count; row++) {
		int32_t partition = db_int4(&call.rows, row, 0);
		struct standing *p;

		if (partition < database->served.first || partition > database->served.last ||
		    !is_worked_on(standings, partition))
			continue;
		p = &standings->list[partition];
		p->decided = db_int8(&call.rows, row, 1);
		pace_look(&p->pace, now_ms, p->decided, p->end);
		*is_waiting = *is_waiting || p->end > p->decided;
	}
	if (rc)
		database_blame(database, e);
	db_rows_release(&call.rows);
	return rc;
}

/* One look after the other at all databases, while something waits. */
static enum rc look_at_all(struct standings *standings, const struct pipeline *pipeline,
                           struct db **sessions, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + LOOK_FOR_MS;
	bool is_waiting = true;
	enum rc rc = RC_OK;

	while (!rc && is_waiting && clock_monotonic_ms() < until_ms) {
		is_waiting = false;
		for (size_t i = 0; !rc && i < pipeline->databases.count; i++)
			rc = look_once(standings, &pipeline->databases.list[i], sessions[i], &is_waiting, e);
		if (stop_wait_ms(PACE_STEP_MS))
			break;
	}
	return rc;
}

enum rc standings_look(struct standings *standings, const struct settings *s,
                       const struct pipeline *pipeline, bool *has_looked, struct err *e)
{
	size_t count = pipeline->databases.count;
	struct db **sessions;
	enum rc rc = RC_OK;

	*has_looked = false;
	for (int32_t i = 0; i < standings->count; i++)
		*has_looked = *has_looked || is_worked_on(standings, i);
	if (!*has_looked)
		return RC_OK;
	sessions = calloc(count, sizeof sessions[0]);
	if (!sessions)
		return err_out_of_memory(e);
	for (size_t i = 0; !rc && i < count; i++)
		rc = servers_open_database(s, &pipeline->databases.list[i], &sessions[i], e);
	if (!rc)
		rc = look_at_all(standings, pipeline, sessions, e);
	for (size_t i = 0; i < count; i++)
		db_close(sessions[i]);
	free(sessions);
	return rc;
}

bool standings_ask(struct standings *standings, const char *at)
{
	struct standing_asked *asked = &standings->asked;
	size_t digits = strspn(at, "0123456789");
	const char *offset = at + digits + 1;

	if (!digits || digits > 5 || at[digits] != '-' || !*offset || strlen(offset) > 18 ||
	    offset[strspn(offset, "0123456789")])
		return false;
	asked->partition = atoi(at);
	asked->offset = atoll(offset);
	asked->is_given =
	    asked->partition < standings->count && asked->offset < standings->list[asked->partition].end;
	return asked->is_given;
}

/* -1: not known, or it stands still */
static int64_t wait_ms_of(const struct standing *p, int64_t offset)
{
	if (p->halted_ms >= 0 && offset >= p->decided)
		return -1;
	return pace_wait_ms(p->per_ms, 0, p->decided, offset, 0);
}

void standings_reckon(struct standings *standings)
{
	struct standing_asked *asked = &standings->asked;
	int64_t now_ms = clock_monotonic_ms();

	for (int32_t i = 0; i < standings->count; i++) {
		struct standing *p = &standings->list[i];

		pace_look(&p->pace, now_ms, p->decided, p->end);
		p->per_ms = pace_per_ms(&p->pace, now_ms);
		p->wait_ms = p->end > p->decided ? wait_ms_of(p, p->end) : 0;
	}
	if (asked->is_given) {
		const struct standing *p = &standings->list[asked->partition];

		asked->is_decided = asked->offset < p->decided;
		asked->before = asked->is_decided ? 0 : asked->offset - p->decided;
		asked->wait_ms = asked->is_decided ? 0 : wait_ms_of(p, asked->offset);
	}
}
