#include "worker/store/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/db/schema_version.h"
#include "worker/store/cache.h"
#include "worker/store/write_faults.h"
#include "worker/store/read.h"
#include "worker/store/recall.h"
#include "worker/store/write.h"

struct store {
	struct db *db;
	struct db_settings settings;
	struct plan_place place;
	struct progress progress;
	struct progress after; /* what the transaction under way makes of it */
	struct cache *cache;   /* what is known of the rows as of the progress; NULL: there is none */
	struct meanwhile meanwhile; /* step NULL: nothing */
};

enum rc store_open(struct store **out, const struct db_settings *settings,
                   const struct plan_place *place, size_t cached_seats, struct err *e)
{
	struct store *store = calloc(1, sizeof *store);

	if (!store)
		return err_out_of_memory(e);
	store->settings = *settings;
	store->place = *place;
	if (cached_seats)
		store->cache = cache_open(cached_seats);
	if (cached_seats && !store->cache)
		(void)err_out_of_memory(e);
	else if (!db_open(&store->db, settings, e)) {
		*out = store;
		return RC_OK;
	}
	store_close(store);
	return e->rc;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	db_close(store->db);
	cache_close(store->cache);
	free(store);
}

const struct progress *store_progress(const struct store *store)
{
	return &store->progress;
}

static enum rc lost(const struct store *store, struct err *e)
{
	return err_set(e, RC_FENCED, FROM_DATABASE, "another owner moved the progress of partition %d",
	               (int)store->place.partition);
}

/* The words for it; RC_FATAL, wherever the schema stands. */
static enum rc other_schema(struct store *store, struct err *e)
{
	struct db_call call = {.query = QUERY_SCHEMA_READ_VERSION};
	int version = 0;

	if (db_run(store->db, &call, 1, e))
		return e->rc;
	version = (int)db_int4(&call.rows, 0, 0);
	db_rows_release(&call.rows);
	return err_set(e, RC_FATAL, FROM_PIPELINE,
	               "the schema is of version %d now, this worker decides by version %d: stop all "
	               "workers, and start those of the release whose `holdfast-admin init` ran last",
	               version, SCHEMA_VERSION);
}

static void read_progress(struct progress *p, const struct db_rows *rows)
{
	struct text digest = db_text(rows, 0, 4);

	p->next_offset = db_int8(rows, 0, 0);
	p->owner_epoch = db_int8(rows, 0, 1);
	p->decided_until_ms = db_is_null(rows, 0, 2) ? 0 : db_time_ms(rows, 0, 2);
	p->last_offset = db_is_null(rows, 0, 3) ? -1 : db_int8(rows, 0, 3);
	if (digest.bytes == SHA256_BYTES)
		memcpy(p->last_digest, digest.data, SHA256_BYTES);
}

enum rc store_take_over(struct store *store, int64_t first_offset, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_WORKER_TAKE_PROGRESS, .args = &args};
	enum rc rc;

	cache_drop(store->cache);
	db_arg_int4(&args, store->place.partition);
	db_arg_int8(&args, first_offset);
	db_arg_int4(&args, SCHEMA_VERSION);
	rc = db_run(store->db, &call, 1, e);
	if (!rc && !call.rows.count)
		rc = other_schema(store, e);
	else if (!rc)
		read_progress(&store->progress, &call.rows);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

static void write_progress_args(const struct store *store, const struct progress *seen,
                                struct db_args *args)
{
	const struct progress *after = &store->after;

	db_arg_int4(args, store->place.partition);
	db_arg_int8(args, after->next_offset);
	db_arg_time(args, after->decided_until_ms);
	db_arg_int8(args, after->last_offset);
	db_arg_bytea(args, (struct text){(const char *)after->last_digest, SHA256_BYTES});
	db_arg_int8(args, seen->next_offset);
	db_arg_int8(args, seen->owner_epoch);
}

/* The entries of one transaction. */
struct slice {
	struct batch *batch;
	size_t first, count;
	int64_t until_ms; /* t of the last one */
	bool is_locked;
	struct cache_now *now;
};

/* A view of nothing but what the cache knows, with everything else wanted. */
static void want(struct store *store, struct view *view, const struct slice *s,
                 struct cache *cache)
{
	view_open(view, &s->batch->plan);
	view->fill = cache_fill_now;
	view->fill_context = s->now;
	plan_want(view, &store->place, s->batch, s->first, s->count);
	cache_fill(cache, view, s->until_ms);
	plan_want_ids(view, &store->place, s->batch, s->first, s->count);
}

/* Changes by hand as the compare-and-set saw them; -1: the row that counts them is gone. */
static int64_t hand_changes(const struct db_rows *rows)
{
	return db_is_null(rows, 0, 0) ? -1 : db_int8(rows, 0, 0);
}

/* Begin, compare-and-set of the progress, and every read that the plan needs. */
static enum rc begin(struct store *store, struct view *view, const struct slice *s,
                     struct cache *cache, struct err *e)
{
	struct db_args args = {0};
	struct db_call leading[] = {
	    {.query = QUERY_BEGIN},
	    {.query = QUERY_WORKER_MOVE_PROGRESS, .args = &args},
	};
	const struct reading reading = {store->db, view, cache, s->until_ms, s->is_locked};
	struct progress seen = store->progress;
	enum rc rc = store_begin_broken(store->db, store->place.partition, &seen.next_offset,
	                                &seen.owner_epoch, e);

	if (rc)
		return rc;
	write_progress_args(store, &seen, &args);
	rc = store_read_wave(&reading, leading, 2, e);
	if (!rc && leading[1].rows.changed != 1)
		rc = lost(store, e);
	if (!rc && !cache_begin(cache, hand_changes(&leading[1].rows))) {
		log_info("rows were changed by hand; all that was known of rows is read again");
		view_close(view);
		want(store, view, s, cache);
	}
	db_rows_release(&leading[0].rows);
	db_rows_release(&leading[1].rows);
	db_args_release(&args);
	if (!rc)
		rc = store_read(&reading, e);
	return rc ? rc : fault_at(FAULT_PROGRESS_UPDATED, e);
}

void store_meanwhile(struct store *store, const struct meanwhile *meanwhile)
{
	store->meanwhile = meanwhile ? *meanwhile : (struct meanwhile){0};
}

/* What there is to do while the database works on a batch's changes: learn, and then `then`. */
struct chores {
	struct meanwhile then;
	const struct view *view;
	struct cache *cache; /* NULL once it has learned, or where there is none */
};

static bool do_chore(void *context)
{
	struct chores *chores = context;

	if (!chores->cache)
		return chores->then.step && chores->then.step(chores->then.context);
	cache_learn(chores->cache, chores->view);
	chores->cache = NULL;
	return true;
}

/* The cache is ahead of the database until this returns: it must be dropped where this fails. */
static enum rc apply(struct store *store, struct view *view, struct cache *cache,
                     const struct batch *batch, size_t first, size_t count, struct err *e)
{
	bool is_late = fault_has_bug(FAULT_BUG_STALE_LAYOUT); /* so that the layout alone is ahead */
	struct chores chores = {store->meanwhile, view, is_late ? NULL : cache};
	struct store_writes writes;
	enum rc rc;

	if (store_writes_make(&writes, view, store->place.partition, batch, first, count)) {
		writes.calls[writes.count].query = QUERY_COMMIT;
		db_meanwhile(store->db, do_chore, &chores);
		rc = store_run_writes(store->db, writes.calls, writes.count + 1, e);
	} else {
		rc = err_out_of_memory(e);
	}
	store_writes_release(&writes);
	if (!rc)
		cache_learn(is_late ? cache : chores.cache, view); /* where nothing was waited for */
	return rc;
}

/* What the planner changed in the layouts did not come about, or it is not known whether. */
static void drop_what_was_planned(struct store *store)
{
	if (!fault_has_bug(FAULT_BUG_STALE_LAYOUT))
		cache_drop(store->cache);
}

enum rc store_decide(struct store *store, struct batch *batch, size_t first, size_t count,
                     bool is_locked, struct err *e)
{
	const struct entry *last = &batch->entries[first + count - 1];
	struct cache *cache = is_locked ? NULL : store->cache;
	struct cache_now now = {.until_ms = last->t_ms};
	const struct slice slice = {batch, first, count, last->t_ms, is_locked, &now};
	struct cache *own = NULL;
	struct view view;
	struct err ignored;
	enum rc rc;

	assert(count > 0 && batch->entries[first].record.offset >= store->progress.next_offset);
	store->after = store->progress;
	store->after.next_offset = last->record.offset + 1;
	store->after.decided_until_ms = last->t_ms;
	store->after.last_offset = last->record.offset;
	record_digest(&last->record, store->after.last_digest);
	if (is_locked)
		cache_drop(store->cache);
	want(store, &view, &slice, cache);
	/* A whole show is in a cache, if need be in one for this batch alone. */
	if (!cache && view.wanted_whole && !(own = cache_open(SIZE_MAX / CACHE_SEAT_BYTES)))
		view.failed = true;
	now.cache = cache ? cache : own;
	rc = view.failed ? err_out_of_memory(e) : begin(store, &view, &slice, now.cache, e);
	if (!rc && !plan_batch(&view, &store->place, batch, first, count))
		rc = err_out_of_memory(e);
	if (!rc)
		rc = apply(store, &view, cache, batch, first, count, e);
	if (rc)
		drop_what_was_planned(store);
	view_close(&view);
	cache_close(own);
	if (!rc)
		store->progress = store->after;
	else if (rc != RC_REOPEN && db_rollback(store->db, &ignored))
		return err_set(e, RC_REOPEN, FROM_DATABASE, "rolling back: %s", ignored.text);
	return rc;
}

/*
 * Where do our rows stand, for good? What can be read here need not be durable: a transaction whose
 * wait for the standby broke off is visible, and gone after a promotion. So the row is written, to
 * what it was, and that write's own COMMIT awaited: what came before it is as durable then.
 *
 * next_offset  -1: another owner has the rows, or nobody
 */
static enum rc settle(struct store *store, int64_t *next_offset, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_WORKER_SETTLE_PROGRESS, .args = &args};
	enum rc rc;

	*next_offset = -1;
	db_arg_int4(&args, store->place.partition);
	db_arg_int8(&args, store->progress.owner_epoch);
	rc = db_run(store->db, &call, 1, e);
	if (!rc && call.rows.count)
		*next_offset = db_int8(&call.rows, 0, 0);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc == RC_RETRY ? (e->rc = RC_REOPEN) : rc;
}

enum rc store_still_owns(struct store *store, struct err *e)
{
	int64_t next_offset;
	enum rc rc = settle(store, &next_offset, e);

	return !rc && next_offset != store->progress.next_offset ? lost(store, e) : rc;
}

enum rc store_reopen(struct store *store, bool *is_done, struct err *e)
{
	int64_t next_offset;

	*is_done = false;
	drop_what_was_planned(store);
	db_close(store->db);
	store->db = NULL;
	if (db_open(&store->db, &store->settings, e) || settle(store, &next_offset, e))
		return e->rc;
	if (next_offset == store->after.next_offset) {
		*is_done = true;
		store->progress = store->after;
		return RC_OK;
	}
	return next_offset == store->progress.next_offset ? RC_OK : lost(store, e);
}

enum rc store_recall(struct store *store, struct batch *batch, size_t first, size_t count,
                     struct err *e)
{
	return recall_decisions(store->db, store->place.partition, batch, first, count, e);
}

enum rc store_forget_halt(struct store *store, struct err *e)
{
	struct db_args args = {0};
	struct db_call call = {.query = QUERY_WORKER_DELETE_HALT, .args = &args};
	enum rc rc;

	db_arg_int4(&args, store->place.partition);
	rc = db_run(store->db, &call, 1, e);
	db_rows_release(&call.rows);
	db_args_release(&args);
	return rc;
}

enum rc store_draw_epoch(struct store *store, struct err *e)
{
	struct db_call call = {.query = QUERY_SCHEMA_DRAW_EPOCH};
	enum rc rc = db_run(store->db, &call, 1, e);

	if (!rc)
		db_rows_release(&call.rows);
	return rc;
}
