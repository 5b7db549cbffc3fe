/*
 * one_store.h - a worker's store on a test's database, without Kafka: requests decided in batches.
 *
 * For tests that link the worker; each makes `db` and the room of `batch`.
 */
#ifndef HOLDFAST_TESTS_ONE_STORE_H
#define HOLDFAST_TESTS_ONE_STORE_H

#include "tests/unit/short_requests.h"

#include "tests/integration/kept_rows.h"
#include "worker/store/store.h"

static struct db *db;
static struct store *store;
static struct batch batch;
static int64_t next_offset;

/* ---- the store ---- */

static inline struct store *open_session(const struct plan_place *place, size_t cached_seats)
{
	const struct db_settings settings = {.url = own_url.data, .program = "test_store",
	                                     .connect_ms = OWN_WAIT_MS, .answer_ms = OWN_WAIT_MS,
	                                     .has_pinned_plans = true};
	struct store *opened;
	struct err e;

	if (store_open(&opened, &settings, place, cached_seats, &e) || store_take_over(opened, 0, &e))
		fail_msg("%s", e.text);
	return opened;
}

static inline void open_store(const struct plan_place *place, size_t cached_seats)
{
	kept_clear(db);
	store = open_session(place, cached_seats);
	next_offset = 0;
}

static inline void close_store(void)
{
	store_close(store);
	store = NULL;
	batch.count = 0;
}

/* One transaction. How often it was rejected. */
static inline int decide_together(size_t first, size_t count)
{
	enum rc rc = RC_REJECT;
	int rejections = -1;
	struct err e;

	for (; rc == RC_REJECT && rejections < 1; rejections++) {
		arena_clear(&batch.plan);
		rc = store_decide(store, &batch, first, count, false, &e);
	}
	if (rc != RC_OK)
		fail_msg("offset %lld: %s %s", (long long)batch.entries[first].record.offset, e.code, e.text);
	return rejections;
}

/* What a lane does with a batch that is not rejected twice. */
static inline int decide_records(const struct record *records, size_t count)
{
	int rejections = 0;

	arena_clear(&batch.requests);
	batch.decoded = 0;
	for (size_t i = 0; i < count; i++)
		batch.entries[i] = (struct entry){.record = records[i]};
	batch.count = count;
	assert_true(batch_decode(&batch, store_progress(store)->decided_until_ms));
	for (size_t first = 0, some; first < count; first += some) {
		some = batch_together(&batch, first, count - first);
		rejections += decide_together(first, some);
	}
	return rejections;
}

/* ---- requests of one partition ---- */

static const struct plan_place only_place = {0, 1};
static int64_t clock_ms;
static const char *changed; /* by hand before; NULL: nothing */

static inline struct record record_of(const char *json)
{
	return (struct record){
	    .topic = "requests",
	    .offset = next_offset++,
	    .timestamp_ms = ++clock_ms,
	    .is_append_time = true,
	    .key = text_of("s"),
	    .value = quoted(json),
	};
}

/* Decide one request; how often it was rejected on the way. */
static inline int decide(const char *json, enum outcome *outcome)
{
	struct record record = record_of(json);
	int rejections = decide_records(&record, 1);

	*outcome = batch.entries[0].decision.outcome;
	return rejections;
}

static inline void expect(const char *json, enum outcome expected)
{
	enum outcome outcome;

	assert_int_equal(decide(json, &outcome), 0);
	if (outcome != expected)
		fail_msg("%s: %s, expected %s%s%s", json, outcome_reason(outcome), outcome_reason(expected),
		         changed ? ", after " : "", changed ? changed : "");
}

#endif
