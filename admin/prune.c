/*
 * Deletes decisions that are old and answered, partition by partition, in small steps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "admin/prunable.h"
#include "admin/servers.h"
#include "common/program/bar.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pipeline/binding.h"
#include "common/base/stop.h"

struct pruning {
	const struct settings *s;
	struct pipeline pipeline;
	const struct database *database; /* that db is a session with */
	struct db *db;                   /* NULL: none now */
	struct db_args args;
	struct prunable *list;
	int32_t count;
	struct bar bar;
};

/* The next statements go to this database. */
static void turn_to(struct pruning *p, const struct database *database)
{
	if (p->database == database)
		return;
	db_close(p->db);
	p->db = NULL;
	p->database = database;
}

/* ---- what may go ---- */

/* Before any row is deleted: what is answered now stays answered. */
static enum rc read_committed(struct pruning *p, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)p->s->timeout_ms;
	struct kafka_topics *topics = NULL;
	enum rc rc = pipeline_take_topics(&p->pipeline, &topics, e);

	for (int32_t i = 0; !rc && i < p->count; i++) {
		struct backoff backoff = {.first_ms = 5, .limit_ms = 200};
		struct kafka_commit commit = {.offset = -1};

		p->list[i] = (struct prunable){.decided_until_ms = -1, .answered = -1};
		/* A worker's transaction under way keeps its offset from being told. */
		do
			rc = kafka_topics_commit(topics, p->pipeline.group_id, p->pipeline.topics.requests, i,
			                         &commit, e);
		while (servers_may_retry(rc, until_ms, &backoff));
		p->list[i].answered = commit.offset;
		p->list[i].is_marked = commit.is_marked;
	}
	kafka_pool_give_topics(p->pipeline.pool, topics, rc);
	return rc;
}

static enum rc read_times(struct pruning *p, struct err *e)
{
	struct db_call call = {.query = QUERY_ADMIN_READ_PROGRESS};
	enum rc rc = db_run(p->db, &call, 1, e);

	for (int row = 0; !rc && row < call.rows.count; row++) {
		int32_t partition = db_int4(&call.rows, row, 0);

		if (partition >= 0 && partition < p->count && !db_is_null(&call.rows, row, 3))
			p->list[partition].decided_until_ms = db_time_ms(&call.rows, row, 3);
	}
	db_rows_release(&call.rows);
	return rc;
}

/* One statement, with its arguments in p->args. It is repeated at need, as any here may be. */
static enum rc ask(struct pruning *p, enum query query, struct db_rows *rows, struct err *e)
{
	int64_t until_ms = clock_monotonic_ms() + (int64_t)p->s->timeout_ms;
	struct backoff backoff = {.first_ms = 50, .limit_ms = 2000};
	struct db_call call = {.query = query, .args = &p->args};
	enum rc rc;

	do {
		rc = p->db ? db_run(p->db, &call, 1, e)
		           : servers_open_database(p->s, p->database, &p->db, e);
		if (rc == RC_REOPEN) {
			db_close(p->db);
			p->db = NULL;
		}
	} while (!call.rows.result && (rc == RC_OK || servers_may_retry(rc, until_ms, &backoff)));
	db_args_clear(&p->args);
	*rows = call.rows;
	return rc;
}

/* The first in the range that is no duplicate; is_old: it is there and was decided before that. */
static enum rc look(struct pruning *p, int32_t partition, int64_t from, int64_t end, bool *is_old,
                    int64_t *offset, struct err *e)
{
	struct db_rows rows;

	turn_to(p, database_of(&p->pipeline.databases, partition));
	db_arg_int4(&p->args, partition);
	db_arg_int8(&p->args, from);
	db_arg_int8(&p->args, end);
	if (ask(p, QUERY_ADMIN_FIND_DECISION, &rows, e))
		return e->rc;
	*is_old = rows.count && db_time_ms(&rows, 0, 1) < p->list[partition].before_ms;
	if (*is_old)
		*offset = db_int8(&rows, 0, 0);
	db_rows_release(&rows);
	return RC_OK;
}

/*
 * Find the last row that is old enough, by halving, as time never goes back on a partition. Rows of
 * duplicates are passed over: they have the time of the first decision, which tells nothing of when
 * they were decided. They go together with an old row behind them.
 */
static enum rc find_end(struct pruning *p, int32_t partition, struct err *e)
{
	struct prunable *it = &p->list[partition];
	int64_t low = 0, high = it->answered, found = 0;
	bool is_old;

	if (look(p, partition, low, high, &is_old, &found, e))
		return e->rc;
	if (!is_old)
		return RC_OK;
	it->first = found;
	it->end = low = found + 1;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (look(p, partition, middle, high, &is_old, &found, e))
			return e->rc;
		if (is_old)
			it->end = low = found + 1;
		else
			high = middle;
	}
	return RC_OK;
}

/* ---- deleting ---- */

static enum rc step(struct pruning *p, int32_t partition, bool *is_ended, struct err *e)
{
	struct prunable *it = &p->list[partition];
	struct db_rows rows;

	turn_to(p, database_of(&p->pipeline.databases, partition));
	db_arg_int4(&p->args, partition);
	db_arg_int8(&p->args, it->kept_from - 1);
	db_arg_int8(&p->args, it->end);
	db_arg_time(&p->args, it->before_ms);
	db_arg_int8(&p->args, (int64_t)p->s->step);
	if (ask(p, p->s->dry_run ? QUERY_ADMIN_COUNT_DECISIONS : QUERY_ADMIN_PRUNE_DECISIONS, &rows, e))
		return e->rc;
	*is_ended = db_is_null(&rows, 0, 0);
	if (!*is_ended) {
		int64_t from = it->kept_from > it->first ? it->kept_from : it->first;

		it->kept_from = db_int8(&rows, 0, 0) + 1;
		it->rows += (uint64_t)db_int8(&rows, 0, 1);
		bar_add(&p->bar, it->kept_from > from ? (uint64_t)(it->kept_from - from) : 0);
	}
	db_rows_release(&rows);
	return RC_OK;
}

static enum rc prune_partition(struct pruning *p, int32_t partition, struct err *e)
{
	int64_t pause_ms = p->s->dry_run ? 0 : (int64_t)p->s->pause_ms;
	struct prunable *it = &p->list[partition];
	bool is_ended = false;

	while (!is_ended && it->kept_from < it->end && !stop_is_asked()) {
		if (step(p, partition, &is_ended, e))
			return e->rc;
		if (!is_ended && it->kept_from < it->end)
			(void)stop_wait_ms(pause_ms);
	}
	if (is_ended || it->kept_from >= it->end)
		it->state = PRUNE_DONE;
	return RC_OK;
}

static enum rc prune_all(struct pruning *p, struct err *e)
{
	uint64_t offsets = 0;
	enum rc rc = RC_OK;

	for (int32_t i = 0; !rc && i < p->count; i++) {
		if (p->list[i].state == PRUNE_UNFINISHED)
			rc = find_end(p, i, e);
		offsets += (uint64_t)(p->list[i].end - p->list[i].first);
	}
	bar_open(&p->bar, "offsets", offsets);
	for (int32_t i = 0; !rc && i < p->count; i++)
		if (p->list[i].state == PRUNE_UNFINISHED)
			rc = prune_partition(p, i, e);
	bar_close(&p->bar);
	return rc;
}

static enum rc print(const struct pruning *p, struct err *e)
{
	struct buf text = {0};
	bool is_fine;

	prunable_print(p->list, p->count, p->s->dry_run, p->s->json, &text);
	is_fine = !text.failed;
	if (is_fine)
		fputs(buf_text(&text).data, stdout);
	buf_release(&text);
	return is_fine ? RC_OK : err_out_of_memory(e);
}

/* Of every database, before anything is deleted in one. */
static enum rc look_at_databases(struct pruning *p, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < p->pipeline.databases.count; i++) {
		turn_to(p, &p->pipeline.databases.list[i]);
		rc = servers_open_database(p->s, p->database, &p->db, e);
		if (!rc)
			/* Answers of another group's workers would be taken for this database's. */
			rc = binding_verify_group(p->db, p->pipeline.group_id, e);
		if (!rc)
			rc = read_times(p, e);
		if (rc)
			database_blame(p->database, e);
	}
	return rc;
}

/* Whatever came of it is printed: each step is final. */
static enum rc prune(struct pruning *p, const struct prune_age *age, struct err *e)
{
	struct err later;
	enum rc rc = read_committed(p, e), printed;

	if (!rc)
		rc = look_at_databases(p, e);
	if (!rc)
		rc = prune_age_apply(age, p->list, p->count, e);
	if (rc)
		return rc;
	rc = prune_all(p, e);
	printed = print(p, rc ? &later : e);
	if (!rc && stop_is_asked())
		log_info("stopped; repeat the command to go on");
	return rc ? rc : printed;
}

enum rc admin_prune(const struct settings *s, const struct named *named, struct err *e)
{
	struct pruning p = {.s = s};
	struct prune_age age;
	enum rc rc = prune_age_read(&age, s->before, s->keep_days, e);

	(void)named;
	if (!rc)
		rc = servers_read(s, &p.pipeline, e);
	if (!rc)
		rc = servers_read_databases(s, &p.pipeline, e);
	if (!rc)
		rc = servers_verify(s, &p.pipeline, PIPELINE_DATABASES, e);
	if (!rc) {
		p.count = p.pipeline.partition_count;
		p.list = calloc((size_t)p.count, sizeof *p.list);
		rc = p.list ? prune(&p, &age, e) : err_out_of_memory(e);
	}
	db_close(p.db);
	db_args_release(&p.args);
	free(p.list);
	pipeline_release(&p.pipeline);
	return rc;
}
